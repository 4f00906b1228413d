"""How many requests may be served at the same time.

The real API server queues by priority and fairness; this one has the older rule, which upstream still has for when that is switched off:
so many reads and so many writes at once, watches apart, and 429 for what comes on top.

Upstream: ``staging/src/k8s.io/apiserver/pkg/server/filters/maxinflight.go``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from cluster.machinery.errors import too_many_requests

READ_ONLY, MUTATING = "readOnly", "mutating"
LIMITS: Mapping[str, int] = {READ_ONLY: 400, MUTATING: 200}
"""Upstream's ``--max-requests-inflight`` and ``--max-mutating-requests-inflight``."""
RETRY_AFTER = 1
"""Seconds after which a client may try again."""


class Load:
    """Counts what is being served. Belongs to the server's loop."""

    def __init__(self, limits: Mapping[str, int] = LIMITS) -> None:
        self._limits = limits
        self.in_flight = dict.fromkeys(limits, 0)

    @contextmanager
    def one(self, request_kind: str) -> Iterator[None]:
        """Serve one request more. ``request_kind``: READ_ONLY or MUTATING. Raises ApiError 429."""
        if self.in_flight[request_kind] >= self._limits[request_kind]:
            raise too_many_requests("Too many requests, please try again later.", RETRY_AFTER)
        self.in_flight[request_kind] += 1
        try:
            yield
        finally:
            self.in_flight[request_kind] -= 1
