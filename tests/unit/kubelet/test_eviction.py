"""Nodes that run short: who goes, what is said, what is reported; and nodes that shut down."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cluster.kubelet.eviction import (
    MEMORY_AVAILABLE,
    NODEFS_AVAILABLE,
    PodUsage,
    Signal,
    Threshold,
    binary,
    eviction_message,
    ranked,
    threshold_to_act_on,
    thresholds_met,
    unused_images,
)
from cluster.machinery.errors import ApiError
from cluster.machinery.kinds.core import EVENTS, NODES, PODS
from cluster.machinery.kinds.scheduling import PRIORITYCLASSES
from cluster.machinery.meta import Obj, SimTime, after
from cluster.machinery.priority import SYSTEM_CLASSES
from tests.unit.apiserver.rig import START
from tests.unit.apiserver.rig import pod as api_pod
from tests.unit.kubelet.cluster_room import ClusterRoom

MI = 1 << 20


def usage(name: str, used: int, requested: str = "0", priority: int = 0) -> PodUsage:
    container = {"name": "c", "resources": {"requests": {"memory": requested}}}
    pod: Obj = {"metadata": {"name": name, "uid": name}, "spec": {"containers": [container], "priority": priority}}
    return PodUsage(pod, {"c": used * MI})


RANKS: dict[str, tuple[list[PodUsage], list[str]]] = {
    "who uses more than it requests goes first": ([usage("a", 50, "100Mi"), usage("b", 20, "10Mi")], ["b", "a"]),
    "then who has the lower priority": ([usage("a", 50, priority=10), usage("b", 20)], ["b", "a"]),
    "then who is furthest beyond its request": ([usage("a", 50, "40Mi"), usage("b", 30)], ["b", "a"]),
    "priority does not save who uses too much from who does not": ([usage("a", 50, "100Mi"), usage("b", 20, priority=10)], ["b", "a"]),
}


@pytest.mark.parametrize(("pods", "expected"), RANKS.values(), ids=RANKS.keys())
def test_ranked(pods: list[PodUsage], expected: list[str]) -> None:
    assert [found.pod["metadata"]["name"] for found in ranked(pods, "memory")] == expected


def test_the_message_of_an_evicted_pod() -> None:
    low = Signal(50 * MI, 1024 * MI)
    assert eviction_message(usage("a", 300), MEMORY_AVAILABLE, low) == (
        "The node was low on resource: memory. Threshold quantity: 100Mi, available: 50Mi. "
        "Container c was using 300Mi, request is 0, has larger consumption of memory. "
    )
    assert eviction_message(usage("a", 0), NODEFS_AVAILABLE, low) == (
        "The node was low on resource: ephemeral-storage. Threshold quantity: 107374182, available: 50Mi. "
    )


QUANTITIES = {
    "nothing": (0, "0"),
    "mebibytes": (100 * MI, "100Mi"),
    "gibibytes": (2 << 30, "2Gi"),
    "kibibytes": (1536, "1536"),
    "bytes": (7, "7"),
}


@pytest.mark.parametrize(("amount", "expected"), QUANTITIES.values(), ids=QUANTITIES.keys())
def test_binary(amount: int, expected: str) -> None:
    assert binary(amount) == expected


def moment(seconds: float) -> SimTime:
    return after(START, seconds)


SOFT = replace(MEMORY_AVAILABLE, amount=500 * MI, grace_seconds=30)
HELD = replace(MEMORY_AVAILABLE, reclaim=(50 * MI, 0.0))
MET: dict[str, tuple[Threshold, int, dict[Threshold, SimTime], dict[Threshold, SimTime], bool]] = {
    "a hard threshold acts at once": (MEMORY_AVAILABLE, 99, {}, {MEMORY_AVAILABLE: moment(60)}, True),
    "what is exactly there is enough": (MEMORY_AVAILABLE, 100, {}, {}, False),
    "a soft one waits": (SOFT, 400, {}, {SOFT: moment(60)}, False),
    "a soft one acts when it was met for long enough": (SOFT, 400, {SOFT: moment(30)}, {SOFT: moment(30)}, True),
    "a soft one that was met for less": (SOFT, 400, {SOFT: moment(31)}, {SOFT: moment(31)}, False),
    "a soft one that is met no longer begins anew": (SOFT, 500, {SOFT: moment(0)}, {}, False),
    "one that asks for more is met until it is there": (HELD, 149, {HELD: moment(0)}, {HELD: moment(0)}, True),
    "and no longer": (HELD, 150, {HELD: moment(0)}, {}, False),
}


@pytest.mark.parametrize(("threshold", "available", "before", "met", "acts"), MET.values(), ids=MET.keys())
def test_thresholds_met(
    threshold: Threshold, available: int, before: dict[Threshold, SimTime], met: dict[Threshold, SimTime], acts: bool
) -> None:
    found = thresholds_met([threshold], {threshold.signal: Signal(available * MI, 1024 * MI)}, before, moment(60))
    assert (found, threshold_to_act_on(found, moment(60))) == (met, threshold if acts else None)


def test_memory_goes_before_everything_else() -> None:
    assert threshold_to_act_on({NODEFS_AVAILABLE: START, MEMORY_AVAILABLE: START}, START) == MEMORY_AVAILABLE


IMAGES = [("a", 10), ("b", 20), ("c", 30)]
FREED: dict[str, tuple[set[str], int, list[str]]] = {
    "as many as are needed": (set(), 15, ["a", "b"]),
    "none that is used": ({"a"}, 15, ["b"]),
    "nothing is needed": (set(), 0, []),
    "not enough": ({"c"}, 100, ["a", "b"]),
}


@pytest.mark.parametrize(("in_use", "needed", "expected"), FREED.values(), ids=FREED.keys())
def test_unused_images(in_use: set[str], needed: int, expected: list[str]) -> None:
    assert unused_images(IMAGES, in_use, needed) == expected


def room_with(*pods: Obj) -> ClusterRoom:
    room = ClusterRoom("n1")
    for pod in pods:
        room.admin.create(PODS, pod)
    room.run(10)
    return room


def hungry(name: str, memory: str, priority: int = 0) -> Obj:
    pod = api_pod(name, node="n1", priority=priority)
    pod["metadata"]["annotations"] = {"simulation.podium/memory": memory}
    return pod


def condition(room: ClusterRoom, kind: str) -> tuple[str, str]:
    found = next(c for c in room.admin.get(NODES, "n1")["status"]["conditions"] if c["type"] == kind)
    return found["status"], found["reason"]


def states(room: ClusterRoom) -> dict[str, tuple[str, str]]:
    return {p["metadata"]["name"]: (p["status"]["phase"], p["status"].get("reason", "")) for p in room.admin.list(PODS)}


def test_a_node_without_memory_evicts_whoever_uses_most_and_says_so() -> None:
    room = room_with(hungry("small", "100Mi"), hungry("large", "2Gi"))
    room.kubelets.set_pressure("n1", memory="6Gi")
    room.run(15)
    assert states(room) == {"small": ("Running", ""), "large": ("Failed", "Evicted")}
    status = room.admin.get(PODS, "large", "default")["status"]
    assert status["message"].startswith("The node was low on resource: memory. Threshold quantity: 100Mi, available: ")
    assert status["message"].endswith("Container c was using 2Gi, request is 0, has larger consumption of memory. ")
    disrupted = next(c for c in status["conditions"] if c["type"] == "DisruptionTarget")
    assert (disrupted["status"], disrupted["reason"], disrupted["message"]) == ("True", "TerminationByKubelet", status["message"])
    assert condition(room, "MemoryPressure") == ("True", "KubeletHasInsufficientMemory")
    told = [(e["reason"], e["message"]) for e in room.admin.list(EVENTS) if e["involvedObject"]["kind"] == "Node"]
    assert ("NodeHasInsufficientMemory", "Node n1 status is now: NodeHasInsufficientMemory") in told
    assert ("EvictionThresholdMet", "Attempting to reclaim memory") in told


def test_what_a_program_has_taken_counts_as_it_is_measured() -> None:
    leak = api_pod("leak", node="n1", image="polinux/stress")
    leak["spec"]["containers"][0]["command"] = ["stress", "--vm", "1", "--vm-bytes", "1800M"]
    room = room_with(api_pod("web", node="n1"), leak)
    room.kubelets.set_pressure("n1", memory="6Gi")
    room.run(15)
    assert states(room) == {"leak": ("Failed", "Evicted"), "web": ("Running", "")}
    assert "Container c was using 1802Mi, request is 0, " in room.admin.get(PODS, "leak", "default")["status"]["message"]


def test_pressure_ends_five_minutes_after_it_was_seen_last_and_keeps_pods_out_until_then() -> None:
    room = room_with(hungry("large", "2Gi"))
    room.kubelets.set_pressure("n1", memory="6Gi")
    room.run(15)
    room.admin.create(PODS, api_pod("late", node="n1"))
    room.run(5)
    late = room.admin.get(PODS, "late", "default")["status"]
    assert (late["reason"], late["message"]) == ("Evicted", "Pod was rejected: The node had condition: [MemoryPressure]. ")
    found = []
    for seconds in (250, 60):
        room.run(seconds)
        found.append(condition(room, "MemoryPressure")[0])
    assert found == ["True", "False"]


def test_critical_pods_are_never_evicted() -> None:
    room = ClusterRoom("n1")
    room.kubelets.write_manifest(
        "n1",
        "web.yaml",
        "apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\n  annotations:\n    simulation.podium/memory: 2Gi\n"
        "spec:\n  containers:\n  - name: c\n    image: nginx\n",
    )
    room.run(10)
    room.kubelets.set_pressure("n1", memory="6Gi")
    room.run(60)
    assert states(room) == {"web-n1": ("Running", "")}


def test_a_full_disk_first_loses_images_that_nobody_uses() -> None:
    room = room_with(api_pod("web", node="n1"), api_pod("gone", node="n1", image="httpd"))
    room.admin.delete(PODS, "gone", "default")
    room.run(5)
    room.kubelets.set_pressure("n1", disk="83Gi")
    room.run(15)
    images = [key for key, _ in room.disk("n1").list("images")]
    assert not any("httpd" in key for key in images)
    assert states(room) == {"web": ("Running", "")}
    assert condition(room, "DiskPressure") == ("False", "KubeletHasNoDiskPressure")
    room.kubelets.set_pressure("n1", disk="95Gi")
    room.run(15)
    assert states(room) == {"web": ("Failed", "Evicted")}
    assert condition(room, "DiskPressure") == ("True", "KubeletHasDiskPressure")


def test_pressure_outlives_the_process_and_can_be_taken_away() -> None:
    room = room_with()
    room.kubelets.set_pressure("n1", disk="95Gi")
    room.restart()
    room.run(15)
    assert condition(room, "DiskPressure")[0] == "True"
    with pytest.raises(ApiError, match="quantities must match"):
        room.kubelets.set_pressure("n1", memory="much")


CONFIG = "apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\n"


def test_a_soft_threshold_says_so_at_once_and_evicts_with_grace_when_its_period_is_over() -> None:
    pod = hungry("large", "2Gi")
    pod["spec"] |= {"terminationGracePeriodSeconds": 60}
    pod["spec"]["containers"][0] |= {"image": "busybox", "command": ["sleep", "3600"]}
    room = room_with(pod)
    soft = "evictionSoft: {memory.available: 3Gi}\nevictionSoftGracePeriod: {memory.available: 30s}\nevictionMaxPodGracePeriod: 20\n"
    room.kubelets.configure("n1", CONFIG + soft)
    room.kubelets.set_pressure("n1", memory="4Gi")
    found = []
    for seconds in (10, 15, 10, 15):
        room.run(seconds)
        ending = "deletionTimestamp" in room.admin.get(PODS, "large", "default")["metadata"]
        found.append((condition(room, "MemoryPressure")[0], *states(room)["large"], ending))
    ended = room.admin.get(PODS, "large", "default")["status"]
    seconds = [e for e in room.events("large") if "Evicted" in e]
    assert (found, ended["message"].startswith("The node was low on resource: memory. Threshold quantity: 3Gi, "), len(seconds)) == (
        [
            ("True", "Running", "", False),
            ("True", "Running", "", False),
            ("True", "Failed", "Evicted", False),
            ("True", "Failed", "Evicted", False),
        ],
        True,
        1,
    )


def test_a_node_without_processes_evicts_and_takes_no_pod_where_there_is_a_limit() -> None:
    many = api_pod("many", node="n1")
    many["spec"]["containers"].append({"name": "d", "image": "nginx"})
    room = room_with(api_pod("one", node="n1"), many)
    room.kubelets.set_pressure("n1", pids="32000")
    room.run(15)
    before = (condition(room, "PIDPressure"), states(room))
    room.kubelets.configure("n1", CONFIG + 'evictionHard: {pid.available: "5%"}\n')
    room.run(15)
    room.admin.create(PODS, api_pod("late", node="n1"))
    room.run(2)
    messages = {pod["metadata"]["name"]: pod["status"].get("message") for pod in room.admin.list(PODS)}
    assert (before, condition(room, "PIDPressure"), states(room)["many"], messages["many"], messages["late"]) == (
        (("False", "KubeletHasSufficientPID"), {"one": ("Running", ""), "many": ("Running", "")}),
        ("True", "KubeletHasInsufficientPID"),
        ("Failed", "Evicted"),
        "The node was low on resource: pids. Threshold quantity: 1638, available: 613. ",
        "Pod was rejected: The node had condition: [PIDPressure]. ",
    )


def test_a_disk_without_inodes_is_under_pressure_too() -> None:
    room = room_with(api_pod("web", node="n1"))
    room.kubelets.set_pressure("n1", inodes="6200k")
    room.run(15)
    message = room.admin.get(PODS, "web", "default")["status"]["message"]
    assert (condition(room, "DiskPressure"), states(room), message) == (
        ("True", "KubeletHasDiskPressure"),
        {"web": ("Failed", "Evicted")},
        "The node was low on resource: inodes. Threshold quantity: 320Ki, available: 153600. ",
    )


def test_the_end_of_a_condition_is_said_too() -> None:
    room = room_with()
    room.kubelets.configure("n1", CONFIG + "evictionPressureTransitionPeriod: 20s\n")
    room.kubelets.set_pressure("n1", disk="95Gi")
    room.run(15)
    room.kubelets.set_pressure("n1")
    room.run(40)
    told = [e["reason"] for e in room.admin.list(EVENTS) if e["involvedObject"]["kind"] == "Node" and "Disk" in e["reason"]]
    assert (sorted(told), condition(room, "DiskPressure")[0]) == (
        ["FreeDiskSpaceFailed", "NodeHasDiskPressure", "NodeHasNoDiskPressure", "NodeHasNoDiskPressure"],
        "False",
    )


def test_a_shutdown_ends_critical_pods_last_and_cuts_the_power() -> None:
    slow = api_pod("slow", node="n1", image="busybox", terminationGracePeriodSeconds=60)
    slow["spec"]["containers"][0]["command"] = ["sleep", "3600"]
    critical = api_pod("critical", node="n1", priority=2_000_000_000, priorityClassName="system-cluster-critical")
    critical["metadata"]["namespace"] = "kube-system"
    room = room_with(slow)
    for each in SYSTEM_CLASSES:
        room.admin.create(PRIORITYCLASSES, {**each})
    room.admin.create(PODS, critical)
    room.run(10)
    room.kubelets.shut_down("n1", 30, 10)
    room.run(1)
    room.admin.create(PODS, api_pod("late", node="n1"))
    room.run(10)
    assert condition(room, "Ready") == ("False", "KubeletNotReady")
    told = [(e["type"], e["reason"], e["message"]) for e in room.admin.list(EVENTS) if e["involvedObject"]["kind"] == "Node"]
    assert sorted(told)[4:] == [
        ("Normal", "NodeNotReady", "Node n1 status is now: NodeNotReady"),
        ("Normal", "NodeReady", "Node n1 status is now: NodeReady"),
        ("Normal", "Shutdown", "Shutdown manager detected shutdown event"),
        ("Normal", "Starting", "Starting kubelet."),
    ]
    assert states(room) == {"slow": ("Failed", "Terminated"), "critical": ("Running", ""), "late": ("Failed", "NodeShutdown")}
    room.run(12)
    status = room.admin.get(PODS, "critical", "kube-system")["status"]
    words = "Pod was terminated in response to imminent node shutdown."
    assert (status["phase"], status["reason"], status["message"]) == ("Failed", "Terminated", words)
    assert room.kubelets.is_stopped("n1")
    ended = room.admin.get(PODS, "slow", "default")["status"]["containerStatuses"][0]["state"]["terminated"]
    assert ended["exitCode"] == 137


def test_the_parts_of_a_shutdown_have_to_fit() -> None:
    with pytest.raises(ApiError, match="a part of the time for all"):
        room_with().kubelets.shut_down("n1", 10, 20)
