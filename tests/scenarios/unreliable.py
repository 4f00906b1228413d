"""Informers that hear late, twice, out of order or not at all.

What a watch promises is the order of one object's events; everything else may come in any order and at any time. A watch that
breaks loses events, and what was missed is found by a new list, so that an object that was deleted and made again looks like a
change. A list from an API server that is behind shows an object as it once was; not as somebody once wanted it, since a controller
that believes that acts on it, and the revisions of a Deployment count what it did. Each of these happens here by chance; the
controllers' caches are right in the end.
"""

from __future__ import annotations

import random
from typing import ClassVar

from cluster.apiserver.request import WatchEvent
from cluster.client.client import Client
from cluster.client.informer import Informer
from cluster.engine.engine import Engine
from cluster.machinery.kinds.model import Kind
from cluster.machinery.meta import Key, key_of

OWNER = "kube-controller-manager"
HOLD, DOUBLE, STALE, LOSE = 0.25, 0.1, 0.03, 0.03
"""How likely each mishap is, per event."""
LONGEST = 1.5
"""Simulated seconds that an event is held back at most, or that a broken watch takes to be opened again."""


class UnreliableInformer(Informer):
    """Stands in for the controllers' informers; ``chance`` is set by the test."""

    chance: ClassVar[random.Random]

    def __init__(self, kind: Kind, client: Client, engine: Engine, *, field_selector: str = "") -> None:
        super().__init__(kind, client, engine, field_selector=field_selector)
        self._pending: list[WatchEvent] = []
        self._seen: dict[Key, WatchEvent] = {}
        self._is_broken = False

    def run_next(self) -> bool:
        """Deliver some event that is due, or have a mishap."""
        if self.name != OWNER:
            return super().run_next()
        if self._watch is None or self._is_broken:
            return False
        while (event := self._watch.next()) is not None:
            if event.type in ("END", "ERROR"):
                raise AssertionError("a watch of these scripts never ends")
            self._pending.append(event)
        if not self._pending:
            return False
        if self.chance.random() < HOLD:
            self._engine.after(self.chance.random() * LONGEST, self.name, self._wake)
            return False
        self._happen(self._take())
        return bool(self._pending)

    def _take(self) -> WatchEvent:
        """Take the oldest event of some object."""
        firsts: dict[Key, WatchEvent] = {}
        for event in self._pending:
            firsts.setdefault(key_of(event.value.obj), event)
        chosen = self.chance.choice(list(firsts.values()))
        self._pending.remove(chosen)
        return chosen

    def _happen(self, event: WatchEvent) -> None:
        draw, key = self.chance.random(), key_of(event.value.obj)
        earlier = self._seen.get(key)
        if draw < LOSE:
            self._break()
        elif draw < LOSE + STALE and earlier is not None and _generation(earlier) == _generation(event):
            self._deliver(earlier)
            self._break()
        else:
            self._deliver(event)
            if draw > 1 - DOUBLE:
                self._deliver(event)
        self._seen[key] = event

    def _break(self) -> None:
        self._is_broken = True
        self._pending.clear()
        self._engine.after(self.chance.random() * LONGEST, self.name, self._mend)

    def _mend(self) -> None:
        self._is_broken = False
        self._pending.clear()
        self.start()


def _generation(event: WatchEvent) -> int:
    return int(event.value.obj["metadata"].get("generation", 0))
