"""The file system that a container sees: its image, its own writable layer on top, and volumes of the node mounted over both.

A real one is overlayfs with bind mounts. The image's part is a small plausible tree; the layer is a dictionary that is kept with the
container and goes with it; what is written below a mount goes to the node's files. Owners and permissions are not kept.

Upstream: ``fs/overlayfs`` of the kernel, errno(3) for the words of errors.
"""

from __future__ import annotations

import base64
import posixpath
from collections.abc import Callable, Iterator, Mapping

from cluster.machinery.cri import Mount
from cluster.machinery.meta import Obj
from cluster.machinery.node_files import NodeFiles

NO_FILE = "No such file or directory"
IS_FOLDER = "Is a directory"
NOT_FOLDER = "Not a directory"
READ_ONLY = "Read-only file system"
NOT_EMPTY = "Directory not empty"
EXISTS = "File exists"
NO_SPACE = "No space left on device"
MAX_BYTES = 16 << 20
"""What a file may hold, and a container's layer altogether, beside files of zeros, which cost nothing to keep."""


class FileError(Exception):
    """A file operation that fails, in the C library's words."""


class FileSystem:
    """Paths are absolute and normalised by ``resolved``. ``layer``: path -> {"text" | "base64" | "zeros" | "folder" | "gone"}.

    ``image``: path -> content of its files, folders end with ``/``; ``live``: files that are made when they are read, as below ``/proc``.
    """

    def __init__(
        self,
        image: Mapping[str, str],
        layer: dict[str, Obj],
        mounts: tuple[Mount, ...],
        files: NodeFiles,
        live: Callable[[], Mapping[str, Callable[[], str]]],
    ) -> None:
        self.layer = layer
        self._image, self._files, self._live = image, files, live
        self._mounts = sorted(mounts, key=lambda mount: -len(mount.container_path))

    @property
    def mounts(self) -> list[Mount]:
        """The mounts, innermost first."""
        return self._mounts

    def is_folder(self, path: str) -> bool:
        """Whether there is a folder."""
        return self.names(path) is not None

    def exists(self, path: str) -> bool:
        """Whether there is anything."""
        return self.size(path) is not None or self.is_folder(path)

    def size(self, path: str) -> int | None:
        """Return how many bytes a file holds; None: it is none."""
        entry = self.layer.get(path)
        if entry is not None and "zeros" in entry and self._mount(path) is None:
            return int(entry["zeros"])
        content = self._content(path)
        return None if content is None else len(content)

    def read(self, path: str) -> bytes:
        """Return a file's content. Raises FileError."""
        content = self._content(path)
        if content is None:
            raise FileError(IS_FOLDER if self.is_folder(path) else NO_FILE)
        return content

    def names(self, path: str) -> list[str] | None:
        """Return what is in a folder, sorted; None: it is none."""
        found: set[str] = set()
        is_there = path == "/"
        mount = self._mount(path)
        if mount is not None:
            on_node = self._files.names(_on_node(mount, path))
            is_there = on_node is not None or (path == mount.container_path and self._files.read(mount.host_path) is None)
            found.update(on_node or ())
        else:
            below = posixpath.join(path, "")
            for there in self._paths():
                if there.startswith(below):
                    found.add(there[len(below) :].partition("/")[0])
                    is_there = True
            found.discard("")
            is_there = is_there or bool(self.layer.get(path, {}).get("folder"))
        below = posixpath.join(path, "")
        for other in self._mounts:
            if other.container_path.startswith(below):
                found.add(other.container_path[len(below) :].partition("/")[0])
                is_there = True
        return sorted(found) if is_there else None

    def write(self, path: str, content: bytes, *, append: bool = False) -> None:
        """Write a file, or add to it. Raises FileError."""
        self._check_place(path)
        if append:
            content = (self._content(path) or b"") + content
        if len(content) > MAX_BYTES:
            raise FileError(NO_SPACE)
        mount = self._mount(path)
        if mount is not None:
            if mount.readonly:
                raise FileError(READ_ONLY)
            self._files.write(_on_node(mount, path), content)
        else:
            self._put(path, _entry(content))

    def write_zeros(self, path: str, size: int) -> None:
        """Write a file of zeros, which costs nothing to keep. Raises FileError."""
        if self._mount(path) is not None:
            self.write(path, bytes(min(size, MAX_BYTES + 1)))
            return
        self._check_place(path)
        self._put(path, {"zeros": size})

    def make_folder(self, path: str) -> None:
        """Make a folder. Raises FileError."""
        if self.exists(path):
            raise FileError(EXISTS)
        self._check_place(path)
        mount = self._mount(path)
        if mount is None:
            self._put(path, {"folder": True})
        elif mount.readonly:
            raise FileError(READ_ONLY)
        else:
            self._files.make_folder(_on_node(mount, path))

    def remove(self, path: str) -> None:
        """Remove a file, or a folder with all that is in it. Raises FileError."""
        if not self.exists(path):
            raise FileError(NO_FILE)
        mount = self._mount(path)
        if mount is not None:
            if mount.readonly:
                raise FileError(READ_ONLY)
            if mount.container_path == path:
                raise FileError("Resource busy")
            self._files.remove(_on_node(mount, path))
            return
        for there in [there for there in self._paths() if there == path or there.startswith(posixpath.join(path, ""))]:
            self._drop(there)
        self._drop(path)

    def used(self) -> int:
        """Return how many bytes the container has written into its own layer."""
        return sum(_length(entry) for entry in self.layer.values())

    def _check_place(self, path: str) -> None:
        if path == "/" or self.is_folder(path):
            raise FileError(IS_FOLDER)
        parent = posixpath.dirname(path)
        if not self.is_folder(parent):
            raise FileError(NOT_FOLDER if self.size(parent) is not None else NO_FILE)

    def _put(self, path: str, entry: Obj) -> None:
        if self.used() + _length(entry) > MAX_BYTES and "zeros" not in entry:
            raise FileError(NO_SPACE)
        self.layer[path] = entry

    def _drop(self, path: str) -> None:
        self.layer.pop(path, None)
        if path in self._image or path in self._live():
            self.layer[path] = {"gone": True}

    def _content(self, path: str) -> bytes | None:
        mount = self._mount(path)
        if mount is not None:
            return self._files.read(_on_node(mount, path))
        entry = self.layer.get(path)
        if entry is not None:
            return _decoded(entry)
        live = self._live().get(path)
        if live is not None:
            return live().encode()
        text = self._image.get(path)
        return text.encode() if text is not None and not path.endswith("/") else None

    def _mount(self, path: str) -> Mount | None:
        for mount in self._mounts:
            if path == mount.container_path or path.startswith(posixpath.join(mount.container_path, "")):
                return mount
        return None

    def _paths(self) -> Iterator[str]:
        for path, entry in self.layer.items():
            if "gone" not in entry:
                yield path
        for path in (*self._image, *self._live()):
            if path not in self.layer:
                yield path


def _on_node(mount: Mount, path: str) -> str:
    return posixpath.normpath(posixpath.join(mount.host_path, posixpath.relpath(path, mount.container_path)))


def _entry(content: bytes) -> Obj:
    try:
        return {"text": content.decode()}
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(content).decode()}


def _decoded(entry: Obj) -> bytes | None:
    if "text" in entry:
        return str(entry["text"]).encode()
    if "base64" in entry:
        return base64.b64decode(entry["base64"])
    return bytes(min(int(entry["zeros"]), MAX_BYTES)) if "zeros" in entry else None


def _length(entry: Obj) -> int:
    return int(entry["zeros"]) if "zeros" in entry else len(str(entry.get("text") or entry.get("base64") or ""))
