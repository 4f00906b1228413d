"""NodeVolumeLimits: what counts towards the volumes that a driver attaches to a node, and what may let a pod in."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.machinery.meta import Obj
from cluster.scheduler.interface import SKIP, Code, CycleState, Status
from cluster.scheduler.plugins.node_volume_limits import NodeVolumeLimits
from tests.unit.scheduler.build import View, node, node_infos, pod, pod_info

_EBS, _GCE = "ebs.example", "gce.example"


def _uses(*claims: str, on: str = "") -> Obj:
    volumes = [{"name": claim, "persistentVolumeClaim": {"claimName": claim}} for claim in claims]
    return pod(f"pod-{'-'.join(claims)}", node=on, volumes=volumes)


def _bound(name: str, driver: str = _EBS, **source: Any) -> list[Obj]:
    """A claim with its volume."""
    claim = {"kind": "PersistentVolumeClaim", "metadata": {"name": name, "namespace": "default"}, "spec": {"volumeName": f"pv-{name}"}}
    spec = source or {"csi": {"driver": driver, "volumeHandle": f"handle-{name}"}}
    return [claim, {"kind": "PersistentVolume", "metadata": {"name": f"pv-{name}"}, "spec": spec}]


def _claim(name: str, **spec: Any) -> Obj:
    return {"kind": "PersistentVolumeClaim", "metadata": {"name": name, "namespace": "default"}, "spec": spec}


def _csi_node(**limits: int | None) -> Obj:
    drivers = [
        {"name": name.replace("_", "."), "nodeID": "n1", **({} if count is None else {"allocatable": {"count": count}})}
        for name, count in limits.items()
    ]
    return {"kind": "CSINode", "metadata": {"name": "n1"}, "spec": {"drivers": drivers}}


def _attachment(name: str, on: str = "n1") -> Obj:
    spec = {"attacher": _EBS, "nodeName": on, "source": {"persistentVolumeName": f"pv-{name}"}}
    return {"kind": "VolumeAttachment", "metadata": {"name": f"va-{name}"}, "spec": spec}


_STORAGE = [
    *(each for name in ("a", "b", "c", "d") for each in _bound(name)),
    *_bound("g", _GCE),
    *_bound("host", hostPath={"path": "/tmp"}),
    _claim("pending", storageClassName="ebs"),
    _claim("classless"),
    _claim("volumeless", storageClassName="ebs", volumeName="gone"),
    {"kind": "StorageClass", "metadata": {"name": "ebs"}, "provisioner": _EBS},
]
_TWO = _csi_node(ebs_example=2)
_FULL = Status(Code.UNSCHEDULABLE, ("node(s) exceed max volume count",))
_FILTERS = [
    pytest.param(pod(), [_uses("a", "b")], [_csi_node(ebs_example=1)], SKIP, id="a pod without claims is of no interest"),
    pytest.param(_uses("a"), [], [_TWO], None, id="an empty node has room"),
    pytest.param(_uses("a"), [_uses("b", "c")], [_csi_node(ebs_example=3)], None, id="the last place is free"),
    pytest.param(_uses("a"), [_uses("b", "c")], [_TWO], _FULL, id="no place is free"),
    pytest.param(_uses("a", "b"), [_uses("c")], [_TWO], _FULL, id="two volumes need two places"),
    pytest.param(_uses("a"), [_uses("a"), _uses("b")], [_TWO], None, id="a volume that another pod of the node has needs no place"),
    pytest.param(_uses("a"), [_uses("b"), _uses("b", "c")], [_csi_node(ebs_example=3)], None, id="a volume of two pods has one place"),
    pytest.param(_uses("a"), [_uses("b", "c")], [_csi_node(ebs_example=None)], None, id="a driver that names no limit has none"),
    pytest.param(_uses("a"), [_uses("b", "c")], [], None, id="a node that has told of no driver has no limit"),
    pytest.param(_uses("a"), [_uses("b", "c")], [_csi_node()], None, id="a node without the driver has no limit"),
    pytest.param(_uses("g"), [_uses("a", "b")], [_csi_node(ebs_example=2, gce_example=1)], None, id="another driver's volumes"),
    pytest.param(_uses("a"), [_uses("g", "b")], [_TWO], None, id="volumes of another driver take no place"),
    pytest.param(_uses("a"), [_uses("host"), _uses("b")], [_TWO], None, id="volumes without a driver take no place"),
    pytest.param(_uses("host"), [_uses("a", "b")], [_TWO], None, id="volumes without a driver need no place"),
    pytest.param(_uses("a"), [_uses("pending"), _uses("b")], [_TWO], _FULL, id="a volume that is still to be made takes one"),
    pytest.param(_uses("a"), [_uses("pending"), pod("x", volumes=_uses("pending")["spec"]["volumes"])], [_TWO], None, id="takes one only"),
    pytest.param(_uses("pending"), [_uses("a", "b")], [_TWO], _FULL, id="a volume that is still to be made needs one"),
    pytest.param(_uses("a"), [_uses("volumeless"), _uses("b")], [_TWO], _FULL, id="a volume that is gone counts by its class"),
    pytest.param(_uses("a"), [_uses("classless"), _uses("b")], [_TWO], None, id="a claim without volume and class takes none"),
    pytest.param(_uses("a"), [_uses("nobody"), _uses("b")], [_TWO], None, id="a claim that is gone takes none"),
    pytest.param(
        _uses("nobody"),
        [],
        [_TWO],
        Status(Code.ERROR, ('looking up PVC default/nobody: persistentvolumeclaim "nobody" not found',)),
        id="a claim of the new pod that is gone is an error",
    ),
    pytest.param(_uses("a"), [], [_TWO, _attachment("b"), _attachment("c")], _FULL, id="volumes that are still attached take places"),
    pytest.param(_uses("a"), [_uses("b")], [_TWO, _attachment("b")], None, id="an attached volume of a pod takes one place"),
    pytest.param(_uses("a"), [], [_TWO, _attachment("b", on="n2"), _attachment("c", on="n2")], None, id="attached elsewhere"),
    pytest.param(_uses("a"), [], [_TWO, _attachment("a"), _attachment("b")], _FULL, id="one that is still attached needs another place"),
]


@pytest.mark.parametrize(("asking", "existing", "storage", "expected"), _FILTERS)
def test_a_node_takes_so_many_volumes_of_a_driver(asking: Obj, existing: list[Obj], storage: list[Obj], expected: Status | None) -> None:
    plugin, info = NodeVolumeLimits(View(storage=[*_STORAGE, *storage])), pod_info(asking)
    placed = [{**each, "spec": {**each["spec"], "nodeName": "n1"}} for each in existing]
    before = plugin.pre_filter(CycleState(), info, [])
    found = before if before is not None else plugin.filter(CycleState(), info, node_infos([node("n1")], placed)[0])
    assert found == expected


_MADE_FOR_THE_POD = pod("web", volumes=[{"name": "tmp", "ephemeral": {}}])
_INLINE = pod("web", volumes=[{"name": "v", "csi": {"driver": _EBS}}])
_PODS_GONE = [
    pytest.param(_uses("a", on="n1"), True, id="a pod with a claim"),
    pytest.param({**_MADE_FOR_THE_POD, "spec": {**_MADE_FOR_THE_POD["spec"], "nodeName": "n1"}}, True, id="a pod with a claim made for it"),
    pytest.param({**_uses("a"), "status": {"nominatedNodeName": "n1"}}, True, id="a pod that was to have the node"),
    pytest.param(_uses("a"), False, id="a pod that had no node"),
    pytest.param(pod("web", node="n1"), False, id="a pod without volumes"),
    pytest.param(pod("web", node="n1", volumes=[{"name": "v", "secret": {}}]), False, id="a pod with other volumes"),
]


@pytest.mark.parametrize(("gone", "expected"), _PODS_GONE)
def test_which_pod_may_help_by_going(gone: Obj, expected: bool) -> None:
    assert NodeVolumeLimits(View()).is_schedulable_after_pod_deleted(pod_info(_uses("b")), gone, None) is expected


_CLAIMS = [
    pytest.param(_uses("a"), _claim("a"), True, id="the pod's own"),
    pytest.param(_MADE_FOR_THE_POD, _claim("web-tmp"), True, id="the one made for the pod"),
    pytest.param(_uses("a"), _claim("b"), False, id="another one"),
    pytest.param(_uses("a"), {"metadata": {"name": "a", "namespace": "other"}, "spec": {}}, False, id="one of another namespace"),
    pytest.param(pod(), _claim("a"), False, id="one, where the pod has none"),
]


@pytest.mark.parametrize(("waiting", "claim", "expected"), _CLAIMS)
def test_which_new_claim_may_help(waiting: Obj, claim: Obj, expected: bool) -> None:
    assert NodeVolumeLimits(View()).is_schedulable_after_claim_added(pod_info(waiting), None, claim) is expected


_LIMITS = [
    pytest.param(_TWO, _csi_node(ebs_example=3), True, id="the limit has grown"),
    pytest.param(_TWO, _TWO, False, id="the limit has stayed"),
    pytest.param(_TWO, _csi_node(ebs_example=1), False, id="the limit has shrunk"),
    pytest.param(_TWO, _csi_node(ebs_example=None), True, id="the limit has gone"),
    pytest.param(_csi_node(ebs_example=2, gce_example=2), _csi_node(ebs_example=1, gce_example=3), True, id="one of two limits has grown"),
]


@pytest.mark.parametrize(("old", "new", "expected"), _LIMITS)
def test_which_change_of_a_nodes_drivers_may_help(old: Obj, new: Obj, expected: bool) -> None:
    assert NodeVolumeLimits(View()).is_schedulable_after_csi_node_updated(pod_info(_uses("a")), old, new) is expected


@pytest.mark.parametrize(
    ("waiting", "expected"),
    [
        pytest.param(_uses("a"), True, id="with a claim"),
        pytest.param(_INLINE, False, id="with a volume of its own"),
        pytest.param(pod(), False, id="without volumes"),
    ],
)
def test_a_detached_volume_may_help_a_pod(waiting: Obj, expected: bool) -> None:
    hint = NodeVolumeLimits(View()).is_schedulable_after_volume_attachment_deleted
    assert hint(pod_info(waiting), _attachment("z"), None) is expected
