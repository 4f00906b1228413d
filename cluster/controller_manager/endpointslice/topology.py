"""Topology aware hints: the endpoints of a Service shared out among zones as their nodes have CPU. Pure.

For Services with the annotation ``service.kubernetes.io/topology-mode: Auto``, which goes before ``spec.trafficDistribution``. A zone may
be overloaded by a fifth at most; where that cannot be had, nobody gets hints, and an Event says why. Zones are looked at in order of their
names, where upstream takes them as they come.

Upstream: ``staging/src/k8s.io/endpointslice/topologycache/{topologycache,utils,sliceinfo,event}.go``.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from cluster.controller_manager.pods import is_ready
from cluster.machinery.meta import Obj
from cluster.machinery.quantity import milli_value

HINTS, MODE = "service.kubernetes.io/topology-aware-hints", "service.kubernetes.io/topology-mode"
ZONE = "topology.kubernetes.io/zone"
ENABLED, DISABLED = "Topology Aware Hints has been enabled", "Topology Aware Hints has been disabled"
_CONTROL_PLANE = ("node-role.kubernetes.io/control-plane", "node-role.kubernetes.io/master")
_OVERLOAD = 0.2
_NO_ZONE = "One or more endpoints do not have a zone specified"
_NO_NODES = "Insufficient Node information: allocatable CPU or zone not specified on one or more nodes"
_TOO_FEW = "Insufficient number of endpoints ({endpoints} endpoints, {zones} zones)"
_OVERLOADED = (
    "Unable to allocate minimum required endpoints to each zone without exceeding overload threshold ({endpoints} endpoints, {zones} zones)"
)


class NoHintsError(ValueError):
    """Endpoints cannot be shared out; the text is the Event's."""


@dataclass(frozen=True, slots=True)
class Allocation:
    """How many endpoints a zone gets: at least, at most, and as its share of the CPU would have it."""

    minimum: int
    maximum: int
    desired: float


def wants_hints(service: Obj) -> bool:
    """Whether a Service asks for hints by its annotation."""
    annotations = service["metadata"].get("annotations") or {}
    return annotations.get(HINTS, annotations.get(MODE)) in ("Auto", "auto")


def cpu_facts(node: Obj) -> tuple[str, bool, str]:
    """Return what hints depend on of a node: its zone, whether it is ready, its CPU."""
    labels, allocatable = node["metadata"].get("labels") or {}, node.get("status", {}).get("allocatable") or {}
    return labels.get(ZONE, ""), is_ready(node), allocatable.get("cpu", "0")


def cpu_ratios(nodes: Iterable[Obj]) -> dict[str, float]:
    """Return each zone's share of the CPU of ready workers. Empty where a node does not say its zone or its CPU, or there is one zone."""
    cpu: Counter[str] = Counter()
    for node in nodes:
        zone, is_up, text = cpu_facts(node)
        if not is_up or any(label in (node["metadata"].get("labels") or {}) for label in _CONTROL_PLANE):
            continue
        amount = milli_value(text)
        if not zone or not amount:
            return {}
        cpu[zone] += amount
    return {zone: cpu[zone] / cpu.total() for zone in sorted(cpu)} if len(cpu) > 1 else {}


def allocate(ratios: Mapping[str, float], endpoints: int) -> dict[str, Allocation]:
    """Return what each zone gets of so many ready endpoints. Raises NoHintsError."""
    numbers = {"endpoints": endpoints, "zones": len(ratios)}
    if not ratios:
        raise NoHintsError(_NO_NODES)
    if len(ratios) > endpoints:
        raise NoHintsError(_TOO_FEW.format(**numbers))
    minimums = {zone: math.ceil(ratio * endpoints * (1 / (1 + _OVERLOAD))) for zone, ratio in ratios.items()}
    spare = endpoints - sum(minimums.values())
    if spare < 0:
        raise NoHintsError(_OVERLOADED.format(**numbers))
    return {zone: Allocation(minimum, minimum + spare, max(ratios[zone] * endpoints, float(minimum))) for zone, minimum in minimums.items()}


def with_hints(unchanged: Sequence[Obj], changing: Sequence[Obj], ratios: Mapping[str, float]) -> tuple[list[Obj], list[Obj]]:
    """Return the slices of ``unchanged`` that have to change, and those of ``changing``, all with their hints. Changes nothing.

    Raises NoHintsError.
    """
    ready = sum(_is_ready(endpoint) for endpoint_slice in (*unchanged, *changing) for endpoint in _endpoints(endpoint_slice))
    allocations = allocate(ratios, ready)
    given: Counter[str] = Counter()
    touched: list[Obj] = []
    for endpoint_slice in unchanged:
        hinted = _hinted(endpoint_slice, given, allocations)
        if hinted is None:
            touched.append(endpoint_slice)
        else:
            given += hinted
    slices = [{**each, "endpoints": [_own_zone(endpoint) for endpoint in _endpoints(each)]} for each in (*changing, *touched)]
    shown = [endpoint for each in slices for endpoint in each["endpoints"] if _is_ready(endpoint)]
    given += Counter(endpoint["zone"] for endpoint in shown)
    _redistribute(shown, *_moves(allocations, given))
    return slices[len(changing) :], slices[: len(changing)]


def without_hints(endpoint_slice: Obj) -> Obj:
    """Return a slice whose endpoints are for everybody. Changes nothing."""
    bare = [{name: value for name, value in endpoint.items() if name != "hints"} for endpoint in _endpoints(endpoint_slice)]
    return {**endpoint_slice, "endpoints": bare}


def has_hints(endpoint_slice: Obj) -> bool:
    """Whether an endpoint of a slice is meant for somebody."""
    return any("hints" in endpoint for endpoint in _endpoints(endpoint_slice))


def _endpoints(endpoint_slice: Obj) -> list[Obj]:
    return endpoint_slice.get("endpoints") or []


def _is_ready(endpoint: Obj) -> bool:
    return bool(endpoint["conditions"].get("ready"))


def _own_zone(endpoint: Obj) -> Obj:
    bare = {name: value for name, value in endpoint.items() if name != "hints"}
    if not _is_ready(endpoint):
        return bare
    if not endpoint.get("zone"):
        raise NoHintsError(_NO_ZONE)
    return bare | {"hints": {"forZones": [{"name": endpoint["zone"]}]}}


def _hinted(endpoint_slice: Obj, given: Mapping[str, int], allocations: Mapping[str, Allocation]) -> Counter[str] | None:
    """Return for how many endpoints of a slice each zone is named; None when its hints cannot stay as they are."""
    named: Counter[str] = Counter()
    for endpoint in filter(_is_ready, _endpoints(endpoint_slice)):
        zones = [zone["name"] for zone in (endpoint.get("hints") or {}).get("forZones") or ()]
        if not zones or any(zone not in allocations for zone in zones):
            return None
        named.update(zones)
    return None if any(named[zone] + given.get(zone, 0) > allocations[zone].maximum for zone in named) else named


def _moves(allocations: Mapping[str, Allocation], given: Mapping[str, int]) -> tuple[Counter[str], Counter[str]]:
    """Return how many endpoints each zone gives to others, and how many each gets from them."""
    surplus = {zone: given.get(zone, 0) - allocation.desired for zone, allocation in allocations.items()}
    too_many = {zone: count for zone, count in surplus.items() if count > 0}
    too_few = {zone: -count for zone, count in surplus.items() if count < 0}
    giving: Counter[str] = Counter()
    receiving: Counter[str] = Counter()
    while too_many and too_few:
        giver, taker = max(too_many, key=too_many.__getitem__), max(too_few, key=too_few.__getitem__)
        more, less = too_many[giver], too_few[taker]
        if max(more, less) < 1 or min(more, less) < 0.5:
            break
        giving[giver] += 1
        receiving[taker] += 1
        too_many[giver] -= 1
        too_few[taker] -= 1
    return giving, receiving


def _redistribute(endpoints: Iterable[Obj], giving: Counter[str], receiving: Counter[str]) -> None:
    """Give the hints of some endpoints to other zones; changes all three."""
    for endpoint in endpoints:
        taker = next((zone for zone in sorted(receiving) if receiving[zone]), None)
        if taker is None:
            return
        if giving[endpoint["zone"]]:
            endpoint["hints"] = {"forZones": [{"name": taker}]}
            giving[endpoint["zone"]] -= 1
            receiving[taker] -= 1
