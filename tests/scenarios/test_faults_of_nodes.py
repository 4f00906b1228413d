"""What follows from where things run: the control plane and CoreDNS fare as their machines do."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cluster.apiserver.printers.core.pod import pod_progress
from cluster.client.client import Client
from cluster.kubeadm.init import write_manifests
from cluster.kubelet.machine import internal_ip
from cluster.kubelet.mirror_pods import uid_on_node
from cluster.machinery.errors import ApiError
from cluster.machinery.kinds.apps import DEPLOYMENTS
from cluster.machinery.kinds.core import PODS
from cluster.machinery.node_files import StoredFiles
from cluster.machinery.node_storage import StoredNode
from cluster.runner.faults.gate import Gate
from cluster.runner.faults.messages import Messages
from cluster.runner.faults.record import CUT_OFF, ETCD, STOPPED, Fault, Faults, break_component, mend
from cluster.runner.machines import write_machines
from tests.scenarios.scripts import create, template, workload
from tests.scenarios.test_faults import cluster, is_true, replicas, stored
from tests.scenarios.world import ADMIN, MACHINES, World

NAMES = ("etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler")


def control_plane() -> World:
    """Return a cluster whose first machine runs the control plane as static pods."""
    world = World()
    write_machines(world.store, MACHINES)
    write_manifests(StoredFiles(StoredNode(world.store, "n1")), "n1", internal_ip(0))
    world.run(60)
    return world


def unready(world: World) -> list[str]:
    """Return which static pods are not ready, as the API server has them."""
    pods = {pod["metadata"]["name"].removesuffix("-n1"): pod for pod in stored(world, "pods/kube-system")}
    return [name for name in NAMES if not is_true(pods[name], "Ready")]


def uid_of(world: World, name: str) -> str:
    return next(uid_on_node(pod) for pod in stored(world, "pods/kube-system") if pod["metadata"]["name"] == f"{name}-n1")


def restarts(world: World, name: str) -> int:
    pod = next(pod for pod in stored(world, "pods/kube-system") if pod["metadata"]["name"] == f"{name}-n1")
    return int(pod["status"]["containerStatuses"][0]["restartCount"])


STATIC_PODS: dict[str, tuple[Fault, float, list[str]]] = {
    "a stopped scheduler is not ready": (Fault("kube-scheduler", STOPPED), 10, ["kube-scheduler"]),
    "a scheduler that cannot reach the API server ends again and again": (Fault("kube-scheduler", CUT_OFF), 10, ["kube-scheduler"]),
    "the controller manager has no readiness probe, and is started again when its liveness probe has failed": (
        Fault("kube-controller-manager", STOPPED),
        100,
        ["kube-controller-manager"],
    ),
    "what becomes of etcd nobody can write down": (Fault(ETCD, STOPPED), 10, []),
}


@pytest.mark.parametrize(("fault", "seconds", "expected"), STATIC_PODS.values(), ids=STATIC_PODS.keys())
def test_a_static_pod_shows_how_its_component_fares(fault: Fault, seconds: float, expected: list[str]) -> None:
    world = control_plane()
    before = unready(world)
    break_component(world.store, world.trace, fault)
    world.run(seconds)
    broken = unready(world)
    mend(world.store, world.trace)
    world.run(60)
    assert (before, broken, unready(world)) == ([], expected, [])


def test_with_its_container_the_scheduler_ends_and_begins() -> None:
    world = control_plane()
    pod = next(pod for pod in stored(world, "pods/kube-system") if pod["metadata"]["name"] == "kube-scheduler-n1")
    world.loops.act_on_node("n1", "kill-container", {"uid": uid_on_node(pod), "container": "kube-scheduler"})
    create(DEPLOYMENTS, "web", workload(2))(world)
    world.run(0.3)
    without = replicas(world)
    world.run(30)
    assert (without, replicas(world), restarts(world, "kube-scheduler")) == ("2 Pending", "2 run", 1)


def test_a_scheduler_whose_container_is_gone_is_gone_for_who_takes_over_the_loops() -> None:
    world = control_plane()
    break_component(world.store, world.trace, Fault("node/n1/pod/kube-system/kube-scheduler-n1/kube-scheduler", "crash-loop"))
    world.run(30)
    successor = World(past=world.at(world.store.revision))
    create(DEPLOYMENTS, "web", workload(2))(successor)
    successor.run(1)
    without = replicas(successor)
    mend(successor.store, successor.trace)
    successor.run(60)
    assert (without, replicas(successor), unready(successor)) == ("2 Pending", "2 run", [])


def test_with_the_power_of_its_machine_the_control_plane_is_gone() -> None:
    world = control_plane()
    world.loops.act_on_node("n1", "stop", {})
    world.run(60)
    with pytest.raises(ApiError) as caught:
        create(DEPLOYMENTS, "web", workload(2))(world)
    world.loops.act_on_node("n1", "start", {})
    world.run(60)
    create(DEPLOYMENTS, "web", workload(2))(world)
    world.run(60)
    counts = [restarts(world, name) for name in NAMES]
    assert (caught.value.code, replicas(world), unready(world), counts) == (503, "2 run", [], [1, 1, 1, 1])


def test_a_back_off_ends_although_reports_were_tried_again_and_again_meanwhile() -> None:
    world = control_plane()
    scheduler = {"uid": uid_of(world, "kube-scheduler"), "container": "kube-scheduler"}
    for seconds in (2, 15, 25):
        world.loops.act_on_node("n1", "kill-container", scheduler)
        world.run(seconds)
    break_component(world.store, world.trace, Fault("kube-apiserver", STOPPED))
    world.loops.act_on_node("n1", "kill-container", scheduler)  # it is to wait for 40 s now, and its report is tried again every 10 s
    world.run(15)
    mend(world.store, world.trace)
    world.run(90)
    assert (unready(world), restarts(world, "kube-scheduler")) == ([], 4)


@pytest.mark.parametrize("action", ["stop", "kill-container"])
def test_what_is_done_to_a_machine_is_told_once(action: str) -> None:
    world = control_plane()
    world.loops.act_on_node("n1", action, {"uid": uid_of(world, "kube-scheduler"), "container": "kube-scheduler"})
    shown = [hop for hop in world.store.hops if hop.verb == action]
    assert [hop.is_routine for hop in shown] == [True, False]


def answer(source: str) -> Callable[[World], str]:
    def ask(world: World) -> str:
        gate = Gate(
            world.api,
            Faults(world.store),
            Messages(world.store, world.trace),
            world.trace,
            node_of=lambda name: "n3" if name.startswith("coredns/") else "",
        )
        try:
            Client(gate, source, ADMIN, lambda: None).list(PODS)
        except ApiError as error:
            return error.message.rpartition(": ")[2]
        return "an answer"

    return ask


REACHING: dict[str, tuple[str, str, str]] = {
    "CoreDNS is as cut off as the node that it runs on": ("node/n3", "coredns/coredns-1", "i/o timeout"),
    "a kubelet of another node is not": ("node/n3", "node/n2/kubelet", "an answer"),
    "who is beside the API server reaches it behind a partition": ("node/n1", "kube-scheduler", "an answer"),
    "so does the kubelet of that machine": ("node/n1", "node/n1/kubelet", "an answer"),
    "everybody else does not": ("node/n1", "node/n2/kubelet", "i/o timeout"),
    "people do not either": ("node/n1", "kubectl", "i/o timeout"),
    "one component alone can be cut off": ("node/n2/kube-proxy", "node/n2/kube-proxy", "i/o timeout"),
    "a runtime's socket is no way to the API server": ("node/n2/containerd", "node/n2/kubelet", "an answer"),
}


@pytest.mark.parametrize(("cut", "source", "expected"), REACHING.values(), ids=REACHING.keys())
def test_who_reaches_the_api_server(cut: str, source: str, expected: str) -> None:
    world = World()
    write_machines(world.store, MACHINES)
    break_component(world.store, world.trace, Fault(cut, CUT_OFF))
    assert answer(source)(world) == expected


def test_the_watches_of_a_coredns_break_with_its_nodes_network() -> None:
    world = cluster()
    pod = next(pod for pod in stored(world, "pods/kube-system") if pod["metadata"]["name"].startswith("coredns"))
    name = f"coredns/{pod['metadata']['name']}"
    break_component(world.store, world.trace, Fault(f"node/{pod['spec']['nodeName']}", CUT_OFF))
    before = world.trace.next_seq
    world.run(5)
    seen = [hop.outcome for hop in world.store.hops if hop.seq >= before and hop.source == name]
    assert {outcome.rpartition(": ")[2] for outcome in seen} == {"i/o timeout"}


def ready_message(world: World) -> str:
    node = next(node for node in stored(world, "minions") if node["metadata"]["name"] == "n2")
    return next(str(each["message"]) for each in node["status"]["conditions"] if each["type"] == "Ready")


def test_a_kubelet_says_how_its_runtime_fares_in_upstreams_words() -> None:
    world = World()
    world.run(30)
    break_component(world.store, world.trace, Fault("node/n2/containerd", STOPPED))
    create(PODS, "lone", {**template()["spec"], "nodeName": "n2"})(world)
    said = []
    for seconds in (15, 30, 160):
        world.run(seconds)
        said.append(ready_message(world))
    events = {event["message"] for event in stored(world, "events/default") if event["reason"] == "FailedCreatePodSandBox"}
    mend(world.store, world.trace)
    world.run(20)
    socket = "transport: Error while dialing: dial unix /run/containerd/containerd.sock: connect: connection refused"
    unavailable = f'rpc error: code = Unavailable desc = connection error: desc = "{socket}"'
    assert (said, events, ready_message(world), replicas(world)) == (
        [
            "kubelet is posting ready status",
            "container runtime is down",
            "[container runtime is down, PLEG is not healthy: pleg was last seen active 3m0s ago; threshold is 3m0s]",
        ],
        {f"Failed to create pod sandbox: {unavailable}"},
        "kubelet is posting ready status",
        "1 run",
    )


def test_a_kubelet_that_is_cut_off_starts_again_what_dies_and_tells_of_it_later() -> None:
    world = World()
    world.run(30)
    create(DEPLOYMENTS, "web", workload(3))(world)
    world.run(20)
    pod = next(pod for pod in stored(world, "pods/default") if pod["spec"]["nodeName"] == "n2")
    name, uid = pod["metadata"]["name"], pod["metadata"]["uid"]
    break_component(world.store, world.trace, Fault("node/n2/kubelet", CUT_OFF))
    world.loops.act_on_node("n2", "kill-container", {"uid": uid, "container": pod["spec"]["containers"][0]["name"]})
    world.run(5)
    containers = (StoredNode(world.store, "n2").get(f"pods/{uid}") or {})["containers"]
    states = [str(container["state"]) for container in containers]
    mend(world.store, world.trace)
    world.run(20)
    restarts = [pod_progress(each).restarts for each in stored(world, "pods/default") if each["metadata"]["name"] == name]
    assert (states, restarts) == (["CONTAINER_EXITED", "CONTAINER_RUNNING"], [1])
