"""IPAddresses of Services: one stands for each cluster IP, written and deleted in the same transaction as its Service.

Upstream's allocator creates it before the Service through the API and deletes it after it, and a controller puts right what is
missing or left over; here neither is without the other, and Services of a cluster that was made before there were IPAddresses have
none. One that somebody deletes comes back with the next change of its Service; the address stays the Service's meanwhile.

Upstream: ``pkg/registry/core/service/ipallocator/ipallocator.go``.
"""

from __future__ import annotations

from cluster.apiserver.call import Call
from cluster.apiserver.registry.core.service.networks import cluster_ips, family_of
from cluster.apiserver.registry.store import GenericStore, Written
from cluster.machinery.kinds.core import SERVICES
from cluster.machinery.kinds.networking import IPADDRESSES
from cluster.machinery.meta import Obj, timestamp

FAMILY, MANAGED_BY = "ipaddress.kubernetes.io/ip-family", "ipaddress.kubernetes.io/managed-by"
ALLOCATOR = "ipallocator.k8s.io"


def ip_address(address: str, service: Obj) -> Obj:
    """Return the IPAddress of a Service, without what is the server's."""
    meta = service["metadata"]
    return {
        "kind": IPADDRESSES.kind,
        "apiVersion": IPADDRESSES.api_version,
        "metadata": {"name": address, "labels": {FAMILY: family_of(address), MANAGED_BY: ALLOCATOR}},
        "spec": {"parentRef": {"resource": SERVICES.plural, "namespace": meta["namespace"], "name": meta["name"]}},
    }


class ServiceStore(GenericStore):
    """Writes Services, and the IPAddresses beside them."""

    def write(self, key: str, obj: Obj | None, mod_revision: int, call: Call) -> Written:
        """Write one Service, unless it is a dry run; its new addresses before it, those that it has no longer after it."""
        if call.request.options.dry_run:
            return super().write(key, obj, mod_revision, call)
        current = self.store.peek(key)
        wanted = cluster_ips(obj) if obj is not None else []
        gone = [address for address in cluster_ips(current.obj) if address not in wanted] if current is not None else []
        for address in wanted:
            self._take(address, obj or {})
        written = super().write(key, obj, mod_revision, call)
        for address in gone:
            self._release(address)
        return written

    def _take(self, address: str, service: Obj) -> None:
        key = IPADDRESSES.storage_key("", address)
        if self.store.peek(key) is None:
            taken = ip_address(address, service)
            taken["metadata"] |= {"uid": self._rng.uid(), "creationTimestamp": timestamp(self.clock.now)}
            self.store.put(key, taken, if_mod_revision=0)

    def _release(self, address: str) -> None:
        current = self.store.peek(IPADDRESSES.storage_key("", address))
        if current is not None:
            self.store.put(current.key, None, if_mod_revision=current.mod_revision)
