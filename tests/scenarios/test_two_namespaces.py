"""Workloads of the same names and selectors in two namespaces: each owns, reaches and counts what stands in its own."""

from __future__ import annotations

from collections import Counter

from cluster.machinery.kinds.core import PODS
from cluster.machinery.meta import controller_of
from tests.scenarios.scripts import kind_named
from tests.scenarios.test_convergence import calm
from tests.scenarios.world import World

SCRIPT = "two namespaces hold the same names and selectors"


def owners(world: World, namespace: str) -> dict[str, int]:
    """Return how many pods of a namespace each owner has."""
    found = Counter[str]()
    for pod in world.admin.list(PODS, namespace):
        reference = controller_of(pod)
        found[f"{reference['kind']} {_plain(reference['name'])}" if reference else "nobody"] += 1
    return dict(found)


def reached(world: World, namespace: str) -> list[list[tuple[str, str]]]:
    """Return the namespace and name of every pod that the Service of a namespace leads to, as its EndpointSlices and its Endpoints say."""
    slices = [one for each in world.admin.list(kind_named("EndpointSlice"), namespace) for one in each.get("endpoints") or ()]
    subsets = [one for each in world.admin.list(kind_named("Endpoints"), namespace) for one in each.get("subsets") or ()]
    addresses = [one for subset in subsets for one in subset["addresses"]]
    targets = [[one["targetRef"] for one in half if "targetRef" in one] for half in (slices, addresses)]
    return [sorted((target["namespace"], _plain(target["name"])) for target in half) for half in targets]


def counted(world: World, namespace: str) -> tuple[int, ...]:
    """Return how many pods the budget of a namespace expects, how many are healthy and how many may go."""
    status = world.admin.get(kind_named("PodDisruptionBudget"), "web", namespace)["status"]
    return status["expectedPods"], status["currentHealthy"], status["disruptionsAllowed"]


def _plain(name: str) -> str:
    """Return a name without what was drawn or counted for it."""
    return name.partition("-")[0]


def test_the_same_names_and_selectors_are_told_apart_by_namespace() -> None:
    world = calm(SCRIPT)[0].world
    assert {space: (owners(world, space), reached(world, space), counted(world, space)) for space in ("default", "team")} == {
        "default": (
            {"ReplicaSet web": 3, "StatefulSet db": 2, "ReplicaSet rs": 1},
            [[("default", "web")] * 3] * 2,
            (3, 3, 2),
        ),
        "team": ({"ReplicaSet web": 1, "StatefulSet db": 1, "nobody": 1}, [[("team", "db")]] * 2, (1, 1, 0)),
    }
