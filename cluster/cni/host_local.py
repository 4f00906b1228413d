"""Addresses out of the node's range, one for each sandbox, in turn.

The real host-local plugin keeps one file per address and a file with the address given last, so that a freed address rests until
the range has been gone through. This one keeps the same two facts in one record of the node, and whose each address is. The network
address, the gateway (the first) and the broadcast address are never given.

Upstream: ``github.com/containernetworking/plugins``, ``plugins/ipam/host-local``.
"""

from __future__ import annotations

import functools
import ipaddress

from cluster.machinery.cni import Attachment, CniError
from cluster.machinery.meta import Obj
from cluster.machinery.node_storage import NodeStorage

RECORD = "cni"
"""Key of the node's record: ``{"podCIDR", "last", "addresses": {address: sandbox id}, "pods": {address: namespace/name}}``."""


class HostLocal:
    """A CniPlugin for one node."""

    def __init__(self, storage: NodeStorage) -> None:
        self._storage = storage
        record = storage.get(RECORD) or {}
        self._pod_cidr: str = record.get("podCIDR", "")
        self._last: str = record.get("last", "")
        self._addresses: dict[str, str] = dict(record.get("addresses") or {})
        self._pods: dict[str, str] = dict(record.get("pods") or {})

    def configure(self, pod_cidr: str) -> None:
        """Take over the range of the node; addresses that were given before stay given."""
        if pod_cidr != self._pod_cidr:
            self._pod_cidr, self._last = pod_cidr, ""
            self._save()

    def add(self, attachment: Attachment) -> str:
        """Connect a sandbox and return its address; the same one again when asked twice. Raises CniError."""
        for address, owner in self._addresses.items():
            if owner == attachment.container_id:
                return address
        if not self._pod_cidr:
            raise CniError("failed to find plugin configuration: the node has no podCIDR")
        address = next_address(self._pod_cidr, self._last, self._addresses)
        self._addresses[address], self._last = attachment.container_id, address
        self._pods[address] = f"{attachment.namespace}/{attachment.pod}"
        self._save()
        return address

    def delete(self, attachment: Attachment) -> str:
        """Disconnect a sandbox and return the address that became free (empty: it had none)."""
        for address, owner in self._addresses.items():
            if owner == attachment.container_id:
                del self._addresses[address]
                self._pods.pop(address, None)
                self._save()
                return address
        return ""

    def _save(self) -> None:
        taken: Obj = {"addresses": dict(self._addresses), "pods": dict(self._pods)}
        self._storage.put(RECORD, {"podCIDR": self._pod_cidr, "last": self._last, **taken})


def pod_at(storage: NodeStorage, address: str) -> str:
    """Return ``namespace/name`` of the pod that a node has given an address; empty: nobody has it."""
    record = storage.get(RECORD) or {}
    return str((record.get("pods") or {}).get(address, ""))


def next_address(pod_cidr: str, last: str, taken: dict[str, str]) -> str:
    """Return the first free address after ``last``, going round the range once. Raises CniError when all are taken."""
    first, count = _span(pod_cidr)
    start = int(ipaddress.ip_address(last)) + 1 - first if last else 0
    for step in range(count):
        address = str(ipaddress.ip_address(first + (start + step) % count))
        if address not in taken:
            return address
    network = ipaddress.ip_network(pod_cidr)
    raise CniError(f"failed to allocate for range 0: no IP addresses available in range set: {network[1]}-{network[-2]}")


@functools.lru_cache(maxsize=8192)
def _span(pod_cidr: str) -> tuple[int, int]:
    """Return the first address of a range, as a number, and how many there are: without network, gateway, broadcast."""
    network = ipaddress.ip_network(pod_cidr)
    return int(network.network_address) + 2, network.num_addresses - 3
