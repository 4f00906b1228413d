"""Whatever happens on the way, the same comes out of it: by late, doubled and lost events, by a crash at any moment, by a second look."""

from __future__ import annotations

import functools
import os
import random

import pytest

from cluster.client.workqueue import WorkQueue
from cluster.machinery.meta import Key
from tests.scenarios.crash_points import Run, crash_points
from tests.scenarios.invariants import broken
from tests.scenarios.scripts import SCRIPTS
from tests.scenarios.state import final_state
from tests.scenarios.unreliable import OWNER, UnreliableInformer
from tests.scenarios.world import World

IS_THOROUGH = bool(os.environ.get("PODIUM_TEST_FULL"))
"""Every script with every seed, and every revision: some twenty minutes."""
SEEDS = 100
CRASHES = 4
"""What the deaths may cost when not all are tried: as if everything died so often in the middle of each script."""
BEGINNING = 20.0
"""Simulated seconds until the machines have joined."""
HEARTBEATS = ("/registry/leases/", "/registry/minions/", "/node/")
"""What kubelets write all the time."""
NAMES = list(SCRIPTS)
SEEDED = [(name, seed) for seed in range(SEEDS) for name in NAMES if IS_THOROUGH or name == NAMES[seed % len(NAMES)]]


def fresh(seed: int = 1) -> World:
    """Return a cluster whose machines have joined."""
    world = World(seed)
    world.run(BEGINNING)
    return world


@functools.cache
def calm(name: str) -> tuple[Run, list[int]]:
    """Play a script without mishaps; return that, and the revisions before each step."""
    world = fresh()
    began = world.store.revision
    before = SCRIPTS[name].play(world)
    return Run(world, began), before


@functools.cache
def expected(name: str) -> dict[str, list[str]]:
    """Return what a script comes to."""
    return final_state(calm(name)[0].world)


@functools.cache
def deaths() -> dict[str, list[int]]:
    """Return the revisions of each script at which everything dies, when not all are tried."""
    return crash_points({name: calm(name)[0] for name in NAMES}, CRASHES)


@pytest.mark.parametrize(("name", "seed"), SEEDED, ids=[f"{name}, seed {seed}" for name, seed in SEEDED])
def test_unreliable_informers_come_to_the_same(name: str, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = expected(name)
    monkeypatch.setattr("cluster.client.informer.Informer", UnreliableInformer)
    monkeypatch.setattr(UnreliableInformer, "chance", random.Random(seed), raising=False)
    world = fresh()
    SCRIPTS[name].play(world)
    assert (broken(world), final_state(world)) == ([], wanted)


@pytest.mark.parametrize("name", NAMES)
def test_a_cluster_built_anew_at_any_revision_comes_to_the_same(name: str) -> None:
    run, before = calm(name)
    chosen = [revision for revision, _ in run.world.moments if revision > run.began] if IS_THOROUGH else deaths()[name]
    different = []
    for revision in chosen:
        heir = World(2, run.world.at(revision))
        SCRIPTS[name].play_on(heir, revision, before)
        if broken(heir, after=revision) or final_state(heir) != expected(name):
            different.append(revision)
    assert different == []


@pytest.mark.parametrize("name", NAMES)
def test_a_second_look_writes_nothing(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    looked_at: dict[tuple[WorkQueue, Key], None] = {}
    add = WorkQueue.add

    def noting(queue: WorkQueue, key: Key) -> None:
        looked_at[queue, key] = None
        add(queue, key)

    monkeypatch.setattr(WorkQueue, "add", noting)
    world = fresh()
    SCRIPTS[name].play(world)
    before = world.store.revision
    again = [(queue, key) for queue, key in looked_at if queue.name.startswith(OWNER)]
    for queue, key in again:
        queue.add(key)
    world.run(5)
    written = [event.key for event in world.store.events("", after=before) if not event.key.startswith(HEARTBEATS)]
    assert (len(again) > len(NAMES), written) == (True, [])
