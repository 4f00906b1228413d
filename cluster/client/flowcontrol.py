"""How often one key may be worked on: a burst at once, then so many times a second of simulated time.

A real controller's client sends 20 requests a second (``--kube-api-qps``) after a burst of 30 (``--kube-api-burst``); while
it waits, further changes of an object fall together into one key of the work queue. Requests take no time here, so a
ReplicaSet of 500 pods would count them anew after each single change of one of them. The limit is therefore held per key and
where a key enters the queue. A few pods never reach it.

Upstream: ``staging/src/k8s.io/client-go/util/flowcontrol/throttle.go``.
"""

from __future__ import annotations

from cluster.machinery.meta import SECOND, Key, SimTime

QPS = 20
"""Times a second in the long run."""
BURST = 30
"""Times at once after a rest."""

_COST = SECOND // QPS


class KeyRates:
    """A token bucket per key, kept as the moment at which the bucket is full again; a full one is forgotten."""

    def __init__(self) -> None:
        self._full_at: dict[Key, SimTime] = {}

    def __len__(self) -> int:
        """How many buckets are not full."""
        return len(self._full_at)

    def wait(self, key: Key, now: SimTime) -> float:
        """Return in how many seconds ``key`` may be worked on: 0 when it may be now."""
        missing = self._full_at.get(key, now) - now
        return max(missing - (BURST - 1) * _COST, 0) / SECOND

    def take(self, key: Key, now: SimTime) -> None:
        """Note that ``key`` is worked on at ``now``."""
        self._full_at[key] = SimTime(max(self._full_at.pop(key, now), now) + _COST)
        while self._full_at[longest_at_rest := next(iter(self._full_at))] <= now:
            del self._full_at[longest_at_rest]
