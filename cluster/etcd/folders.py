"""The keys of a store, sorted, and found by what they begin with.

etcd keeps all keys in one B-tree. Here they lie in one sorted list for each folder, the first two names of a key (``/registry/pods``):
a new key moves the later keys of its own folder only, and whoever lists a folder that does not exist has looked for one word. In one list a
cluster of 10,000 pods moves half a megabyte for every Event.

Upstream: etcd ``server/storage/mvcc/index.go``.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable

_LAST = "\U0010ffff"
_NAMES = 3
"""A key begins with a slash: what stands before its third one has two names."""


class Folders:
    """A sorted set of keys."""

    def __init__(self, keys: Iterable[str] = ()) -> None:
        self._folders: dict[str, list[str]] = {}
        for key in keys:
            self._folders.setdefault(_folder_of(key), []).append(key)
        for folder in self._folders.values():
            folder.sort()

    def add(self, key: str) -> None:
        """Put a key in that is not there."""
        insort(self._folders.setdefault(_folder_of(key), []), key)

    def remove(self, key: str) -> None:
        """Take a key out that is there."""
        name = _folder_of(key)
        folder = self._folders[name]
        del folder[bisect_left(folder, key)]
        if not folder:
            del self._folders[name]

    def may_begin_with(self, prefix: str) -> list[str]:
        """Return sorted keys, among them all that begin with ``prefix``. Shared: never change it."""
        if prefix.count("/") >= _NAMES:
            return self._folders.get(_folder_of(prefix), [])
        return sorted(key for folder in self._folders.values() for key in folder)


def _folder_of(key: str) -> str:
    third = key.find("/", key.find("/", 1) + 1)
    return key[:third] if third > 0 else key


def bounds(keys: list[str], prefix: str, start_after: str) -> tuple[int, int]:
    """Return where in sorted ``keys`` the ones under ``prefix`` and after ``start_after`` begin and end."""
    first = bisect_right(keys, start_after) if start_after > prefix else bisect_left(keys, prefix)
    end = bisect_left(keys, prefix + _LAST, lo=first)
    return first, end
