"""What a program is given each time that it is called: its process, its descriptors, the files and the network of its container."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from cluster.container_runtime.linux.process import Process
from cluster.machinery.meta import SECOND, Obj, SimTime

if TYPE_CHECKING:
    from cluster.container_runtime.linux.files import FileSystem
    from cluster.container_runtime.linux.kernel import Kernel
    from cluster.container_runtime.linux.sockets import Sockets

_UNNAMED = frozenset({"[", "[[", "test", "kill"})


class Call:
    """One process at one moment."""

    def __init__(self, kernel: Kernel, process: Process) -> None:
        self.kernel, self.process = kernel, process

    @property
    def argv(self) -> list[str]:
        """The command line; the program's own name is the first."""
        return self.process.argv

    @property
    def name(self) -> str:
        """The program's name without its folder."""
        return posixpath.basename(self.process.argv[0])

    @property
    def args(self) -> list[str]:
        """The command line without the program's name."""
        return self.process.argv[1:]

    @property
    def state(self) -> Obj:
        """What the program remembers until its next call."""
        return self.process.state

    @property
    def now(self) -> SimTime:
        """This moment."""
        return self.kernel.now

    @property
    def files(self) -> FileSystem:
        """The container's files."""
        return self.kernel.files

    @property
    def sockets(self) -> Sockets:
        """The sandbox's network."""
        return self.kernel.sockets

    def path(self, name: str) -> str:
        """Return an absolute path."""
        joined = posixpath.normpath(posixpath.join(self.process.cwd, name))
        return joined if not joined.startswith("//") else joined[1:]

    def in_seconds(self, seconds: float) -> SimTime:
        """Return the moment so many seconds from now."""
        return SimTime(self.now + round(seconds * SECOND))

    def read(self, fd: int = 0, limit: int = 0) -> bytes | None:
        """Read what there is (at most ``limit`` bytes, 0: all); nothing at the end; None: one has to wait for it."""
        return self.kernel.read(self.process, fd, limit)

    def read_line(self, fd: int = 0) -> bytes | None:
        """Read a line with its end; the rest of the input, then nothing, at its end; None: one has to wait for it."""
        return self.kernel.read(self.process, fd, 0, is_line=True)

    def write(self, data: bytes, fd: int = 1) -> None:
        """Write to a descriptor."""
        self.kernel.write(self.process, fd, data)

    def out(self, text: str) -> None:
        """Write text to standard output."""
        self.kernel.write(self.process, 1, text.encode(errors="surrogateescape"))

    def err(self, text: str) -> None:
        """Write text to standard error."""
        self.kernel.write(self.process, 2, text.encode(errors="surrogateescape"))

    def fail(self, text: str, code: int = 1) -> int:
        """Say on standard error what went wrong, with the program's name, and return the exit code."""
        self.err(f"{self.prefix}: {text}\n")
        return code

    @property
    def prefix(self) -> str:
        """What complaints begin with: a program's name; the shell's, for what the shell does itself."""
        if self.process.program != "shell" or "name" not in self.state:
            return self.name
        shell = str(self.state["name"])
        return shell if self.name in _UNNAMED else f"{shell}: {self.name}"
