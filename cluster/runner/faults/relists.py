"""Which lists of components are shown: those by which one finds out what it has missed.

A component lists once and watches from there on; its reads are routine. When its watch has broken, was too old (410 Gone) or has been
restored away under it, it lists again: that is how Kubernetes heals, so the first list of each component is looked at then. Where a
great many list at once, the rest are routine as before.

Upstream: ``staging/src/k8s.io/client-go/tools/cache/reflector.go``.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from cluster.apiserver.request import Request
from cluster.engine.clock import Clock
from cluster.machinery.meta import SECOND, SimTime
from cluster.runner.faults.names import API_SERVER, OUTSIDE

MOST = 16
"""Components whose lists are shown within ``WITHIN`` simulated seconds, one of each: a process has a watch for every kind."""
WITHIN = 20


class Relists:
    """Remembers whose watch has broken since it last listed."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lost: set[str] = set()
        self._listed: set[str] | None = None
        self._shown: dict[str, SimTime] = {}

    def lost(self, source: str) -> None:
        """Take note that a watch of a client has broken."""
        self._lost.add(source)

    @contextmanager
    def of_everybody(self) -> Iterator[None]:
        """Whoever lists inside has lost what it knew."""
        self._listed = set()
        yield
        self._listed = None

    def look_at(self, request: Request) -> Request:
        """Return a request that gets through as it is to be recorded."""
        source = request.source
        if not self._is_new(source) or request.verb != "list" or source == API_SERVER or source in OUTSIDE:
            return request
        self._lost.discard(source)
        if self._listed is not None:
            self._listed.add(source)
        now = self._clock.now
        self._shown = {each: at for each, at in self._shown.items() if at > now - WITHIN * SECOND}
        if source in self._shown or len(self._shown) >= MOST:
            return request
        self._shown[source] = now
        return request._replace(is_relist=True)

    def _is_new(self, source: str) -> bool:
        return source in self._lost if self._listed is None else source not in self._listed
