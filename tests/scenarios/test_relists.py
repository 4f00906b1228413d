"""Components whose watches have broken list anew, and that is looked at: once for each, and not of too many at once."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cluster.apiserver.request import Credentials, Request
from cluster.engine.clock import Clock
from cluster.etcd import snapshot
from cluster.machinery.kinds.apps import DEPLOYMENTS
from cluster.machinery.kinds.core import PODS, SERVICES
from cluster.machinery.meta import SECOND, SimTime
from cluster.runner.faults.record import CUT_OFF, STOPPED, Fault, break_component, mend
from cluster.runner.faults.relists import MOST, WITHIN, Relists
from tests.scenarios.scripts import create, workload
from tests.scenarios.test_control_plane_containers import kill
from tests.scenarios.test_faults_of_nodes import control_plane
from tests.scenarios.world import World

EVERYBODY = [
    "csi-attacher",
    "csi-provisioner",
    "kube-controller-manager",
    "kube-scheduler",
    "node/n1/kubelet",
    "node/n2/kubelet",
    "node/n3/kubelet",
]


def lists(world: World, after: int = 0) -> list[str]:
    """Return whose lists are shown that got through, each time."""
    shown = [hop for hop in world.store.hops if hop.seq >= after and hop.verb == "LIST" and not hop.is_routine]
    return sorted(hop.source for hop in shown if not hop.outcome)


def outlast(target: str, fault: str) -> Callable[[World], None]:
    def broken_and_mended(world: World) -> None:
        break_component(world.store, world.trace, Fault(target, fault))
        world.run(60)
        mend(world.store, world.trace, target)

    return broken_and_mended


def fall_behind(world: World) -> None:
    """Let everybody who watches ask for what etcd has forgotten."""
    world.store.put("/registry/x/y", {"metadata": {"name": "y"}})
    world.store.compact(world.store.revision)


OCCASIONS: dict[str, tuple[Callable[[World], None], list[str]]] = {
    "after the API server has been away": (lambda world: kill(world, "kube-apiserver"), EVERYBODY),
    "after a process was killed": (lambda world: kill(world, "kube-scheduler"), ["kube-scheduler"]),
    "after a kubelet was cut off": (outlast("node/n2/kubelet", CUT_OFF), ["node/n2/kubelet"]),
    "after a kubelet was stopped": (outlast("node/n2/kubelet", STOPPED), ["node/n2/kubelet"]),
    "after watches were too old": (fall_behind, EVERYBODY),
    "after nothing": (lambda world: None, []),
}


@pytest.mark.parametrize(("act", "expected"), OCCASIONS.values(), ids=OCCASIONS.keys())
def test_the_first_list_of_each_component_is_shown(act: Callable[[World], None], expected: list[str]) -> None:
    world = control_plane()
    before = world.trace.next_seq
    act(world)
    world.run(60)
    assert lists(world, before) == expected


def test_after_a_restore_every_component_lists_anew_because_of_it() -> None:
    world = control_plane()
    saved = snapshot.take(world.store)
    create(DEPLOYMENTS, "web", workload(2))(world)
    world.run(20)
    snapshot.restore(world.store, world.trace, saved.data, "a.db")
    restore = next(hop.seq for hop in world.store.hops if hop.verb == "restore")
    successor = World(past=world.at(world.store.revision))
    successor.run(20)
    causes = {hop.cause for hop in successor.store.hops if hop.verb == "LIST" and not hop.is_routine}
    later = World(past=successor.at(successor.store.revision))
    assert (lists(successor), causes, successor.store.get(snapshot.RESTORED), lists(later)) == (EVERYBODY, {restore}, None, [])


def test_of_a_great_many_the_rest_are_routine_until_a_while_has_passed() -> None:
    clock = Clock(SimTime(0))
    relists = Relists(clock)

    def shown(first: int, last: int) -> int:
        requests = [Request("list", PODS, f"node/n{number}/kubelet", Credentials()) for number in range(first, last)]
        for request in requests:
            relists.lost(request.source)
        return sum(relists.look_at(request).is_relist for request in requests)

    at_once = shown(0, 100)
    clock.advance(SimTime(WITHIN * SECOND))
    assert (at_once, shown(100, 101), shown(101, 200)) == (MOST, 1, MOST - 1)


def test_only_the_first_list_is_looked_at() -> None:
    relists = Relists(Clock(SimTime(0)))
    relists.lost("kube-scheduler")
    requests = [Request(verb, kind, "kube-scheduler", Credentials()) for verb, kind in (("get", PODS), ("list", PODS), ("list", SERVICES))]
    assert [relists.look_at(request).is_relist for request in requests] == [False, True, False]
