"""Processes of the control plane that can be ended and started again.

A process of a real control plane is a container of a static pod: who kills it sees it come back, and who wants it gone moves its manifest
away. One that cannot reach the API server, or behind it etcd, fails to renew its leader lease, gives up after ten seconds and is started
again, until it can. Here no leader is elected: it gives up at once, and is started with longer and longer waits in between. What a process
had in memory ends with it: a started one lists everything anew.

Upstream: ``staging/src/k8s.io/client-go/tools/leaderelection/leaderelection.go``, ``cmd/kube-scheduler/app/server.go``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from cluster.client.informer import FIRST_WAIT, LONGEST_WAIT
from cluster.engine.engine import Engine
from cluster.machinery.errors import ApiError


class Process(Protocol):
    """A component from one start to its stop."""

    def start(self) -> None:
        """List, watch, begin. Raises ApiError when the API server cannot be reached."""
        ...

    def stop(self) -> None:
        """End at once."""
        ...


@dataclass(frozen=True, slots=True)
class Condition:
    """How a process fares: whether it may run, whether it can reach what it needs, and which of its parts are left out."""

    is_stopped: bool = False
    is_cut_off: bool = False
    disabled: tuple[str, ...] = ()


class Processes:
    """``makers``: how a process is made, by its name, without the parts that are disabled."""

    def __init__(self, engine: Engine, makers: Mapping[str, Callable[[tuple[str, ...]], Process]]) -> None:
        self._engine, self._makers = engine, makers
        self._running: dict[str, Process] = {}
        self._conditions: dict[str, Condition] = {}
        self._waits: dict[str, float] = {}

    @property
    def names(self) -> tuple[str, ...]:
        """What processes there are."""
        return tuple(self._makers)

    def is_running(self, name: str) -> bool:
        """Whether a process runs now."""
        return name in self._running

    def follow(self, name: str, condition: Condition) -> None:
        """Let a process fare so from now on: it ends, or starts, or starts anew."""
        before = self._conditions.get(name, Condition(is_stopped=True))
        self._conditions[name] = condition
        if condition == before or (before.is_cut_off and condition == Condition(disabled=before.disabled)):
            return  # one that was cut off is trying to start already
        self._end(name)
        self._waits.pop(name, None)
        self._start(name)

    def restart(self, name: str) -> None:
        """End a process that runs and start it anew."""
        if name in self._running:
            self._end(name)
            self._start(name)

    def _end(self, name: str) -> None:
        process = self._running.pop(name, None)
        if process is not None:
            process.stop()
        self._engine.forget(name)

    def _start(self, name: str) -> None:
        if self._conditions[name].is_stopped:
            return
        process = self._makers[name](self._conditions[name].disabled)
        try:
            process.start()
        except ApiError:
            process.stop()
            self._engine.forget(name)
            wait = self._waits.get(name, FIRST_WAIT)
            self._waits[name] = min(2 * wait, LONGEST_WAIT)
            self._engine.after(wait, name, lambda: self._start(name), background=True)
        else:
            self._running[name] = process
            self._waits.pop(name, None)
