"""Assigns ``spec.podCIDR`` to every node: a /24 out of the cluster's 10.244.0.0/16.

Takes the lowest range that no node has. Upstream goes on behind the range it gave away last, so that an address is not
used again soon; which ranges are taken it also learns from the nodes alone.

Upstream: ``pkg/controller/nodeipam/ipam/range_allocator.go`` and ``cidrset/cidr_set.go``.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterator, Sequence

from cluster.client.events import NORMAL
from cluster.client.workqueue import Result, WorkQueue
from cluster.controller_manager.base import Lane, is_deleting
from cluster.machinery.kinds.core import NODES
from cluster.machinery.meta import Key, Obj, SimTime, key_of

CLUSTER_CIDR = ipaddress.IPv4Network("10.244.0.0/16")
NODE_MASK = 24
RANGES = tuple(str(subnet) for subnet in CLUSTER_CIDR.subnets(new_prefix=NODE_MASK))
"""What there is for nodes, lowest first."""
RANGE = "podCIDR"
"""Index of the nodes: the range of each."""


class NodeIpamController:
    """The lane ``kube-controller-manager/nodeipam``."""

    def __init__(self, lane: Lane) -> None:
        self._client, self._recorder = lane.client, lane.recorder
        self._queue = WorkQueue(lane.name, lane.engine, self.reconcile)
        self._nodes = lane.follow(
            NODES, self._queue, on_add=self._enqueue, on_update=lambda _, new: self._enqueue(new), on_delete=lambda _: None
        )
        self._nodes.add_index(RANGE, _range_of)

    def start(self) -> None:
        """Nothing is done by the clock alone."""

    def stop(self) -> None:
        """Nothing to cancel."""

    def reconcile(self, key: Key, now: SimTime) -> Result:
        """Give a node its range. Raises ApiError."""
        node = self._nodes.get(key)
        if node is None or is_deleting(node) or node["spec"].get("podCIDR"):
            return Result()
        cidr = free_range(RANGES, lambda cidr: self._nodes.has(RANGE, cidr))
        if cidr is None:
            self._recorder.event(node, NORMAL, "CIDRNotAvailable", f"Node {key} status is now: CIDRNotAvailable")
            return Result()
        self._client.patch(NODES, key, "", {"spec": {"podCIDR": cidr, "podCIDRs": [cidr]}})
        return Result()

    def _enqueue(self, node: Obj) -> None:
        if not node["spec"].get("podCIDR"):
            self._queue.add(key_of(node))


def free_range(ranges: Sequence[str], is_taken: Callable[[str], bool]) -> str | None:
    """Return the first of the ranges that no node has. Pure."""
    return next((cidr for cidr in ranges if not is_taken(cidr)), None)


def _range_of(node: Obj) -> Iterator[str]:
    cidr = node["spec"].get("podCIDR")
    if cidr:
        yield cidr
