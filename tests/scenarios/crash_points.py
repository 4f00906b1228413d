"""At which revisions everything dies, where not all are tried: those at which somebody was just about to go on.

Most writes of a run are heartbeats, Events and status, between which nothing is left half done. So the writes that a component
makes for others are told apart by who makes them and of what: a ReplicaSet's pod, a binding, a finalizer that is taken away. A crash
right before one finds the component in the midst of its work, with whatever it has remembered lost. Each sort has its turn before any
has its second, those that few scripts have first. At first it is the last write of its sort in its script, since nothing that happens
later makes up for what was forgotten, and since little is left to be played again; then any. What is written of an object that is there
in the end goes before what is written of one that is gone by then: nobody misses what was forgotten of that.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from tests.scenarios.world import World

Sort = tuple[str, str, str]
"""Who writes, what it does, and to which resource."""

_ROUTINE = ("events", "leases")
_OUTSIDE = ("kubectl", "dashboard", "")
BUILDING = 75
"""What it costs to build a cluster anew, in revisions played again."""
FEWEST = 2
"""Deaths in each script, whatever is left for the others."""


@dataclass(frozen=True, slots=True)
class Run:
    """A script that was played: the world, and the revision at which it began."""

    world: World
    began: int

    @property
    def length(self) -> int:
        """How many revisions it made."""
        return self.world.store.revision - self.began


def crash_points(runs: Mapping[str, Run], share: float) -> dict[str, list[int]]:
    """Return for each script the revisions at which everything dies. ``share``: what they may cost together, as if everything died so often
    in the middle of each."""
    lasting = {(name, sort): moments for name, run in runs.items() for sort, moments in _moments(run, lasting=True).items()}
    sorts = {(name, sort): moments for name, run in runs.items() for sort, moments in _moments(run, lasting=False).items()} | lasting
    common = Counter(sort for _, sort in sorts)
    chances = {name: random.Random(name) for name in runs}
    order = {place: (place not in lasting, common[place[1]], chances[place[0]].random()) for place in sorts}
    left = sum(share * (BUILDING + run.length / 2) for run in runs.values())
    taken: Counter[Sort] = Counter()
    points: dict[str, list[int]] = {name: [] for name in runs}
    while sorts and left > 0:
        name, sort = min(sorts, key=lambda place: (len(points[place[0]]) >= FEWEST, taken[place[1]], *order[place]))
        moments = sorts.pop((name, sort))
        point = chances[name].choice(moments) if taken[sort] else moments[-1]
        taken[sort] += 1
        points[name].append(point)
        left -= BUILDING + runs[name].world.store.revision - point
    return {name: sorted(found) for name, found in points.items()}


def _moments(run: Run, *, lasting: bool) -> dict[Sort, list[int]]:
    """Return the revisions before each sort of write. ``lasting``: only of objects that are there in the end."""
    hops, found = run.world.store.hops, dict[Sort, list[int]]()
    for event in run.world.store.events("", after=run.began):
        written = hops[event.hop - 1] if event.hop else None
        if written is None or not event.key.startswith("/registry/"):
            continue
        writer = hops[written.cause - 1].source if written.cause else written.source
        resource = event.key.split("/")[2]
        lane = "kubelet" if writer.endswith("/kubelet") else writer
        if lasting and run.world.store.get(event.key) is None:
            continue
        if resource in _ROUTINE or lane in _OUTSIDE or (lane, resource) == ("kubelet", "minions"):
            continue
        does = "delete" if event.kv is None else "create" if event.prev is None else "update"
        found.setdefault((lane, does, resource), []).append(event.revision - 1)
    return found
