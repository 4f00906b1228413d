"""Whose processes see each other: those of one container, unless its pod shares them or a debugger is put beside it.

In a pod that shares, the first process is the sandbox's, ``/pause``; those of the containers have numbers as they come, so that a
signal does to them what it does by default.

Upstream: pid_namespaces(7); KEP-495 (shareProcessNamespace), KEP-277 (targetContainerName).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cluster.container_runtime.linux.process import Process

if TYPE_CHECKING:
    from cluster.container_runtime.linux.kernel import Kernel

INIT = 1
"""The number of the first process; signals that it does not handle do nothing to it, and all others end with it."""


class PidNamespace:
    """The numbers of processes of one container or of several. ``has_pause``: the first one is the sandbox's."""

    def __init__(self, *, has_pause: bool = False) -> None:
        self.has_pause, self._next = has_pause, INIT + has_pause
        self._kernels: list[Kernel] = []

    @property
    def next_pid(self) -> int:
        """The number that the next process gets."""
        return self._next

    @property
    def is_shared(self) -> bool:
        """Whether processes of several containers are in it."""
        return len(self._kernels) > 1

    def draw(self) -> int:
        """Return a new number."""
        self._next += 1
        return self._next - 1

    def skip_to(self, number: int) -> None:
        """Take note that numbers below one are taken."""
        self._next = max(self._next, number)

    def enter(self, kernel: Kernel) -> None:
        """Let the processes of a container be seen."""
        self._kernels.append(kernel)

    def leave(self, kernel: Kernel) -> list[Kernel]:
        """Take the processes of a container away. Return the kernels that end with it: all others, if its first process was everybody's."""
        if kernel in self._kernels:
            self._kernels.remove(kernel)
        return list(self._kernels) if kernel.root_pid == INIT else []

    def processes(self) -> list[tuple[Kernel, Process]]:
        """Return all processes that have not ended, by number, with the container's that they are."""
        return sorted(((kernel, process) for kernel in self._kernels for process in kernel.alive()), key=lambda found: found[1].pid)

    def kernel_of(self, pid: int) -> Kernel | None:
        """Return the kernel of the container that a process is of; None: there is no such process."""
        return next((kernel for kernel, process in self.processes() if process.pid == pid), None)
