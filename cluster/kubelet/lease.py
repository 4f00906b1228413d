"""The heartbeat: a Lease in kube-node-lease that the kubelet renews every ten seconds.

Upstream: ``staging/src/k8s.io/component-helpers/apimachinery/lease/controller.go`` and ``pkg/kubelet/util/nodelease.go``.
"""

from __future__ import annotations

import zlib

from cluster.client.client import Client
from cluster.machinery.errors import ApiError
from cluster.machinery.kinds.coordination import LEASES
from cluster.machinery.meta import Obj, SimTime, micro_timestamp

NAMESPACE = "kube-node-lease"
DURATION_SECONDS = 40
RENEW_SECONDS = 10.0
"""A quarter of the duration."""


def stagger(node: str) -> float:
    """Return when within the ten seconds a node renews, so that 5,000 nodes do not all do so at once."""
    return (zlib.crc32(node.encode()) % 1000 + 1) / 1000 * RENEW_SECONDS


class NodeLease:
    """The Lease of one node. It keeps what it last wrote, so that a renewal is one PUT."""

    def __init__(self, client: Client, node: Obj) -> None:
        self._client, self._node = client, node
        self._lease: Obj | None = None

    def renew(self, now: SimTime) -> None:
        """Write the Lease, making it when it is not there. Raises ApiError; then the next renewal reads it anew."""
        name = self._node["metadata"]["name"]
        lease, self._lease = self._lease, None
        if lease is None:
            try:
                lease = self._client.get(LEASES, name, NAMESPACE)
            except ApiError as error:
                if error.code != 404:
                    raise
                self._lease = self._client.create(LEASES, self._new(now))
                return
        spec = {"holderIdentity": name, "leaseDurationSeconds": DURATION_SECONDS, "renewTime": micro_timestamp(now)}
        lease["spec"] = {**lease["spec"], **spec}
        self._lease = self._client.update(LEASES, lease)

    def _new(self, now: SimTime) -> Obj:
        meta = self._node["metadata"]
        owner = {"apiVersion": "v1", "kind": "Node", "name": meta["name"], "uid": meta["uid"]}
        return {
            "apiVersion": "coordination.k8s.io/v1",
            "kind": "Lease",
            "metadata": {"name": meta["name"], "namespace": NAMESPACE, "ownerReferences": [owner]},
            "spec": {"holderIdentity": meta["name"], "leaseDurationSeconds": DURATION_SECONDS, "renewTime": micro_timestamp(now)},
        }
