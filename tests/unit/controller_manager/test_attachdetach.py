"""Volumes that drivers attach: to which nodes, when they are taken away again, and what pods are told meanwhile."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.client.informer import Informers
from cluster.controller_manager.attachdetach.plan import Plan, is_over, may_detach, multi_attach_message, plan
from cluster.csi.attacher import FINALIZER, LANE, USER, Attacher
from cluster.csi.volume import DRIVER
from cluster.machinery.kinds.core import NODES, PERSISTENTVOLUMECLAIMS, PERSISTENTVOLUMES, PODS
from cluster.machinery.kinds.storage import CSIDRIVERS, VOLUMEATTACHMENTS
from cluster.machinery.meta import Obj
from cluster.machinery.volume_attachments import attachment_name, needs_attaching, unique_name
from tests.unit.apiserver.rig import pod
from tests.unit.controller_manager.cluster_rig import NAMESPACE, ControlledRig

_UNIQUE = f"kubernetes.io/csi/{DRIVER}^disk"


def _volume(*modes: str, driver: str = DRIVER) -> Obj:
    return {
        "metadata": {"name": "v"},
        "spec": {
            "capacity": {"storage": "1Gi"},
            "accessModes": list(modes or ("ReadWriteOnce",)),
            "csi": {"driver": driver, "volumeHandle": "disk"},
            "claimRef": {"namespace": NAMESPACE, "name": "data"},
        },
    }


def _user(name: str = "a", node: str = "n1") -> Obj:
    made = pod(name, node=node)
    made["spec"]["volumes"] = [{"name": "v", "persistentVolumeClaim": {"claimName": "data"}}]
    return made


_PLANS = [
    pytest.param(_volume(), {"n1": []}, (), Plan(("n1",)), id="a node gets what its pods need"),
    pytest.param(_volume(), {"n1": []}, ("n1",), Plan(), id="a node keeps what it has"),
    pytest.param(_volume(), {"n1": []}, ("n2",), Plan((), ("n1",)), id="an exclusive volume is attached to one node only"),
    pytest.param(_volume(), {"n2": [], "n1": []}, (), Plan(("n1",), ("n2",)), id="of two nodes one gets an exclusive volume"),
    pytest.param(_volume("ReadWriteOncePod"), {"n1": []}, ("n2",), Plan((), ("n1",)), id="a volume for one pod is exclusive"),
    pytest.param(_volume("ReadWriteMany"), {"n2": [], "n1": []}, ("n3",), Plan(("n1", "n2")), id="a shared volume goes everywhere"),
    pytest.param(_volume("ReadWriteOnce", "ReadOnlyMany"), {"n1": []}, ("n2",), Plan(("n1",)), id="one for many readers is shared"),
    pytest.param({"spec": {}}, {"n1": []}, ("n2",), Plan(("n1",)), id="of one without modes the driver may judge"),
]


@pytest.mark.parametrize(("volume", "wanted", "attached", "expected"), _PLANS)
def test_where_a_volume_is_attached(volume: Obj, wanted: Any, attached: tuple[str, ...], expected: Plan) -> None:
    assert plan(volume, wanted, attached) == expected


def _node(ready: str = "True", *in_use: str, taints: tuple[str, ...] = ()) -> Obj:
    status = {"conditions": [{"type": "Ready", "status": ready}], "volumesInUse": list(in_use)}
    return {"metadata": {"name": "n1"}, "spec": {"taints": [{"key": key} for key in taints]}, "status": status}


_DETACHING = [
    pytest.param(_node(), 0.0, True, id="from a node that does not use it"),
    pytest.param(_node("True", "other"), 0.0, True, id="from a node that uses another one"),
    pytest.param(_node("True", "mine"), 9999.0, False, id="never from a node that is well and uses it"),
    pytest.param(_node("False", "mine"), 359.0, False, id="not within six minutes from a node that is not ready"),
    pytest.param(_node("False", "mine"), 360.0, True, id="after six minutes from a node that is not ready"),
    pytest.param(_node("Unknown", "mine"), 360.0, True, id="after six minutes from a node of which nothing is heard"),
    pytest.param(_node("Unknown"), 0.0, True, id="at once from a node of which nothing is heard and that has said to use nothing"),
    pytest.param(None, 359.0, False, id="not within six minutes from a node that is gone"),
    pytest.param(None, 360.0, True, id="after six minutes from a node that is gone"),
    pytest.param(
        _node("Unknown", "mine", taints=("node.kubernetes.io/out-of-service",)), 0.0, True, id="at once from a node that is out of service"
    ),
]


@pytest.mark.parametrize(("node", "waited", "expected"), _DETACHING)
def test_when_a_volume_may_be_taken_from_a_node(node: Obj | None, waited: float, expected: bool) -> None:
    assert may_detach(node, "mine", waited) is expected


def _status(phase: str, *states: str, deleting: bool = False) -> Obj:
    meta = {"deletionTimestamp": "2026-01-01T00:00:00Z"} if deleting else {}
    return {"metadata": meta, "status": {"phase": phase, "containerStatuses": [{"state": {state: {}}} for state in states]}}


_ENDS = [
    pytest.param(_status("Running", "running"), False, id="runs"),
    pytest.param(_status("Succeeded", "terminated"), True, id="has succeeded"),
    pytest.param(_status("Failed", "terminated"), True, id="has failed"),
    pytest.param(_status("Running", "terminated"), False, id="has ended and may be started again"),
    pytest.param(_status("Running", "running", deleting=True), False, id="is going, and still runs"),
    pytest.param(_status("Running", "terminated", "waiting", deleting=True), True, id="is going, and nothing runs"),
    pytest.param(_status("Pending", deleting=True), False, id="is going, and nobody has said what runs"),
]


@pytest.mark.parametrize(("pod", "expected"), _ENDS)
def test_a_pod_needs_its_volumes_no_longer_when_it(pod: Obj, expected: bool) -> None:
    assert is_over(pod) is expected


def _named(name: str, namespace: str = "default") -> Obj:
    return {"metadata": {"name": name, "namespace": namespace}}


_TOLD = [
    pytest.param([], "Volume is already exclusively attached to one node and can't be attached to another", id="by nobody's pods"),
    pytest.param([_named("b"), _named("c")], "Volume is already used by pod(s) b, c", id="by pods of the namespace"),
    pytest.param([_named("b", "x")], "Volume is already used by 1 pod(s) in different namespaces", id="by pods elsewhere"),
    pytest.param(
        [_named("b"), _named("c", "x"), _named("d", "y")],
        "Volume is already used by pod(s) b and 2 pod(s) in different namespaces",
        id="by both",
    ),
]


@pytest.mark.parametrize(("others", "expected"), _TOLD)
def test_what_a_pod_is_told_whose_volume_is_used(others: list[Obj], expected: str) -> None:
    assert multi_attach_message(_volume(), "default", others) == f'Multi-Attach error for volume "v" {expected}'


_DRIVERS = [
    pytest.param(_volume(), {"spec": {"attachRequired": True}}, True, id="of a driver that attaches"),
    pytest.param(_volume(), {"spec": {"attachRequired": False}}, False, id="of a driver that does not attach"),
    pytest.param(_volume(), None, False, id="of a driver that nobody has made known"),
    pytest.param({"spec": {"hostPath": {"path": "/data"}}}, {"spec": {"attachRequired": True}}, False, id="of no driver"),
]


@pytest.mark.parametrize(("volume", "driver", "expected"), _DRIVERS)
def test_whether_a_volume_has_to_be_attached(volume: Obj, driver: Obj | None, expected: bool) -> None:
    assert needs_attaching(volume, driver) is expected


def test_an_attachment_is_found_by_volume_driver_and_node() -> None:
    """As ``printf diskcsi.simulation.podiumn1 | sha256sum`` has it."""
    name = "csi-237cfb9564190dad32cc6106895788c9381cf0d8ebcfbb61d832309174c38f16"
    assert (attachment_name(_volume(), "n1"), unique_name(_volume())) == (name, _UNIQUE)


def _rig(driver: str = DRIVER, *, modes: tuple[str, ...] = ("ReadWriteOnce",), attaches: bool = True) -> ControlledRig:
    """Two nodes and a bound claim whose driver attaches."""
    rig = ControlledRig()
    client = rig.admin.acting_as(LANE, USER)
    informers = Informers(client, rig.engine)
    Attacher(client, informers, rig.engine)
    informers.start()
    rig.add_node("n1")
    rig.add_node("n2")
    rig.admin.create(CSIDRIVERS, {"metadata": {"name": driver}, "spec": {"attachRequired": attaches}})
    rig.admin.create(PERSISTENTVOLUMES, _volume(*modes, driver=driver))
    spec = {"accessModes": list(modes), "resources": {"requests": {"storage": "1Gi"}}, "volumeName": "v", "storageClassName": ""}
    rig.admin.create(PERSISTENTVOLUMECLAIMS, {"metadata": {"name": "data", "namespace": NAMESPACE}, "spec": spec})
    rig.run(1)
    return rig


def _attached(rig: ControlledRig) -> list[tuple[str, bool, list[str]]]:
    """Node, whether the driver is done and finalizers of each attachment."""
    found = rig.admin.list(VOLUMEATTACHMENTS)
    return [(each["spec"]["nodeName"], each["status"]["attached"], each["metadata"].get("finalizers", [])) for each in found]


def _of_node(rig: ControlledRig, name: str = "n1") -> Any:
    return rig.admin.get(NODES, name)["status"].get("volumesAttached")


def _use(rig: ControlledRig, *names: str, node: str = "n1") -> None:
    """Let a node's kubelet say which volumes it uses."""
    rig.admin.patch(NODES, node, "", {"status": {"volumesInUse": list(names) or None}}, subresource="status")
    rig.run(0.1)


def test_a_volume_is_attached_for_a_pod_and_detached_after_it() -> None:
    rig = _rig()
    rig.admin.create(PODS, _user())
    rig.run(0.5)
    asked = _attached(rig), _of_node(rig)
    rig.run(2)
    done = _attached(rig), _of_node(rig)
    _use(rig, _UNIQUE)
    rig.admin.delete(PODS, "a", NAMESPACE, grace_period_seconds=0)
    rig.run(30)
    kept = len(_attached(rig))
    _use(rig)
    rig.run(0.5)
    leaving = _of_node(rig)
    rig.run(2)
    assert (asked, done, kept, leaving, _attached(rig), rig.messages("SuccessfulAttachVolume")) == (
        ([("n1", False, [FINALIZER])], None),
        ([("n1", True, [FINALIZER])], [{"name": _UNIQUE, "devicePath": ""}]),
        1,
        None,
        [],
        ['AttachVolume.Attach succeeded for volume "v" '],
    )


def test_a_volume_goes_from_node_to_node_one_at_a_time() -> None:
    rig = _rig()
    rig.admin.create(PODS, _user("a", "n1"))
    rig.run(2)
    rig.admin.create(PODS, _user("b", "n2"))
    rig.run(2)
    before = [node for node, _, _ in _attached(rig)]
    rig.admin.delete(PODS, "a", NAMESPACE, grace_period_seconds=0)
    rig.run(5)
    assert (before, _attached(rig), rig.messages("FailedAttachVolume")) == (
        ["n1"],
        [("n2", True, [FINALIZER])],
        ['Multi-Attach error for volume "v" Volume is already used by pod(s) a'],
    )


def test_a_node_that_has_fallen_silent_gives_its_volume_up_after_six_minutes() -> None:
    rig = _rig()
    rig.admin.create(PODS, _user("a", "n1"))
    rig.run(2)
    _use(rig, _UNIQUE)
    silent = {"conditions": [{"type": "Ready", "status": "Unknown"}]}
    rig.admin.patch(NODES, "n1", "", {"status": silent}, subresource="status")
    rig.admin.delete(PODS, "a", NAMESPACE, grace_period_seconds=0)
    rig.admin.create(PODS, _user("b", "n2"))
    seen = []
    for seconds in (300, 55, 10):
        rig.run(seconds)
        seen.append([node for node, _, _ in _attached(rig)])
    assert (seen, rig.messages("FailedAttachVolume")) == (
        [["n1"], ["n1"], ["n2"]],
        ['Multi-Attach error for volume "v" Volume is already exclusively attached to one node and can\'t be attached to another'],
    )


def test_pods_are_told_every_two_minutes_that_a_driver_does_not_answer() -> None:
    rig = _rig("a.b")
    rig.admin.create(PODS, _user())
    seen = []
    for _ in range(3):
        rig.run(110)
        seen.append(len(rig.messages("FailedAttachVolume")))
    told = 'AttachVolume.Attach failed for volume "v" : timed out waiting for external-attacher of a.b CSI driver to attach volume disk'
    assert (seen, set(rig.messages("FailedAttachVolume"))) == ([0, 1, 1], {told})


def test_pods_are_told_what_a_driver_says() -> None:
    rig = _rig("a.b")
    rig.admin.create(PODS, _user())
    rig.run(1)
    (attachment,) = rig.admin.list(VOLUMEATTACHMENTS)
    failed = {"attached": False, "attachError": {"message": "no such disk", "time": "2027-01-15T08:00:00Z"}}
    rig.admin.patch(VOLUMEATTACHMENTS, attachment["metadata"]["name"], "", {"status": failed}, subresource="status")
    rig.run(1)
    assert rig.messages("FailedAttachVolume") == ['AttachVolume.Attach failed for volume "v" : no such disk']


@pytest.mark.parametrize(
    "rig",
    [
        pytest.param(lambda: _rig(attaches=False), id="its driver does not attach"),
        pytest.param(lambda: _rig("other.driver", attaches=False), id="another driver does not attach"),
    ],
)
def test_nothing_is_attached_when(rig: Any) -> None:
    made = rig()
    made.admin.create(PODS, _user())
    made.run(5)
    assert (_attached(made), _of_node(made)) == ([], None)


def test_attachments_of_somebody_else_are_left_alone() -> None:
    rig = _rig()
    spec = {"attacher": "a.b", "nodeName": "n1", "source": {"persistentVolumeName": "v"}}
    rig.admin.create(VOLUMEATTACHMENTS, {"metadata": {"name": "mine"}, "spec": spec})
    rig.run(600)
    assert [each["metadata"]["name"] for each in rig.admin.list(VOLUMEATTACHMENTS)] == ["mine"]
