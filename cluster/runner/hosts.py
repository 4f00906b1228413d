"""The clusters that this process serves, and whether it runs their loops.

Setting ``SUPERVISOR``: ``embedded`` (the server runs the loops, too) or ``worker`` (``manage.py runworker`` does). It says
only who tries; the lease decides, so a wrong setting is harmless. Daphne has no lifespan: the first call of ``current``
on a loop starts everything.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import math
import os
import secrets
import socket
import time
from collections.abc import Callable, Sequence

from django.conf import settings
from django.db.models import Count, Q

from cluster.models import Cluster
from cluster.runner import sleeping
from cluster.runner.host import Host, Overview
from cluster.runner.open_cluster import OpenCluster
from cluster.runner.waiting import until_set
from cluster.runner.wake import Doorbell

logger = logging.getLogger(__name__)

LOOK_EVERY = 2.0
"""Seconds between looks for clusters that were created or deleted."""

GARBAGE_AFTER = (10_000, 0, 500)
"""When Python looks for cycles: after so many new objects among them, after more than so many such looks among those that have stayed,
after more than so many of those among all (its own default: 700, 10, 10). A cluster's state is millions of objects that stay: with the
default a rollout of 2,000 pods spends a fifth of its time looking through them, and one look through all stops the server for 0.4 s.
Every second look takes in those of the look before, so that none is long: after ten it took half as much again, up to 65 ms at once."""


class OpenClusters:
    """Implements Hosts. Belongs to one loop. ``is_supervising``: run the loops of every cluster whose lease is free."""

    def __init__(self, *, is_supervising: bool) -> None:
        self._holder = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}" if is_supervising else None
        self._open: dict[str, OpenCluster] = {}
        self._opening: dict[str, asyncio.Task[OpenCluster | None]] = {}
        self._doorbell = Doorbell(self._rung)
        self._closing: dict[str, asyncio.Task[None]] = {}
        self._noted: dict[str, float] = {}
        self._look_now = asyncio.Event()
        self._looking: asyncio.Task[None] | None = None
        self._on_shut: Callable[[bool], None] = _ignore

    def start(self) -> None:
        """Listen for doorbells, let unused clusters sleep and, when supervising, keep those open that are used."""
        self._doorbell.start()
        self._looking = asyncio.ensure_future(self._look())

    async def get(self, name: str) -> Host | None:
        """Return the host of a cluster, waking it if need be; None when there is no such cluster."""
        found = await self._opened(name)
        if found is not None:
            await self._note(name)
        return found

    async def names(self) -> list[str]:
        """Return the names of all clusters in the database, sorted."""
        return [name async for name in Cluster.objects.order_by("name").values_list("name", flat=True)]

    async def overview(self) -> Sequence[Overview]:
        """Return all clusters in the database, sorted by name."""
        nodes = Count("kube_objects", filter=Q(kube_objects__kind="Node"))
        rows = (
            Cluster.objects.order_by("name").annotate(nodes=nodes).values_list("name", "nodes", "revision", "parent__name", "recorded_from")
        )
        return [Overview(name, count, revision, parent or "", begins is not None) async for name, count, revision, parent, begins in rows]

    def follow_shut(self, listener: Callable[[bool], None]) -> None:
        """Call ``listener`` now and then, and whenever it has changed, with whether nobody shall listen on the API's port: the only
        cluster there is has no API server now. One among several cannot take the port from the others."""
        self._on_shut = listener

    async def close(self) -> None:
        """Give all leases back and end all threads."""
        if self._looking is not None:
            self._looking.cancel()
        await self._doorbell.stop()
        await asyncio.gather(*(found.close() for found in self._open.values()), *self._closing.values())
        self._open.clear()

    async def _opened(self, name: str) -> OpenCluster | None:
        found = self._open.get(name)
        if found is not None and found.is_open:
            return found
        if name not in self._opening:
            self._opening[name] = asyncio.ensure_future(self._open_named(name))
        return await asyncio.shield(self._opening[name])

    async def _note(self, name: str) -> None:
        """Let other processes know that a cluster is used: the one that runs its loops must keep it awake."""
        now = time.monotonic()
        if sleeping.AFTER and now - self._noted.get(name, -math.inf) > sleeping.AFTER / sleeping.NOTES:
            self._noted[name] = now
            await sleeping.note_use(name)
            self._doorbell.ring(name)

    async def _open_named(self, name: str) -> OpenCluster | None:
        try:
            if name in self._closing:
                await self._closing[name]
            cluster_id = await Cluster.objects.filter(name=name).values_list("pk", flat=True).afirst()
            if cluster_id is None:
                return None
            opened = OpenCluster(cluster_id, name, self._holder, self._doorbell.ring, self._look_now.set)
            await opened.open()
            self._open[name] = opened
            return opened
        finally:
            del self._opening[name]

    async def _look(self) -> None:
        while True:
            self._look_now.clear()
            try:
                await self._wake_and_let_sleep()
                await self._tell_whether_shut()
            except Exception:
                logger.exception("not every cluster could be opened; trying again")
            await until_set(self._look_now, LOOK_EVERY)

    async def _wake_and_let_sleep(self) -> None:
        for name, found in self._open.items():
            if found.is_followed:
                await self._note(name)
        wanted = await sleeping.wanted()
        if self._holder is not None:
            for name in wanted:
                await self._opened(name)
        for name in self._open.keys() - set(wanted):
            if not sleeping.AFTER or not self._open[name].is_idle(sleeping.AFTER):
                continue
            logger.info("cluster %s sleeps", name)
            self._closing[name] = asyncio.ensure_future(self._close(name, self._open.pop(name)))

    async def _tell_whether_shut(self) -> None:
        shut = [name for name, found in self._open.items() if found.is_shut]
        self._on_shut(bool(shut) and await self.names() == shut)

    async def _close(self, name: str, found: OpenCluster) -> None:
        try:
            await found.close()
        finally:
            del self._closing[name]

    def _rung(self, name: str) -> None:
        if name in self._open:
            self._open[name].notice()
        elif self._holder is not None:
            self._look_now.set()


def _ignore(is_shut: bool) -> None:
    """Where no port is to be closed."""


_current: dict[asyncio.AbstractEventLoop, OpenClusters] = {}


def current() -> OpenClusters:
    """Return the clusters of the running loop; the first call starts them as the setting says."""
    return start(is_supervising=settings.SUPERVISOR == "embedded")


def start(*, is_supervising: bool) -> OpenClusters:
    """Return the clusters of the running loop; the first call decides whether this process runs their loops."""
    loop = asyncio.get_running_loop()
    if loop not in _current:
        gc.set_threshold(*GARBAGE_AFTER)
        _current[loop] = OpenClusters(is_supervising=is_supervising)
        _current[loop].start()
    return _current[loop]


async def stop() -> None:
    """Close the clusters of the running loop."""
    found = _current.pop(asyncio.get_running_loop(), None)
    if found is not None:
        await found.close()
