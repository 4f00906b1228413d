"""Assigns ``spec.podCIDR`` to every node: a /24 out of the cluster's 10.244.0.0/16.

Takes the lowest range that no node has. Upstream goes on behind the range it gave away last, so that an address is not
used again soon; which ranges are taken it also learns from the nodes alone.

Upstream: ``pkg/controller/nodeipam/ipam/range_allocator.go`` and ``cidrset/cidr_set.go``.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Collection

from cluster.client.events import NORMAL
from cluster.client.workqueue import Result, WorkQueue
from cluster.controller_manager.base import Lane, is_deleting
from cluster.machinery.kinds.core import NODES
from cluster.machinery.meta import Key, Obj, SimTime, key_of

CLUSTER_CIDR = ipaddress.IPv4Network("10.244.0.0/16")
NODE_MASK = 24


class NodeIpamController:
    """The lane ``kube-controller-manager/nodeipam``."""

    def __init__(self, lane: Lane) -> None:
        self._client, self._recorder = lane.client, lane.recorder
        self._queue = WorkQueue(lane.name, lane.engine, self.reconcile)
        self._nodes = lane.follow(
            NODES, self._queue, on_add=self._enqueue, on_update=lambda _, new: self._enqueue(new), on_delete=lambda _: None
        )

    def start(self) -> None:
        """Nothing is done by the clock alone."""

    def stop(self) -> None:
        """Nothing to cancel."""

    def reconcile(self, key: Key, now: SimTime) -> Result:
        """Give a node its range. Raises ApiError."""
        node = self._nodes.get(key)
        if node is None or is_deleting(node) or node["spec"].get("podCIDR"):
            return Result()
        taken = {other["spec"].get("podCIDR", "") for other in self._nodes.list()}
        cidr = free_range(CLUSTER_CIDR, taken)
        if cidr is None:
            self._recorder.event(node, NORMAL, "CIDRNotAvailable", f"Node {key} status is now: CIDRNotAvailable")
            return Result()
        self._client.patch(NODES, key, "", {"spec": {"podCIDR": cidr, "podCIDRs": [cidr]}})
        return Result()

    def _enqueue(self, node: Obj) -> None:
        if not node["spec"].get("podCIDR"):
            self._queue.add(key_of(node))


def free_range(cluster: ipaddress.IPv4Network, taken: Collection[str]) -> str | None:
    """Return the first range of a node's size in ``cluster`` that is not taken. Pure."""
    return next((text for subnet in cluster.subnets(new_prefix=NODE_MASK) if (text := str(subnet)) not in taken), None)
