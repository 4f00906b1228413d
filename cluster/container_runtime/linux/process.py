"""A process of a container, and what a program sees of the world around it.

A program is a function of a ``Call`` that is called whenever the process can go on: it returns the exit code, or what it waits for.
What it must remember in between is in ``call.state``, which is JSON.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cluster.machinery.meta import Obj, SimTime

if TYPE_CHECKING:
    from cluster.container_runtime.linux.call import Call


@dataclass(frozen=True, slots=True)
class Wait:
    """What a program waits for: a moment, something to read from a descriptor, the end of a child; nothing of it: a signal only."""

    until: SimTime | None = None
    fd: int | None = None
    child: bool = False


PAUSE = Wait()
"""Waits for a signal."""

Program = Callable[["Call"], "int | Wait"]


@dataclass(slots=True)
class Process:
    """One process. ``fds``: descriptor -> number of an open file; ``wait`` None: it can go on; ``exit_code`` None: it lives.

    ``session``: number of the exec session that it belongs to, 0: the container's own. ``signals``: what has come and is not yet
    handled. ``memory`` in bytes, ``cpu`` in billionths of a core: what it says that it uses.
    """

    pid: int
    parent: int
    program: str
    argv: list[str]
    env: dict[str, str]
    cwd: str
    fds: dict[int, int]
    started_at: SimTime
    session: int = 0
    state: Obj = field(default_factory=dict)
    wait: Wait | None = None
    signals: list[str] = field(default_factory=list)
    exit_code: int | None = None
    memory: int = 0
    cpu: int = 0

    @property
    def is_alive(self) -> bool:
        """Whether it has not ended."""
        return self.exit_code is None

    def open_files(self) -> list[int]:
        """Return the numbers of the files that it has open, those that a shell has put aside for later included."""
        aside = [number for frame in self.state.get("frames", ()) for opened in frame["opened"] for _, number in opened]
        return [*self.fds.values(), *aside]

    @property
    def command(self) -> str:
        """Its command line, as ``ps`` shows it."""
        return " ".join(self.argv)

    def to_obj(self, base: dict[str, str]) -> Obj:
        """Return it as it is stored; of its environment only what differs from ``base``."""
        obj: Obj = {"pid": self.pid, "parent": self.parent, "program": self.program, "argv": self.argv, "startedAt": self.started_at}
        obj["cwd"], obj["fds"] = self.cwd, [[fd, number] for fd, number in self.fds.items()]
        if self.env != base:
            obj["env"] = {key: self.env.get(key) for key in sorted(self.env.keys() | base.keys()) if self.env.get(key) != base.get(key)}
        if self.wait is not None:
            obj["wait"] = [self.wait.until, self.wait.fd, self.wait.child]
        for name in ("session", "state", "signals", "memory", "cpu"):
            if value := getattr(self, name):
                obj[name] = value
        if self.exit_code is not None:
            obj["exitCode"] = self.exit_code
        return obj


def read_process(obj: Obj, base: dict[str, str]) -> Process:
    """Return a process from its stored form."""
    changed = obj.get("env", {})
    env = {key: value for key, value in {**base, **changed}.items() if value is not None}
    wait = obj.get("wait")
    return Process(
        obj["pid"],
        obj["parent"],
        obj["program"],
        list(obj["argv"]),
        env,
        obj["cwd"],
        dict(obj["fds"]),
        SimTime(obj["startedAt"]),
        obj.get("session", 0),
        obj.get("state", {}),
        None if wait is None else Wait(*wait),
        list(obj.get("signals", [])),
        obj.get("exitCode"),
        obj.get("memory", 0),
        obj.get("cpu", 0),
    )
