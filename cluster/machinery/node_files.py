"""Files of a node: what kubelet and containers both see, such as volumes, manifests of static pods and termination messages.

A real node has a file system. Here a file is a record ``files/<path>`` on the node's disk; folders are what paths say, and an empty
one has a record of its own. Text is kept as text, other bytes in base64. What only one container sees (its own layer) is the
runtime's and is not here.
"""

from __future__ import annotations

import base64
import posixpath
from typing import Protocol

from cluster.machinery.meta import Obj
from cluster.machinery.node_storage import NodeStorage

PREFIX = "files"


class NodeFiles(Protocol):
    """The file system of one node. Paths are absolute and normalised by whoever asks."""

    def read(self, path: str) -> bytes | None:
        """Return a file's content; None: there is no such file."""
        ...

    def names(self, path: str) -> list[str] | None:
        """Return the names in a folder, sorted; None: there is no such folder."""
        ...

    def write(self, path: str, content: bytes) -> None:
        """Write a file, its folders included. Writing what is there already changes nothing."""
        ...

    def make_folder(self, path: str) -> None:
        """Make a folder that may stay empty."""
        ...

    def remove(self, path: str) -> None:
        """Remove a file, or a folder with all that is in it. Harmless when done before."""
        ...


class StoredFiles:
    """NodeFiles on a node's disk."""

    def __init__(self, storage: NodeStorage) -> None:
        self._storage = storage

    def read(self, path: str) -> bytes | None:
        """Return a file's content; None: there is no such file."""
        record = self._storage.get(PREFIX + path)
        if record is None or record.get("folder"):
            return None
        return _content(record)

    def names(self, path: str) -> list[str] | None:
        """Return the names in a folder, sorted; None: there is no such folder."""
        below = PREFIX + posixpath.join(path, "")
        names = {key.removeprefix(below).partition("/")[0] for key, _ in self._storage.list(below)}
        if names or self._storage.get(PREFIX + path) == {"folder": True}:
            return sorted(names)
        return None

    def write(self, path: str, content: bytes) -> None:
        """Write a file, its folders included. Writing what is there already changes nothing."""
        record = _record(content)
        if self._storage.get(PREFIX + path) != record:
            self._storage.put(PREFIX + path, record)

    def make_folder(self, path: str) -> None:
        """Make a folder that may stay empty."""
        if self.names(path) is None:
            self._storage.put(PREFIX + path, {"folder": True})

    def remove(self, path: str) -> None:
        """Remove a file, or a folder with all that is in it. Harmless when done before."""
        for key, _ in self._storage.list(PREFIX + posixpath.join(path, "")):
            self._storage.put(key, None)
        self._storage.put(PREFIX + path, None)


def _record(content: bytes) -> Obj:
    try:
        return {"text": content.decode()}
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(content).decode()}


def _content(record: Obj) -> bytes:
    return record["text"].encode() if "text" in record else base64.b64decode(record["base64"])
