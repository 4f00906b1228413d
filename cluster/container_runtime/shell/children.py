"""The processes that a shell starts for stretches of its script, and those that it waits for.

Upstream: busybox, ``shell/ash.c`` (forkshell, waitforjob).
"""

from __future__ import annotations

from cluster.container_runtime.linux.call import Call
from cluster.container_runtime.linux.kernel import SIGNALS
from cluster.container_runtime.linux.process import Process, Wait
from cluster.container_runtime.shell.instructions import Capture, Fork
from cluster.container_runtime.shell.memory import forked_memory
from cluster.machinery.meta import Obj

_CAPTURED = 100
"""Descriptor from which the output of a substitution is read."""


class Children:
    """The children of one shell. ``state["waiting"]``: those in the foreground; ``state["jobs"]``: those in the background."""

    def __init__(self, call: Call) -> None:
        self._call, self._state, self._process = call, call.state, call.process

    def capture(self, instruction: Capture, frame: Obj) -> Wait | None:
        """Run a command substitution and keep what it writes."""
        if instruction.index == 0 and "capturing" not in frame:
            frame["captured"] = []
        if "capturing" not in frame:
            reading, writing = self._call.kernel.descriptors.pipe()
            child = self._forked(instruction.body, {**self._process.fds, 1: writing})
            self._process.fds[_CAPTURED] = reading
            frame["capturing"] = {"pid": child.pid, "text": ""}
            return Wait(fd=_CAPTURED)
        doing = frame["capturing"]
        while True:
            data = self._call.read(_CAPTURED)
            if data is None:
                return Wait(fd=_CAPTURED)
            if not data:
                break
            doing["text"] += data.decode(errors="replace")
        code_of_child = self._call.kernel.reap(doing["pid"])
        if code_of_child is None:
            return Wait(child=True)
        self._process.fds.pop(_CAPTURED, None)
        frame["captured"].append(doing["text"])
        del frame["capturing"]
        self._state["status"] = code_of_child
        return None

    def fork(self, instruction: Fork) -> Wait | None:
        """Run stretches of the script in processes of their own, connected by pipes."""
        if self._state.get("waiting"):
            return self.gather()
        pids, reading = [], self._process.fds.get(0)
        for number, body in enumerate(instruction.bodies):
            fds = dict(self._process.fds)
            if reading is not None:
                fds[0] = reading
            if number < len(instruction.bodies) - 1:
                reading, fds[1] = self._call.kernel.descriptors.pipe()
            if instruction.is_background and "i" not in self._state["options"]:
                fds[0] = self._call.kernel.descriptors.open({"kind": "null"})
            pids.append(self._forked(body, fds).pid)
        if instruction.is_background:
            self._state.setdefault("jobs", []).extend(pids)
            self._state["background"], self._state["status"] = pids[-1], 0
            return None
        self._state["waiting"] = pids
        return Wait(child=True)

    def gather(self) -> Wait | None:
        """Wait for those in the foreground; the last one's exit code counts."""
        codes = []
        for pid in self._state["waiting"]:
            child = self._call.kernel.processes.get(pid)
            if child is not None and child.is_alive:
                return Wait(child=True)
        for pid in self._state["waiting"]:
            code_of_child = self._call.kernel.reap(pid)
            codes.append(0 if code_of_child is None else code_of_child)
        self._state["waiting"] = []
        failed = [each for each in codes if each]
        self._state["status"] = failed[-1] if "P" in self._state["options"] and failed else codes[-1]
        if self._state["status"] == 128 + SIGNALS["INT"] and "i" in self._state["options"]:
            self._call.out("\n")
        return None

    def reap_strangers(self) -> None:
        """Take ended children off the table that nobody asks for: orphans of others, as the first process gets them."""
        known = {*self._state.get("waiting", []), *self._state.get("jobs", [])}
        known.update(frame["capturing"]["pid"] for frame in self._state["frames"] if "capturing" in frame)
        for child in self._call.kernel.children(self._process.pid):
            if not child.is_alive and child.pid not in known:
                self._call.kernel.reap(child.pid)

    def are_running(self) -> bool:
        """Whether a child runs in the foreground."""
        processes = self._call.kernel.processes
        return any(pid in processes and processes[pid].is_alive for pid in self._state.get("waiting", []))

    def _forked(self, body: int, fds: dict[int, int]) -> Process:
        kernel = self._call.kernel
        child = kernel.spawn(
            "shell",
            list(self._process.argv),
            parent=self._process.pid,
            env=self._process.env,
            cwd=self._process.cwd,
            fds=fds,
            session=self._process.session,
        )
        child.state = forked_memory(self._state, body, self._state.get("pid", self._process.pid))
        return child
