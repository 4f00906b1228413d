"""The clusters that this process serves, as views and consumers find them."""

from __future__ import annotations

from collections.abc import Sequence

from cluster.runner.host import Host, Hosts, Overview
from cluster.runner.hosts import current


def hosts() -> Hosts:
    """Return the process's clusters. Needs the running loop."""
    return current()


async def find(name: str) -> Host | None:
    """Return the host of a cluster, or None when there is no such cluster."""
    return await hosts().get(name)


async def overview() -> Sequence[Overview]:
    """Return what there is, sorted by name; no cluster wakes."""
    return await hosts().overview()
