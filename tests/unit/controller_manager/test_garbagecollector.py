"""What belongs to something that is gone, goes; what still has an owner stays."""

from __future__ import annotations

import pytest

from cluster.machinery.kinds.core import CONFIGMAPS, EVENTS, SERVICEACCOUNTS
from cluster.machinery.meta import Obj
from tests.unit.controller_manager.cluster_rig import NAMESPACE, ControlledRig


def config_map(name: str, *owners: Obj) -> Obj:
    return {"kind": "ConfigMap", "metadata": {"name": name, "namespace": NAMESPACE, "ownerReferences": list(owners)}}


def reference(name: str, uid: str, *, kind: str = "ConfigMap", api_version: str = "v1", block: bool = False) -> Obj:
    return {"apiVersion": api_version, "kind": kind, "name": name, "uid": uid, "blockOwnerDeletion": block}


def rig_with_owners(*names: str) -> tuple[ControlledRig, dict[str, str]]:
    """Return a rig with config maps that own nothing yet, and their uids."""
    rig = ControlledRig()
    return rig, {name: rig.admin.create(CONFIGMAPS, config_map(name))["metadata"]["uid"] for name in names}


def names(rig: ControlledRig) -> list[str]:
    return [obj["metadata"]["name"] for obj in rig.admin.list(CONFIGMAPS, NAMESPACE)]


ABSENT = "11111111-1111-4111-8111-111111111111"


@pytest.mark.parametrize(
    ("owner", "is_kept"),
    [
        (reference("nobody", ABSENT), False),
        (reference("a", ABSENT), False),
        (reference("nobody", ABSENT, kind="Widget", api_version="example.com/v1"), True),
    ],
    ids=["an owner that never was", "a namesake of the owner", "an owner of a kind that is not served"],
)
def test_an_owner_that_nobody_has_seen(owner: Obj, is_kept: bool) -> None:
    rig, _ = rig_with_owners("a")
    rig.admin.create(CONFIGMAPS, config_map("child", owner))
    rig.run()
    assert ("child" in names(rig)) is is_kept


@pytest.mark.parametrize("is_first", [True, False], ids=["an owner that is known", "an owner that comes to be known"])
def test_an_owner_of_another_namespace_is_none_and_an_event_says_so(is_first: bool) -> None:
    rig = ControlledRig(NAMESPACE, "other")
    owner = rig.admin.create(CONFIGMAPS, {"metadata": {"name": "owner", "namespace": "other"}})["metadata"]["uid"]
    if is_first:
        rig.run()
    child = rig.admin.create(CONFIGMAPS, config_map("child", reference("owner", owner)))["metadata"]["uid"]
    rig.run()
    (event,) = (each for each in rig.admin.list(EVENTS, NAMESPACE) if each["reason"] == "OwnerRefInvalidNamespace")
    involved = {"apiVersion": "v1", "kind": "ConfigMap", "namespace": NAMESPACE, "name": "child", "uid": child}
    message = f'ownerRef [v1/ConfigMap, namespace: {NAMESPACE}, name: owner, uid: {owner}] does not exist in namespace "{NAMESPACE}"'
    assert (names(rig), event["involvedObject"], event["message"]) == ([], involved, message)


def test_an_object_stays_while_one_owner_stays_and_forgets_the_other() -> None:
    rig, uids = rig_with_owners("a", "b")
    rig.admin.create(CONFIGMAPS, config_map("child", reference("a", uids["a"]), reference("b", uids["b"])))
    rig.run()
    rig.admin.delete(CONFIGMAPS, "a", NAMESPACE)
    rig.run()
    (left,) = rig.admin.get(CONFIGMAPS, "child", NAMESPACE)["metadata"]["ownerReferences"]
    assert (names(rig), left["name"]) == (["b", "child"], "b")
    rig.admin.delete(CONFIGMAPS, "b", NAMESPACE)
    rig.run()
    assert names(rig) == []


@pytest.mark.parametrize(
    ("block", "left"), [(True, ["child", "owner"]), (False, ["child"])], ids=["one that blocks is waited for", "one that does not is not"]
)
def test_a_foreground_deletion_waits_for_dependents_that_block(block: bool, left: list[str]) -> None:
    rig, uids = rig_with_owners("owner")
    child = config_map("child", reference("owner", uids["owner"], block=block))
    child["metadata"]["finalizers"] = ["example.com/hold"]
    rig.admin.create(CONFIGMAPS, child)
    rig.run()
    rig.admin.delete(CONFIGMAPS, "owner", NAMESPACE, propagation_policy="Foreground")
    rig.run()
    assert names(rig) == left


def test_orphans_keep_their_other_references() -> None:
    rig, uids = rig_with_owners("a", "b")
    rig.admin.create(CONFIGMAPS, config_map("child", reference("a", uids["a"]), reference("b", uids["b"])))
    rig.run()
    rig.admin.delete(CONFIGMAPS, "a", NAMESPACE, propagation_policy="Orphan")
    rig.run()
    references = rig.admin.get(CONFIGMAPS, "child", NAMESPACE)["metadata"]["ownerReferences"]
    assert (names(rig), [ref["name"] for ref in references]) == (["b", "child"], ["b"])


def test_a_stopped_process_does_nothing_more() -> None:
    rig = ControlledRig()
    rig.manager.stop()
    before = rig.store.revision
    rig.admin.delete(SERVICEACCOUNTS, "default", NAMESPACE)
    rig.run(600)
    assert rig.store.revision == before + 1


def test_the_same_requests_make_the_same_trace() -> None:
    traces = []
    for _ in range(2):
        rig, uids = rig_with_owners("a", "b")
        rig.admin.create(CONFIGMAPS, config_map("child", reference("a", uids["a"])))
        rig.add_node("n1")
        rig.run(100)
        rig.admin.delete(CONFIGMAPS, "a", NAMESPACE)
        rig.run(100)
        traces.append(rig.hops())
    assert len(traces[0]) > 100
    assert traces[0] == traces[1]
