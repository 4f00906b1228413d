"""What a client hears of a way that is not free, and when it has lost its watches."""

from __future__ import annotations

import pytest

from cluster.apiserver.request import Credentials, Request
from cluster.machinery.errors import ApiError
from cluster.machinery.kinds.core import PODS
from cluster.runner.faults.gate import Gate
from cluster.runner.faults.messages import Messages
from cluster.runner.faults.record import CUT_OFF, STOPPED, Fault, Faults, break_component, mend
from cluster.runner.faults.relists import Relists
from tests.scenarios.world import ADMIN, World

OWN, SERVICE = "dial tcp 192.168.0.10:6443: ", "dial tcp 10.96.0.1:443: "
KUBECTL = "The connection to the server was refused - did you specify the right host or port?"


def gate_of(world: World) -> Gate:
    relists = Relists(world.clock)
    return Gate(world.api, Faults(world.store), Messages(world.store, world.trace), world.trace, relists=relists)


@pytest.mark.parametrize(
    ("source", "stopped", "cut_off"),
    [
        ("node/n2/kubelet", OWN + "connect: connection refused", OWN + "i/o timeout"),
        ("kube-scheduler", OWN + "connect: connection refused", OWN + "i/o timeout"),
        ("coredns/dns-1", SERVICE + "connect: connection refused", SERVICE + "i/o timeout"),
        ("kubectl", KUBECTL, ""),
    ],
)
def test_a_client_names_the_address_at_which_it_looks_for_the_api_server(source: str, stopped: str, cut_off: str) -> None:
    world = World()
    gate, said = gate_of(world), []
    for fault in (Fault("kube-apiserver", STOPPED), Fault(source.partition("/dns")[0], CUT_OFF)):
        with_fault = not (source == "kubectl" and fault.fault == CUT_OFF)
        if with_fault:
            break_component(world.store, world.trace, fault)
        error = gate.broken(source)
        said.append(error.message if error is not None else "")
        if with_fault:
            mend(world.store, world.trace)
    assert said == [stopped, cut_off]


@pytest.mark.parametrize("finder", ["its reader", "who breaks it", "both"])
def test_a_watch_that_has_broken_stays_broken_and_is_noted_once(finder: str) -> None:
    world = World()
    gate = gate_of(world)
    noted: list[str] = []
    gate.relists.lost = noted.append  # type: ignore[method-assign, union-attr]
    watch = gate.watch(Request("watch", PODS, "kube-scheduler", Credentials(component=ADMIN)), lambda: None)
    break_component(world.store, world.trace, Fault("kube-apiserver", STOPPED))
    first = watch.next() if finder == "its reader" else None
    gate.break_watches()
    if finder == "both":
        first = watch.next()
    mend(world.store, world.trace)
    event = first or watch.next()
    assert (event and event.type, watch.next(), watch.has_more, noted) == ("ERROR", None, False, ["kube-scheduler"])


def test_who_cannot_reach_the_api_server_is_refused() -> None:
    world = World()
    break_component(world.store, world.trace, Fault("kube-scheduler", CUT_OFF))
    with pytest.raises(ApiError, match=r"192\.168\.0\.10:6443: i/o timeout"):
        gate_of(world).serve(Request("list", PODS, "kube-scheduler", Credentials(component=ADMIN)))
