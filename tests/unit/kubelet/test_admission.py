"""Which bound pods a node does not take, and in which words."""

from __future__ import annotations

import pytest

from cluster.kubelet.admission import Admission, Rejection, find_rejection
from cluster.machinery.kinds.core import PODS
from cluster.machinery.meta import Obj
from tests.unit.apiserver.rig import pod as api_pod
from tests.unit.kubelet.builders import pod
from tests.unit.kubelet.cluster_room import ClusterRoom

NODE: Obj = {"metadata": {"name": "n1", "labels": {"disk": "ssd"}}, "spec": {}, "status": {}}
TAINTED: Obj = {**NODE, "spec": {"taints": [{"key": "gpu", "effect": "NoExecute"}]}}
CAPACITY = {"cpu": 4000, "memory": 8 << 30, "pods": 110}


def asking(**requests: str) -> Obj:
    made = pod()
    made["spec"]["containers"][0]["resources"] = {"requests": requests}
    return made


def with_port(port: int) -> Obj:
    made = pod()
    made["spec"]["containers"][0]["ports"] = [{"containerPort": 80, "hostPort": port}]
    return made


CASES: dict[str, tuple[Obj, dict[str, int], Obj, dict[str, int], Rejection | None]] = {
    "it fits": (pod(), {"cpu": 1000}, NODE, {"cpu": 3000, "pods": 1}, None),
    "too little processor is left": (
        pod(),
        {"cpu": 1500},
        NODE,
        {"cpu": 3000},
        Rejection("OutOfcpu", "Node didn't have enough resource: cpu, requested: 1500, used: 3000, capacity: 4000"),
    ),
    "too little memory": (
        pod(),
        {"memory": 9 << 30},
        NODE,
        {},
        Rejection("OutOfmemory", f"Node didn't have enough resource: memory, requested: {9 << 30}, used: 0, capacity: {8 << 30}"),
    ),
    "too many pods": (
        pod(),
        {},
        NODE,
        {"pods": 110},
        Rejection("OutOfpods", "Node didn't have enough resource: pods, requested: 1, used: 110, capacity: 110"),
    ),
    "something that the node does not have": (
        pod(),
        {"example.com/gpu": 1},
        NODE,
        {},
        Rejection("OutOfexample.com/gpu", "Node didn't have enough resource: example.com/gpu, requested: 1, used: 0, capacity: 0"),
    ),
    "a label that suits": (pod(nodeSelector={"disk": "ssd"}), {}, NODE, {}, None),
    "a label that does not": (
        pod(nodeSelector={"disk": "hdd"}),
        {},
        NODE,
        {},
        Rejection("NodeAffinity", "Predicate NodeAffinity failed: node(s) didn't match Pod's node affinity/selector"),
    ),
    "a free port": (with_port(81), {}, NODE, {}, None),
    "a port that is taken": (
        with_port(80),
        {},
        NODE,
        {},
        Rejection("NodePorts", "Predicate NodePorts failed: node(s) didn't have free ports for the requested pod ports"),
    ),
    "a taint": (
        pod(),
        {},
        TAINTED,
        {},
        Rejection("TaintToleration", "Predicate TaintToleration failed: node(s) had taints that the pod didn't tolerate"),
    ),
    "a taint that it tolerates": (pod(tolerations=[{"key": "gpu", "operator": "Exists"}]), {}, TAINTED, {}, None),
}


@pytest.mark.parametrize(("obj", "wanted", "node", "used", "expected"), CASES.values(), ids=CASES.keys())
def test_find_rejection(obj: Obj, wanted: dict[str, int], node: Obj, used: dict[str, int], expected: Rejection | None) -> None:
    assert find_rejection(obj, wanted, node, CAPACITY, used, frozenset({("TCP", 80)})) == expected


def test_what_a_pod_was_promised_is_free_when_it_is_gone() -> None:
    node = {**NODE, "status": {"allocatable": {"cpu": "1", "memory": "1Gi", "pods": "10"}}}
    admission = Admission(lambda: node, lambda _: None)
    taken = [admission.admit("u1", asking(cpu="800m"), is_settled=False), admission.admit("u2", asking(cpu="300m"), is_settled=False)]
    settled = admission.admit("u3", asking(cpu="300m"), is_settled=True)
    admission.release("u1")
    admission.release("u3")
    assert [
        found.reason if found else None for found in (*taken, settled, admission.admit("u2", asking(cpu="300m"), is_settled=False))
    ] == [
        None,
        "OutOfcpu",
        None,
        None,
    ]


def test_a_pod_bound_by_hand_that_does_not_fit_fails_and_can_be_deleted() -> None:
    room = ClusterRoom("n1")
    obj = api_pod("web", node="n1")
    obj["spec"]["containers"][0]["resources"] = {"requests": {"cpu": "5"}}
    room.admin.create(PODS, obj)
    room.run(5)
    status = room.admin.get(PODS, "web", "default")["status"]
    words = "Node didn't have enough resource: cpu, requested: 5000, used: 0, capacity: 4000"
    assert (status["phase"], status["reason"], status["message"]) == ("Failed", "OutOfcpu", f"Pod was rejected: {words}")
    assert room.events("web") == [f"Warning OutOfcpu: {words}"]
    assert [hop for hop in room.hops() if hop.target == "node/n1/containerd"] == []
    room.admin.delete(PODS, "web", "default")
    room.run(2)
    assert room.admin.list(PODS) == []


def test_what_is_gone_from_the_api_server_takes_no_room_while_its_containers_still_end() -> None:
    room = ClusterRoom("n1")
    for name in ("first", "second"):
        obj = api_pod(name, node="n1")
        obj["spec"]["containers"][0]["resources"] = {"requests": {"cpu": "3"}}
        room.admin.create(PODS, obj)
        if name == "first":
            room.run(10)
            room.admin.delete(PODS, "first", "default", grace_period_seconds=0)
    room.run(0.1)
    early = room.admin.get(PODS, "second", "default")["status"]["phase"]
    room.run(10)
    assert (early, room.admin.get(PODS, "second", "default")["status"]["phase"]) == ("Pending", "Running")
