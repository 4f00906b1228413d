"""Nodes: ranges, heartbeats, taints, evictions, and pods whose node is gone."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from cluster.controller_manager.manager import ControllerManager
from cluster.controller_manager.nodelifecycle.labels import outdated_labels
from cluster.controller_manager.nodelifecycle.taints import no_schedule_taints
from cluster.controller_manager.nodelifecycle.tolerations import FOREVER, seconds_tolerated
from cluster.controller_manager.nodelifecycle.zones import ZoneState, eviction_rate, zone_state
from cluster.machinery.kinds.core import NODES, PODS
from cluster.machinery.meta import Obj, parse_timestamp, timestamp
from cluster.machinery.taints import OUT_OF_SERVICE
from tests.unit.apiserver.rig import pod
from tests.unit.controller_manager.cluster_rig import NAMESPACE, NO_KEYS, ControlledRig

TAINT = {"key": "k", "value": "v", "effect": "NoExecute"}
OTHER_TAINT = {"key": "other", "effect": "NoExecute"}


@pytest.mark.parametrize(
    ("taints", "tolerations", "seconds"),
    [
        ([TAINT], [], None),
        ([TAINT], [{"operator": "Exists"}], FOREVER),
        ([TAINT], [{"key": "k", "operator": "Equal", "value": "v", "effect": "NoExecute"}], FOREVER),
        ([TAINT], [{"key": "k", "value": "x"}], None),
        ([TAINT], [{"key": "k", "operator": "Exists", "effect": "NoSchedule"}], None),
        ([TAINT], [{"key": "k", "operator": "Exists", "tolerationSeconds": 7}], 7.0),
        ([TAINT], [{"key": "k", "operator": "Exists", "tolerationSeconds": -7}], 0.0),
        ([TAINT, OTHER_TAINT], [{"key": "k", "operator": "Exists"}], None),
        ([TAINT, OTHER_TAINT], [{"key": "k", "operator": "Exists", "tolerationSeconds": 9}, {"operator": "Exists"}], 9.0),
    ],
    ids=[
        "no toleration ends a pod at once",
        "a toleration of everything keeps it for ever",
        "so does one with key, value and effect",
        "another value does not match",
        "another effect does not match",
        "a limit counts",
        "a negative limit is none",
        "every taint has to be tolerated",
        "the shortest limit counts",
    ],
)
def test_seconds_tolerated(taints: list[Obj], tolerations: list[Obj], seconds: float | None) -> None:
    assert seconds_tolerated(taints, tolerations) == seconds


@pytest.mark.parametrize(
    ("ready", "not_ready", "state", "rate"),
    [
        (4, 0, ZoneState.NORMAL, 0.1),
        (2, 2, ZoneState.NORMAL, 0.1),
        (1, 3, ZoneState.PARTIAL_DISRUPTION, 0.0),
        (20, 40, ZoneState.PARTIAL_DISRUPTION, 0.01),
        (0, 1, ZoneState.FULL_DISRUPTION, 0.1),
    ],
    ids=["all ready", "two are never most", "most are not", "most of a large cluster are not", "none is"],
)
def test_zone_state(ready: int, not_ready: int, state: ZoneState, rate: float) -> None:
    assert (zone_state(ready, not_ready), eviction_rate(state, ready + not_ready)) == (state, rate)


NOW = parse_timestamp("2026-01-01T00:00:00Z")
ADDED = {"effect": "NoSchedule", "timeAdded": "2026-01-01T00:00:00Z"}
OWN = {"key": "mine", "effect": "NoSchedule"}


@pytest.mark.parametrize(
    ("spec", "conditions", "taints"),
    [
        ({}, {"Ready": "True"}, []),
        ({}, {"Ready": "False"}, [ADDED | {"key": "node.kubernetes.io/not-ready"}]),
        ({}, {"Ready": "Unknown"}, [ADDED | {"key": "node.kubernetes.io/unreachable"}]),
        ({}, {"Ready": "True", "MemoryPressure": "True"}, [ADDED | {"key": "node.kubernetes.io/memory-pressure"}]),
        ({"unschedulable": True}, {"Ready": "True"}, [ADDED | {"key": "node.kubernetes.io/unschedulable"}]),
        ({"taints": [OWN]}, {"Ready": "True"}, [OWN]),
        ({"taints": [ADDED | {"key": "node.kubernetes.io/not-ready"}]}, {"Ready": "True"}, []),
    ],
    ids=["ready", "not ready", "unknown", "short of memory", "cordoned", "the administrator's own", "ready again"],
)
def test_no_schedule_taints(spec: Obj, conditions: dict[str, str], taints: list[Obj]) -> None:
    node = {"spec": spec, "status": {"conditions": [{"type": name, "status": status} for name, status in conditions.items()]}}
    assert no_schedule_taints(node, NOW) == taints


OS, OLD_OS = {"kubernetes.io/os": "linux"}, {"beta.kubernetes.io/os": "linux"}
ARCH, OLD_ARCH = {"kubernetes.io/arch": "amd64"}, {"beta.kubernetes.io/arch": "amd64"}


@pytest.mark.parametrize(
    ("labels", "missing"),
    [
        (None, {}),
        (OS | ARCH, OLD_OS | OLD_ARCH),
        (OS | OLD_OS | ARCH, OLD_ARCH),
        (OS | {"beta.kubernetes.io/os": "windows"}, OLD_OS),
        (OLD_OS | OLD_ARCH, {}),
    ],
    ids=["no label", "the new names only", "one old name is there", "an old name says something else", "the old names only"],
)
def test_an_older_label_says_what_the_newer_one_does(labels: dict[str, str] | None, missing: dict[str, str]) -> None:
    assert outdated_labels({"metadata": {"labels": labels}}) == missing


def test_a_node_that_was_made_by_hand_gets_the_older_labels() -> None:
    rig = rig_with()
    rig.admin.create(NODES, {"apiVersion": "v1", "kind": "Node", "metadata": {"name": "n1", "labels": OS | ARCH}})
    rig.run()
    assert rig.admin.get(NODES, "n1")["metadata"]["labels"] == OS | ARCH | OLD_OS | OLD_ARCH


def rig_with(*names: str) -> ControlledRig:
    rig = ControlledRig()
    for name in names:
        rig.add_node(name)
    return rig


def keep_alive(rig: ControlledRig, seconds: int, *names: str) -> None:
    """Let time pass while some nodes renew their Leases every ten seconds."""
    for _ in range(seconds // 10):
        rig.run(10)
        rig.heartbeat(*names)


def ready_pod(rig: ControlledRig, name: str, node: str, tolerations: Sequence[Obj] = ()) -> None:
    rig.admin.create(PODS, pod(name, node=node, tolerations=list(tolerations)))
    rig.make_ready()


def taints(rig: ControlledRig, node: str) -> list[tuple[str, str]]:
    return [(taint["key"], taint["effect"]) for taint in rig.admin.get(NODES, node)["spec"].get("taints") or []]


def test_every_node_gets_a_range_of_its_own_and_a_freed_one_is_used_again() -> None:
    rig = rig_with("n1", "n2")
    rig.admin.delete(NODES, "n1")
    rig.add_node("n3")
    ranges = {node["metadata"]["name"]: (node["spec"]["podCIDR"], node["spec"]["podCIDRs"]) for node in rig.admin.list(NODES)}
    assert ranges == {"n2": ("10.244.1.0/24", ["10.244.1.0/24"]), "n3": ("10.244.0.0/24", ["10.244.0.0/24"])}


def test_nodes_that_come_and_go_are_told_of() -> None:
    rig = rig_with("n1")
    rig.run(5)
    rig.admin.delete(NODES, "n1")
    rig.run(5)
    assert rig.messages("RegisteredNode") == ["Node n1 event: Registered Node n1 in Controller"]
    assert rig.messages("RemovingNode") == ["Node n1 event: Removing Node n1 from Controller"]


def test_a_heartbeat_is_no_work_although_the_node_is_not_registered_yet() -> None:
    rig = rig_with("n1")
    rig.run(1)
    rig.manager.stop()
    ControllerManager(rig.client("kube-controller-manager"), rig.engine, NO_KEYS).start()
    rig.admin.patch(NODES, "n1", "", {"metadata": {"annotations": {"a": "b"}}})
    since = len(rig.hops())
    rig.run()
    told = [(hop.target, hop.outcome) for hop in rig.hops()[since:] if (hop.verb, hop.key) == ("MODIFIED", "nodes/n1")]
    assert told == [("kube-controller-manager", "no work")]


def test_a_new_node_is_told_of_at_once() -> None:
    rig = rig_with("n1")
    rig.run(1)
    rig.add_node("n2")
    assert rig.messages("RegisteredNode") == [f"Node {name} event: Registered Node {name} in Controller" for name in ("n1", "n2")]


def test_a_silent_node_is_marked_and_tainted_and_its_pods_end_when_they_tolerate_no_more() -> None:
    rig = rig_with("n1", "n2")
    tolerations = [{"key": "node.kubernetes.io/unreachable", "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 30}]
    ready_pod(rig, "web", "n1", tolerations=tolerations)
    keep_alive(rig, 50, "n2")
    assert taints(rig, "n1") == []
    keep_alive(rig, 10, "n2")
    (ready,) = [c for c in rig.admin.get(NODES, "n1")["status"]["conditions"] if c["type"] == "Ready"]
    assert (ready["status"], ready["reason"], ready["message"]) == ("Unknown", "NodeStatusUnknown", "Kubelet stopped posting node status.")
    assert sorted(taints(rig, "n1")) == [("node.kubernetes.io/unreachable", "NoExecute"), ("node.kubernetes.io/unreachable", "NoSchedule")]
    assert rig.messages("NodeNotReady") == ["Node n1 status is now: NodeNotReady", "Node is not ready"]
    assert (taints(rig, "n2"), rig.messages("TaintManagerEviction")) == ([], [])
    keep_alive(rig, 40, "n2")
    assert rig.messages("TaintManagerEviction") == ["Marking for deletion Pod default/web"]
    assert "deletionTimestamp" in rig.admin.get(PODS, "web", NAMESPACE)["metadata"]


def test_a_node_that_speaks_again_loses_its_taints_and_its_pods_stay() -> None:
    rig = rig_with("n1", "n2")
    ready_pod(rig, "web", "n1")
    keep_alive(rig, 60, "n2")
    node = rig.admin.get(NODES, "n1")
    for condition in node["status"]["conditions"]:
        condition |= {"status": "True" if condition["type"] == "Ready" else "False", "lastHeartbeatTime": timestamp(rig.clock.now)}
    rig.admin.update_status(NODES, node)
    rig.heartbeat("n1", "n2")
    rig.run(10)
    assert taints(rig, "n1") == []
    assert rig.messages("TaintManagerEviction") == ["Cancelling deletion of Pod default/web"]
    assert "deletionTimestamp" not in rig.admin.get(PODS, "web", NAMESPACE)["metadata"]


ZONES = {"n1": "a", "n2": "a", "n3": "b", "n4": "b"}
_ZONES = [
    pytest.param(("n1", "n2"), 60, ["n1"], id="a zone that is silent as a whole: one node in ten seconds"),
    pytest.param(("n1", "n2"), 70, ["n1", "n2"], id="the next one ten seconds later"),
    pytest.param(("n2", "n3"), 60, ["n2", "n3"], id="each zone has a rate of its own"),
    pytest.param(("n1", "n2", "n3", "n4"), 70, [], id="all zones: nobody is tainted"),
]


@pytest.mark.parametrize(("silent", "seconds", "tainted"), _ZONES)
def test_nodes_are_tainted_zone_by_zone(silent: tuple[str, ...], seconds: int, tainted: list[str]) -> None:
    rig = rig_with(*ZONES)
    for name, zone in ZONES.items():
        rig.admin.patch(NODES, name, "", {"metadata": {"labels": {"topology.kubernetes.io/zone": zone}}})
    keep_alive(rig, seconds, *(name for name in ZONES if name not in silent))
    assert [name for name in ZONES if ("node.kubernetes.io/unreachable", "NoExecute") in taints(rig, name)] == tainted


def test_an_administrators_taint_ends_pods_by_their_tolerations() -> None:
    rig = rig_with("n1")
    ready_pod(rig, "none", "n1")
    ready_pod(rig, "some", "n1", tolerations=[{"key": "k", "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 4}])
    ready_pod(rig, "always", "n1", tolerations=[{"key": "k", "operator": "Equal", "value": "v", "effect": "NoExecute"}])
    rig.admin.patch(NODES, "n1", "", {"spec": {"taints": [TAINT]}})
    rig.run(1)
    assert [pod["metadata"]["name"] for pod in rig.pods()] == ["always", "some"]
    rig.run(4)
    assert [pod["metadata"]["name"] for pod in rig.pods()] == ["always"]
    assert rig.messages("TaintManagerEviction") == [f"Marking for deletion Pod default/{name}" for name in ("none", "some")]
    (target,) = [c for c in rig.admin.get(PODS, "none", NAMESPACE)["status"]["conditions"] if c["type"] == "DisruptionTarget"]
    assert (target["status"], target["reason"]) == ("True", "DeletionByTaintManager")


def test_pods_of_a_deleted_node_are_collected_after_a_quarantine() -> None:
    rig = rig_with("n1")
    ready_pod(rig, "web", "n1")
    rig.admin.delete(NODES, "n1")
    rig.run(40)
    assert len(rig.pods()) == 1
    rig.run(40)
    assert rig.admin.list(PODS, NAMESPACE) == []


@pytest.mark.parametrize(
    ("ready", "key", "is_deleted", "expected"),
    [
        pytest.param("Unknown", OUT_OF_SERVICE, True, [], id="it is going, and its node is silent and out of service"),
        pytest.param("True", OUT_OF_SERVICE, True, ["web"], id="but not from a node that is ready"),
        pytest.param("Unknown", "maintenance", True, ["web"], id="but not from a node that has another taint"),
        pytest.param("Unknown", OUT_OF_SERVICE, False, ["web"], id="but not before it is going"),
    ],
)
def test_a_pod_is_collected_when(ready: str, key: str, is_deleted: bool, expected: list[str]) -> None:
    rig = rig_with("n1")
    ready_pod(rig, "web", "n1")
    if is_deleted:
        rig.admin.delete(PODS, "web", NAMESPACE)
    status = {"conditions": [{"type": "Ready", "status": ready}]}
    rig.admin.patch(NODES, "n1", "", {"spec": {"taints": [{"key": key, "effect": "NoSchedule"}]}})
    rig.admin.patch(NODES, "n1", "", {"status": status}, subresource="status")
    rig.run(20)
    assert [pod["metadata"]["name"] for pod in rig.admin.list(PODS, NAMESPACE)] == expected
