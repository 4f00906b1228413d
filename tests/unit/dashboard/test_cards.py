"""Cards of every kind; a Pod's status as kubectl's STATUS column has it."""

from __future__ import annotations

import pytest

from cluster.machinery.kinds.apps import REPLICASETS
from cluster.machinery.kinds.core import CONFIGMAPS, NODES, PODS
from cluster.machinery.meta import Obj
from dashboard.cards import card
from tests.unit.dashboard.builders import node, pod

RUNNING = {"running": {"startedAt": "2026-01-01T00:00:00Z"}}


def status(state: Obj, *, ready: bool = False, restarts: int = 0) -> list[Obj]:
    return [{"name": "main", "ready": ready, "restartCount": restarts, "state": state}]


@pytest.mark.parametrize(
    ("obj", "expected"),
    [
        pytest.param(pod(), "Pending", id="nothing has happened yet"),
        pytest.param(pod(containerStatuses=status({"waiting": {"reason": "ContainerCreating"}})), "ContainerCreating", id="being created"),
        pytest.param(pod(containerStatuses=status({"waiting": {"reason": "ErrImagePull"}})), "ErrImagePull", id="no image"),
        pytest.param(pod(phase="Running", containerStatuses=status(RUNNING, ready=True)), "Running", id="running"),
        pytest.param(
            pod(phase="Running", containerStatuses=status({"waiting": {"reason": "CrashLoopBackOff"}})), "CrashLoopBackOff", id="crash loop"
        ),
        pytest.param(
            pod(phase="Succeeded", containerStatuses=status({"terminated": {"reason": "Completed", "exitCode": 0}})),
            "Completed",
            id="completed",
        ),
        pytest.param(
            pod(phase="Failed", containerStatuses=status({"terminated": {"exitCode": 3}})), "ExitCode:3", id="ended without a reason"
        ),
        pytest.param(
            pod(phase="Failed", containerStatuses=status({"terminated": {"signal": 9, "exitCode": 137}})),
            "Signal:9",
            id="killed by a signal",
        ),
        pytest.param(pod(phase="Failed", reason="Evicted"), "Evicted", id="evicted"),
        pytest.param(
            pod(conditions=[{"type": "PodScheduled", "status": "False", "reason": "SchedulingGated"}]), "SchedulingGated", id="gated"
        ),
        pytest.param(
            {**pod(phase="Running"), "metadata": {"name": "web", "deletionTimestamp": "2026-01-01T00:00:00Z"}}, "Terminating", id="deleted"
        ),
        pytest.param(
            {**pod(phase="Running", reason="NodeLost"), "metadata": {"name": "web", "deletionTimestamp": "2026-01-01T00:00:00Z"}},
            "Unknown",
            id="deleted on a lost node",
        ),
        pytest.param(
            {**pod(phase="Succeeded"), "metadata": {"name": "web", "deletionTimestamp": "2026-01-01T00:00:00Z"}},
            "Succeeded",
            id="deleted after its end",
        ),
        pytest.param(
            pod(initContainerStatuses=[{"name": "init", "state": {"terminated": {"reason": "Error", "exitCode": 1}}}]),
            "Init:Error",
            id="an init container failed",
        ),
        pytest.param(pod(initContainerStatuses=[{"name": "init", "state": RUNNING}]), "Init:0/0", id="an init container runs"),
    ],
)
def test_the_status_of_a_pod_is_the_status_column(obj: Obj, expected: str) -> None:
    assert card(PODS, {**obj, "metadata": {"namespace": "default", **obj["metadata"]}})["status"] == expected


def test_a_pods_card_says_where_it_runs_and_how_its_containers_are() -> None:
    obj = pod(node="n1", phase="Running", containerStatuses=status(RUNNING, ready=True, restarts=2))
    obj["metadata"]["ownerReferences"] = [{"kind": "ReplicaSet", "name": "web-1", "uid": "uid-rs", "controller": True}]
    assert card(PODS, obj) == {
        "kind": "Pod",
        "namespace": "default",
        "name": "web",
        "node": "n1",
        "status": "Running",
        "ready": 1,
        "restarts": 2,
        "owner": "uid-rs",
        "deleting": False,
        "cpu": 100,
        "memory": 64 * 1024 * 1024,
        "containers": [{"name": "main", "image": "nginx", "state": "Running", "ready": True, "restarts": 2}],
    }


def test_a_nodes_card_says_what_it_offers_and_whether_it_takes_pods() -> None:
    assert card(NODES, node("n1", ready=False, unschedulable=True), is_stopped=True) == {
        "kind": "Node",
        "name": "n1",
        "roles": ["control-plane"],
        "zone": "zone-a",
        "ready": False,
        "unschedulable": True,
        "stopped": True,
        "cpu": 4000,
        "memory": 8 * 1024**3,
        "pods": 110,
        "taints": ["dedicated=x:NoSchedule", "cold:NoExecute"],
    }


def test_a_replicasets_card_names_its_deployment() -> None:
    owner = {"kind": "Deployment", "name": "web", "uid": "uid-d", "controller": True}
    obj = {
        "metadata": {"namespace": "default", "name": "web-1", "uid": "u", "ownerReferences": [owner]},
        "spec": {"replicas": 2},
        "status": {"replicas": 2, "readyReplicas": 1, "availableReplicas": 1},
    }
    assert card(REPLICASETS, obj) == {
        "kind": "ReplicaSet",
        "namespace": "default",
        "name": "web-1",
        "uid": "u",
        "owner": "uid-d",
        "replicas": 2,
        "ready": 1,
        "updated": 0,
        "available": 1,
        "paused": False,
        "revision": "",
    }


def test_other_kinds_have_a_plain_card() -> None:
    assert card(CONFIGMAPS, {"metadata": {"namespace": "default", "name": "settings"}}) == {
        "kind": "ConfigMap",
        "namespace": "default",
        "name": "settings",
    }
