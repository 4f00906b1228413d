"""Deployments from manifest to pods, with every controller running."""

from __future__ import annotations

import pytest

from cluster.controller_manager.deployment.progress import with_progress
from cluster.machinery.kinds.apps import DEPLOYMENTS, REPLICASETS
from cluster.machinery.kinds.core import PODS
from cluster.machinery.meta import Obj, parse_timestamp
from tests.unit.controller_manager.cluster_rig import NAMESPACE, ControlledRig, condition, deployment

OLD, NEW = "nginx:1.25", "nginx:1.26"


def rig_with(replicas: int = 2, **spec: object) -> ControlledRig:
    rig = ControlledRig()
    rig.admin.create(DEPLOYMENTS, deployment(replicas, **spec))
    rig.run()
    return rig


def change(rig: ControlledRig, spec: Obj) -> None:
    rig.admin.patch(DEPLOYMENTS, "web", NAMESPACE, {"spec": spec})
    rig.run()


def set_image(rig: ControlledRig, image: str) -> None:
    change(rig, {"template": {"spec": {"containers": [{"name": "c", "image": image}]}}})


def test_a_new_deployment_gets_a_replica_set_and_pods() -> None:
    rig = rig_with(2)
    (rs,) = rig.admin.list(REPLICASETS, NAMESPACE)
    meta = rig.deployment()["metadata"]
    assert rs["metadata"]["name"] == "web-79c8bdf6d5"
    assert rs["metadata"]["annotations"] == {
        "deployment.kubernetes.io/revision": "1",
        "deployment.kubernetes.io/desired-replicas": "2",
        "deployment.kubernetes.io/max-replicas": "3",
    }
    assert meta["annotations"] == {"deployment.kubernetes.io/revision": "1"}
    owner = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web", "uid": meta["uid"]}
    assert rs["metadata"]["ownerReferences"] == [owner | {"controller": True, "blockOwnerDeletion": True}]
    assert [pod["metadata"]["labels"] for pod in rig.pods()] == [{"app": "web", "pod-template-hash": "79c8bdf6d5"}] * 2
    assert rig.messages("ScalingReplicaSet") == ["Scaled up replica set web-79c8bdf6d5 from 0 to 2"]
    assert sorted(rig.messages("SuccessfulCreate")) == sorted(f"Created pod: {pod['metadata']['name']}" for pod in rig.pods())


def test_writes_are_told_in_the_order_of_the_lesson() -> None:
    rig = rig_with(2)
    writes = [
        (hop.source.removeprefix("kube-controller-manager/"), hop.verb, hop.key.split("/")[0])
        for hop in rig.hops()
        if hop.source.startswith("kube-controller-manager/") and hop.verb == "POST" and not hop.key.startswith("events")
    ]
    assert writes == [("deployment", "POST", "replicasets"), ("replicaset", "POST", "pods"), ("replicaset", "POST", "pods")]


def test_the_status_follows_the_pods() -> None:
    rig = rig_with(2)
    status = rig.deployment()["status"]
    assert (status["replicas"], status["unavailableReplicas"], "readyReplicas" in status) == (2, 2, False)
    assert condition(rig.deployment(), "Available") == ("False", "MinimumReplicasUnavailable")
    rig.settle(1)
    status = rig.deployment()["status"]
    assert {name: status[name] for name in status if name != "conditions"} == {
        "observedGeneration": 1,
        "replicas": 2,
        "updatedReplicas": 2,
        "readyReplicas": 2,
        "availableReplicas": 2,
        "terminatingReplicas": 0,
    }
    assert condition(rig.deployment(), "Available") == ("True", "MinimumReplicasAvailable")
    assert condition(rig.deployment(), "Progressing") == ("True", "NewReplicaSetAvailable")


def most_at_once(rig: ControlledRig, since: int) -> int:
    """Return how many pods there were at most after a revision, write by write; those that end do not count."""
    alive: set[str] = set()
    most = 0
    for event in rig.store.events(PODS.storage_key(NAMESPACE, ""), after=0):
        if event.kv is None or "deletionTimestamp" in event.kv.obj["metadata"]:
            alive.discard(event.key)
        else:
            alive.add(event.key)
        most = max(most, len(alive)) if event.revision > since else 0
    return most


@pytest.mark.parametrize(
    ("surge", "unavailable", "most", "fewest"),
    [(2, 0, 7, 5), (0, 2, 5, 3), ("25%", "25%", 7, 4), (1, 1, 6, 4)],
    ids=["only more pods", "only fewer pods", "a quarter of each", "one of each"],
)
def test_a_rolling_update_keeps_within_its_limits(surge: int | str, unavailable: int | str, most: int, fewest: int) -> None:
    rig = rig_with(5, strategy={"rollingUpdate": {"maxSurge": surge, "maxUnavailable": unavailable}})
    rig.settle(1)
    before = rig.store.revision
    set_image(rig, NEW)
    ready: list[int] = []
    for _ in range(20):
        ready.append(sum(pod["status"]["phase"] == "Running" for pod in rig.pods()))
        rig.make_ready(1)
    assert (most_at_once(rig, before), min(ready)) == (most, fewest)
    assert rig.sizes() == {OLD: 0, NEW: 5}
    assert rig.deployment()["metadata"]["annotations"]["deployment.kubernetes.io/revision"] == "2"
    assert condition(rig.deployment(), "Progressing") == ("True", "NewReplicaSetAvailable")


def test_recreate_ends_old_pods_first() -> None:
    rig = rig_with(3, strategy={"type": "Recreate"})
    rig.settle(1)
    before = {pod["metadata"]["name"] for pod in rig.pods()}
    set_image(rig, NEW)
    deleted = max(hop.seq for hop in rig.hops() if hop.verb == "DELETED" and hop.key.startswith("pods/"))
    created = min(hop.seq for hop in rig.hops() if hop.verb == "ADDED" and hop.key.startswith("pods/") and _name(hop.key) not in before)
    assert deleted < created
    assert rig.sizes() == {OLD: 0, NEW: 3}


def _name(key: str) -> str:
    return key.split("/")[2]


@pytest.mark.parametrize(("replicas", "direction"), [(4, "up"), (1, "down"), (0, "down")], ids=["up", "down", "to nothing"])
def test_scaling_is_told_and_makes_no_revision(replicas: int, direction: str) -> None:
    rig = rig_with(2)
    rig.settle(1)
    change(rig, {"replicas": replicas})
    rig.settle(1)
    assert rig.messages("ScalingReplicaSet")[1:] == [f"Scaled {direction} replica set web-79c8bdf6d5 from 2 to {replicas}"]
    assert (len(rig.pods()), len(rig.admin.list(REPLICASETS, NAMESPACE))) == (replicas, 1)


def test_a_paused_deployment_scales_but_does_not_roll() -> None:
    rig = rig_with(2)
    rig.settle(1)
    change(rig, {"paused": True})
    set_image(rig, NEW)
    assert condition(rig.deployment(), "Progressing") == ("Unknown", "DeploymentPaused")
    assert rig.sizes() == {OLD: 2}
    change(rig, {"replicas": 3})
    assert rig.sizes() == {OLD: 3}
    change(rig, {"paused": False})
    rig.settle(10)
    assert rig.sizes() == {OLD: 0, NEW: 3}


def test_scaling_in_the_middle_of_a_rollout_keeps_the_proportions() -> None:
    rig = rig_with(10, strategy={"rollingUpdate": {"maxSurge": 3, "maxUnavailable": 2}})
    rig.settle(1)
    set_image(rig, "does-not-exist:1")
    assert rig.sizes() == {OLD: 8, "does-not-exist:1": 5}
    change(rig, {"replicas": 15})
    assert rig.sizes() == {OLD: 11, "does-not-exist:1": 7}


def test_a_rollout_without_progress_is_reported_after_its_deadline() -> None:
    rig = rig_with(2, progressDeadlineSeconds=10)
    rig.settle(1)
    set_image(rig, NEW)
    rig.run(10)
    assert condition(rig.deployment(), "Progressing") == ("True", "ReplicaSetUpdated")
    rig.run(2)
    assert condition(rig.deployment(), "Progressing") == ("False", "ProgressDeadlineExceeded")


def test_a_template_that_returns_takes_the_newest_revision() -> None:
    rig = rig_with(1)
    rig.settle(1)
    for image in (NEW, OLD):
        set_image(rig, image)
        rig.settle(5)
    annotations = {
        rs["spec"]["template"]["spec"]["containers"][0]["image"]: rs["metadata"]["annotations"]
        for rs in rig.admin.list(REPLICASETS, NAMESPACE)
    }
    assert annotations[OLD]["deployment.kubernetes.io/revision"] == "3"
    assert annotations[OLD]["deployment.kubernetes.io/revision-history"] == "1"
    assert annotations[NEW]["deployment.kubernetes.io/revision"] == "2"


def test_old_replica_sets_beyond_the_limit_are_deleted() -> None:
    rig = rig_with(1, revisionHistoryLimit=1)
    for image in (OLD, NEW, "nginx:1.27", "nginx:1.28"):
        set_image(rig, image)
        rig.settle(5)
    assert rig.sizes() == {"nginx:1.27": 0, "nginx:1.28": 1}


@pytest.mark.parametrize(
    ("policy", "sets", "pods"),
    [("Background", 0, 0), ("Foreground", 0, 0), ("Orphan", 1, 2)],
    ids=["in the background its dependents follow", "in the foreground they go first", "as orphans they stay"],
)
def test_deletion(policy: str, sets: int, pods: int) -> None:
    rig = rig_with(2)
    rig.settle(1)
    rig.admin.delete(DEPLOYMENTS, "web", NAMESPACE, propagation_policy=policy)
    rig.run(1)
    left = (len(rig.admin.list(DEPLOYMENTS)), len(rig.admin.list(REPLICASETS)), len(rig.admin.list(PODS)))
    assert left == (0, sets, pods)
    assert all("ownerReferences" not in rs["metadata"] for rs in rig.admin.list(REPLICASETS))


def test_a_foreground_deletion_waits_for_pods_that_are_held() -> None:
    rig = ControlledRig()
    wanted = deployment(1)
    wanted["spec"]["template"]["metadata"]["finalizers"] = ["example.com/hold"]
    rig.admin.create(DEPLOYMENTS, wanted)
    rig.run()
    rig.admin.delete(DEPLOYMENTS, "web", NAMESPACE, propagation_policy="Foreground")
    rig.run(1)
    assert rig.deployment()["metadata"]["finalizers"] == ["foregroundDeletion"]
    (pod,) = rig.admin.list(PODS, NAMESPACE)
    pod["metadata"]["finalizers"] = []
    rig.admin.update(PODS, pod)
    rig.run(1)
    assert (rig.admin.list(DEPLOYMENTS), rig.admin.list(REPLICASETS), rig.admin.list(PODS)) == ([], [], [])


PROGRESS = [
    ("of the same ReplicaSet it stays", "web-2", {"updatedReplicas": 2}, "NewReplicaSetAvailable"),
    ("of another one it ends with the first new pods", "web-1", {"updatedReplicas": 2}, "ReplicaSetUpdated"),
    ("of another one it stays while there are no new pods", "web-1", {}, "NewReplicaSetAvailable"),
]


@pytest.mark.parametrize(("told", "counts", "reason"), [case[1:] for case in PROGRESS], ids=[case[0] for case in PROGRESS])
def test_success_that_was_told(told: str, counts: Obj, reason: str) -> None:
    message = f'ReplicaSet "{told}" has successfully progressed.'
    known = {"type": "Progressing", "status": "True", "reason": "NewReplicaSetAvailable", "message": message}
    before = deployment(2, progressDeadlineSeconds=60) | {"status": {"conditions": [known]}}
    status = {"conditions": [known], "replicas": counts.get("updatedReplicas", 0)} | counts
    after = with_progress(before, status, {"metadata": {"name": "web-2"}}, [], parse_timestamp("2026-01-01T00:00:00Z"))
    assert condition({"status": after}, "Progressing") == ("True", reason)
