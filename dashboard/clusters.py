"""The clusters that this process serves, as views and consumers find them."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.utils.module_loading import import_string

from cluster.runner.host import Host, Hosts


def hosts() -> Hosts:
    """Return the process's clusters: what the callable named by ``settings.HOSTS`` returns."""
    current: Callable[[], Hosts] = import_string(settings.HOSTS)
    return current()


async def find(name: str) -> Host | None:
    """Return the host of a cluster, or None when there is no such cluster."""
    return await hosts().get(name)


async def names() -> list[str]:
    """Return the names of all clusters, sorted."""
    return await hosts().names()
