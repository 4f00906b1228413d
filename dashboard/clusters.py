"""The clusters that this process serves, as views and consumers find them."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.module_loading import import_string

from cluster.runner.host import Host, Hosts

CURRENT = "cluster.runner.hosts.current"
"""Loaded on first use: pages and captions need no engine until somebody asks for a cluster."""


def hosts() -> Hosts:
    """Return the process's clusters. Needs the running loop."""
    current: Callable[[], Hosts] = import_string(CURRENT)
    return current()


async def find(name: str) -> Host | None:
    """Return the host of a cluster, or None when there is no such cluster."""
    return await hosts().get(name)


async def names() -> list[str]:
    """Return the names of all clusters, sorted."""
    return await hosts().names()
