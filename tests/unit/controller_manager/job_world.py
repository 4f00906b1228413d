"""Jobs and pods of upstream's tables, and a stand-in for the API server that notes what it is asked for, even what it refuses."""

from __future__ import annotations

import functools
import re

import orjson
import pytest

from cluster.controller_manager.base import copy_of
from cluster.controller_manager.job.memory import Memory
from cluster.controller_manager.job.spec import COMPLETION_INDEX, TRACKING_FINALIZER
from cluster.controller_manager.job.world import World
from cluster.machinery.errors import ApiError
from cluster.machinery.meta import Key, Obj, SimTime, parse_timestamp
from tests.shared import shared_path

KEY = Key("default/foobar")
NOW = parse_timestamp("2026-11-21T02:00:00Z")
_UNITS = {"h": 3600.0, "m": 60.0, "s": 1.0}


@functools.cache
def tables() -> Obj:
    """Return all tables by ``file/test/table``."""
    parsed: Obj = orjson.loads(shared_path("upstream-tables", "job.json").read_bytes())["tables"]
    return parsed


def rows(test: str, *, without: tuple[str, ...] = ()) -> list[object]:
    """Return the cases of one of upstream's tests as parameters, all but those named."""
    (cases,) = (table["cases"] for name, table in tables().items() if name.split("/")[1] == test)
    named = cases.items() if isinstance(cases, dict) else ((str(row.get("name", place)), row) for place, row in enumerate(cases))
    return [pytest.param(row, id=name) for name, row in named if name not in without]


def seconds(duration: str) -> float:
    """Parse a duration as Go writes it."""
    return sum(float(number) * _UNITS[unit] for number, unit in re.findall(r"([\d.]+)(h|m|s)", duration))


def intervals(case: list[Obj] | None) -> tuple[tuple[int, int], ...]:
    """Return the intervals of a case."""
    return tuple((each["First"], each["Last"]) for each in case or ())


def pod(name: str, phase: str, *, index: str = "-", ready: bool = False, is_going: bool = False) -> Obj:
    """Return a tracked pod. ``index``: ``-`` for none."""
    meta: Obj = {"name": name, "uid": name, "namespace": "default", "finalizers": [TRACKING_FINALIZER]}
    meta |= {"annotations": {COMPLETION_INDEX: index}} if index != "-" else {}
    meta |= {"deletionTimestamp": "2026-11-21T02:00:00Z"} if is_going else {}
    conditions = [{"type": "Ready", "status": "True"}] if ready else []
    return {"metadata": meta, "spec": {}, "status": {"phase": phase, "conditions": conditions}}


def indexed_pods(case: list[Obj] | None) -> list[Obj]:
    """Return pods of a case that gives index and phase."""
    return [pod(f"pod-{place}", each["Phase"], index=each["Index"]) for place, each in enumerate(case or ())]


def completed(obj: Obj, name: str) -> Obj:
    """Return an object of a case with the name, uid and namespace that upstream's test gives it."""
    changed = copy_of(obj)
    changed["metadata"] = {"name": name, "uid": name, "namespace": "default"} | changed["metadata"]
    return changed


class FakeServer:
    """``world.Actions`` and ``world.Recorder``. ``limit``: pods that can be made; ``refusal``: of every request for a pod."""

    def __init__(self, *, limit: int | None = None, refusal: str = "", status_refusal: str = "", release_refusal: str = "") -> None:
        self._limit, self._refusal, self._status_refusal, self._release_refusal = limit, refusal, status_refusal, release_refusal
        self.created: list[Obj] = []
        self.deleted: list[str] = []
        self.released: list[str] = []
        self.statuses: list[Obj] = []
        self.events: list[tuple[str, str, str]] = []

    def create(self, job: Obj, made: Obj) -> None:
        if self._limit is not None and len(self.created) >= self._limit:
            raise ApiError(500, "InternalError", "pod limit reached")
        self.created.append(made)
        self._check(self._refusal)

    def delete(self, job: Obj, gone: Obj) -> None:
        self._check(self._refusal)
        self.deleted.append(gone["metadata"]["name"])

    def release(self, held: Obj) -> None:
        self.released.append(held["metadata"]["uid"])
        self._check(self._refusal or self._release_refusal)

    def update_status(self, job: Obj) -> Obj:
        self.statuses.append(copy_of(job)["status"])
        self._check(self._status_refusal)
        return job

    def event(self, obj: Obj, type: str, reason: str, message: str) -> None:
        self.events.append((type, reason, message))

    def _check(self, refusal: str) -> None:
        if refusal:
            raise ApiError(500, "InternalError", refusal)


def world(job: Obj, pods: list[Obj], server: FakeServer, *, memory: Memory | None = None, now: SimTime = NOW) -> World:
    """Return a look at a Job of a case."""
    return World(KEY, completed(job, "foobar"), pods, memory or Memory(), server, server, now)
