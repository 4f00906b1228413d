"""Which of a Service's endpoints a node may send traffic to. Pure.

Ready ones; where there are none, those that still serve while they terminate. Hints narrow the choice to this node or its zone, if
every ready endpoint has one and one at least names this node or zone. What must stay on the node chooses among its own.

Upstream: ``pkg/proxy/topology.go`` (``CategorizeEndpoints``), ``pkg/proxy/endpointslicecache.go``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cluster.machinery.meta import Obj

ZONE = "topology.kubernetes.io/zone"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One endpoint of one port. ``address``: ``ip:port``."""

    address: str
    node: str = ""
    is_ready: bool = True
    is_serving: bool = True
    is_terminating: bool = False
    zone_hints: frozenset[str] = frozenset()
    node_hints: frozenset[str] = frozenset()

    @property
    def is_last_resort(self) -> bool:
        """Whether it is used where no endpoint is ready."""
        return self.is_serving and self.is_terminating


@dataclass(frozen=True, slots=True)
class Usable:
    """What one node uses. ``cluster``: where traffic may leave the node; ``local``: where not; ``has_any``: whether any node has some."""

    cluster: tuple[str, ...] = ()
    local: tuple[str, ...] = ()
    has_any: bool = False


def endpoints_of(slices: Iterable[Obj], port_name: str, protocol: str) -> list[Endpoint]:
    """Return the endpoints that EndpointSlices have for a port, sorted by address, each once. Slices of names (FQDN) are left out."""
    found: dict[str, Endpoint] = {}
    for piece in slices:
        if piece.get("addressType") == "FQDN":
            continue
        for port in piece.get("ports") or ():
            if (port.get("name") or "") == port_name and port.get("protocol", "TCP") == protocol and port.get("port"):
                for endpoint in piece.get("endpoints") or ():
                    made = _endpoint(endpoint, port["port"])
                    found[made.address] = made
    return [found[address] for address in sorted(found)]


def usable(endpoints: Sequence[Endpoint], node: str, zone: str) -> Usable:
    """Return which of them a node uses."""
    ready = [endpoint for endpoint in endpoints if endpoint.is_ready]
    dying = [endpoint for endpoint in endpoints if endpoint.is_last_resort and not endpoint.is_ready]
    cluster = _near(ready, node, zone) or dying
    local = [endpoint for endpoint in ready if endpoint.node == node] or [endpoint for endpoint in dying if endpoint.node == node]
    return Usable(_addresses(cluster), _addresses(local), bool(ready or dying))


def _near(ready: Sequence[Endpoint], node: str, zone: str) -> Sequence[Endpoint]:
    """Return the endpoints that hints leave for this node; all of them where hints are incomplete or name others only."""
    if all(endpoint.node_hints for endpoint in ready):
        own = [endpoint for endpoint in ready if node in endpoint.node_hints]
        if own:
            return own
    if all(endpoint.zone_hints for endpoint in ready):
        return [endpoint for endpoint in ready if zone in endpoint.zone_hints] or ready
    return ready


def _addresses(endpoints: Iterable[Endpoint]) -> tuple[str, ...]:
    return tuple(endpoint.address for endpoint in endpoints)


def _endpoint(endpoint: Obj, port: int) -> Endpoint:
    """Return an endpoint of a slice; conditions that are not said: it is ready, it serves as far as it is ready, it does not end."""
    conditions, hints = endpoint.get("conditions") or {}, endpoint.get("hints") or {}
    is_ready = conditions.get("ready") is not False
    serving = conditions.get("serving")
    return Endpoint(
        f"{endpoint['addresses'][0]}:{port}",
        endpoint.get("nodeName") or "",
        is_ready,
        is_ready if serving is None else bool(serving),
        bool(conditions.get("terminating")),
        frozenset(zone["name"] for zone in hints.get("forZones") or ()),
        frozenset(each["name"] for each in hints.get("forNodes") or ()),
    )
