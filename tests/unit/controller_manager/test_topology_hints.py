"""Topology aware hints: how endpoints are shared out among zones, and what the Service's Events say of it."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from cluster.controller_manager.endpointslice.topology import Allocation, NoHintsError, allocate, cpu_ratios, with_hints
from cluster.machinery.kinds.core import NODES, PODS, SERVICES
from cluster.machinery.kinds.discovery import ENDPOINTSLICES
from cluster.machinery.meta import Obj
from tests.unit.controller_manager.cluster_rig import NAMESPACE, STARTING, ControlledRig

ZONE = "topology.kubernetes.io/zone"
OVERLOADED = "Unable to allocate minimum required endpoints to each zone without exceeding overload threshold"


def node(zone: str, cpu: str = "4", *, ready: str = "True", **labels: str) -> Obj:
    """Return a worker; ``zone``: empty for a node that does not say."""
    named = {ZONE: zone} if zone else {}
    status = {"allocatable": {"cpu": cpu}, "conditions": [{"type": "Ready", "status": ready}]}
    return {"metadata": {"name": zone, "labels": named | labels}, "status": status}


RATIOS: dict[str, tuple[list[Obj], dict[str, float]]] = {
    "zones have what their nodes have": ([node("a"), node("b", "8"), node("a")], {"a": 0.5, "b": 0.5}),
    "one zone has nothing to share with": ([node("a"), node("a")], {}),
    "a node without a zone spoils it": ([node("a"), node("b"), node("")], {}),
    "a node without CPU spoils it": ([node("a"), node("b", "0")], {}),
    "a node that is not ready does not count": ([node("a"), node("b"), node("c", ready="False")], {"a": 0.5, "b": 0.5}),
    "the control plane does not count": (
        [node("a"), node("b"), node("c", **{"node-role.kubernetes.io/control-plane": ""})],
        {"a": 0.5, "b": 0.5},
    ),
}


@pytest.mark.parametrize(("nodes", "ratios"), RATIOS.values(), ids=RATIOS.keys())
def test_the_shares_of_zones(nodes: list[Obj], ratios: dict[str, float]) -> None:
    assert cpu_ratios(nodes) == ratios


def test_each_zone_gets_what_a_fifth_more_would_make_enough() -> None:
    # 6 endpoints: 4.5 / 1.2 = 3.75 and 1.5 / 1.2 = 1.25, rounded up; none is left to spare.
    assert allocate({"a": 0.75, "b": 0.25}, 6) == {"a": Allocation(4, 4, 4.5), "b": Allocation(2, 2, 2.0)}


REFUSED = {
    "nobody knows the zones": ({}, 3, "Insufficient Node information: allocatable CPU or zone not specified on one or more nodes"),
    "fewer endpoints than zones": ({"a": 0.5, "b": 0.5}, 1, "Insufficient number of endpoints (1 endpoints, 2 zones)"),
    "shares that whole endpoints cannot make": ({"a": 0.7, "b": 0.3}, 2, f"{OVERLOADED} (2 endpoints, 2 zones)"),
}


@pytest.mark.parametrize(("ratios", "endpoints", "why"), REFUSED.values(), ids=REFUSED.keys())
def test_why_there_are_no_hints(ratios: dict[str, float], endpoints: int, why: str) -> None:
    with pytest.raises(NoHintsError) as caught:
        allocate(ratios, endpoints)
    assert str(caught.value) == why


def endpoint_slice(*zones: str, hints: Sequence[str] = (), ready: bool = True) -> Obj:
    """Return a slice with an endpoint in each zone; ``hints``: the zones that those are meant for."""
    endpoints: list[Obj] = [
        {"addresses": ["10.244.1.2"], "conditions": {"ready": ready}} | ({"zone": zone} if zone else {}) for zone in zones
    ]
    for endpoint, zone in zip(endpoints, hints, strict=False):
        endpoint["hints"] = {"forZones": [{"name": zone}]}
    return {"endpoints": endpoints}


def hints(slices: list[Obj]) -> list[list[str]]:
    """Return the zones that the endpoints of each slice are meant for, empty texts for everybody."""
    return [[each["hints"]["forZones"][0]["name"] if "hints" in each else "" for each in one["endpoints"]] for one in slices]


HALVES = {"a": 0.5, "b": 0.5}
SHARED: dict[str, tuple[list[Obj], list[Obj], list[list[str]], list[list[str]]]] = {
    "everyone for their own zone": ([], [endpoint_slice("a", "b")], [], [["a", "b"]]),
    "a zone with too many gives some": ([], [endpoint_slice("a", "a", "a", "b")], [], [["b", "a", "a", "b"]]),
    "what is not ready is for everybody": ([], [endpoint_slice("a", "b"), endpoint_slice("a", ready=False)], [], [["a", "b"], [""]]),
    "slices that are right stay": ([endpoint_slice("a", "b", hints=["a", "b"])], [], [], []),
    "slices without hints get them": ([endpoint_slice("a", "b")], [], [["a", "b"]], []),
    "hints for a zone that is gone are renewed": ([endpoint_slice("a", "b", hints=["c", "b"])], [], [["a", "b"]], []),
}


@pytest.mark.parametrize(("unchanged", "changing", "touched", "changed"), SHARED.values(), ids=SHARED.keys())
def test_endpoints_are_shared_out(unchanged: list[Obj], changing: list[Obj], touched: list[list[str]], changed: list[list[str]]) -> None:
    found = with_hints(unchanged, changing, HALVES)
    assert (hints(found[0]), hints(found[1])) == (touched, changed)


def test_an_endpoint_without_a_zone_leaves_nobody_hints() -> None:
    with pytest.raises(NoHintsError, match="One or more endpoints do not have a zone specified"):
        with_hints([], [endpoint_slice("a", "")], HALVES)


def test_a_service_that_asks_for_hints_gets_them_and_hears_why_not() -> None:
    rig = ControlledRig()
    meta = {"name": "web", "namespace": NAMESPACE, "annotations": {"service.kubernetes.io/topology-mode": "Auto"}}
    rig.admin.create(SERVICES, {"metadata": meta, "spec": {"selector": {"app": "web"}, "ports": [{"port": 80}]}})
    for name in ("a", "b"):
        rig.add_node(name)
        rig.admin.patch(NODES, name, "", {"metadata": {"labels": {ZONE: name}}})
        rig.admin.patch(NODES, name, "", {"status": {"allocatable": {"cpu": "4"}, "capacity": {"cpu": "4"}}}, subresource="status")
        spec = {"nodeName": name, "containers": [{"name": "c", "image": "i"}]}
        pod = rig.admin.create(PODS, {"metadata": {"name": name, "namespace": NAMESPACE, "labels": {"app": "web"}}, "spec": spec})
        status = {"phase": "Running", "podIP": "10.244.1.2", "podIPs": [{"ip": "10.244.1.2"}]}
        rig.admin.update_status(PODS, pod | {"status": status | {"conditions": [{"type": "Ready", "status": "True"}]}})
        rig.run(STARTING)
    shared = hints(rig.admin.list(ENDPOINTSLICES, NAMESPACE))
    rig.admin.patch(SERVICES, "web", NAMESPACE, {"metadata": {"annotations": {"service.kubernetes.io/topology-mode": None}}})
    rig.run(STARTING)
    bare = hints(rig.admin.list(ENDPOINTSLICES, NAMESPACE))
    assert (shared, bare, rig.messages("TopologyAwareHintsEnabled"), rig.messages("TopologyAwareHintsDisabled")[-1]) == (
        [["a", "b"]],
        [["", ""]],
        ["Topology Aware Hints has been enabled, addressType: IPv4"],
        "Topology Aware Hints has been disabled, addressType: IPv4",
    )
