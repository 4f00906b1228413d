"""ReplicaSets: their pods, whose they are, which go first, and what their status says."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cluster.controller_manager.replicaset.census import Census, tally
from cluster.controller_manager.replicaset.ranking import deletion_cost, pods_to_delete
from cluster.controller_manager.replicaset.status import replica_set_status
from cluster.machinery.kinds.apps import REPLICASETS
from cluster.machinery.kinds.core import PODS
from cluster.machinery.meta import Obj, SimTime, parse_timestamp
from tests.unit.controller_manager.cluster_rig import NAMESPACE, ControlledRig, replica_set

NOW = parse_timestamp("2026-01-01T12:00:00Z")
MORNING = "2026-01-01T00:00:00Z"


def pod(
    name: str,
    *,
    node: str = "n1",
    phase: str = "Running",
    ready: str | None = MORNING,
    created: str = MORNING,
    cost: str = "0",
    restarts: int = 0,
    labels: dict[str, str] | None = None,
) -> Obj:
    """Return a pod; ``ready``: since when, None when it is not."""
    condition = {"type": "Ready", "status": "True" if ready else "False", "lastTransitionTime": ready}
    return {
        "metadata": {
            "name": name,
            "uid": name,
            "creationTimestamp": created,
            "labels": labels or {},
            "annotations": {"controller.kubernetes.io/pod-deletion-cost": cost},
        },
        "spec": {"nodeName": node} if node else {},
        "status": {"phase": phase, "conditions": [condition], "containerStatuses": [{"name": "c", "restartCount": restarts}]},
    }


RANKING = [
    ("a pod without a node goes before one with a node", pod("a", node=""), pod("b")),
    ("a pending pod goes before one in an unknown state", pod("a", phase="Pending"), pod("b", phase="Unknown")),
    ("a pod in an unknown state goes before a running one", pod("a", phase="Unknown"), pod("b")),
    ("a pod that is not ready goes before a ready one", pod("a", ready=None), pod("b")),
    ("a cheap pod goes before a dear one", pod("a", cost="-5"), pod("b", cost="3")),
    ("not being ready weighs more than cost", pod("a", ready=None, cost="9"), pod("b")),
    ("a pod with a sibling on its node goes before a lonely one", pod("a", node="n2"), pod("b")),
    ("one ready for seconds goes before one ready for hours", pod("a", ready="2026-01-01T11:59:50Z"), pod("b")),
    ("one that restarted goes before one that did not", pod("a", restarts=2), pod("b")),
    ("a young pod goes before an old one", pod("a", created="2026-01-01T11:59:50Z"), pod("b")),
    ("of a similar age, the lower uid goes", pod("a", created="2026-01-01T00:00:01Z"), pod("b")),
    ("a cost that is no number counts as none", pod("a", cost="cheap"), pod("b", cost="1")),
]


@pytest.mark.parametrize(("first", "second"), [case[1:] for case in RANKING], ids=[case[0] for case in RANKING])
def test_ranking(first: Obj, second: Obj) -> None:
    related = [first, second, pod("sibling", node="n2")]
    chosen = [pods_to_delete(order, related, 1, NOW)[0] for order in ([first, second], [second, first])]
    assert [one["metadata"]["name"] for one in chosen] == ["a", "a"]


@pytest.mark.parametrize(
    ("text", "cost"),
    [("7", 7), ("-7", -7), ("+7", 0), ("07", 0), ("0", 0), ("1.5", 0), ("2147483648", 0), ("2147483647", 2147483647)],
)
def test_deletion_cost(text: str, cost: int) -> None:
    assert deletion_cost(pod("a", cost=text)) == cost


def rs_with(*, min_ready_seconds: int = 0, conditions: list[Obj] | None = None) -> Obj:
    spec = {"replicas": 2, "minReadySeconds": min_ready_seconds, "template": {"metadata": {"labels": {"app": "web"}}}}
    return {"metadata": {"generation": 3}, "spec": spec, "status": {"conditions": conditions or []}}


READY_POD = pod("a", labels={"app": "web"})
FAILURE = {"type": "ReplicaFailure", "status": "True", "reason": "FailedCreate", "message": "no", "lastTransitionTime": MORNING}
NEW_FAILURE = FAILURE | {"lastTransitionTime": "2026-01-01T12:00:00Z"}
BASE = {"replicas": 1, "observedGeneration": 3, "terminatingReplicas": 0}
ALL = BASE | {"fullyLabeledReplicas": 1, "readyReplicas": 1, "availableReplicas": 1}
STATUS = [
    ("no pods", rs_with(), [], "", 0, BASE | {"replicas": 0}, None),
    ("a ready pod is available at once", rs_with(), [READY_POD], "", 0, ALL, None),
    ("a pod without the template's labels is not fully labelled", rs_with(), [pod("a", ready=None)], "", 0, BASE, None),
    (
        "with minReadySeconds a ready pod is available later",
        rs_with(min_ready_seconds=43_210),
        [READY_POD],
        "",
        0,
        {name: value for name, value in ALL.items() if name != "availableReplicas"},
        10.0,
    ),
    ("after minReadySeconds it is available", rs_with(min_ready_seconds=43_200), [READY_POD], "", 0, ALL, None),
    ("a failure to create is a condition", rs_with(), [], "no", -2, BASE | {"replicas": 0, "conditions": [NEW_FAILURE]}, None),
    (
        "a failure to delete has another reason",
        rs_with(),
        [],
        "no",
        2,
        BASE | {"replicas": 0, "conditions": [NEW_FAILURE | {"reason": "FailedDelete"}]},
        None,
    ),
    ("a known failure stays as it is", rs_with(conditions=[FAILURE]), [], "no", -2, BASE | {"replicas": 0, "conditions": [FAILURE]}, None),
    ("success ends it", rs_with(conditions=[FAILURE]), [], "", 0, BASE | {"replicas": 0}, None),
]


@pytest.mark.parametrize(
    ("rs", "pods", "failure", "surplus", "status", "wait"), [case[1:] for case in STATUS], ids=[case[0] for case in STATUS]
)
def test_status(rs: Obj, pods: list[Obj], failure: str, surplus: int, status: Obj, wait: float | None) -> None:
    assert replica_set_status(rs, tally(pods), failure, surplus, SimTime(NOW)) == (status, wait)


def in_namespace(pod: Obj, **meta: object) -> Obj:
    return pod | {"metadata": pod["metadata"] | {"namespace": NAMESPACE, **meta}}


def owned(pod: Obj, uid: str) -> Obj:
    return in_namespace(pod, ownerReferences=[{"kind": "ReplicaSet", "name": uid, "uid": uid, "controller": True}])


Change = Callable[[Census], None]
CENSUS: list[tuple[str, list[Change], list[Obj]]] = [
    (
        "pods that are alike are counted together",
        [lambda c: c.put(owned(pod("a"), "rs")), lambda c: c.put(owned(pod("b"), "rs"))],
        [pod("a"), pod("b")],
    ),
    ("a pod that comes twice counts once", [lambda c: c.put(owned(pod("a"), "rs"))] * 2, [pod("a")]),
    (
        "a pod counts as it was seen last",
        [lambda c: c.put(owned(pod("a"), "rs")), lambda c: c.put(owned(pod("a", ready=None), "rs"))],
        [pod("a", ready=None)],
    ),
    ("a pod whose containers have ended does not count", [lambda c: c.put(owned(pod("a", phase="Failed"), "rs"))], []),
    ("a pod that is gone does not count", [lambda c: c.put(owned(pod("a"), "rs")), lambda c: c.remove(owned(pod("a"), "rs"))], []),
    ("a pod that was never seen may go", [lambda c: c.remove(owned(pod("a"), "rs"))], []),
    ("a pod counts for its own owner", [lambda c: c.put(owned(pod("a"), "other"))], []),
    (
        "a pod that came to an owner of another kind counts no longer",
        [
            lambda c: c.put(owned(pod("a"), "rs")),
            lambda c: c.put(in_namespace(pod("a"), ownerReferences=[{"kind": "Job", "name": "rs", "uid": "rs", "controller": True}])),
        ],
        [],
    ),
    ("a pod that was released counts no longer", [lambda c: c.put(owned(pod("a"), "rs")), lambda c: c.put(in_namespace(pod("a")))], []),
]


@pytest.mark.parametrize(("changes", "pods"), [case[1:] for case in CENSUS], ids=[case[0] for case in CENSUS])
def test_census(changes: list[Change], pods: list[Obj]) -> None:
    census = Census(REPLICASETS)
    for change in changes:
        change(census)
    assert census.of("rs") == tally(pods)


def rig_with(replicas: int) -> ControlledRig:
    rig = ControlledRig()
    rig.admin.create(REPLICASETS, replica_set(replicas))
    rig.run()
    rig.settle(1)
    return rig


def test_a_deleted_pod_is_replaced() -> None:
    rig = rig_with(2)
    lost, kept = (pod["metadata"]["name"] for pod in rig.pods())
    rig.admin.delete(PODS, lost, NAMESPACE)
    rig.run()
    names = [pod["metadata"]["name"] for pod in rig.pods()]
    assert (len(names), lost in names, kept in names) == (2, False, True)


def test_a_matching_orphan_is_adopted_instead_of_a_new_pod() -> None:
    rig = ControlledRig()
    orphan = {"kind": "Pod", "metadata": {"name": "p", "namespace": NAMESPACE, "labels": {"app": "web"}}}
    rig.admin.create(PODS, orphan | {"spec": {"containers": [{"name": "c", "image": "nginx"}]}})
    rig.admin.create(REPLICASETS, replica_set(1))
    rig.run()
    (adopted,) = rig.pods()
    rs = rig.admin.get(REPLICASETS, "rs", NAMESPACE)
    owner = {"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "rs", "uid": rs["metadata"]["uid"]}
    assert adopted["metadata"]["ownerReferences"] == [owner | {"controller": True, "blockOwnerDeletion": True}]


def test_a_pod_that_matches_no_longer_is_released_and_replaced() -> None:
    rig = rig_with(1)
    (own,) = rig.pods()
    rig.admin.patch(PODS, own["metadata"]["name"], NAMESPACE, {"metadata": {"labels": {"app": "other"}}})
    rig.run()
    owners = {pod["metadata"]["labels"]["app"]: "ownerReferences" in pod["metadata"] for pod in rig.pods()}
    assert owners == {"other": False, "web": True}


def test_pods_are_made_in_batches_that_double_until_one_fails() -> None:
    rig = ControlledRig()
    wanted = replica_set(20)
    wanted["spec"]["template"]["spec"]["serviceAccountName"] = "absent"
    rig.admin.create(REPLICASETS, wanted)
    while not rig.messages("FailedCreate"):
        rig.engine.step()
    rig.run()
    rs = rig.admin.get(REPLICASETS, "rs", NAMESPACE)
    (failure,) = rs["status"]["conditions"]
    assert (rig.pods(), failure["type"], failure["reason"]) == ([], "ReplicaFailure", "FailedCreate")
    assert rig.messages("FailedCreate")[0] == f"Error creating: {failure['message']}"
