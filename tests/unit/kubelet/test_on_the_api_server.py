"""Kubelets on the real API server and store: what is asked of them is accepted, and what they write is what kubectl reads."""

from __future__ import annotations

import gc
from contextlib import suppress

from cluster.machinery.errors import ApiError
from cluster.machinery.kinds.coordination import LEASES
from cluster.machinery.kinds.core import EVENTS, NODES, PODS
from tests.unit.apiserver.rig import pod
from tests.unit.kubelet.cluster_room import ClusterRoom


def test_machines_register_and_turn_ready() -> None:
    rig = ClusterRoom("n1", "n2")
    nodes = rig.admin.list(NODES)
    ready = [
        (n["metadata"]["name"], n["spec"]["podCIDR"], c["status"]) for n in nodes for c in n["status"]["conditions"] if c["type"] == "Ready"
    ]
    assert ready == [("n1", "10.244.0.0/24", "True"), ("n2", "10.244.1.0/24", "True")]
    assert [lease["metadata"]["name"] for lease in rig.admin.list(LEASES)] == ["n1", "n2"]


WELL = [
    f"Normal {reason}: Node n1 status is now: {reason}"
    for reason in ("NodeHasSufficientMemory", "NodeHasNoDiskPressure", "NodeHasSufficientPID", "NodeReady")
]
BORN = ["Normal Starting: Starting kubelet.", "Normal NodeAllocatableEnforced: Updated Node Allocatable limit across pods"]


def test_a_kubelet_that_begins_says_so() -> None:
    rig = ClusterRoom("n1")
    begun = rig.events("n1")
    rig.restart()
    rig.run(5)
    found_running = rig.events("n1")
    rig.kubelets.stop_node("n1")
    rig.run(5)
    rig.kubelets.start_node("n1")
    rig.run(5)
    assert (sorted(begun), found_running, sorted(rig.events("n1"))) == (sorted(BORN + WELL), begun, sorted(BORN * 2 + WELL))


def test_a_bound_pod_runs_and_goes() -> None:
    rig = ClusterRoom("n1")
    rig.admin.create(PODS, pod("web", node="n1"))
    rig.run(5)
    status = rig.admin.get(PODS, "web", "default")["status"]
    conditions = {c["type"]: (c["status"], c.get("reason"), c.get("message")) for c in status["conditions"]}
    true = ("True", None, None)
    assert conditions == dict.fromkeys(("PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady", "PodScheduled"), true)
    assert (status["phase"], status["podIP"], status["hostIP"], status["qosClass"]) == (
        "Running",
        "10.244.0.2",
        "192.168.0.10",
        "BestEffort",
    )
    rig.admin.delete(PODS, "web", "default")
    rig.run(5)
    assert rig.admin.list(PODS) == []


def test_a_pod_that_is_gone_leaves_nothing_to_the_garbage_collector() -> None:
    rig = ClusterRoom("n1")
    rig.admin.create(PODS, pod("web", node="n1"))
    rig.run(5)
    gc.collect()
    gc.disable()
    gc.set_debug(gc.DEBUG_SAVEALL)
    try:
        rig.admin.delete(PODS, "web", "default")
        rig.run(5)
        with suppress(ApiError):
            rig.admin.get(PODS, "web", "default")
        gc.collect()
        assert (rig.admin.list(PODS), [each for each in gc.garbage if type(each).__module__.startswith("cluster.")]) == ([], [])
    finally:
        gc.set_debug(0)
        gc.garbage.clear()
        gc.enable()


def test_a_pods_events_in_upstreams_words() -> None:
    rig = ClusterRoom("n1")
    rig.admin.create(PODS, pod("web", node="n1", image="nginx:1.25"))
    rig.run(5)
    rig.admin.delete(PODS, "web", "default")
    rig.run(5)
    about = [e for e in rig.admin.list(EVENTS) if e["involvedObject"]["kind"] == "Pod"]
    assert [(e["type"], e["reason"], e["message"]) for e in sorted(about, key=lambda e: int(e["metadata"]["resourceVersion"]))] == [
        ("Normal", "Pulling", 'Pulling image "nginx:1.25"'),
        ("Normal", "Pulled", 'Successfully pulled image "nginx:1.25" in 1.5s (1.5s including waiting). Image size: 72188133 bytes.'),
        ("Normal", "Created", "Container created"),
        ("Normal", "Started", "Container started"),
        ("Normal", "Killing", "Stopping container c"),
    ]
    assert {e["involvedObject"]["fieldPath"] for e in about} == {"spec.containers{c}"}
    assert {(e["source"]["component"], e["source"]["host"]) for e in about} == {("kubelet", "n1")}


def test_one_seed_gives_one_trace() -> None:
    traces = []
    for _ in range(2):
        rig = ClusterRoom("n1", "n2")
        for number in range(4):
            rig.admin.create(PODS, pod(f"web-{number}", node=f"n{number % 2 + 1}", image="busybox"))
        rig.run(60)
        traces.append(rig.hops())
    assert len(traces[0]) > 500
    assert traces[0] == traces[1]


def test_a_node_tells_of_its_images_once_they_have_changed() -> None:
    room = ClusterRoom("n1")
    room.admin.create(PODS, pod("web", node="n1"))
    reports = []
    for act in (lambda: None, lambda: None, room.restart):
        before = room.admin.get(NODES, "n1")["metadata"]["resourceVersion"]
        act()
        room.run(30)
        reports.append(room.admin.get(NODES, "n1")["metadata"]["resourceVersion"] != before)
    (image,) = room.admin.get(NODES, "n1")["status"]["images"]
    assert (reports, [name.partition("@")[0] for name in image["names"]]) == (
        [True, False, False],
        ["docker.io/library/nginx", "docker.io/library/nginx:1.27"],
    )
