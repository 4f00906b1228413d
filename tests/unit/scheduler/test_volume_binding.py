"""VolumeBinding: which nodes reach a pod's volumes, and what a pod waits for."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.machinery.meta import Obj
from cluster.scheduler.interface import WAIT, Code, CycleState, Status
from cluster.scheduler.plugins.volume_binding import VolumeBinding
from tests.unit.scheduler.build import View, node, node_infos, pod, pod_info

_USER = pod(volumes=[{"name": "v", "persistentVolumeClaim": {"claimName": "data"}}])


def _claim(volume: str = "", phase: str = "Pending", *, storage_class: str = "", deleting: bool = False, on: str = "") -> Obj:
    annotations = {"pv.kubernetes.io/bind-completed": "yes"} if volume else {"volume.kubernetes.io/selected-node": on} if on else {}
    meta: Obj = {"name": "data", "namespace": "default", "uid": "uid-data", "resourceVersion": "1", "annotations": annotations}
    if deleting:
        meta["deletionTimestamp"] = "2026-01-01T00:00:00Z"
    spec = {"storageClassName": storage_class, **({"volumeName": volume} if volume else {})}
    return {"kind": "PersistentVolumeClaim", "metadata": meta, "spec": spec, "status": {"phase": phase}}


def _volume(*nodes: str) -> Obj:
    terms = [{"matchExpressions": [{"key": "kubernetes.io/hostname", "operator": "In", "values": list(nodes)}]}]
    affinity = {"nodeAffinity": {"required": {"nodeSelectorTerms": terms}}} if nodes else {}
    return {"kind": "PersistentVolume", "metadata": {"name": "v"}, "spec": affinity}


def _free(name: str, storage: str, *nodes: str, **spec: Any) -> Obj:
    """A volume of the class ``later``."""
    reachable = _volume(*nodes)["spec"]
    wanted = {"storageClassName": "later", "capacity": {"storage": storage}, **reachable, **spec}
    return {"kind": "PersistentVolume", "metadata": {"name": name}, "spec": wanted, "status": {"phase": "Available"}}


def _later(provisioner: str = "a.b/c", **fields: Any) -> Obj:
    mode = {"volumeBindingMode": "WaitForFirstConsumer"}
    return {"kind": "StorageClass", "metadata": {"name": "later"}, "provisioner": provisioner, **mode, **fields}


_NOBODY = "kubernetes.io/no-provisioner"
_NONE_FREE = "node(s) didn't find available persistent volumes to bind"
_ON_N2 = [{"matchLabelExpressions": [{"key": "kubernetes.io/hostname", "values": ["n2"]}]}]
_PODS = [
    pytest.param(pod(), [], ["n1", "n2"], "", id="a pod without claims goes anywhere"),
    pytest.param(_USER, [], [], 'persistentvolumeclaim "data" not found', id="a claim that does not exist"),
    pytest.param(_USER, [_claim()], [], "pod has unbound immediate PersistentVolumeClaims", id="a claim without a volume"),
    pytest.param(_USER, [_claim(storage_class="later"), _later()], ["n1", "n2"], "", id="a claim for which a volume is made anywhere"),
    pytest.param(
        _USER,
        [_claim(storage_class="later"), _later(allowedTopologies=_ON_N2)],
        ["n2"],
        _NONE_FREE,
        id="a claim for which a volume is made in one place",
    ),
    pytest.param(_USER, [_claim(storage_class="later"), _later(_NOBODY)], [], _NONE_FREE, id="a claim for which nobody makes a volume"),
    pytest.param(
        _USER,
        [_claim(storage_class="later"), _later(_NOBODY), _free("local", "1Gi", "n2")],
        ["n2"],
        _NONE_FREE,
        id="a claim for which a volume is free on one node",
    ),
    pytest.param(
        _USER,
        [_claim(storage_class="later", on="n1"), _later()],
        ["n1"],
        _NONE_FREE,
        id="a claim for which a volume is being made on one node",
    ),
    pytest.param(_USER, [_claim(deleting=True)], [], 'persistentvolumeclaim "data" is being deleted', id="a claim that goes"),
    pytest.param(
        _USER,
        [_claim("v", "Lost")],
        [],
        'persistentvolumeclaim "data" bound to non-existent persistentvolume "v"',
        id="a claim whose volume is lost",
    ),
    pytest.param(_USER, [_claim("v", "Bound"), _volume()], ["n1", "n2"], "", id="a volume for every node"),
    pytest.param(
        _USER,
        [_claim("v", "Bound"), _volume("n2")],
        ["n2"],
        "node(s) didn't match PersistentVolume's node affinity",
        id="a volume of one node",
    ),
    pytest.param(
        _USER,
        [_claim("v", "Bound")],
        [],
        "node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)",
        id="a volume that is gone",
    ),
    pytest.param(
        pod("web", volumes=[{"name": "tmp", "ephemeral": {}}]),
        [],
        [],
        'waiting for ephemeral volume controller to create the persistentvolumeclaim "web-tmp"',
        id="a claim made for the pod",
    ),
]


@pytest.mark.parametrize(("asking", "storage", "fitting", "reason"), _PODS)
def test_where_a_pod_with_volumes_goes(asking: Obj, storage: list[Obj], fitting: list[str], reason: str) -> None:
    plugin, state, nodes, info = VolumeBinding(View(storage=storage)), CycleState(), node_infos([node("n1"), node("n2")]), pod_info(asking)
    answer = plugin.pre_filter(state, info, nodes)
    if isinstance(answer, Status):
        refusals = {each.name: answer if answer.reasons else None for each in nodes}
    else:
        refusals = {each.name: plugin.filter(state, info, each) for each in nodes}
    reasons = {refusal.reasons[0] for refusal in refusals.values() if refusal}
    assert ([name for name, refusal in refusals.items() if not refusal], "".join(reasons)) == (fitting, reason)


def test_the_smallest_volume_is_kept_for_the_claim_and_written_before_the_pod_is_bound() -> None:
    storage = [_claim(storage_class="later"), _later(_NOBODY), _free("large", "9Gi", "n1"), _free("small", "1Gi", "n1")]
    view = View(storage=storage)
    plugin, state, info = VolumeBinding(view), CycleState(), pod_info(_USER)
    plugin.pre_filter(state, info, [])
    plugin.filter(state, info, node_infos([node("n1")])[0])
    plugin.reserve(state, info, "n1")
    answers = [plugin.pre_bind(state, info, "n1", waited) for waited in (0.0, 1.0, 600.0)]
    view.assume_claim(_claim("small", "Bound"))
    answers.append(plugin.pre_bind(state, info, "n1", 2.0))
    written = [(obj["metadata"]["name"], obj["spec"]["claimRef"]["uid"]) for obj in view.written]
    assert (written, answers) == (
        [("small", "uid-data")],
        [WAIT, WAIT, Status(Code.ERROR, ("binding volumes: context deadline exceeded",)), None],
    )


def test_a_claim_for_which_a_volume_is_made_says_where_and_may_fail() -> None:
    view = View(storage=[_claim(storage_class="later"), _later()])
    plugin, state, info = VolumeBinding(view), CycleState(), pod_info(_USER)
    plugin.pre_filter(state, info, [])
    plugin.filter(state, info, node_infos([node("n1")])[0])
    first = plugin.pre_bind(state, info, "n1", 0.0)
    view.assume_claim(_claim(storage_class="later"))
    second = plugin.pre_bind(state, info, "n1", 1.0)
    written = [obj["metadata"]["annotations"] for obj in view.written]
    assert (written, first, second) == (
        [{"volume.kubernetes.io/selected-node": "n1"}],
        WAIT,
        Status(Code.ERROR, ('binding volumes: provisioning failed for PVC "data"',)),
    )
