"""Applies through every stage of the API server: what becomes of objects, and what is refused."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cluster.apiserver.request import PatchType
from cluster.machinery.errors import MODIFIED, ApiError
from cluster.machinery.kinds.apps import DEPLOYMENTS
from cluster.machinery.kinds.core import CONFIGMAPS, PODS
from cluster.machinery.kinds.model import Kind
from cluster.machinery.meta import Obj
from tests.unit.apiserver.fieldmanager.stage import Stage, owned, refusal

LAST = "kubectl.kubernetes.io/last-applied-configuration"


def data(**fields: str) -> Obj:
    return {"data": fields}


def deployment(replicas: int | None = 1, image: str = "i") -> Obj:
    container = {"name": "c", "image": image}
    spec: Obj = {
        "selector": {"matchLabels": {"a": "b"}},
        "template": {"metadata": {"labels": {"a": "b"}}, "spec": {"containers": [container]}},
    }
    return {"spec": {**spec, **({} if replicas is None else {"replicas": replicas})}}


def test_an_apply_creates_what_is_missing() -> None:
    stage = Stage(DEPLOYMENTS)
    config = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "x"}, **deployment()}
    response = stage.send("patch", config, "a", patch=PatchType.APPLY)
    assert (response.code, owned(stage.get()), stage.get()["spec"]["strategy"]["type"]) == (
        201,
        {
            ("a", "Apply", ""): {
                "f:spec": {
                    "f:replicas": {},
                    "f:selector": {},
                    "f:template": {
                        "f:metadata": {"f:labels": {"f:a": {}}},
                        "f:spec": {"f:containers": {'k:{"name":"c"}': {".": {}, "f:name": {}, "f:image": {}}}},
                    },
                }
            }
        },
        "RollingUpdate",
    )


def test_what_is_applied_no_longer_gets_its_default() -> None:
    stage = Stage(DEPLOYMENTS)
    stage.apply(deployment(replicas=3), "a")
    assert stage.apply(deployment(replicas=None), "a")["spec"]["replicas"] == 1


def test_a_second_apply_of_the_same_writes_nothing() -> None:
    stage = Stage()
    assert stage.apply(data(a="1"), "a") == stage.apply(data(a="1"), "a")


def test_a_forced_apply_takes_over() -> None:
    stage = Stage()
    stage.create(data(a="1", b="1"), "u")
    assert owned(stage.apply(data(a="2"), "a", force=True)) == {
        ("a", "Apply", ""): {"f:data": {"f:a": {}}},
        ("u", "Update", ""): {"f:data": {".": {}, "f:b": {}}},
    }


def test_applying_to_a_scale_owns_the_replicas() -> None:
    stage = Stage(DEPLOYMENTS)
    stage.create(deployment(), "u")
    config = {"apiVersion": "autoscaling/v1", "kind": "Scale", "metadata": {"name": "x"}, "spec": {"replicas": 4}}
    stage.send("patch", config, "s", subresource="scale", patch=PatchType.APPLY, force=True)
    assert (stage.get()["spec"]["replicas"], owned(stage.get())["s", "Apply", "scale"]) == (4, {"f:spec": {"f:replicas": {}}})


def conflict_of_one(stage: Stage) -> None:
    stage.create(data(a="1"), "kubectl-create")
    stage.apply(data(a="2"), "a")


def conflict_of_two(stage: Stage) -> None:
    stage.create(data(a="1"), "u")
    stage.apply(data(b="1"), "b")
    stage.apply(data(a="2", b="2"), "a")


def conflict_of_one_manager(stage: Stage) -> None:
    stage.create(data(a="1", b="1"), "u")
    stage.apply(data(a="2", b="2"), "a")


def stale(stage: Stage) -> None:
    stage.create(data(a="1"), "u")
    stage.apply({"metadata": {"resourceVersion": "1"}, **data(b="1")}, "a")


@pytest.mark.parametrize(
    ("kind", "play", "code", "reason", "message", "causes"),
    [
        pytest.param(
            CONFIGMAPS,
            conflict_of_one,
            409,
            "Conflict",
            'Apply failed with 1 conflict: conflict with "kubectl-create" using v1: .data.a',
            [{"reason": "FieldManagerConflict", "message": 'conflict with "kubectl-create" using v1', "field": ".data.a"}],
            id="a field of an updater",
        ),
        pytest.param(
            CONFIGMAPS,
            conflict_of_two,
            409,
            "Conflict",
            'Apply failed with 2 conflicts: conflicts with "b":\n- .data.b\nconflicts with "u" using v1:\n- .data.a',
            [
                {"reason": "FieldManagerConflict", "message": 'conflict with "b"', "field": ".data.b"},
                {"reason": "FieldManagerConflict", "message": 'conflict with "u" using v1', "field": ".data.a"},
            ],
            id="fields of two",
        ),
        pytest.param(
            CONFIGMAPS,
            conflict_of_one_manager,
            409,
            "Conflict",
            'Apply failed with 2 conflicts: conflicts with "u" using v1:\n- .data.a\n- .data.b',
            [
                {"reason": "FieldManagerConflict", "message": 'conflict with "u" using v1', "field": ".data.a"},
                {"reason": "FieldManagerConflict", "message": 'conflict with "u" using v1', "field": ".data.b"},
            ],
            id="two fields of one",
        ),
        pytest.param(
            CONFIGMAPS,
            stale,
            409,
            "Conflict",
            f'Operation cannot be fulfilled on configmaps "x": {MODIFIED}',
            None,
            id="another version of the object",
        ),
        pytest.param(
            CONFIGMAPS,
            lambda s: s.apply({"metadata": {"managedFields": [{}]}}, "a"),
            400,
            "BadRequest",
            "metadata.managedFields must be nil",
            None,
            id="managed fields in a configuration",
        ),
        pytest.param(
            CONFIGMAPS,
            lambda s: s.apply({"kind": "Secret"}, "a"),
            400,
            "BadRequest",
            "invalid object type: /v1, Kind=Secret",
            None,
            id="another kind",
        ),
        pytest.param(
            DEPLOYMENTS,
            lambda s: s.apply({"apiVersion": "apps/v1beta1"}, "a"),
            400,
            "BadRequest",
            "invalid object type: apps/v1beta1, Kind=Deployment",
            None,
            id="another version",
        ),
        pytest.param(
            CONFIGMAPS,
            lambda s: s.apply({"dat": {}}, "a"),
            500,
            "",
            "failed to create typed patch object (default/x; /v1, Kind=ConfigMap): .dat: field not declared in schema",
            None,
            id="a field that there is not",
        ),
        pytest.param(
            PODS,
            lambda s: s.apply({"spec": {"containers": [{"name": "c"}, {"name": "c"}]}}, "a"),
            500,
            "",
            'failed to create typed patch object (default/x; /v1, Kind=Pod): .spec.containers: duplicate entries for key [name="c"]',
            None,
            id="an item twice",
        ),
        pytest.param(
            PODS,
            lambda s: s.apply({"spec": {"containers": [{"name": "c", "image": "i", "resources": {"limits": {"cpu": "much"}}}]}}, "a"),
            500,
            "",
            "failed to convert new typed object (default/x; /v1, Kind=Pod) to object: quantities must match the regular expression "
            "'^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
            None,
            id="a quantity that is none",
        ),
        pytest.param(
            CONFIGMAPS,
            lambda s: s.apply({"metadata": {"uid": "u1"}}, "a"),
            409,
            "Conflict",
            'Operation cannot be fulfilled on configmaps "x": '
            "uid mismatch: the provided object specified uid u1, and no existing object was found",
            None,
            id="an object that is there no more",
        ),
        pytest.param(
            CONFIGMAPS,
            lambda s: s.send("patch", {"apiVersion": "v1", "kind": "ConfigMap", "metadata": None}, "kubectl", patch=PatchType.APPLY),
            400,
            "BadRequest",
            "the name of the object (x based on URL) was undeterminable: name must be provided",
            None,
            id="no name at all",
        ),
        pytest.param(
            CONFIGMAPS,
            lambda s: s.apply({"metadata": {"name": "y"}}, "a"),
            400,
            "BadRequest",
            "the name of the object (y) does not match the name on the URL (x)",
            None,
            id="another name",
        ),
    ],
)
def test_an_apply_is_refused(
    kind: Kind, play: Callable[[Stage], object], code: int, reason: str, message: str, causes: list[Obj] | None
) -> None:
    with pytest.raises(ApiError) as refused:
        play(Stage(kind))
    assert (refusal(refused.value), (refused.value.details or {}).get("causes")) == ((code, reason, message), causes)


def test_kubectl_takes_over_what_it_applied_by_itself() -> None:
    stage = Stage()
    config = '{"apiVersion":"v1","data":{"a":"1"},"kind":"ConfigMap","metadata":{"name":"x","namespace":"default"}}\n'
    stage.create({"metadata": {"annotations": {LAST: config}}, **data(a="1")}, "kubectl-client-side-apply")
    taken = stage.apply(data(a="2"), "kubectl")
    assert (taken["data"], taken["metadata"]["annotations"][LAST], owned(taken)["kubectl", "Apply", ""]) == (
        {"a": "2"},
        '{"apiVersion":"v1","data":{"a":"2"},"kind":"ConfigMap","metadata":{"name":"x","namespace":"default"}}\n',
        {"f:data": {"f:a": {}}},
    )


def test_kubectl_does_not_take_over_what_somebody_has_changed_since() -> None:
    stage = Stage()
    config = '{"apiVersion":"v1","data":{"a":"1"},"kind":"ConfigMap","metadata":{"name":"x","namespace":"default"}}\n'
    stage.create({"metadata": {"annotations": {LAST: config}}, **data(a="1", b="1")}, "kubectl-client-side-apply")
    stage.merge(data(b="2"), "u")
    with pytest.raises(ApiError) as refused:
        stage.apply(data(a="2", b="3"), "kubectl")
    assert refused.value.message == 'Apply failed with 1 conflict: conflict with "u" using v1: .data.b'
