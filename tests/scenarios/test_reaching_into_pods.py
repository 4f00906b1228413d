"""What docs/faults.md says of logs and exec on a node that is not well."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from cluster.machinery.kinds.apps import DEPLOYMENTS
from cluster.machinery.kubelet_server import KubeletServer, StreamOptions
from cluster.machinery.meta import Obj
from cluster.machinery.node_logs import LogOptions
from cluster.runner.faults.record import Fault, break_component, mend
from cluster.runner.kubelet_servers import StoredKubelets
from tests.scenarios.scripts import create, workload
from tests.scenarios.test_faults import cells_of_tables, stored
from tests.scenarios.world import World

LOG, RUNS = "the log", "runs"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table."""

    target: str
    fault: str
    logs: str
    exec: str


def rows() -> list[Row]:
    return [Row(*cells[:4]) for cells in cells_of_tables() if len(cells) == 5 and cells[0].startswith("node/n2")]


def kubelet_of(world: World) -> KubeletServer:
    return StoredKubelets(world.store, world.clock, world.trace).connect("n2")


def logs(world: World, pod: Obj) -> str:
    status = pod["status"]["containerStatuses"][0]
    try:
        text = kubelet_of(world).container_logs(pod, LogOptions(status["name"])).read().decode()
    except OSError as error:
        return str(error)
    return LOG if "start worker processes" in text else text.replace(status["containerID"], "containerd://ID")


def run_command(world: World, pod: Obj) -> str:
    options = StreamOptions(pod["spec"]["containers"][0]["name"], ("true",), stdout=True)
    try:
        session = kubelet_of(world).exec(pod, options)
    except OSError as error:
        return str(error)
    world.loops.serve_sessions()
    session.read()
    ending = session.ending
    assert ending is not None
    return ending.refusal or RUNS


@pytest.mark.parametrize("row", rows(), ids=lambda row: f"{row.target} {row.fault}")
def test_who_reaches_into_a_pod_hears_what_the_table_says(row: Row) -> None:
    world = World()
    world.run(30)
    create(DEPLOYMENTS, "web", workload(3))(world)
    world.run(20)
    pod = next(pod for pod in stored(world, "pods/default") if pod["spec"]["nodeName"] == "n2")
    break_component(world.store, world.trace, Fault(row.target, row.fault))
    world.run(1)
    seen = Row(row.target, row.fault, logs(world, pod), run_command(world, pod))
    mend(world.store, world.trace)
    world.run(1)
    assert (seen, logs(world, pod), run_command(world, pod)) == (row, LOG, RUNS)
