"""VolumeRestrictions: disks that one node has for itself, claims that one pod has for itself, and what may let a pod in."""

from __future__ import annotations

import pytest

from cluster.machinery.meta import Obj
from cluster.scheduler.interface import SKIP, Code, CycleState, Status
from cluster.scheduler.plugins.volume_restrictions import VolumeRestrictions
from tests.unit.scheduler.build import View, node, node_infos, pod, pod_info


def _has(*volumes: Obj) -> Obj:
    return pod("web", volumes=[{"name": f"v{number}", **volume} for number, volume in enumerate(volumes)])


def _gce(name: str = "disk", *, read_only: bool = False) -> Obj:
    return {"gcePersistentDisk": {"pdName": name, **({"readOnly": True} if read_only else {})}}


def _ebs(volume: str = "disk", *, read_only: bool = False) -> Obj:
    return {"awsElasticBlockStore": {"volumeID": volume, **({"readOnly": True} if read_only else {})}}


def _iscsi(iqn: str = "iqn.2016-12.example:disk", *, lun: int = 0, read_only: bool = False) -> Obj:
    return {"iscsi": {"targetPortal": "127.0.0.1:3260", "iqn": iqn, "lun": lun, **({"readOnly": True} if read_only else {})}}


def _rbd(image: str = "disk", pool: str = "pool", *monitors: str, read_only: bool = False) -> Obj:
    return {"rbd": {"monitors": list(monitors or ("a", "b")), "pool": pool, "image": image, **({"readOnly": True} if read_only else {})}}


def _claim(name: str = "data") -> Obj:
    return {"persistentVolumeClaim": {"claimName": name}}


def _exclusive(name: str = "data", mode: str = "ReadWriteOncePod") -> Obj:
    return {"kind": "PersistentVolumeClaim", "metadata": {"name": name, "namespace": "default"}, "spec": {"accessModes": [mode]}}


_DISK = Status(Code.UNSCHEDULABLE, ("node(s) had no available disk",))
_CLAIM = Status(Code.UNSCHEDULABLE, ("node has pod using PersistentVolumeClaim with the same name and ReadWriteOncePod access mode",))
_DISKS = [
    pytest.param(pod(), _has(_gce()), SKIP, id="a pod without volumes is of no interest"),
    pytest.param(_has({"secret": {"secretName": "s"}}), _has(_gce()), SKIP, id="other volumes are of no interest"),
    pytest.param(_has(_gce()), pod(), None, id="nobody has the disk"),
    pytest.param(_has(_gce()), _has(_gce()), _DISK, id="a GCE disk for writing twice"),
    pytest.param(_has(_gce()), _has(_gce("other")), None, id="two GCE disks"),
    pytest.param(_has(_gce(read_only=True)), _has(_gce(read_only=True)), None, id="a GCE disk for reading twice"),
    pytest.param(_has(_gce(read_only=True)), _has(_gce()), _DISK, id="a GCE disk for reading while another pod writes"),
    pytest.param(_has(_ebs()), _has(_ebs()), _DISK, id="an EBS volume twice"),
    pytest.param(_has(_ebs(read_only=True)), _has(_ebs(read_only=True)), _DISK, id="an EBS volume twice, if only for reading"),
    pytest.param(_has(_ebs()), _has(_ebs("other")), None, id="two EBS volumes"),
    pytest.param(_has(_iscsi()), _has(_iscsi()), _DISK, id="an iSCSI target twice"),
    pytest.param(_has(_iscsi(lun=1)), _has(_iscsi(lun=2)), _DISK, id="two units of one iSCSI target"),
    pytest.param(_has(_iscsi()), _has(_iscsi("iqn.2017-12.example:disk")), None, id="two iSCSI targets"),
    pytest.param(_has(_iscsi(read_only=True)), _has(_iscsi(read_only=True)), None, id="an iSCSI target for reading twice"),
    pytest.param(_has(_rbd()), _has(_rbd()), _DISK, id="an RBD image twice"),
    pytest.param(_has(_rbd("disk", "pool", "a", "b")), _has(_rbd("disk", "pool", "b", "c")), _DISK, id="by one monitor in common"),
    pytest.param(_has(_rbd("disk", "pool", "a")), _has(_rbd("disk", "pool", "c")), None, id="by other monitors"),
    pytest.param(_has(_rbd("disk")), _has(_rbd("other")), None, id="two RBD images"),
    pytest.param(_has(_rbd("disk", "pool")), _has(_rbd("disk", "other")), None, id="RBD images of two pools"),
    pytest.param(_has(_rbd(read_only=True)), _has(_rbd(read_only=True)), None, id="an RBD image for reading twice"),
    pytest.param(_has(_gce("disk")), _has(_ebs("disk")), None, id="disks of two kinds with one name"),
    pytest.param(_has(_gce("a"), _ebs("b")), _has(_ebs("b")), _DISK, id="the second of two disks"),
]


def _found(plugin: VolumeRestrictions, asking: Obj, existing: Obj, on: str) -> Status | None:
    """What the plugin says of the node ``n1`` while another pod is on ``on``."""
    placed = {**existing, "metadata": {**existing["metadata"], "name": "existing"}, "spec": {**existing["spec"], "nodeName": on}}
    nodes, state, info = node_infos([node("n1"), node("n2")], [placed]), CycleState(), pod_info(asking)
    before = plugin.pre_filter(state, info, nodes)
    if before is not None:
        assert isinstance(before, Status)
        return before
    return plugin.filter(state, info, nodes[0])


@pytest.mark.parametrize(("asking", "existing", "expected"), _DISKS)
def test_a_disk_is_taken(asking: Obj, existing: Obj, expected: Status | None) -> None:
    elsewhere = None if expected is _DISK else expected
    found = [_found(VolumeRestrictions(View()), asking, existing, on) for on in ("n1", "n2")]
    assert found == [expected, elsewhere]


_CLAIMS = [
    pytest.param(_exclusive(), _has(_claim()), _CLAIM, id="by a pod of any node, where only one may have it"),
    pytest.param(_exclusive(mode="ReadWriteOnce"), _has(_claim()), None, id="not where pods of one node may share it"),
    pytest.param(_exclusive(), _has(_claim("other")), None, id="not by a pod with another claim"),
    pytest.param(
        _exclusive("other"),
        pod(),
        Status(Code.UNRESOLVABLE, ('persistentvolumeclaim "data" not found',)),
        id="by nobody, but it does not exist",
    ),
]


@pytest.mark.parametrize(("claim", "existing", "expected"), _CLAIMS)
def test_a_claim_is_taken(claim: Obj, existing: Obj, expected: Status | None) -> None:
    plugin = VolumeRestrictions(View(storage=[claim]))
    assert [_found(plugin, _has(_claim()), existing, on) for on in ("n1", "n2")] == [expected, expected]


def _placed(asking: Obj) -> Obj:
    return {**asking, "spec": {**asking["spec"], "nodeName": "n1"}}


_GONE = [
    pytest.param(_has(_gce()), _placed(_has(_gce())), True, id="one with the disk"),
    pytest.param(_has(_gce()), _placed(_has(_gce("other"))), False, id="one with another disk"),
    pytest.param(_has(_claim()), _placed(_has(_claim())), True, id="one with the claim"),
    pytest.param(_has(_claim()), _placed(_has(_claim("other"))), False, id="one with another claim"),
    pytest.param(_has(_gce()), _has(_gce()), False, id="one that had no node"),
    pytest.param(_has(_gce()), {**_has(_gce()), "status": {"nominatedNodeName": "n1"}}, True, id="one that was to have a node"),
]


@pytest.mark.parametrize(("waiting", "gone", "expected"), _GONE)
def test_which_pod_may_help_by_going(waiting: Obj, gone: Obj, expected: bool) -> None:
    assert VolumeRestrictions(View()).is_schedulable_after_pod_deleted(pod_info(waiting), gone, None) is expected


@pytest.mark.parametrize(
    ("waiting", "claim", "expected"),
    [
        pytest.param(_has(_claim()), _exclusive(), True, id="the pod's own"),
        pytest.param(_has(_claim("other")), _exclusive(), False, id="another one"),
        pytest.param(pod("web", volumes=[{"name": "tmp", "ephemeral": {}}]), _exclusive("web-tmp"), False, id="one made for the pod"),
        pytest.param(_has(_claim()), {"metadata": {"name": "data", "namespace": "other"}}, False, id="one of another namespace"),
    ],
)
def test_which_new_claim_may_help(waiting: Obj, claim: Obj, expected: bool) -> None:
    assert VolumeRestrictions(View()).is_schedulable_after_claim_added(pod_info(waiting), None, claim) is expected
