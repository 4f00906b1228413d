"""The ranges that Services draw from, as kubeadm sets a cluster up, and what of them is in use.

Upstream: ``cmd/kubeadm/app/apis/kubeadm/v1beta4/defaults.go`` (``--service-cluster-ip-range``),
``pkg/controlplane/instance.go`` (``--service-node-port-range``), ``pkg/registry/core/service/ipallocator`` (``calculateRangeOffset``).
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable

from cluster.apiserver.registry.core.service.pool import Pool, Range
from cluster.apiserver.validation.core.service_addresses import IPV4, IPV6
from cluster.apiserver.validation.ip import is_ipv6, parse_ip
from cluster.engine.rng import Rng
from cluster.machinery.meta import Obj
from cluster.machinery.service import NONE, node_ports

SERVICE_NETWORK = ipaddress.ip_network("10.96.0.0/12")
KUBERNETES_IP = str(SERVICE_NETWORK[1])
"""The address of the API server inside the cluster."""
FAMILIES = (IPV4,)
"""The address families that the cluster has."""

_FIRST_PORT, _LAST_PORT = 30000, 32767


def _static_band(size: int, *, smallest: int, share: int, largest: int) -> int:
    """Return how many numbers are for those who choose: none of a small range, else a part of it within bounds."""
    return 0 if size < smallest else min(max(smallest, size // share), largest)


ADDRESSES = Range(
    int(SERVICE_NETWORK[1]),
    int(SERVICE_NETWORK[-2]),
    _static_band(SERVICE_NETWORK.num_addresses - 2, smallest=16, share=16, largest=256),
    "the provided network does not match the current range",
    "provided IP is already allocated",
)
"""The addresses of Services: 10.96.0.1 to 10.111.255.254, drawn from 10.96.1.1 on."""
NODE_PORTS = Range(
    _FIRST_PORT,
    _LAST_PORT,
    _static_band(_LAST_PORT - _FIRST_PORT + 1, smallest=16, share=32, largest=128),
    f"provided port is not in the valid range. The range of valid ports is {_FIRST_PORT}-{_LAST_PORT}",
    "provided port is already allocated",
)
"""The ports of the nodes, drawn from 30086 on."""


def family_of(address: str) -> str:
    """Return the family of an address that is one."""
    return IPV6 if is_ipv6(address) else IPV4


def cluster_ips(service: Obj) -> list[str]:
    """Return the addresses of a Service."""
    return [address for address in service["spec"].get("clusterIPs") or () if address != NONE]


def free_addresses(services: Iterable[Obj], taken: Iterable[str], rng: Rng) -> Pool:
    """Return the addresses that no Service has. ``taken``: those that are not free besides."""
    addresses = {*taken, *(address for service in services for address in cluster_ips(service))}
    return Pool(ADDRESSES, {int(parsed) for address in addresses if (parsed := parse_ip(address))}, rng)


def free_node_ports(services: Iterable[Obj], rng: Rng) -> Pool:
    """Return the ports of the nodes that no Service has."""
    return Pool(NODE_PORTS, {port for service in services for port in node_ports(service["spec"])}, rng)
