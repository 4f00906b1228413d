"""LimitRanger: what it fills in, and what it refuses, in a real server's words."""

from __future__ import annotations

import pytest

from cluster.machinery.errors import ApiError
from cluster.machinery.kinds.core import LIMITRANGES, PERSISTENTVOLUMECLAIMS, PODS
from cluster.machinery.meta import Obj
from tests.unit.apiserver.rig import Rig

LIMITS: list[Obj] = [
    {
        "type": "Container",
        "default": {"cpu": "500m", "memory": "256Mi"},
        "defaultRequest": {"cpu": "100m"},
        "min": {"cpu": "50m"},
        "max": {"cpu": "1", "memory": "1Gi"},
        "maxLimitRequestRatio": {"cpu": 8},
    },
    {"type": "Pod", "max": {"cpu": "2"}},
    {"type": "PersistentVolumeClaim", "min": {"storage": "1Gi"}, "max": {"storage": "5Gi"}},
]


def _rig(*limits: Obj) -> Rig:
    rig = Rig("default")
    rig.admin.create(LIMITRANGES, {"metadata": {"name": "lr", "namespace": "default"}, "spec": {"limits": list(limits) or LIMITS}})
    return rig


def _pod(*resources: Obj, init: Obj | None = None) -> Obj:
    containers = [{"name": "cdef"[index], "image": "i", "resources": each} for index, each in enumerate(resources)]
    first = {"initContainers": [{"name": "i", "image": "i", "resources": init}]} if init is not None else {}
    return {"metadata": {"name": "web", "namespace": "default"}, "spec": {"containers": containers, **first}}


def _both(cpu: str, memory: str, limit: str = "") -> Obj:
    return {"limits": {"cpu": limit or cpu, "memory": memory}, "requests": {"cpu": cpu, "memory": memory}}


_FILLED = [
    pytest.param(
        _pod({}, {"limits": {"cpu": "800m"}}),
        [_both("100m", "256Mi", "500m"), _both("800m", "256Mi")],
        "cpu, memory request for container c; cpu, memory limit for container c; "
        "memory request for container d; memory limit for container d",
        id="two containers that leave something out",
    ),
    pytest.param(
        _pod(_both("100m", "1Mi"), init={}),
        [_both("100m", "1Mi"), _both("100m", "256Mi", "500m")],
        "cpu, memory request for init container i; cpu, memory limit for init container i",
        id="an init container",
    ),
    pytest.param(_pod(_both("100m", "1Mi")), [_both("100m", "1Mi")], None, id="a container that says everything"),
]


@pytest.mark.parametrize(("pod", "resources", "note"), _FILLED)
def test_what_is_left_out_is_filled_in_and_noted(pod: Obj, resources: list[Obj], note: str | None) -> None:
    written = _rig().admin.create(PODS, pod)
    spec = written["spec"]
    text = f"LimitRanger plugin set: {note}" if note else None
    found = [container["resources"] for container in [*spec["containers"], *spec.get("initContainers", ())]]
    assert (found, written["metadata"].get("annotations", {}).get("kubernetes.io/limit-ranger")) == (resources, text)


_REFUSED = [
    pytest.param(
        LIMITS,
        _pod({"requests": {"cpu": "10m"}}),
        "[minimum cpu usage per Container is 50m, but request is 10m, "
        "cpu max limit to request ratio per Container is 8, but provided ratio is 50.000000]",
        id="a small request",
    ),
    pytest.param(
        LIMITS,
        _pod({"limits": {"cpu": "3", "memory": "2Gi"}}),
        "[maximum cpu usage per Container is 1, but limit is 3, maximum memory usage per Container is 1Gi, but limit is 2Gi, "
        "maximum cpu usage per Pod is 2, but limit is 3]",
        id="a large limit",
    ),
    pytest.param(
        LIMITS,
        _pod({"requests": {"cpu": "50m"}, "limits": {"cpu": "1"}}),
        "cpu max limit to request ratio per Container is 8, but provided ratio is 20.000000",
        id="a request far below its limit",
    ),
    pytest.param(
        [{"type": "Pod", "min": {"memory": "1Gi"}, "max": {"cpu": "1"}}],
        _pod({}),
        "[minimum memory usage per Pod is 1Gi.  No request is specified, maximum cpu usage per Pod is 1.  No limit is specified]",
        id="a pod that says nothing",
    ),
]


@pytest.mark.parametrize(("limits", "pod", "why"), _REFUSED)
def test_what_is_out_of_bounds_is_refused(limits: list[Obj], pod: Obj, why: str) -> None:
    with pytest.raises(ApiError) as raised:
        _rig(*limits).admin.create(PODS, pod)
    assert (raised.value.code, raised.value.message) == (403, f'pods "web" is forbidden: {why}')


_CLAIMS = [
    pytest.param("10Gi", "maximum storage usage per PersistentVolumeClaim is 5Gi, but request is 10Gi", id="too large"),
    pytest.param("1Mi", "minimum storage usage per PersistentVolumeClaim is 1Gi, but request is 1Mi", id="too small"),
]


@pytest.mark.parametrize(("size", "why"), _CLAIMS)
def test_a_claim_is_held_to_the_bounds(size: str, why: str) -> None:
    claim: Obj = {"metadata": {"name": "pvc", "namespace": "default"}, "spec": {"accessModes": ["ReadWriteOnce"]}}
    claim["spec"]["resources"] = {"requests": {"storage": size}}
    with pytest.raises(ApiError) as raised:
        _rig().admin.create(PERSISTENTVOLUMECLAIMS, claim)
    assert raised.value.message == f'persistentvolumeclaims "pvc" is forbidden: {why}'
