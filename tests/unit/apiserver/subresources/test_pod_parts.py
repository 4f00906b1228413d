"""``pods/ephemeralcontainers`` and ``pods/resize``: one part of a pod is written, by rules of its own."""

from __future__ import annotations

import pytest

from cluster.apiserver.request import PatchType
from cluster.machinery.errors import ApiError
from cluster.machinery.kinds.core import BINDINGS, PODS
from cluster.machinery.meta import Obj
from tests.unit.apiserver.rig import Rig, pod

_DEBUGGER: Obj = {"name": "debug", "image": "busybox:1"}
_SIZED: Obj = {"requests": {"cpu": "100m", "memory": "1Gi"}, "limits": {"memory": "2Gi"}}


def _rig(**meta: object) -> Rig:
    """A pod ``web`` with one container ``c`` that requests something."""
    rig = Rig("default")
    web = pod("web", node="n1")
    web["spec"]["containers"][0]["resources"] = _SIZED
    web["metadata"] |= meta
    rig.admin.create(PODS, web)
    return rig


def _patch(rig: Rig, subresource: str, patch: Obj) -> Obj:
    patched: Obj = rig.admin.patch(PODS, "web", "default", patch, type=PatchType.STRATEGIC, subresource=subresource)
    return patched


def _refusal(rig: Rig, subresource: str, patch: Obj) -> list[tuple[str, str]]:
    with pytest.raises(ApiError) as refusal:
        _patch(rig, subresource, patch)
    return [(cause["field"], cause["message"].split("\n")[0]) for cause in (refusal.value.details or {})["causes"]]


def test_a_container_to_look_into_a_pod_is_added_and_nothing_else() -> None:
    rig = _rig()
    spec = {"ephemeralContainers": [_DEBUGGER], "activeDeadlineSeconds": 5}
    changed = _patch(rig, "ephemeralcontainers", {"metadata": {"labels": {"a": "b"}}, "spec": spec})
    added = [container["name"] for container in changed["spec"]["ephemeralContainers"]]
    assert (added, changed["metadata"]["generation"], changed["metadata"]["labels"], "activeDeadlineSeconds" in changed["spec"]) == (
        ["debug"],
        2,
        {"app": "web"},
        False,
    )


_EPHEMERAL = "spec.ephemeralContainers"
_NOT = "Forbidden: cannot be set for an Ephemeral Container"
_DEBUGGERS = [
    pytest.param({"name": "c"}, [(f"{_EPHEMERAL}[0].name", 'Duplicate value: "c"')], id="the name of another container"),
    pytest.param(
        {"targetContainerName": "none"}, [(f"{_EPHEMERAL}[0].targetContainerName", 'Not found: "none"')], id="a target that is not there"
    ),
    pytest.param(
        {
            "ports": [{"containerPort": 80, "protocol": "TCP"}],
            "resources": {"limits": {"cpu": "1"}},
            "lifecycle": {"stopSignal": "SIGTERM"},
        },
        [(f"{_EPHEMERAL}[0].{field}", _NOT) for field in ("ports", "resources", "lifecycle")],
        id="what a service would need",
    ),
]


@pytest.mark.parametrize(("fields", "wanted"), _DEBUGGERS)
def test_a_container_to_look_into_a_pod_promises_nothing(fields: Obj, wanted: list[tuple[str, str]]) -> None:
    assert _refusal(_rig(), "ephemeralcontainers", {"spec": {"ephemeralContainers": [{**_DEBUGGER, **fields}]}}) == wanted


def test_what_was_added_stays() -> None:
    rig = _rig()
    _patch(rig, "ephemeralcontainers", {"spec": {"ephemeralContainers": [_DEBUGGER]}})
    changed = {"spec": {"ephemeralContainers": [{**_DEBUGGER, "image": "busybox:2"}]}}
    removed = {"spec": {"ephemeralContainers": [{"name": "debug", "$patch": "delete"}]}}
    assert [_refusal(rig, "ephemeralcontainers", patch) for patch in (changed, removed)] == [
        [(_EPHEMERAL, 'Forbidden: existing ephemeral containers "debug" may not be changed')],
        [(_EPHEMERAL, 'Forbidden: existing ephemeral containers "debug" may not be removed')],
    ]


def _resources(**sides: Obj | None) -> Obj:
    return {"spec": {"containers": [{"name": "c", "resources": sides}]}}


def test_a_pod_is_resized_and_not_changed_otherwise() -> None:
    rig = _rig()
    patch = {"spec": {"containers": [{"name": "c", "image": "other:1", "resources": {"requests": {"cpu": "200m"}}}]}}
    changed = _patch(rig, "resize", patch)
    container = changed["spec"]["containers"][0]
    assert (container["image"], container["resources"]["requests"], changed["metadata"]["generation"]) == (
        "nginx:1.27",
        {"cpu": "200m", "memory": "1Gi"},
        2,
    )


_SIZES = [
    pytest.param(
        _resources(requests={"cpu": None}),
        [("spec.containers[0].resources.requests", "Forbidden: resource requests cannot be removed")],
        id="a request is removed",
    ),
    pytest.param(
        _resources(limits={"memory": "1Gi", "cpu": "100m"}),
        [("spec", 'Invalid value: "Burstable": Pod QOS Class may not change as a result of resizing')],
        id="another quality of service",
    ),
    pytest.param(
        _resources(requests={"ephemeral-storage": "1Gi"}),
        [("spec", "Forbidden: only cpu and memory resources are mutable")],
        id="another resource",
    ),
]


@pytest.mark.parametrize(("patch", "wanted"), _SIZES)
def test_a_size_that_a_pod_cannot_have(patch: Obj, wanted: list[tuple[str, str]]) -> None:
    assert _refusal(_rig(), "resize", patch) == wanted


@pytest.mark.parametrize(
    ("subresource", "patch", "why"),
    [
        ("resize", _resources(requests={"cpu": "1"}), "static pods cannot be resized"),
        ("ephemeralcontainers", {"spec": {"ephemeralContainers": [_DEBUGGER]}}, "static pods do not support ephemeral containers"),
    ],
)
def test_a_static_pod_is_its_kubelets(subresource: str, patch: Obj, why: str) -> None:
    rig = _rig(annotations={"kubernetes.io/config.mirror": "x"})
    assert _refusal(rig, subresource, patch) == [("", f"Forbidden: {why}")]


@pytest.mark.parametrize(
    ("binding", "code"),
    [
        pytest.param({"metadata": {"name": "free", "namespace": "default"}, "target": {"name": "n2"}}, 201, id="a pod that is on no node"),
        pytest.param({"metadata": {"namespace": "default"}, "target": {"name": "n2"}}, 400, id="no pod at all"),
    ],
)
def test_the_older_door_of_bindings(binding: Obj, code: int) -> None:
    rig = _rig()
    rig.admin.create(PODS, pod("free"))
    try:
        answer = rig.admin.create(BINDINGS, binding)["code"]
    except ApiError as refusal:
        answer = refusal.code
    assert (answer, rig.admin.get(PODS, "free", "default")["spec"].get("nodeName")) == (code, "n2" if code == 201 else None)
