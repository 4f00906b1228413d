"""Open files: what descriptors stand for, shared by processes that have inherited them.

An open file is a small dictionary: ``{"kind": "null"}``; ``output`` (of the container or of an exec session, with its ``stream`` and
``session``); ``pipe`` (its ``pipe`` number, ``write``: which end); ``file`` (``path``, ``at`` where the next read begins, or ``append``);
``text`` (a here-document); ``zero``; ``input`` (what somebody who is connected sends, ``closed`` at its end, ``tty``: a terminal).
"""

from __future__ import annotations

import base64
from collections.abc import Callable

from cluster.container_runtime.linux.files import FileError, FileSystem
from cluster.container_runtime.linux.process import Process
from cluster.machinery.meta import Obj

PIPE_CAPACITY = 65_536


Sink = Callable[[int, str, bytes], None]
"""Takes what is written to the outputs of an exec session (0: of the container itself): session, stream, bytes."""


class Descriptors:
    """The open files of one container."""

    def __init__(self, files: FileSystem, sink: Sink, alive: Callable[[], list[Process]]) -> None:
        self._files, self._sink, self._alive = files, sink, alive
        self._open: dict[int, Obj] = {}
        self._buffers: dict[int, bytearray] = {}
        self._next = 1

    def open(self, file: Obj) -> int:
        """Open something and return its number."""
        number = self._next
        self._next += 1
        self._open[number] = file
        return number

    def pipe(self) -> tuple[int, int]:
        """Make a pipe and return its ends for reading and writing."""
        number = self._next
        self._buffers[number] = bytearray()
        return self.open({"kind": "pipe", "pipe": number}), self.open({"kind": "pipe", "pipe": number, "write": True})

    def input(self, session: int, *, is_terminal: bool) -> int:
        """Open an input that somebody feeds and return its number; what is written to a terminal goes to them."""
        number = self.open({"kind": "input", "session": session, "tty": is_terminal})
        self._buffers[number] = bytearray()
        return number

    def kind(self, number: int | None) -> str:
        """Return what a descriptor is; empty: it is closed."""
        return str(self._open[number]["kind"]) if number in self._open else ""

    def is_terminal(self, number: int | None) -> bool:
        """Whether a descriptor is a terminal."""
        return number in self._open and bool(self._open[number].get("tty"))

    def feed(self, number: int, data: bytes) -> None:
        """Add to an input."""
        if number in self._buffers and not self._open[number].get("closed"):
            self._buffers[number] += data

    def close_input(self, number: int) -> None:
        """Let an input end."""
        if number in self._open:
            self._open[number]["closed"] = True

    def end_once(self, number: int) -> None:
        """Let the next read of an input find its end, as ^D does at a terminal."""
        if number in self._open:
            self._open[number]["ends"] = True

    def read(self, number: int | None, limit: int, *, is_line: bool) -> bytes | None:
        """Read what there is; nothing at the end; None: one has to wait."""
        file = self._open.get(number) if number is not None else None
        if file is None or number is None:
            return b""
        if file["kind"] == "file":
            return self._from_file(file, limit, is_line=is_line)
        if file["kind"] == "text":
            found = _cut(bytearray(str(file["text"]).encode()), limit, is_line=is_line, is_over=True) or b""
            file["text"] = file["text"].encode()[len(found) :].decode(errors="replace")
            return found
        if file["kind"] == "zero":
            return bytes(limit or 4096)
        buffer = self._buffer(number, file)
        if buffer is None:
            return b""
        is_over = self._is_over(number, file)
        if not buffer:
            file.pop("ends", None)
            return b"" if is_over else None
        found_part = _cut(buffer, limit, is_line=is_line, is_over=is_over)
        if found_part is not None:
            del buffer[: len(found_part)]
        return found_part

    def write(self, number: int | None, data: bytes) -> bool:
        """Write; False: nobody will read it. Raises FileError."""
        file = self._open.get(number) if number is not None else None
        if file is None:
            return True
        if file["kind"] == "output":
            self._sink(file.get("session", 0), file["stream"], data)
        elif file["kind"] == "input" and file.get("tty"):
            self._sink(file.get("session", 0), "stdout", data)
        elif file["kind"] == "pipe":
            if not self._has_end(file["pipe"], is_write=False):
                return False
            self._buffers.setdefault(file["pipe"], bytearray()).extend(data)
        elif file["kind"] == "file":
            self._files.write(file["path"], data, append=True)
        return True

    def is_readable(self, number: int | None) -> bool:
        """Whether a read would not have to wait."""
        file = self._open.get(number) if number is not None else None
        if file is None or number is None:
            return True
        buffer = self._buffer(number, file)
        return buffer is None or bool(buffer) or self._is_over(number, file)

    def is_full(self, number: int | None) -> bool:
        """Whether a write would have to wait."""
        file = self._open.get(number) if number is not None else None
        if file is None or file["kind"] != "pipe" or len(self._buffers.get(file["pipe"], ())) < PIPE_CAPACITY:
            return False
        return self._has_end(file["pipe"], is_write=False)

    def to_obj(self) -> Obj:
        """Return what has to be kept: files that a process of the container has open."""
        used = {number for process in self._alive() if process.session == 0 for number in process.open_files()}
        pipes = {self._open[number].get("pipe", number) for number in used if number in self._open}
        return {
            "next": self._next,
            "files": [[number, self._open[number]] for number in sorted(used) if number in self._open],
            "buffers": [[n, base64.b64encode(self._buffers[n]).decode()] for n in sorted(pipes) if self._buffers.get(n)],
        }

    def load(self, obj: Obj) -> None:
        """Take up what was kept."""
        self._next = obj["next"]
        self._open = dict(obj["files"])
        self._buffers = {file.get("pipe", number): bytearray() for number, file in self._open.items() if file["kind"] in ("pipe", "input")}
        self._buffers.update({number: bytearray(base64.b64decode(data)) for number, data in obj["buffers"]})

    def _from_file(self, file: Obj, limit: int, *, is_line: bool) -> bytes:
        try:
            content = self._files.read(file["path"])
        except FileError:
            return b""
        rest = bytearray(content[file.get("at", 0) :])
        found = _cut(rest, limit, is_line=is_line, is_over=True) or b""
        file["at"] = file.get("at", 0) + len(found)
        return found

    def _buffer(self, number: int, file: Obj) -> bytearray | None:
        return self._buffers.get(file.get("pipe", number)) if file["kind"] in ("pipe", "input") else None

    def _is_over(self, number: int, file: Obj) -> bool:
        if file["kind"] == "input":
            return bool(file.get("closed") or file.get("ends"))
        return not self._has_end(file["pipe"], is_write=True)

    def _has_end(self, pipe: int, *, is_write: bool) -> bool:
        """Whether a process holds the writing or the reading end of a pipe."""
        for process in self._alive():
            for number in process.open_files():
                file = self._open.get(number)
                if file is not None and file.get("pipe") == pipe and bool(file.get("write")) is is_write:
                    return True
        return False


def _cut(buffer: bytearray, limit: int, *, is_line: bool, is_over: bool) -> bytes | None:
    if not is_line:
        return bytes(buffer[:limit] if limit else buffer)
    end = buffer.find(b"\n")
    if end < 0:
        return bytes(buffer) if is_over else None
    return bytes(buffer[: end + 1])
