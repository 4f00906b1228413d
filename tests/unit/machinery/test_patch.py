"""The three kinds of patch; the strategic one held against upstream's own table."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml

from cluster.machinery.patch import (
    BadPatchFormat,
    OpenApiSchema,
    PatchError,
    PatchNotApplicable,
    PatchTooLarge,
    apply_json_patch,
    apply_merge_patch,
    apply_strategic,
)
from tests.unit.machinery.tables import covered, upstream

T = "patch_test/Test"
NOT_APPLICABLE = {
    f"{T}SortMergeLists/sortMergeListTestCaseData": "sorts lists before comparing them in upstream's tests; ours compare the order too",
}
DATA = upstream("strategic_merge_patch")
SCHEMA = OpenApiSchema.of(DATA["schema_v3"]["components"]["schemas"], "mergeItem")


def applications() -> list[Any]:
    """Every (object, patch, result or error) that the tables hold: two-way from Original, three-way from Current."""
    rows = []
    for table, content in DATA["tables"].items():
        if table in NOT_APPLICABLE:
            continue
        for number, case in enumerate(content["cases"]):
            raw = case.get("StrategicMergePatchRawTestCaseData") or case["StrategicMergePatchTestCaseData"]
            data = {k: yaml.load(v, Loader=yaml.CSafeLoader) if isinstance(v, str) and k != "ExpectedError" else v for k, v in raw.items()}
            for base, patch, expected in (
                ("Original", "TwoWay", data["TwoWayResult"] or data["Modified"]),
                ("Current", "ThreeWay", data["Result"]),
            ):
                if data[patch] is not None:
                    row_id = f"{case['Description']} ({patch}, {number})"
                    rows.append(pytest.param(data[base] or {}, data[patch], expected or {}, data.get("ExpectedError"), id=row_id))
    return rows


def test_every_table_runs_or_says_why_not() -> None:
    covered("strategic_merge_patch", {table for table in DATA["tables"] if table not in NOT_APPLICABLE}, NOT_APPLICABLE)
    assert len(applications()) == 264


@pytest.mark.parametrize(("obj", "patch", "expected", "error"), applications())
def test_a_strategic_merge_patch(obj: dict[str, Any], patch: dict[str, Any], expected: dict[str, Any], error: str | None) -> None:
    before = copy.deepcopy((obj, patch))
    if error:
        with pytest.raises(PatchError, match=error):
            apply_strategic(obj, patch, SCHEMA)
    else:
        assert apply_strategic(obj, patch, SCHEMA) == expected
    assert (obj, patch) == before


@pytest.mark.parametrize(
    ("patch", "kind", "message"),
    [
        ([1], BadPatchFormat, "json: cannot unmarshal array into Go value of type map[string]interface {}"),
        ({"$patch": "x"}, PatchError, "unknown patch type: x in map: map[$patch:x]"),
        ({"retainKeysMap": {"$retainKeys": ["name"], "value": "v"}}, BadPatchFormat, "invalid patch format of retainKeys"),
        ({"mergingList": [{"$patch": "merge", "name": "a"}]}, PatchError, "merging lists cannot yet be specified in the patch"),
        ({"mergingList": [{"$patch": "y", "name": "a"}]}, PatchError, "unknown patch type: y in map: map[$patch:y name:a]"),
        ({"mergingList": [{"$patch": "delete"}]}, PatchError, "map: map[$patch:delete] does not contain declared merge key: name"),
        ({"$setElementOrder/mergingList": "a"}, PatchError, "expected a []interface {}, but received a string"),
    ],
)
def test_a_refusal_has_upstreams_words(patch: Any, kind: type[PatchError], message: str) -> None:
    with pytest.raises(PatchError) as caught:
        apply_strategic({"mergingList": [{"name": "a"}], "retainKeysMap": {"name": "n"}}, patch, SCHEMA)
    assert (type(caught.value), str(caught.value)) == (kind, message)


@pytest.mark.parametrize(
    ("obj", "patch", "expected"),
    [
        ({"a": "b"}, {"a": "c"}, {"a": "c"}),
        ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
        ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
        ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
        ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
        ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
        ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
        ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
        ({"a": "foo"}, {"a": {"b": 1}}, {"a": {"b": 1}}),
    ],
)
def test_a_merge_patch_follows_rfc_7386(obj: dict[str, Any], patch: dict[str, Any], expected: dict[str, Any]) -> None:
    before = copy.deepcopy((obj, patch))
    assert apply_merge_patch(obj, patch) == expected
    assert (obj, patch) == before


def test_a_merge_patch_must_be_an_object() -> None:
    with pytest.raises(BadPatchFormat, match=r"cannot unmarshal array into Go value of type map\[string\]interface \{\}"):
        apply_merge_patch({}, [1])


def test_a_json_patch_is_applied_in_order_to_a_copy() -> None:
    obj = {"data": {"k": "v"}, "list": [1]}
    operations = [
        {"op": "test", "path": "/data/k", "value": "v"},
        {"op": "test", "path": "/data/none", "value": None},
        {"op": "add", "path": "/list/-", "value": 2},
        {"op": "move", "from": "/data/k", "path": "/data/moved~1here"},
        {"op": "remove", "path": "/list/0"},
    ]
    assert apply_json_patch(obj, operations) == {"data": {"moved/here": "v"}, "list": [2]}
    assert obj == {"data": {"k": "v"}, "list": [1]}


@pytest.mark.parametrize(
    ("operations", "kind"),
    [
        ({"data": 1}, BadPatchFormat),
        (["remove"], BadPatchFormat),
        ([{"op": "replace", "path": "/data/none/x", "value": "y"}], PatchNotApplicable),
        ([{"op": "remove", "path": "/data/none"}], PatchNotApplicable),
        ([{"op": "test", "path": "/data/k", "value": "other"}], PatchNotApplicable),
        ([{"op": "test", "path": "/data/k", "value": None}], PatchNotApplicable),
        ([{"op": "test", "path": "/data/none/deeper", "value": None}], PatchNotApplicable),
        ([{"op": "test", "path": "/data/none"}], PatchNotApplicable),
        ([{"op": "add", "path": "/list/5", "value": 1}], PatchNotApplicable),
        ([{"op": "add", "path": "/data/k/deeper", "value": 1}], PatchNotApplicable),
        ([{"op": "leap", "path": "/data/k"}], PatchNotApplicable),
        ([{"op": "add", "path": "/data/k"}], PatchNotApplicable),
        ([{"path": "/data/k"}], PatchNotApplicable),
        ([{"op": "add", "path": "nowhere", "value": 1}], PatchNotApplicable),
        ([{"op": "replace", "path": "", "value": 1}], PatchNotApplicable),
        ([{"op": "copy", "from": 1, "path": "/data/k"}], PatchNotApplicable),
        ([{"op": "copy", "from": "", "path": f"/data/k{number}"} for number in range(60)], PatchNotApplicable),
        ([{"op": "copy", "from": "", "path": "/data/k"}] * 300, PatchNotApplicable),
        ([{"op": "remove", "path": "/data/k"}] * 10_001, PatchTooLarge),
    ],
)
def test_a_json_patch_that_does_not_fit_is_refused(operations: Any, kind: type[PatchError]) -> None:
    with pytest.raises(PatchError) as caught:
        apply_json_patch({"data": {"k": "v"}, "list": [1]}, operations)
    assert type(caught.value) is kind


def published_schema(name: str) -> OpenApiSchema:
    """The schema of a published type of 1.36."""
    folder = Path(str(kubernetes_validate.__file__)).parent / "kubernetes-json-schema"
    newest = sorted(folder.glob("v1.36.*-local"))[-1]
    return OpenApiSchema.of(json.loads((newest / "_definitions.json").read_text())["$defs"], name)


def test_merge_keys_come_from_the_published_definitions() -> None:
    def deployment(*containers: dict[str, Any], **strategy: Any) -> dict[str, Any]:
        return {"spec": {"strategy": strategy, "template": {"spec": {"containers": list(containers)}}}}

    patched = apply_strategic(
        deployment(
            {"name": "a", "image": "a:1", "ports": [{"containerPort": 80, "name": "web"}]},
            {"name": "b"},
            type="RollingUpdate",
            rollingUpdate={},
        ),
        {
            "spec": {
                "strategy": {"$retainKeys": ["type"], "type": "Recreate"},
                "template": {
                    "spec": {
                        "$setElementOrder/containers": [{"name": "c"}, {"name": "a"}],
                        "containers": [
                            {"name": "c", "image": "c:1"},
                            {"name": "a", "image": "a:2", "ports": [{"containerPort": 81}]},
                            {"name": "b", "$patch": "delete"},
                        ],
                    }
                },
            }
        },
        published_schema("io.k8s.api.apps.v1.Deployment"),
    )
    ports = [{"containerPort": 81}, {"containerPort": 80, "name": "web"}]
    assert patched == deployment({"name": "c", "image": "c:1"}, {"name": "a", "image": "a:2", "ports": ports}, type="Recreate")


def test_the_values_of_labels_and_annotations_merge_by_their_keys() -> None:
    schema = published_schema("io.k8s.api.core.v1.Pod")
    obj = {"metadata": {"labels": {"a": "1", "b": "2"}, "finalizers": ["x/y"]}}
    patch = {"metadata": {"labels": {"a": None, "c": "3"}, "finalizers": ["z/z"], "$deleteFromPrimitiveList/finalizers": ["x/y"]}}
    assert apply_strategic(obj, patch, schema) == {"metadata": {"labels": {"b": "2", "c": "3"}, "finalizers": ["z/z"]}}
