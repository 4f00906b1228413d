"""Volumes and claims: who gets which, what is kept while it is used, and what becomes of a volume afterwards."""

from __future__ import annotations

import pytest

from cluster.controller_manager.persistentvolume.reclaim import Reclaim, reclaim
from cluster.machinery.kinds.core import PERSISTENTVOLUMECLAIMS, PERSISTENTVOLUMES, PODS
from cluster.machinery.kinds.storage import STORAGECLASSES
from cluster.machinery.meta import Obj
from cluster.machinery.volumes import best_match, reserved_for
from tests.unit.apiserver.rig import pod
from tests.unit.controller_manager.cluster_rig import NAMESPACE, ControlledRig


def _volume(name: str, size: str = "1Gi", modes: tuple[str, ...] = ("ReadWriteOnce",), **spec: object) -> Obj:
    full = {"capacity": {"storage": size}, "accessModes": list(modes), "hostPath": {"path": f"/data/{name}"}, **spec}
    return {"metadata": {"name": name, "labels": {"disk": name}}, "spec": full, "status": {"phase": "Available"}}


def _claim(size: str = "1Gi", **spec: object) -> Obj:
    wanted = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": size}}, **spec}
    return {"metadata": {"name": "data", "namespace": NAMESPACE, "uid": "u"}, "spec": wanted}


_RESERVED: Obj = {"claimRef": {"namespace": NAMESPACE, "name": "data"}}
_MATCHES = [
    pytest.param([_volume("a", "5Gi"), _volume("b", "2Gi")], _claim(), "b", id="the smallest that is large enough"),
    pytest.param(
        [_volume("a", "5Gi"), _volume("b", "2Gi", ("ReadWriteOnce", "ReadOnlyMany"))],
        _claim(),
        "a",
        id="the fewest access modes come first",
    ),
    pytest.param([_volume("a"), _volume("b", "9Gi", **_RESERVED)], _claim(), "b", id="one that is reserved for the claim"),
    pytest.param([_volume("a", claimRef={"namespace": NAMESPACE, "name": "other"})], _claim(), None, id="none that is another's"),
    pytest.param([_volume("a", storageClassName="fast")], _claim(), None, id="none of another class"),
    pytest.param([_volume("a", volumeMode="Block")], _claim(), None, id="no device for a file system"),
    pytest.param([_volume("a"), _volume("b")], _claim(selector={"matchLabels": {"disk": "b"}}), "b", id="one with the labels"),
    pytest.param([_volume("a")], _claim("2Gi"), None, id="none that is too small"),
]


@pytest.mark.parametrize(("volumes", "claim", "name"), _MATCHES)
def test_a_claim_gets_the_volume_that_fits_best(volumes: list[Obj], claim: Obj, name: str | None) -> None:
    found = best_match(volumes, claim)
    assert (found["metadata"]["name"] if found else None) == name


def test_a_claim_that_waits_for_its_pod_takes_only_what_is_reserved() -> None:
    assert best_match([_volume("a")], _claim(), is_delayed=True) is None


_ENDS = [
    pytest.param(_volume("a", persistentVolumeReclaimPolicy="Retain"), Reclaim(), id="it is retained"),
    pytest.param(
        _volume("a", persistentVolumeReclaimPolicy="Delete"),
        Reclaim(reason="VolumeFailedDelete", message="host_path deleter only supports /tmp/.+ but received provided /data/a"),
        id="a directory that nobody deletes",
    ),
    pytest.param(
        _volume("a", persistentVolumeReclaimPolicy="Delete", hostPath={"path": "/tmp/a"}), Reclaim(is_deleted=True), id="one that goes"
    ),
    pytest.param(
        _volume("a", persistentVolumeReclaimPolicy="Recycle"),
        Reclaim(reason="VolumeFailedRecycle", message="No recycler plugin found for the volume!"),
        id="nobody recycles",
    ),
]


@pytest.mark.parametrize(("volume", "outcome"), _ENDS)
def test_what_becomes_of_a_volume_is_its_policy(volume: Obj, outcome: Reclaim) -> None:
    assert reclaim(volume) == outcome


def _bound() -> ControlledRig:
    """A volume and a claim that have found each other."""
    rig = ControlledRig()
    rig.admin.create(PERSISTENTVOLUMES, _volume("a"))
    rig.run()
    rig.admin.create(PERSISTENTVOLUMECLAIMS, _claim())
    rig.run(1)
    return rig


def _phases(rig: ControlledRig) -> tuple[list[str], list[str]]:
    kinds = (PERSISTENTVOLUMES, PERSISTENTVOLUMECLAIMS)
    volumes, claims = ([obj["status"]["phase"] for obj in rig.admin.list(kind)] for kind in kinds)
    return volumes, claims


def test_a_claim_and_its_volume_name_each_other() -> None:
    rig = _bound()
    volume, claim = rig.admin.get(PERSISTENTVOLUMES, "a"), rig.admin.get(PERSISTENTVOLUMECLAIMS, "data", NAMESPACE)
    assert (volume["spec"]["claimRef"]["uid"], volume["metadata"]["annotations"], volume["status"]["phase"]) == (
        claim["metadata"]["uid"],
        {"pv.kubernetes.io/bound-by-controller": "yes"},
        "Bound",
    )
    assert (claim["spec"]["volumeName"], claim["metadata"]["annotations"], claim["status"]) == (
        "a",
        {"pv.kubernetes.io/bind-completed": "yes", "pv.kubernetes.io/bound-by-controller": "yes"},
        {"phase": "Bound", "accessModes": ["ReadWriteOnce"], "capacity": {"storage": "1Gi"}},
    )


def test_a_claim_that_nothing_fits_waits_until_something_does() -> None:
    rig = ControlledRig()
    rig.admin.create(PERSISTENTVOLUMECLAIMS, _claim())
    rig.run(1)
    waiting = _phases(rig)
    rig.admin.create(PERSISTENTVOLUMES, _volume("a"))
    rig.run(20)
    assert (waiting, _phases(rig)) == (([], ["Pending"]), (["Bound"], ["Bound"]))


_SAID = [
    pytest.param({}, [], "FailedBinding", "no persistent volumes available for this claim and no storage class is set", id="no class"),
    pytest.param(
        {"storageClassName": "none"}, [], "ProvisioningFailed", 'storageclass.storage.k8s.io "none" not found', id="no such class"
    ),
    pytest.param(
        {"storageClassName": "later"},
        [{"metadata": {"name": "later"}, "provisioner": "a.b/c", "volumeBindingMode": "WaitForFirstConsumer"}],
        "WaitForFirstConsumer",
        "waiting for first consumer to be created before binding",
        id="a class that waits for a pod",
    ),
]


@pytest.mark.parametrize(("spec", "classes", "reason", "message"), _SAID)
def test_a_claim_says_why_it_waits(spec: Obj, classes: list[Obj], reason: str, message: str) -> None:
    rig = ControlledRig()
    for each in classes:
        rig.admin.create(STORAGECLASSES, each)
    rig.admin.create(PERSISTENTVOLUMECLAIMS, _claim(**spec))
    rig.run(1)
    assert rig.messages(reason) == [message]


_USERS = [
    pytest.param([("web", "", "Pending")], "waiting for pod web to be scheduled", id="one"),
    pytest.param([("a", "", "Pending"), ("b", "", "Pending")], "waiting for pods a,b to be scheduled", id="several"),
    pytest.param(
        [("web", "", "Pending"), ("old", "", "Failed"), ("on", "n1", "Pending")], "waiting for pod web to be scheduled", id="some"
    ),
]


@pytest.mark.parametrize(("users", "message"), _USERS)
def test_a_claim_that_waits_names_the_pods_that_have_no_node_yet(users: list[tuple[str, str, str]], message: str) -> None:
    rig = ControlledRig()
    rig.admin.create(STORAGECLASSES, {"metadata": {"name": "later"}, "provisioner": "a.b/c", "volumeBindingMode": "WaitForFirstConsumer"})
    for name, node, phase in users:
        rig.admin.create(PODS, pod(name, node=node, volumes=[{"name": "v", "persistentVolumeClaim": {"claimName": "data"}}]))
        rig.admin.patch(PODS, name, NAMESPACE, {"status": {"phase": phase}}, subresource="status")
    rig.run(1)
    rig.admin.create(PERSISTENTVOLUMECLAIMS, _claim(storageClassName="later"))
    rig.run(1)
    assert rig.messages("WaitForPodScheduled") == [message]


_LATE_CLASSES = [
    pytest.param({}, "fast", id="it takes the default class"),
    pytest.param({"storageClassName": ""}, "", id="one that wants no class takes none"),
]


@pytest.mark.parametrize(("spec", "name"), _LATE_CLASSES)
def test_a_default_class_comes_after_the_claim(spec: Obj, name: str) -> None:
    rig = ControlledRig()
    rig.admin.create(PERSISTENTVOLUMECLAIMS, _claim(**spec))
    rig.run(1)
    marked = {"name": "fast", "annotations": {"storageclass.kubernetes.io/is-default-class": "true"}}
    rig.admin.create(STORAGECLASSES, {"metadata": marked, "provisioner": "a.b/c"})
    rig.run(20)
    assert rig.admin.get(PERSISTENTVOLUMECLAIMS, "data", NAMESPACE)["spec"].get("storageClassName") == name


@pytest.mark.parametrize(("spec", "lost"), [({}, "reference to"), ({"volumeName": "a"}, "its")], ids=["it names none", "it is gone"])
def test_a_bound_claim_says_what_it_has_lost(spec: Obj, lost: str) -> None:
    rig = ControlledRig()
    claim = _claim(**spec)
    claim["metadata"]["annotations"] = {"pv.kubernetes.io/bind-completed": "yes"}
    rig.admin.create(PERSISTENTVOLUMECLAIMS, claim)
    rig.run(1)
    assert rig.messages("ClaimLost") == [f"Bound claim has lost {lost} PersistentVolume. Data on the volume is lost!"]


def test_a_volume_is_released_when_its_claim_is_gone() -> None:
    rig = _bound()
    rig.admin.delete(PERSISTENTVOLUMECLAIMS, "data", NAMESPACE)
    rig.run(1)
    assert _phases(rig) == (["Released"], [])


def test_a_claim_stays_while_a_pod_on_a_node_uses_it() -> None:
    rig = _bound()
    rig.admin.create(PODS, pod("web", node="n1", volumes=[{"name": "v", "persistentVolumeClaim": {"claimName": "data"}}]))
    rig.admin.delete(PERSISTENTVOLUMECLAIMS, "data", NAMESPACE)
    rig.run(1)
    kept = _phases(rig)
    rig.admin.delete(PODS, "web", NAMESPACE, grace_period_seconds=0)
    rig.run(1)
    assert (kept, _phases(rig)) == ((["Bound"], ["Bound"]), (["Released"], []))


def test_a_volume_stays_while_it_is_bound() -> None:
    rig = _bound()
    rig.admin.delete(PERSISTENTVOLUMES, "a")
    rig.run(1)
    kept = _phases(rig)
    rig.admin.delete(PERSISTENTVOLUMECLAIMS, "data", NAMESPACE)
    rig.run(1)
    assert (kept, _phases(rig)) == ((["Bound"], ["Bound"]), ([], []))


def test_a_claim_that_waits_gets_the_volume_that_the_scheduler_has_reserved() -> None:
    rig = ControlledRig()
    rig.admin.create(STORAGECLASSES, {"metadata": {"name": "later"}, "provisioner": "a.b/c", "volumeBindingMode": "WaitForFirstConsumer"})
    for name in ("small", "large"):
        rig.admin.create(PERSISTENTVOLUMES, _volume(name, storageClassName="later"))
    claim = rig.admin.create(PERSISTENTVOLUMECLAIMS, _claim(storageClassName="later"))
    rig.run(1)
    waiting = _phases(rig)
    rig.admin.update(PERSISTENTVOLUMES, reserved_for(rig.admin.get(PERSISTENTVOLUMES, "large"), claim))
    rig.run(1)
    assert (waiting, rig.admin.get(PERSISTENTVOLUMECLAIMS, "data", NAMESPACE)["spec"]["volumeName"], _phases(rig)) == (
        (["Available", "Available"], ["Pending"]),
        "large",
        (["Bound", "Available"], ["Bound"]),
    )
