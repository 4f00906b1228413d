"""What stood in the store at revisions further back than memory reaches.

A page that goes back in time asks one revision for everything, then the next one nearby: what two moments have in common is read
and parsed once.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable

from cluster.etcd.mirror import page as cut
from cluster.etcd.rows import Rows
from cluster.machinery.storage import KeyValue, Listing

KEPT = 3
"""Moments remembered."""


class Past:
    """Whole states at old revisions, the latest few that were asked for."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        self._moments: OrderedDict[int, tuple[list[str], dict[str, KeyValue]]] = OrderedDict()

    def page(self, prefix: str, revision: int, limit: int, start_after: str, present: Iterable[KeyValue]) -> Listing:
        """Return a page of the values under ``prefix``. ``present``: the newest values, which need not be read again."""
        keys, values = self._at(revision, present)
        return cut(keys, values.__getitem__, revision, prefix, limit, start_after)

    def get(self, key: str, revision: int) -> KeyValue | None:
        """Return one value."""
        if revision in self._moments:
            return self._moments[revision][1].get(key)
        return self._rows.value_at(key, revision)

    def forget(self) -> None:
        """Remember nothing: history has been compacted."""
        self._moments.clear()

    def _at(self, revision: int, present: Iterable[KeyValue]) -> tuple[list[str], dict[str, KeyValue]]:
        if revision not in self._moments:
            known = {kv.mod_revision: kv for _, values in self._moments.values() for kv in values.values()}
            known.update((kv.mod_revision, kv) for kv in present)
            alive = self._rows.alive_at(revision)
            found = [known[number] for number in alive if number in known]
            found += self._rows.values_of(sorted(alive - known.keys()))
            values = {kv.key: kv for kv in found}
            self._moments[revision] = sorted(values), values
            if len(self._moments) > KEPT:
                self._moments.popitem(last=False)
        self._moments.move_to_end(revision)
        return self._moments[revision]
