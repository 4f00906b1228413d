"""Allocation: a Service gets its cluster IPs and node ports before it is validated.

Upstream takes them inside a transaction of its own, which it commits or reverts with the write. Here they are drawn from what the
other Services leave free, and are taken as soon as this one is stored: a refused request or a dry run takes nothing, and what
a Service no longer says is free again. An IPAddress says so of each cluster IP (``addresses.py``).

Upstream: ``pkg/registry/core/service/storage/alloc.go``.
"""

from __future__ import annotations

import ipaddress
from functools import cached_property

from cluster.apiserver.reader import Reader
from cluster.apiserver.registry.core.service.families import is_settled, set_families
from cluster.apiserver.registry.core.service.networks import free_addresses, free_node_ports
from cluster.apiserver.registry.core.service.pool import AllocationError, Pool
from cluster.apiserver.validation.ip import parse_ip
from cluster.engine.rng import Rng
from cluster.machinery.errors import FieldError, internal, invalid, unprocessable
from cluster.machinery.kinds.core import SERVICES
from cluster.machinery.kinds.networking import IPADDRESSES
from cluster.machinery.meta import Obj
from cluster.machinery.service import EXTERNAL_NAME, is_headless, needs_health_check, needs_node_ports, node_ports


class Allocators:
    """What is free, for one request; the Services are read when something is needed."""

    def __init__(self, reader: Reader, rng: Rng) -> None:
        self._reader, self._rng = reader, rng

    @cached_property
    def addresses(self) -> Pool:
        """The addresses that no Service has, and no IPAddress that somebody made by hand."""
        taken = (each["metadata"]["name"] for each in self._reader.list(IPADDRESSES))
        return free_addresses(self._reader.list(SERVICES), taken, self._rng)

    @cached_property
    def ports(self) -> Pool:
        """The ports of the nodes that no Service has."""
        return free_node_ports(self._reader.list(SERVICES), self._rng)


def allocate_create(service: Obj, free: Allocators) -> None:
    """Give a new Service what it needs, in place. Raises ApiError."""
    spec = service["spec"]
    _refuse(service, set_families(spec, None))
    _allocate_cluster_ips(service, free)
    if needs_node_ports(spec):
        _allocate_node_ports(service, free)
    if needs_health_check(spec):
        _allocate_health_check(spec, free)


def allocate_update(service: Obj, old: Obj, free: Allocators) -> None:
    """Give a changed Service what it now needs and did not before, in place. Raises ApiError."""
    spec, before = service["spec"], old["spec"]
    settled = is_settled(spec, before)
    _refuse(service, set_families(spec, before))
    if not settled and before.get("type") == EXTERNAL_NAME:
        _allocate_cluster_ips(service, free)
    if needs_node_ports(spec):
        _update_node_ports(service, set(node_ports({"ports": before.get("ports")})), free)
    if needs_health_check(spec) and not needs_health_check(before):
        _allocate_health_check(spec, free)


def _refuse(service: Obj, faults: list[FieldError]) -> None:
    if faults:
        raise unprocessable("", "Service", service["metadata"].get("name", ""), faults)


def _allocate_cluster_ips(service: Obj, free: Allocators) -> None:
    spec = service["spec"]
    if spec["type"] == EXTERNAL_NAME or is_headless(spec):
        return
    ips = list(spec.get("clusterIPs") or ())
    ips += [""] * (len(spec["ipFamilies"]) - len(ips))
    spec["clusterIPs"] = [_allocate_ip(service, ips, address, free) for address in ips]
    spec["clusterIP"] = spec["clusterIPs"][0]


def _allocate_ip(service: Obj, ips: list[str], address: str, free: Allocators) -> str:
    if not address:
        try:
            return str(ipaddress.IPv4Address(free.addresses.allocate_next()))
        except AllocationError as error:
            raise internal(f"failed to allocate a serviceIP: {error}") from None
    try:
        free.addresses.allocate(int(parse_ip(address) or 0))
    except AllocationError as error:
        _refuse(service, [invalid("spec.clusterIPs", ips, f"failed to allocate IP {address}: {error}")])
    return address


def _wants_node_ports(spec: Obj) -> bool:
    return spec["type"] == "NodePort" or bool(spec.get("allocateLoadBalancerNodePorts"))


def _take(service: Obj, index: int, number: int, free: Allocators) -> None:
    try:
        free.ports.allocate(number)
    except AllocationError as error:
        _refuse(service, [invalid(f"spec.ports[{index}].nodePort", number, str(error))])


def _draw(free: Allocators) -> int:
    try:
        return free.ports.allocate_next()
    except AllocationError as error:
        raise internal(f"failed to allocate a nodePort: {error}") from None


def _allocate_node_ports(service: Obj, free: Allocators) -> None:
    """One number serves all protocols of a port, as long as nobody asks for different ones."""
    spec = service["spec"]
    ports = spec.get("ports") or []
    given: dict[int, int] = {}
    for index, port in enumerate(ports):
        number, wanted = port["port"], port.get("nodePort", 0)
        if not wanted and not _wants_node_ports(spec):
            continue
        if number not in given:
            asked = next((each["nodePort"] for each in ports if each["port"] == number and each.get("nodePort")), 0)
            if asked:
                _take(service, index, asked, free)
            given[number] = port["nodePort"] = asked or _draw(free)
        elif not wanted:
            port["nodePort"] = given[number]
        elif wanted != given[number]:
            _take(service, index, wanted, free)


def _update_node_ports(service: Obj, before: set[int], free: Allocators) -> None:
    spec = service["spec"]
    taken: set[int] = set()
    seen: set[tuple[str, int]] = set()
    for index, port in enumerate(spec.get("ports") or ()):
        wanted = port.get("nodePort", 0)
        if not wanted and not _wants_node_ports(spec):
            continue
        if not wanted:
            port["nodePort"] = wanted = _draw(free)
        elif wanted not in before and wanted not in taken:
            _take(service, index, wanted, free)
            taken.add(wanted)
        pair = port["protocol"], wanted
        if pair in seen:
            raise internal(f"duplicate nodePort: {{{pair[0]} {pair[1]}}}")
        seen.add(pair)


def _allocate_health_check(spec: Obj, free: Allocators) -> None:
    wanted = spec.get("healthCheckNodePort", 0)
    try:
        if wanted:
            free.ports.allocate(wanted)
        else:
            spec["healthCheckNodePort"] = free.ports.allocate_next()
    except AllocationError as error:
        asked = "requested HealthCheck NodePort" if wanted else "a HealthCheck NodePort"
        raise internal(f"failed to allocate {asked} {wanted}: {error}") from None
