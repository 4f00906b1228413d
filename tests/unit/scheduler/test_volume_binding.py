"""VolumeBinding: which nodes reach a pod's volumes, and what a pod waits for."""

from __future__ import annotations

import pytest

from cluster.machinery.meta import Obj
from cluster.scheduler.interface import Change, ClusterEvent, CycleState, Status
from cluster.scheduler.plugins.volume_binding import VolumeBinding
from tests.unit.scheduler.build import View, node, node_infos, pod, pod_info

_USER = pod(volumes=[{"name": "v", "persistentVolumeClaim": {"claimName": "data"}}])


def _claim(volume: str = "", phase: str = "Pending", *, storage_class: str = "", deleting: bool = False) -> Obj:
    meta: Obj = {"name": "data", "annotations": {"pv.kubernetes.io/bind-completed": "yes"} if volume else {}}
    if deleting:
        meta["deletionTimestamp"] = "2026-01-01T00:00:00Z"
    spec = {"storageClassName": storage_class, **({"volumeName": volume} if volume else {})}
    return {"kind": "PersistentVolumeClaim", "metadata": meta, "spec": spec, "status": {"phase": phase}}


def _volume(*nodes: str) -> Obj:
    terms = [{"matchExpressions": [{"key": "kubernetes.io/hostname", "operator": "In", "values": list(nodes)}]}]
    affinity = {"nodeAffinity": {"required": {"nodeSelectorTerms": terms}}} if nodes else {}
    return {"kind": "PersistentVolume", "metadata": {"name": "v"}, "spec": affinity}


_LATER: Obj = {"kind": "StorageClass", "metadata": {"name": "later"}, "volumeBindingMode": "WaitForFirstConsumer"}
_PODS = [
    pytest.param(pod(), [], ["n1", "n2"], "", id="a pod without claims goes anywhere"),
    pytest.param(_USER, [], [], 'persistentvolumeclaim "data" not found', id="a claim that does not exist"),
    pytest.param(_USER, [_claim()], [], "pod has unbound immediate PersistentVolumeClaims", id="a claim without a volume"),
    pytest.param(_USER, [_claim(storage_class="later"), _LATER], ["n1", "n2"], "", id="a claim that waits for its pod"),
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
        'persistentvolumeclaim "web-tmp" not found',
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


def test_a_new_claim_may_be_what_a_pod_waits_for() -> None:
    plugin = VolumeBinding(View())
    news = {
        change: plugin.is_schedulable_after(pod_info(_USER), ClusterEvent(change)) for change in (Change.CLAIM_CHANGED, Change.NODE_DELETED)
    }
    assert news == {Change.CLAIM_CHANGED: True, Change.NODE_DELETED: False}
