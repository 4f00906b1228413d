"""How many pods of each kind an owner has, kept up to date with every change of a pod.

The real controller lists an owner's pods at every change of one of them and looks at each: a rollout of *n* pods costs *n* times *n* looks.
Of a pod, a ReplicaSet's status asks four things only; so pods that answer them alike are counted together here, and
a reconcile looks at the few kinds of pods that there are.

Upstream: ``pkg/controller/replicaset/replica_set.go`` (``syncReplicaSet``), ``replica_set_utils.go`` (``calculateStatus``).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from cluster.controller_manager.pods import is_ready, is_terminal, ready_since
from cluster.machinery.kinds.model import Kind
from cluster.machinery.meta import Key, Obj, SimTime, controller_of, key_of


class PodFacts(NamedTuple):
    """What the status of a ReplicaSet depends on. ``ready_since``: 0 for a pod that is not ready, or of which nobody said since when."""

    labels: frozenset[tuple[str, str]]
    is_terminating: bool
    is_ready: bool
    ready_since: SimTime


Tally = Mapping[PodFacts, int]
"""How many pods there are of each kind; pods whose containers have ended for good are not among them."""


def facts_of(pod: Obj) -> PodFacts | None:
    """Return what counts of a pod; None when it does not count, since its containers have ended for good."""
    if is_terminal(pod):
        return None
    meta, is_ready_now = pod["metadata"], is_ready(pod)
    since = ready_since(pod) if is_ready_now else SimTime(0)
    return PodFacts(frozenset((meta.get("labels") or {}).items()), "deletionTimestamp" in meta, is_ready_now, since)


def tally(pods: Iterable[Obj]) -> Tally:
    """Count pods by what counts of them."""
    return Counter(facts for pod in pods if (facts := facts_of(pod)) is not None)


class Census:
    """The pods of every controlling owner of a kind. Hears of each change of the cache, once or several times."""

    def __init__(self, owners: Kind) -> None:
        self._owners = owners.kind
        self._entries: dict[Key, tuple[str, PodFacts]] = {}
        self._counts: dict[str, Counter[PodFacts]] = {}

    def put(self, pod: Obj) -> None:
        """Count a pod as it is now, in place of how it was. Most changes of a pod change nothing that counts."""
        key, entry = key_of(pod), self._entry(pod)
        if entry == self._entries.get(key):
            return
        self.remove(pod)
        if entry is not None:
            uid, facts = self._entries[key] = entry
            self._counts.setdefault(uid, Counter())[facts] += 1

    def _entry(self, pod: Obj) -> tuple[str, PodFacts] | None:
        reference = controller_of(pod)
        if reference is None or reference["kind"] != self._owners:
            return None
        facts = facts_of(pod)
        return None if facts is None else (reference["uid"], facts)

    def remove(self, pod: Obj) -> None:
        """Count a pod no longer."""
        entry = self._entries.pop(key_of(pod), None)
        if entry is None:
            return
        uid, facts = entry
        counts = self._counts[uid]
        counts[facts] -= 1
        if not counts[facts]:
            del counts[facts]
        if not counts:
            del self._counts[uid]

    def of(self, uid: str) -> Tally:
        """Return the pods whose controlling owner has the uid, as they are now."""
        return Counter(self._counts.get(uid))
