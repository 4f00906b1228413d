"""Custom resources through the whole API server: what a definition says is what is served."""

from __future__ import annotations

import json

import pytest

from cluster.apiserver import discovery, openapi
from cluster.apiserver.printers import table
from cluster.apiserver.request import Credentials, PatchType, Request
from cluster.machinery.errors import ApiError
from cluster.machinery.kinds.apiextensions import CUSTOMRESOURCEDEFINITIONS
from cluster.machinery.kinds.rbac import ROLES
from cluster.machinery.meta import Obj
from tests.unit.apiserver.apiextensions.builders import NAME, definition, establish, served, version, widget
from tests.unit.apiserver.rig import ADMIN, Rig

_SPEC = {"type": "object", "properties": {"size": {"type": "integer", "default": 1}, "colour": {"type": "string"}}}
_STATUS = {"type": "object", "properties": {"size": {"type": "integer"}, "selector": {"type": "string"}}}
_SCHEMA: Obj = {"type": "object", "properties": {"spec": _SPEC, "status": _STATUS}}
_SCALE = {"specReplicasPath": ".spec.size", "statusReplicasPath": ".status.size", "labelSelectorPath": ".status.selector"}
_WHOLE = version(schema=_SCHEMA, subresources={"status": {}, "scale": _SCALE}, selectableFields=[{"jsonPath": ".spec.colour"}])


def _refusal(rig: Rig, call: object) -> str:
    with pytest.raises(ApiError) as refused:
        call()  # type: ignore[operator]
    return f"{refused.value.code} {refused.value.message}"


def test_nothing_is_served_before_the_definition_is_established() -> None:
    rig = Rig()
    rig.admin.create(CUSTOMRESOURCEDEFINITIONS, definition())
    assert rig.admin.kinds.by_resource("example.com", "v1", "widgets") is None


def test_a_handler_that_is_made_later_serves_what_is_stored() -> None:
    rig = Rig()
    kind = served(rig, definition(_WHOLE))
    rig.admin.create(kind, widget("a", spec={"size": 2}))
    again = type(rig.handler)(rig.store, rig.trace, rig.clock, rig.rng)
    assert [found.qualified for found in again.kinds.all[len(rig.handler.kinds.all) - 1 :]] == ["widgets.example.com"]


def test_an_object_is_pruned_defaulted_and_counted() -> None:
    rig = Rig()
    kind = served(rig, definition(_WHOLE))
    made = rig.admin.create(kind, widget("a", spec={"colour": "red", "none": 1}, status={"size": 9}))
    assert (made["spec"], made.get("status"), made["metadata"]["generation"]) == ({"colour": "red", "size": 1}, None, 1)
    made["status"] = {"size": 1}
    made["spec"]["size"] = 5
    told = rig.admin.update_status(kind, made)
    assert (told["spec"]["size"], told["status"], told["metadata"]["generation"]) == (1, {"size": 1}, 1)
    told["spec"]["size"] = 5
    changed = rig.admin.update(kind, told)
    assert (changed["spec"]["size"], changed["status"], changed["metadata"]["generation"]) == (5, {"size": 1}, 2)


def test_the_scale_reads_and_writes_where_the_definition_says() -> None:
    rig = Rig()
    kind = served(rig, definition(_WHOLE))
    made = rig.admin.create(kind, widget("a", spec={"size": 2}))
    rig.admin.update_status(kind, made | {"status": {"size": 1, "selector": "app=a"}})
    rig.admin.patch(kind, "a", "default", {"spec": {"replicas": 4}}, type=PatchType.MERGE, subresource="scale")
    scale = rig.admin.get(kind, "a", "default", subresource="scale")
    assert (scale["spec"], scale["status"]) == ({"replicas": 4}, {"replicas": 1, "selector": "app=a"})
    assert rig.admin.get(kind, "a", "default")["spec"] == {"size": 4}


def test_fields_that_the_definition_names_are_selected() -> None:
    rig = Rig()
    kind = served(rig, definition(_WHOLE))
    for name, colour in (("a", "red"), ("b", "blue")):
        rig.admin.create(kind, widget(name, spec={"colour": colour}))
    found = rig.admin.list(kind, field_selector="spec.colour=blue")
    assert [obj["metadata"]["name"] for obj in found] == ["b"]
    assert _refusal(rig, lambda: rig.admin.list(kind, field_selector="spec.size=1")) == "400 field label not supported: spec.size"


@pytest.mark.parametrize(
    ("body", "message"),
    [
        pytest.param(
            widget("a", "example.com/v2"),
            "400 the API version in the data (example.com/v2) does not match the expected API version (example.com/v1)",
            id="another version",
        ),
        pytest.param(
            widget("a") | {"kind": "Gadget"},
            '422 Widget.example.com "a" is invalid: kind: Invalid value: "Gadget": must be Widget',
            id="another kind",
        ),
        pytest.param(
            widget("a", spec={"size": "x"}),
            '422 Widget.example.com "a" is invalid: spec.size: Invalid value: "string": '
            'spec.size in body must be of type integer: "string"',
            id="a value of another type",
        ),
        pytest.param(
            {**widget("a"), "metadata": {"name": "a", "namespace": "default", "labels": {"x": 1}}},
            '400 Widget in version "v1" cannot be handled as a Widget: '
            "json: cannot unmarshal number into Go struct field ObjectMeta.labels of type string",
            id="metadata of another type",
        ),
    ],
)
def test_a_body_is_refused(body: Obj, message: str) -> None:
    rig = Rig()
    kind = served(rig, definition(_WHOLE))
    assert _refusal(rig, lambda: rig.admin.create(kind, body)) == message


def test_another_version_is_the_same_object_under_its_own_name() -> None:
    rig = Rig()
    kept = served(rig, definition(version(schema=_SCHEMA), version("v1beta1", storage=False, schema=_SCHEMA, deprecated=True)))
    older = rig.admin.kinds.by_resource("example.com", "v1beta1", "widgets")
    assert older is not None
    rig.admin.create(older, widget("a", "example.com/v1beta1", spec={"size": 2}))
    stored = rig.store.get(kept.storage_key("default", "a"))
    assert stored is not None
    seen = [stored.obj["apiVersion"], rig.admin.get(kept, "a", "default")["apiVersion"], rig.admin.get(older, "a", "default")["apiVersion"]]
    assert seen == ["example.com/v1", "example.com/v1", "example.com/v1beta1"]
    answer = rig.handler.serve(Request("list", older, "kubectl", Credentials(component=ADMIN), "default"))
    assert answer.warnings == ("example.com/v1beta1 Widget is deprecated",)


def test_columns_are_those_of_the_definition() -> None:
    rig = Rig()
    columns = [
        {"name": "Size", "type": "integer", "jsonPath": ".spec.size"},
        {"name": "Label", "type": "string", "jsonPath": r".metadata.labels.app\.io/name", "priority": 1},
        {"name": "Ready", "type": "string", "jsonPath": '.status.conditions[?(@.type=="Ready")].status'},
        {"name": "Age", "type": "date", "jsonPath": ".metadata.creationTimestamp"},
    ]
    kind = served(rig, definition(version(additionalPrinterColumns=columns)))
    obj = {
        "metadata": {"name": "a", "labels": {"app.io/name": "x"}, "creationTimestamp": "2026-01-01T00:00:00Z"},
        "spec": {"size": 2},
        "status": {"conditions": [{"type": "Other", "status": "False"}, {"type": "Ready", "status": "True"}]},
    }
    shown = table(kind, [obj], rig.clock.now, list_meta={})
    assert [(column["name"], column["type"], column["priority"]) for column in shown["columnDefinitions"]] == [
        ("Name", "string", 0),
        ("Size", "integer", 0),
        ("Label", "string", 1),
        ("Ready", "string", 0),
        ("Age", "date", 0),
    ]
    assert shown["rows"][0]["cells"] == ["a", 2, "x", "True", "0s"]


def test_discovery_and_openapi_publish_the_kind_while_it_is_served() -> None:
    rig = Rig()
    before = openapi.answer("/openapi/v3", "", rig.admin.kinds)
    kind = served(rig, definition(_WHOLE, version("v2alpha1", storage=False, schema=_SCHEMA), version("v2", storage=False, schema=_SCHEMA)))
    group = discovery.answer("/apis/example.com", "", rig.admin.kinds)
    assert group is not None
    assert [each["version"] for each in group[1]["versions"]] == ["v2", "v1", "v2alpha1"]
    after = openapi.answer("/openapi/v3", "", rig.admin.kinds)
    document = openapi.answer("/openapi/v3/apis/example.com/v1", "", rig.admin.kinds)
    assert before is not None
    assert after is not None
    assert document is not None
    schema = json.loads(document[1])["components"]["schemas"]["com.example.v1.Widget"]
    assert schema["properties"]["spec"] == _SPEC
    assert schema["x-kubernetes-group-version-kind"] == [{"group": "example.com", "kind": "Widget", "version": "v1"}]
    paths = {path: entry for path, entry in json.loads(after[1])["paths"].items() if "example.com" not in path}
    assert (paths, before[2] == after[2]) == (json.loads(before[1])["paths"], False)
    assert kind.subresources[0].name == "scale"


def test_a_definition_that_is_to_go_lets_nothing_in_and_ends_watches_with_its_kind() -> None:
    rig = Rig()
    kind = served(rig, definition(_WHOLE))
    watch = rig.admin.watch(kind, lambda: None)
    rig.admin.delete(CUSTOMRESOURCEDEFINITIONS, NAME)
    message = "405 create not allowed while custom resource definition is terminating"
    assert _refusal(rig, lambda: rig.admin.create(kind, widget("a"))) == message
    leaving = rig.admin.get(CUSTOMRESOURCEDEFINITIONS, NAME)
    leaving["metadata"]["finalizers"] = []
    rig.admin.update_status(CUSTOMRESOURCEDEFINITIONS, leaving)
    event = watch.next()
    assert event is not None
    assert (event.type, rig.admin.kinds.by_resource("example.com", "v1", "widgets")) == ("END", None)


def _nested(levels: int) -> Obj:
    value: Obj = {}
    for _ in range(levels):
        value = {"a": value}
    return value


_ANYTHING = version(schema={"type": "object", "x-kubernetes-preserve-unknown-fields": True})


def test_what_is_nested_deep_is_kept() -> None:
    rig = Rig()
    kind = served(rig, definition(_ANYTHING))
    assert rig.admin.create(kind, widget("a", spec=_nested(100)))["spec"] == _nested(100)


def test_what_is_nested_too_deep_is_refused() -> None:
    rig = Rig()
    kind = served(rig, definition(_ANYTHING))
    assert _refusal(rig, lambda: rig.admin.create(kind, widget("a", spec=_nested(5000)))) == "400 exceeded max depth"


def test_another_process_serves_the_kind_as_soon_as_it_has_caught_up() -> None:
    rig = Rig()
    other = type(rig.handler)(rig.store, rig.trace, rig.clock, rig.rng)
    served(rig, definition(_WHOLE))
    before = other.kinds.by_resource("example.com", "v1", "widgets")
    other.cacher.pump()
    after = other.kinds.by_resource("example.com", "v1", "widgets")
    assert (before, after is not None and after.qualified) == (None, "widgets.example.com")


def test_a_built_in_kind_is_not_replaced() -> None:
    rig = Rig()
    names = {"plural": "roles", "kind": "Role"}
    approved: Obj = {"name": "roles.rbac.authorization.k8s.io", "annotations": {"api-approved.kubernetes.io": "unapproved, a test"}}
    rig.admin.create(CUSTOMRESOURCEDEFINITIONS, {**definition(group="rbac.authorization.k8s.io", names=names), "metadata": approved})
    establish(rig, approved["name"])
    assert rig.admin.kinds.by_resource("rbac.authorization.k8s.io", "v1", "roles") is ROLES
