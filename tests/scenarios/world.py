"""A whole cluster in memory, which can be built anew from what another one had in its store at any of its revisions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from cluster.apiserver.handler import Handler
from cluster.apiserver.request import User
from cluster.client.client import Client
from cluster.controller_manager.keys import Keys
from cluster.engine.clock import Clock
from cluster.engine.engine import Engine
from cluster.engine.rng import Rng
from cluster.engine.trace import Trace
from cluster.etcd.memory import MemoryStore
from cluster.kubelet.machine import Machine
from cluster.machinery.meta import SECOND, SimTime
from cluster.runner.assembly import Loops
from cluster.runner.faults.gate import Gate
from cluster.runner.faults.messages import Messages
from cluster.runner.faults.record import Faults
from cluster.runner.machines import machines_of, write_machines
from tests.unit.apiserver.authentication.keys import SIGNING_KEY
from tests.unit.apiserver.default_policy import default_policy
from tests.unit.controller_manager.authority import AUTHORITY

START = SimTime(1_767_225_600 * SECOND)
MACHINES = tuple(Machine(f"n{number}") for number in (1, 2, 3))
ADMIN = User("kubernetes-admin", ("kubeadm:cluster-admins",))


@dataclass(frozen=True, slots=True)
class Past:
    """What is left of a cluster whose processes have all died: its store up to a revision, at the moment of that revision."""

    store: MemoryStore
    revision: int
    moment: SimTime


class World:
    """``past``: what the store begins with; without one, an empty cluster."""

    def __init__(self, seed: int = 1, past: Past | None = None) -> None:
        self.clock = Clock(past.moment if past is not None else START)
        self.trace = Trace(self.clock)
        rng = Rng(seed)
        self.store = MemoryStore(self.trace, self.clock)
        for event in past.store.events("", after=0) if past is not None else ():
            if past is not None and event.revision <= past.revision:
                self.store.put(event.key, event.kv.obj if event.kv is not None else None)
        self.moments: list[tuple[int, SimTime]] = []
        self.store.on_commit(self._note)
        self.api = api = Handler(self.store, self.trace, self.clock, rng, tokens={}, signing_key=SIGNING_KEY, policy=default_policy())
        self.engine = Engine(self.clock, self.trace, rng, strict=True)
        self.engine.before_step(api.cacher.pump)
        self.admin = Client(Gate(api, Faults(self.store), Messages(self.store, self.trace), self.trace), "kubectl", ADMIN, lambda: None)
        if past is None:
            write_machines(self.store, MACHINES)
        self.loops = Loops(self.store, api, self.engine, tuple(machines_of(self.store)), Keys(AUTHORITY, SIGNING_KEY))
        self.loops.start()

    def run(self, seconds: float) -> None:
        """Let so many simulated seconds pass."""
        self.engine.run_until(SimTime(self.clock.now + round(seconds * SECOND)))

    def at(self, revision: int) -> Past:
        """Return what would be left if every process died right after a revision."""
        moment = next((moment for seen, moment in self.moments if seen >= revision), self.clock.now)
        return Past(self.store, revision, moment)

    def _note(self, revision: int) -> None:
        self.moments.append((revision, self.clock.now))


@dataclass(frozen=True, slots=True)
class Step:
    """One request from outside, and how many simulated seconds pass after it."""

    act: Callable[[World], object]
    seconds: float


@dataclass(frozen=True, slots=True)
class Script:
    """What people do to a cluster: one write a step."""

    steps: tuple[Step, ...]
    settle: float = 60.0

    def play(self, world: World) -> list[int]:
        """Do everything; return the revision before each step."""
        before = []
        for step in self.steps:
            before.append(world.store.revision)
            step.act(world)
            world.run(step.seconds)
        world.run(self.settle)
        return before

    def play_on(self, world: World, revision: int, before: Sequence[int]) -> None:
        """Do what was not done yet at a revision. ``before``: as ``play`` returned it."""
        done = [began for began in before if began < revision]
        if done:
            world.run(self.steps[len(done) - 1].seconds)
        for step in self.steps[len(done) :]:
            step.act(world)
            world.run(step.seconds)
        world.run(self.settle)
