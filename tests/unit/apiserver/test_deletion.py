"""Deletion: what is stored, what is watched and what is answered."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest

from cluster.apiserver.request import Credentials, Options, Request, Response
from cluster.machinery.errors import ApiError
from cluster.machinery.kinds.apps import DEPLOYMENTS
from cluster.machinery.kinds.core import CONFIGMAPS, EVENTS, NAMESPACES, PODS
from cluster.machinery.kinds.model import Kind
from cluster.machinery.meta import Obj
from cluster.machinery.storage import KeyValue
from tests.unit.apiserver.rig import TOKEN, Rig, pod


def config_map(**meta: object) -> Obj:
    return {"metadata": {"name": "x", "namespace": "default", **meta}}


def event() -> Obj:
    about = {"kind": "Pod", "namespace": "default", "name": "web"}
    return {"metadata": {"name": "x", "namespace": "default"}, "involvedObject": about, "type": "Normal", "reason": "r", "message": "m"}


def deployment() -> Obj:
    template = {"metadata": {"labels": {"a": "b"}}, "spec": {"containers": [{"name": "c", "image": "i"}]}}
    return {"metadata": {"name": "x", "namespace": "default"}, "spec": {"selector": {"matchLabels": {"a": "b"}}, "template": template}}


@dataclass(frozen=True)
class Case:
    """``deletions``: options of each DELETE in turn. ``left``: what remains of the metadata (None: nothing remains)."""

    kind: Kind
    obj: Obj
    deletions: tuple[Options, ...]
    left: Obj | None
    events: list[str]
    code: int = 200
    answer: str = ""
    phase: str = ""


FINALIZED = {"deletionTimestamp": "2026-01-01T00:00:00Z", "deletionGracePeriodSeconds": 0}
CASES = {
    "a ConfigMap goes at once and is answered by a Status": Case(
        CONFIGMAPS, config_map(), (Options(),), None, ["DELETED"], answer="Status"
    ),
    "a ConfigMap with a finalizer stays, marked": Case(
        CONFIGMAPS, config_map(finalizers=["a.b/c"]), (Options(),), {**FINALIZED, "finalizers": ["a.b/c"]}, ["MODIFIED"], answer="ConfigMap"
    ),
    "a second deletion of what waits for its finalizer changes nothing": Case(
        CONFIGMAPS,
        config_map(finalizers=["a.b/c"]),
        (Options(), Options()),
        {**FINALIZED, "finalizers": ["a.b/c"]},
        ["MODIFIED"],
        answer="ConfigMap",
    ),
    "Foreground adds the finalizer that the garbage collector removes, and counts the generation": Case(
        DEPLOYMENTS,
        deployment(),
        (Options(propagation_policy="Foreground"),),
        {**FINALIZED, "finalizers": ["foregroundDeletion"], "generation": 2},
        ["MODIFIED"],
        answer="Deployment",
    ),
    "Orphan adds the orphan finalizer": Case(
        DEPLOYMENTS,
        deployment(),
        (Options(propagation_policy="Orphan"),),
        {**FINALIZED, "finalizers": ["orphan"], "generation": 2},
        ["MODIFIED"],
        answer="Deployment",
    ),
    "orphanDependents false means Background": Case(
        DEPLOYMENTS, deployment(), (Options(orphan_dependents=False),), None, ["DELETED"], answer="Status"
    ),
    "an Event has no dependents, so Foreground means nothing": Case(
        EVENTS, event(), (Options(propagation_policy="Foreground"),), None, ["DELETED"], answer="Status"
    ),
    "a pod on no node goes at once, after it was marked": Case(PODS, pod("x"), (Options(),), None, ["MODIFIED", "DELETED"], answer="Pod"),
    "a pod on a node gets its own grace period": Case(
        PODS,
        pod("x", node="n1", terminationGracePeriodSeconds=20),
        (Options(),),
        {"deletionTimestamp": "2026-01-01T00:00:20Z", "deletionGracePeriodSeconds": 20, "generation": 2},
        ["MODIFIED"],
        answer="Pod",
    ),
    "a pod on a node gets the grace period that is asked for": Case(
        PODS,
        pod("x", node="n1"),
        (Options(grace_period_seconds=5),),
        {"deletionTimestamp": "2026-01-01T00:00:05Z", "deletionGracePeriodSeconds": 5, "generation": 2},
        ["MODIFIED"],
        answer="Pod",
    ),
    "a negative grace period is one second": Case(
        PODS,
        pod("x", node="n1"),
        (Options(grace_period_seconds=-3),),
        {"deletionTimestamp": "2026-01-01T00:00:01Z", "deletionGracePeriodSeconds": 1, "generation": 2},
        ["MODIFIED"],
        answer="Pod",
    ),
    "who asks again may shorten the grace period": Case(
        PODS,
        pod("x", node="n1"),
        (Options(), Options(grace_period_seconds=7)),
        {"deletionTimestamp": "2026-01-01T00:00:07Z", "deletionGracePeriodSeconds": 7, "generation": 2},
        ["MODIFIED", "MODIFIED"],
        answer="Pod",
    ),
    "who asks again may not lengthen the grace period": Case(
        PODS,
        pod("x", node="n1"),
        (Options(), Options(grace_period_seconds=70)),
        {"deletionTimestamp": "2026-01-01T00:00:30Z", "deletionGracePeriodSeconds": 30, "generation": 2},
        ["MODIFIED"],
        answer="Pod",
    ),
    "the kubelet ends a pod with grace period 0": Case(
        PODS, pod("x", node="n1"), (Options(), Options(grace_period_seconds=0)), None, ["MODIFIED", "MODIFIED", "DELETED"], answer="Pod"
    ),
    "a pod that has ended goes at once": Case(
        PODS, pod("x", node="n1"), (Options(),), None, ["MODIFIED", "MODIFIED", "DELETED"], answer="Pod", phase="Succeeded"
    ),
    "a dry run deletes nothing": Case(CONFIGMAPS, config_map(), (Options(dry_run=True),), {}, [], answer="Status"),
    "a dry run of a graceful deletion marks nothing": Case(
        PODS, pod("x", node="n1"), (Options(dry_run=True),), {"generation": 1}, [], answer="Pod"
    ),
}


def delete(rig: Rig, kind: Kind, options: Options, *, name: str = "x", namespace: str = "default", verb: str = "delete") -> Response:
    return rig.handler.serve(Request(verb, kind, "kubectl", Credentials(token=TOKEN), namespace, name, options=options))


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_a_deletion_leaves_what_it_should(case: Case) -> None:
    rig = Rig()
    rig.admin.create(case.kind, case.obj)
    watch = rig.admin.watch(case.kind, lambda: None, resource_version=str(rig.store.revision))
    if case.phase:
        rig.admin.patch(case.kind, "x", "default", {"status": {"phase": case.phase}}, subresource="status")
    response = [delete(rig, case.kind, options) for options in case.deletions][-1]
    value = response.value.obj if isinstance(response.value, KeyValue) else response.value or {}
    events = []
    while (seen := watch.next()) is not None:
        events.append(seen.type)
    stored = rig.store.get(case.kind.storage_key("default", "x"))
    kept = ("deletionTimestamp", "deletionGracePeriodSeconds", "finalizers", "generation")
    left = {name: stored.obj["metadata"][name] for name in kept if name in stored.obj["metadata"]} if stored else None
    assert (response.code, value["kind"], left, events) == (case.code, case.answer, case.left, case.events)


PRECONDITIONS = {
    "another uid": (
        Options(precondition_uid="no"),
        "the UID in the precondition (no) does not match the UID in record (UID). The object might have been deleted and then recreated",
    ),
    "another resourceVersion": (
        Options(precondition_resource_version="1"),
        "the ResourceVersion in the precondition (1) does not match the ResourceVersion in record (RV). "
        "The object might have been modified",
    ),
}


@pytest.mark.parametrize(("options", "why"), PRECONDITIONS.values(), ids=PRECONDITIONS.keys())
def test_a_precondition_that_does_not_hold_is_a_conflict(options: Options, why: str) -> None:
    rig = Rig()
    meta = rig.admin.create(CONFIGMAPS, config_map())["metadata"]
    with pytest.raises(ApiError) as raised:
        delete(rig, CONFIGMAPS, options)
    why = why.replace("UID)", f"{meta['uid']})").replace("RV", meta["resourceVersion"])
    assert (raised.value.code, raised.value.message) == (409, f'Operation cannot be fulfilled on configmaps "x": {why}')


def test_preconditions_that_hold_let_the_deletion_pass() -> None:
    rig = Rig()
    meta = rig.admin.create(CONFIGMAPS, config_map())["metadata"]
    options = Options(precondition_uid=meta["uid"], precondition_resource_version=meta["resourceVersion"])
    delete(rig, CONFIGMAPS, options)
    assert rig.admin.list(CONFIGMAPS) == []


def test_removing_the_last_finalizer_of_a_marked_object_deletes_it() -> None:
    rig = Rig()
    rig.admin.create(CONFIGMAPS, config_map(finalizers=["a.b/c"]))
    rig.admin.delete(CONFIGMAPS, "x", "default")
    rig.admin.patch(CONFIGMAPS, "x", "default", {"metadata": {"finalizers": None}})
    assert rig.admin.list(CONFIGMAPS) == []


def test_a_namespace_is_terminating_until_it_is_finalized() -> None:
    rig = Rig()
    rig.admin.create(NAMESPACES, {"metadata": {"name": "gone"}})
    rig.admin.delete(NAMESPACES, "gone")
    rig.admin.delete(NAMESPACES, "gone")
    namespace = rig.admin.get(NAMESPACES, "gone")
    assert (namespace["status"]["phase"], namespace["spec"]["finalizers"]) == ("Terminating", ["kubernetes"])
    with pytest.raises(ApiError, match="because it is being terminated") as raised:
        rig.admin.create(CONFIGMAPS, {"metadata": {"name": "late", "namespace": "gone"}})
    causes = [{"reason": "NamespaceTerminating", "message": "namespace gone is being terminated", "field": "metadata.namespace"}]
    assert (raised.value.details or {})["causes"] == causes
    namespace["spec"]["finalizers"] = []
    rig.admin.update(NAMESPACES, namespace, subresource="finalize")
    assert [found["metadata"]["name"] for found in rig.admin.list(NAMESPACES)] == ["default", "kube-node-lease", "kube-system"]


def test_a_collection_is_deleted_by_its_selector() -> None:
    rig = Rig()
    for name, label in (("a", "x"), ("b", "x"), ("c", "y")):
        rig.admin.create(CONFIGMAPS, {"metadata": {"name": name, "namespace": "default", "labels": {"l": label}}})
    response = delete(rig, CONFIGMAPS, replace(Options(), label_selector="l=x"), name="", verb="deletecollection")
    assert [kv.obj["metadata"]["name"] for kv in response.items] == ["a", "b"]
    assert [found["metadata"]["name"] for found in rig.admin.list(CONFIGMAPS)] == ["c"]
