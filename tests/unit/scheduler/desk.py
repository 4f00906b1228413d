"""The scheduler at work, with a fake API server before it."""

from __future__ import annotations

from typing import Any

from cluster.client.client import Client
from cluster.client.informer import Informers
from cluster.engine.clock import Clock
from cluster.engine.engine import Engine
from cluster.engine.rng import Rng
from cluster.engine.trace import Trace
from cluster.machinery.kinds.core import NODES, PODS
from cluster.machinery.meta import Obj, after
from cluster.scheduler.scheduler import USER, Scheduler
from tests.unit.scheduler.build import START
from tests.unit.scheduler.fake_api import FakeApi


class Desk:
    """A scheduler with a fake API server, started."""

    def __init__(self, *objects: Obj, seed: int = 1) -> None:
        clock = Clock(START)
        self.trace = Trace(clock)
        self.engine = Engine(clock, self.trace, Rng(seed), strict=True)
        self.api = FakeApi(self.trace)
        self.put(*objects)
        client = Client(self.api, "kube-scheduler", USER, self.engine.checkpoint)
        informers = Informers(client, self.engine)
        self.scheduler = Scheduler(client, informers, self.engine)
        self.scheduler.start()
        self.settle()

    def put(self, *objects: Obj) -> None:
        for obj in objects:
            self.api.put(PODS if obj["kind"] == "Pod" else NODES, obj)

    def settle(self) -> None:
        """Run everything that is due now."""
        self.engine.run_until(self.engine.clock.now)

    def wait(self, seconds: float) -> None:
        self.engine.run_until(after(self.engine.clock.now, seconds))

    @property
    def bindings(self) -> list[tuple[str, str]]:
        return [(r.name, r.body["target"]["name"]) for r in self.api.requests if r.subresource == "binding" and isinstance(r.body, dict)]

    @property
    def events(self) -> list[tuple[str, str, str]]:
        """``(type, reason, message)`` of each Event that was created or counted on."""
        return [(event["type"], event["reason"], event["message"]) for event in self.api.told]

    @property
    def condition(self) -> dict[str, Any]:
        return next(c for c in self.api.pod("web")["status"]["conditions"] if c["type"] == "PodScheduled")
