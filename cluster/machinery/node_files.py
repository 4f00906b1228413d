"""Files of a node: what kubelet and containers both see, such as volumes, manifests of static pods and termination messages.

A real node has a file system. Here a file is a record ``files/<path>`` on the node's disk; folders are what paths say, and an empty
one has a record of its own. Text is kept as text, other bytes in base64. What only one container sees (its own layer) is the
runtime's and is not here.
"""

from __future__ import annotations

import base64
import posixpath
from collections.abc import Callable, Mapping
from typing import Protocol

from cluster.machinery.meta import Obj
from cluster.machinery.node_storage import NodeStorage

PREFIX = "files"

Content = Callable[[], Mapping[str, bytes]]
"""Works out the files of a mounted folder: path below it -> content."""


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


class MountedFiles:
    """NodeFiles of one node: a disk, folders mounted over it, and who hears of what is written. Mounts end with the process."""

    def __init__(self, disk: NodeFiles) -> None:
        self._disk = disk
        self._mounts: dict[str, Content] = {}
        self._watches: list[tuple[str, Callable[[], None]]] = []

    def mount(self, folder: str, content: Content) -> None:
        """Let a folder show what ``content`` returns at the moment somebody looks; what is written there goes to the disk, and hides it."""
        self._mounts[folder] = content

    def unmount(self, folder: str) -> None:
        """Take a mounted folder away; what was written into it stays on the disk. Harmless when done before."""
        self._mounts.pop(folder, None)

    def watch(self, folder: str, listener: Callable[[], None]) -> Callable[[], None]:
        """Call ``listener`` after every write and removal in a folder; return what ends that."""
        watch = (posixpath.join(folder, ""), listener)
        self._watches.append(watch)
        return lambda: self._watches.remove(watch)

    def read(self, path: str) -> bytes | None:
        """Return a file's content; None: there is no such file."""
        written = self._disk.read(path)
        found = self._mount_of(path) if written is None else None
        return written if found is None else self._mounts[found]().get(path[len(found) + 1 :])

    def names(self, path: str) -> list[str] | None:
        """Return the names in a folder, sorted; None: there is no such folder."""
        on_disk = self._disk.names(path)
        found = self._mount_of(posixpath.join(path, "x"))
        if found is None:
            return on_disk
        below = posixpath.join(path, "")[len(found) + 1 :]
        mounted = {name.removeprefix(below).partition("/")[0] for name in self._mounts[found]() if name.startswith(below)}
        if not mounted and below:
            return on_disk
        return sorted(mounted.union(on_disk or ()))

    def write(self, path: str, content: bytes) -> None:
        """Write a file, its folders included. Writing what is there already changes nothing."""
        self._disk.write(path, content)
        self._tell(path)

    def make_folder(self, path: str) -> None:
        """Make a folder that may stay empty."""
        if self.names(path) is None:
            self._disk.make_folder(path)

    def remove(self, path: str) -> None:
        """Remove a file, or a folder with all that is in it. Harmless when done before."""
        self._disk.remove(path)
        self._tell(path)

    def _mount_of(self, path: str) -> str | None:
        if not self._mounts:
            return None
        folder = path
        while folder not in ("/", ""):
            folder = posixpath.dirname(folder)
            if folder in self._mounts:
                return folder
        return None

    def _tell(self, path: str) -> None:
        for folder, listener in tuple(self._watches):
            if path.startswith(folder):
                listener()


def _record(content: bytes) -> Obj:
    try:
        return {"text": content.decode()}
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(content).decode()}


def _content(record: Obj) -> bytes:
    return record["text"].encode() if "text" in record else base64.b64decode(record["base64"])
