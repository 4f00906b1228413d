"""What a node's kernel knows of one port of a Service: where packets for it may go.

A real kernel has chains of rules (iptables), maps (nftables) or virtual servers (ipvs). Here it has one record a Service port,
``netfilter/services/<namespace>/<name>:<port>`` on the node's disk, with what all three say; ``chains.py`` names the chains they
would have, ``walk.py`` follows a packet through them. The records outlive kube-proxy, as rules outlive the process that wrote them,
and a machine that loses its power loses them.

Upstream: ``pkg/proxy/serviceport.go``, ``pkg/proxy/endpoint.go``, and each mode's ``proxier.go``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum

from cluster.machinery.meta import Obj
from cluster.machinery.node_storage import NodeStorage

PREFIX = "netfilter/"
"""Of everything the kernel keeps: rules, and what it remembers of connections."""
SERVICES = f"{PREFIX}services/"


class ProxyMode(StrEnum):
    """How kube-proxy programs the kernel."""

    IPTABLES = "iptables"
    IPVS = "ipvs"
    NFTABLES = "nftables"


@dataclass(frozen=True, slots=True)
class ServiceRule:
    """One port of a Service. Endpoints are ``address:port``.

    ``name``: ``namespace/name:port`` as kube-proxy writes it (no colon for a port without a name); ``external_ips``: external and
    load balancer addresses; ``node_port`` 0: none. ``cluster``: endpoints for traffic that may leave the node; ``local``: those of
    this node, for traffic that may not. ``is_internal_local`` and ``is_external_local``: which of the two traffic from inside and
    from outside uses. ``has_any``: whether there are usable endpoints anywhere. ``affinity_seconds`` 0: connections of one client
    are independent.
    """

    name: str
    protocol: str
    mode: ProxyMode
    cluster_ip: str
    port: int
    cluster: tuple[str, ...] = ()
    local: tuple[str, ...] = ()
    has_any: bool = False
    external_ips: tuple[str, ...] = ()
    node_port: int = 0
    is_internal_local: bool = False
    is_external_local: bool = False
    affinity_seconds: int = 0

    @property
    def service(self) -> str:
        """``namespace/name``."""
        return self.name.partition(":")[0]

    @property
    def port_name(self) -> str:
        """The port's name, empty when it has none."""
        return self.name.partition(":")[2]


def storage_key(rule: ServiceRule) -> str:
    """Return the key of a rule's record."""
    return f"{SERVICES}{rule.name}"


def to_obj(rule: ServiceRule) -> Obj:
    """Return a rule as its record."""
    fields = asdict(rule)
    return {
        **fields,
        "mode": rule.mode.value,
        "cluster": list(rule.cluster),
        "local": list(rule.local),
        "external_ips": list(rule.external_ips),
    }


def from_obj(record: Obj) -> ServiceRule:
    """Return the rule of a record."""
    lists = {name: tuple(record[name]) for name in ("cluster", "local", "external_ips")}
    return ServiceRule(**{**record, **lists, "mode": ProxyMode(record["mode"])})


def read_rules(disk: NodeStorage) -> Sequence[ServiceRule]:
    """Return the rules of a node, by name."""
    return [from_obj(record) for _, record in disk.list(SERVICES)]


def lose_power(disk: NodeStorage) -> None:
    """Forget everything the kernel knew."""
    for key, _ in disk.list(PREFIX):
        disk.put(key, None)
