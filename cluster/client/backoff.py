"""Waiting longer after each failure, twice as long each time: a kubelet 10 s, 20 s, 40 s ... 300 s, forgotten after ten quiet minutes.

Differs from upstream in having no jitter and no garbage collection (one entry per failing container or pod).
Upstream: ``staging/src/k8s.io/client-go/util/flowcontrol/backoff.go``.
"""

from __future__ import annotations

from dataclasses import dataclass

from cluster.machinery.meta import SECOND, SimTime


@dataclass(slots=True)
class _Entry:
    seconds: float
    updated: SimTime


class Backoff:
    """Back-offs by key, in simulated seconds: ``initial`` after the first failure, never more than ``maximum`` (unsaid: a kubelet's).

    Twice ``maximum`` without a failure, and the count begins anew.
    """

    def __init__(self, initial: float = 10.0, maximum: float = 300.0) -> None:
        self._initial, self._maximum = initial, maximum
        self._entries: dict[str, _Entry] = {}

    def __contains__(self, key: str) -> bool:
        return key in self._entries

    def seconds(self, key: str) -> float:
        """Return the present back-off of ``key``; 0 when it never failed."""
        entry = self._entries.get(key)
        return entry.seconds if entry is not None else 0.0

    def updated(self, key: str) -> SimTime:
        """Return when ``key`` failed last. Raises KeyError when it never did."""
        return self._entries[key].updated

    def restore(self, key: str, failures: int, updated: SimTime) -> None:
        """Set what ``failures`` in a row have led to: after a restart, from what the runtime still knows."""
        self._entries[key] = _Entry(min(self._initial * 2.0 ** (failures - 1), self._maximum), updated)

    def remaining(self, key: str, since: SimTime, now: SimTime) -> float:
        """Return how many seconds the back-off of ``key``, counted from ``since``, still lasts; 0 when it is over."""
        entry = self._entries.get(key)
        if entry is None or self._is_forgotten(entry, since):
            return 0.0
        return max(entry.seconds - (now - since) / SECOND, 0.0)

    def next(self, key: str, event: SimTime, now: SimTime) -> None:
        """Count a failure that happened at ``event``."""
        entry = self._entries.get(key)
        if entry is None or self._is_forgotten(entry, event):
            self._entries[key] = _Entry(self._initial, now)
        else:
            entry.seconds, entry.updated = min(entry.seconds * 2, self._maximum), now

    def _is_forgotten(self, entry: _Entry, event: SimTime) -> bool:
        return event - entry.updated > 2 * self._maximum * SECOND
