"""What docs/faults.md says of a node that somebody crashes, cordons, drains or taints is what happens."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from cluster.machinery.errors import ApiError
from cluster.machinery.kinds.apps import DAEMONSETS, DEPLOYMENTS
from cluster.machinery.kinds.core import NODES, PODS
from cluster.machinery.kinds.policy import PODDISRUPTIONBUDGETS
from cluster.runner.drains import OVER, PREFIX
from dashboard.faults import cards
from tests.scenarios.scripts import create, delete, patch, switch, template, workload
from tests.scenarios.test_faults import SIX, cells_of_tables, is_true, stored
from tests.scenarios.world import World

CORDONED, UNCORDONED = {"spec": {"unschedulable": True}}, {"spec": {"unschedulable": None}}


def tainted(effect: str) -> Callable[[World], object]:
    return patch(NODES, "n2", {"spec": {"taints": [{"key": "maintenance", "value": "yes", "effect": effect}]}})


def drain(world: World, force: str = "") -> None:
    patch(NODES, "n2", CORDONED)(world)
    world.loops.act_on_node("n2", "drain", {"force": force})


DEEDS: dict[str, Callable[[World], object]] = {
    "crash": switch("n2", "stop"),
    "cordon": patch(NODES, "n2", CORDONED),
    "drain": drain,
    "taint NoSchedule": tainted("NoSchedule"),
    "taint PreferNoSchedule": tainted("PreferNoSchedule"),
    "taint NoExecute": tainted("NoExecute"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table of nodes."""

    done: str
    replicas: str
    on_node: str
    node: str


def rows() -> list[Row]:
    return [Row(*cells[:4]) for cells in cells_of_tables() if len(cells) == 5 and cells[0] in DEEDS]


def cluster(replicas: int = 3) -> World:
    """Return a cluster with a Deployment and a DaemonSet, pods of both on each node."""
    world = World()
    world.run(20)
    create(DAEMONSETS, "agent", workload(None, app="agent"))(world)
    create(DEPLOYMENTS, "web", workload(replicas))(world)
    world.run(60)
    return world


def on_node(world: World) -> list[str]:
    """Return the workloads whose pods are on n2, one for each pod."""
    pods = [pod for pod in stored(world, "pods/default") if pod["spec"].get("nodeName") == "n2"]
    return sorted(pod["metadata"]["name"].partition("-")[0] for pod in pods)


def of_web(world: World) -> str:
    """Return how many pods of web run, are on a node and not ready, and wait for one."""
    pods = [pod for pod in stored(world, "pods/default") if pod["metadata"]["name"].startswith("web")]
    states = Counter("run" if is_true(pod, "Ready") else "not ready" if pod["spec"].get("nodeName") else "Pending" for pod in pods)
    return ", ".join(f"{states[state]} {state}" for state in ("run", "not ready", "Pending") if states[state])


def state(world: World) -> str:
    node = next(node for node in stored(world, "minions") if node["metadata"]["name"] == "n2")
    words = ["Ready" if is_true(node, "Ready") else "NotReady"]
    return ", ".join([*words, *(["SchedulingDisabled"] if node["spec"].get("unschedulable") else [])])


@pytest.mark.parametrize("row", rows(), ids=lambda row: row.done)
def test_a_class_sees_what_the_table_says_of_a_node(row: Row) -> None:
    world = cluster()
    DEEDS[row.done](world)
    world.run(10)
    patch(DEPLOYMENTS, "web", SIX)(world)
    world.run(120)
    assert Row(row.done, of_web(world), ", ".join(on_node(world)) or "nothing", state(world)) == row


def said_of_drain(world: World, after: int) -> list[str]:
    """Return what the stage shows of the drain of n2."""
    return [hop.outcome for hop in world.store.hops if hop.seq >= after and hop.key == "faults/drains/n2" and not hop.is_routine]


def test_a_drain_waits_for_a_budget_and_outlasts_who_runs_the_loops() -> None:
    world = cluster()
    budget = {"minAvailable": 3, "selector": {"matchLabels": {"app": "web"}}}
    create(PODDISRUPTIONBUDGETS, "web", budget)(world)
    world.run(5)
    before = world.trace.next_seq
    drain(world)
    world.run(20)
    waiting = on_node(world)
    pod, why = said_of_drain(world, before)[0].split(": ")
    shown = cards(world.store, world.store.revision)
    successor = World(past=world.at(world.store.revision))
    successor.run(20)
    still = on_node(successor)
    delete(PODDISRUPTIONBUDGETS, "web")(successor)
    successor.run(60)
    left = list(successor.store.list(PREFIX).items)
    assert (waiting, still, on_node(successor), left) == (["agent", "web"], ["agent", "web"], ["agent"], [])
    assert why == "The disruption budget web needs 3 healthy pods and has 3 currently"
    assert shown == {"faults/drains/n2": {"kind": "Drain", "name": "n2", "left": [{"pod": pod, "evicted": False, "why": why}]}}
    assert (said_of_drain(world, before), said_of_drain(successor, 0)) == ([f"{pod}: {why}"], [OVER])
    assert cards(successor.store, successor.store.revision) == {}


def test_to_uncordon_a_node_ends_its_drain() -> None:
    world = cluster()
    create(PODDISRUPTIONBUDGETS, "web", {"minAvailable": 3, "selector": {"matchLabels": {"app": "web"}}})(world)
    world.run(5)
    drain(world)
    world.run(5)
    patch(NODES, "n2", UNCORDONED)(world)
    delete(PODDISRUPTIONBUDGETS, "web")(world)
    world.run(30)
    assert (on_node(world), list(world.store.list(PREFIX).items)) == (["agent", "web"], [])


def test_pods_that_nobody_would_make_again_are_only_drained_by_force() -> None:
    world = cluster()
    create(PODS, "lone", {**template()["spec"], "nodeName": "n2"})(world)
    world.run(10)
    with pytest.raises(ApiError) as caught:
        drain(world)
    refused = on_node(world)
    drain(world, "true")
    world.run(60)
    words = "cannot delete Pods that declare no controller (use --force to override): default/lone"
    assert (caught.value.message, refused, on_node(world)) == (words, ["agent", "lone", "web"], ["agent"])
