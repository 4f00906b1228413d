"""Which endpoints a node uses."""

from __future__ import annotations

import pytest

from cluster.kube_proxy.endpoints import Endpoint, Usable, endpoints_of, usable
from cluster.machinery.meta import Obj


def at(address: str, node: str = "n1", **fields: object) -> Endpoint:
    return Endpoint(address, node, **fields)  # type: ignore[arg-type]


def dying(address: str, node: str = "n1", *, serving: bool = True) -> Endpoint:
    return Endpoint(address, node, is_ready=False, is_serving=serving, is_terminating=True)


def hinted(address: str, node: str, zone: str = "", for_node: str = "") -> Endpoint:
    zones, nodes = frozenset({zone} if zone else ()), frozenset({for_node} if for_node else ())
    return Endpoint(address, node, zone_hints=zones, node_hints=nodes)


CASES: dict[str, tuple[list[Endpoint], Usable]] = {
    "there are none": ([], Usable()),
    "ready ones, wherever they are": ([at("a"), at("b", "n2")], Usable(("a", "b"), ("a",), True)),
    "not one that is not ready": ([at("a"), at("b", is_ready=False)], Usable(("a",), ("a",), True)),
    "not one that ends while others are ready": ([at("a", "n2"), dying("b", "n2")], Usable(("a",), (), True)),
    "those that end and still serve, where none is ready": ([dying("a"), dying("b", serving=False)], Usable(("a",), ("a",), True)),
    "of this node one that ends, though others are ready": ([dying("a"), at("b", "n2")], Usable(("b",), ("a",), True)),
    "none serves any more": ([dying("a", serving=False)], Usable((), (), False)),
    "of this zone, when all have hints": ([hinted("a", "n1", "z1"), hinted("b", "n2", "z2")], Usable(("a",), ("a",), True)),
    "all, when one has no hint": ([hinted("a", "n1", "z1"), at("b", "n2")], Usable(("a", "b"), ("a",), True)),
    "all, when hints name other zones only": ([hinted("a", "n2", "z2"), hinted("b", "n3", "z3")], Usable(("a", "b"), (), True)),
    "of this node before its zone": ([hinted("a", "n1", "z1", "n1"), hinted("b", "n2", "z1", "n2")], Usable(("a",), ("a",), True)),
    "of the zone, when no hint names this node": ([hinted("a", "n2", "z1", "n2"), hinted("b", "n3", "z2", "n3")], Usable(("a",), (), True)),
}


@pytest.mark.parametrize(("endpoints", "expected"), CASES.values(), ids=CASES.keys())
def test_usable(endpoints: list[Endpoint], expected: Usable) -> None:
    assert usable(endpoints, "n1", "z1") == expected


def slice_of(*endpoints: Obj, ports: tuple[Obj, ...] = ({"name": "http", "port": 8080, "protocol": "TCP"},), **fields: str) -> Obj:
    return {"addressType": "IPv4", "ports": list(ports), "endpoints": list(endpoints), **fields}


READY, HINTED = {"ready": True, "serving": True, "terminating": False}, {"forZones": [{"name": "z1"}], "forNodes": [{"name": "n1"}]}
SLICES: dict[str, tuple[list[Obj], list[Endpoint]]] = {
    "all that is said": (
        [slice_of({"addresses": ["10.0.0.1"], "nodeName": "n1", "conditions": READY, "hints": HINTED})],
        [Endpoint("10.0.0.1:8080", "n1", True, True, False, frozenset({"z1"}), frozenset({"n1"}))],
    ),
    "conditions that are not said mean ready": ([slice_of({"addresses": ["10.0.0.1"]})], [Endpoint("10.0.0.1:8080")]),
    "serving that is not said follows ready": (
        [slice_of({"addresses": ["10.0.0.1"], "conditions": {"ready": False}})],
        [Endpoint("10.0.0.1:8080", is_ready=False, is_serving=False)],
    ),
    "several slices, sorted, each address once": (
        [slice_of({"addresses": ["10.0.0.2"]}, {"addresses": ["10.0.0.1"]}), slice_of({"addresses": ["10.0.0.2"]})],
        [Endpoint("10.0.0.1:8080"), Endpoint("10.0.0.2:8080")],
    ),
    "another port of the slice is not meant": ([slice_of({"addresses": ["10.0.0.1"]}, ports=({"name": "dns", "port": 53},))], []),
    "another protocol is not meant": ([slice_of({"addresses": ["a"]}, ports=({"name": "http", "port": 53, "protocol": "UDP"},))], []),
    "names are not addresses": ([slice_of({"addresses": ["example.com"]}, addressType="FQDN")], []),
}


@pytest.mark.parametrize(("slices", "expected"), SLICES.values(), ids=SLICES.keys())
def test_endpoints_of(slices: list[Obj], expected: list[Endpoint]) -> None:
    assert endpoints_of(slices, "http", "TCP") == expected
