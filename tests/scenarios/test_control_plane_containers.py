"""What docs/faults.md says of the containers of the control plane."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from cluster.apiserver.printers.core.pod import pod_progress
from cluster.container_runtime.trouble import Trouble
from cluster.kubelet.mirror_pods import uid_on_node
from cluster.machinery.errors import ApiError
from cluster.machinery.kinds.apps import DEPLOYMENTS
from cluster.machinery.kinds.core import PODS
from cluster.machinery.meta import Obj
from cluster.machinery.node_files import StoredFiles
from cluster.machinery.node_storage import StoredNode
from cluster.runner.faults.record import CONTROL_PLANE, KEY, Fault, break_component, down_in, mend
from tests.scenarios.scripts import create, workload
from tests.scenarios.test_faults import cells_of_tables, replicas, stored
from tests.scenarios.test_faults_of_nodes import control_plane, unready
from tests.scenarios.world import World

KILL = "kill"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table of the control plane's containers."""

    component: str
    fault: str
    answer: str
    pod: str


def rows() -> list[Row]:
    return [Row(*cells[:4]) for cells in cells_of_tables() if len(cells) == 5 and cells[0] in CONTROL_PLANE]


def static_pod(world: World, component: str) -> Obj:
    return next(pod for pod in stored(world, "pods/kube-system") if pod["metadata"]["name"] == f"{component}-n1")


def shown(world: World, component: str) -> str:
    progress = pod_progress(static_pod(world, component))
    return f"{progress.ready}/1 {progress.status} {progress.restarts}"


def kill(world: World, component: str) -> None:
    uid = uid_on_node(static_pod(world, component))
    world.loops.act_on_node("n1", "kill-container", {"uid": uid, "container": component})


def strike(world: World, component: str, fault: str) -> None:
    if fault == KILL:
        kill(world, component)
    else:
        break_component(world.store, world.trace, Fault(f"node/n1/pod/kube-system/{component}-n1/{component}", fault))


def answer(world: World) -> str:
    try:
        world.admin.list(PODS)
    except ApiError as error:
        return error.message
    return "is answered"


@pytest.mark.parametrize("row", rows(), ids=lambda row: f"{row.component} {row.fault}")
def test_a_component_is_down_until_the_kubelet_has_started_its_container_again(row: Row) -> None:
    world = control_plane()
    strike(world, row.component, row.fault)
    world.run(0.2)
    said, down = answer(world), down_in(world.store.get(KEY))
    world.run(119.8)
    seen = Row(row.component, row.fault, said, shown(world, row.component))
    if row.fault == Trouble.CRASH_LOOP:
        mend(world.store, world.trace)
    world.run(300)
    assert (seen, down, unready(world), world.store.get(KEY)) == (row, (row.component,), [], None)


def test_a_second_kill_is_followed_by_a_wait() -> None:
    world = control_plane()
    said = []
    for _ in range(2):
        kill(world, "etcd")
        world.run(5)
        said.append(answer(world))
    world.run(30)
    assert [*said, answer(world)] == ["is answered", "etcdserver: request timed out", "is answered"]


def test_without_its_manifest_the_api_server_stays_down() -> None:
    world = control_plane()
    path = "/etc/kubernetes/manifests/kube-apiserver.yaml"
    text = (StoredFiles(StoredNode(world.store, "n1")).read(path) or b"").decode()
    world.loops.act_on_node("n1", "remove-manifest", {"name": "kube-apiserver.yaml"})
    world.run(300)
    said, sandboxes = answer(world), len(StoredNode(world.store, "n1").list("pods/"))
    successor = World(past=world.at(world.store.revision))
    later = answer(successor)
    successor.loops.act_on_node("n1", "write-manifest", {"name": "kube-apiserver.yaml", "text": text})
    successor.run(60)
    refused = "The connection to the server was refused - did you specify the right host or port?"
    assert (said, sandboxes, later, answer(successor), unready(successor)) == (refused, 3, refused, "is answered", [])


def test_who_takes_over_the_loops_finds_etcd_down_and_its_kubelet_starts_it() -> None:
    world = control_plane()
    strike(world, "etcd", Trouble.CRASH_LOOP)
    world.run(30)
    successor = World(past=world.at(world.store.revision))
    said = answer(successor)
    mend(successor.store, successor.trace)
    successor.run(60)
    create(DEPLOYMENTS, "web", workload(2))(successor)
    successor.run(30)
    assert (said, replicas(successor), unready(successor)) == ("etcdserver: request timed out", "2 run", [])


def test_the_hops_say_that_a_component_ended_and_began() -> None:
    world = control_plane()
    before = world.trace.next_seq
    kill(world, "kube-apiserver")
    world.run(5)
    found = [hop for hop in world.store.hops if hop.seq >= before and hop.key == "faults/down/kube-apiserver"]
    assert [(hop.source, hop.target, hop.verb, hop.outcome) for hop in found] == [
        ("node/n1/containerd", "kube-apiserver", "break", "ended"),
        ("node/n1/containerd", "kube-apiserver", "mend", "begun"),
    ]
