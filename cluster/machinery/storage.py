"""The Store protocol: what etcd offers to the API server.

Real etcd is a key-value store with one revision counter for all keys, a history of every key
up to the last compaction, optimistic transactions and watches. The two implementations in
``cluster/etcd`` (database and memory) pass one table of contract tests.

Upstream: ``staging/src/k8s.io/apiserver/pkg/storage/etcd3/store.go``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

import orjson

from cluster.machinery.meta import Obj, SimTime

REGISTRY = "/registry/"
"""What the key of an API object begins with."""


class StorageError(Exception):
    """Base of what a store may answer instead of a value."""


class Conflict(StorageError):  # noqa: N818 - etcd's and Kubernetes' own word
    """``if_mod_revision`` did not hold; nothing was written."""

    def __init__(self, key: str, wanted: int, current: KeyValue | None) -> None:
        super().__init__(f"{key}: wanted mod revision {wanted}, found {current.mod_revision if current else 0}")
        self.key, self.wanted, self.current = key, wanted, current


class Compacted(StorageError):  # noqa: N818
    """The revision asked for lies before the last compaction."""

    def __init__(self, revision: int, compacted: int) -> None:
        super().__init__(f"revision {revision} has been compacted (oldest kept: {compacted})")
        self.revision, self.compacted = revision, compacted


class ReadOnly(StorageError):  # noqa: N818
    """A recording: what happened there has happened, and nothing is added to it."""


class FutureRevision(StorageError):  # noqa: N818
    """The revision asked for does not exist yet."""

    def __init__(self, revision: int, head: int) -> None:
        super().__init__(f"revision {revision} is in the future (head: {head})")
        self.revision, self.head = revision, head


class Fenced(StorageError):  # noqa: N818
    """The writer's lease was taken over by another process: it must stop writing."""


@dataclass(frozen=True, slots=True)
class Fence:
    """The permission of one engine to write: the lease's epoch when the engine got it."""

    epoch: int


@dataclass(slots=True, eq=False)
class KeyValue:
    """One key's value at one revision.

    ``raw`` is the JSON that is stored, watched and served; ``obj`` is the same parsed once and
    shared: never change it, call ``copy()``. ``create_revision``: when the key last came into
    being; ``version``: number of writes since then, from 1.
    """

    key: str
    raw: bytes
    mod_revision: int
    create_revision: int
    version: int
    _obj: Obj | None = field(default=None, repr=False)

    @property
    def obj(self) -> Obj:
        """The parsed value. Shared: must not be changed."""
        if self._obj is None:
            self._obj = orjson.loads(self.raw)
        return self._obj

    def copy(self) -> Obj:
        """A fresh parsed value that the caller may change."""
        parsed: Obj = orjson.loads(self.raw)
        return parsed


class Event(NamedTuple):
    """One change of one key. ``kv`` is None for a deletion, ``prev`` for a creation.

    ``hop`` is the sequence number of the hop that wrote it (0: none was recorded).
    """

    revision: int
    key: str
    kv: KeyValue | None
    prev: KeyValue | None
    hop: int


class Listing(NamedTuple):
    """A page of a list, sorted by key, read at one ``revision``. ``remaining`` counts what follows it."""

    items: Sequence[KeyValue]
    revision: int
    remaining: int


class Store(Protocol):
    """The contract of both stores. Not thread-safe: one store belongs to one thread."""

    @property
    def revision(self) -> int:
        """The newest revision this store has seen: its own last write, or what refresh() found."""
        ...

    @property
    def moves(self) -> int:
        """A number that is another one whenever a value has changed, also when a change was undone: what was read holds while it stays."""
        ...

    @property
    def moves_outside_registry(self) -> int:
        """The same for values that are no API objects: what machines and the runner keep, a quarter of all changes."""
        ...

    @property
    def compacted(self) -> int:
        """The revision of the last compaction; reads and events at or after it still work. 0: none yet."""
        ...

    @property
    def now(self) -> SimTime:
        """The simulated clock as it was last committed, or set inside the running transaction."""
        ...

    def refresh(self) -> int:
        """Catch up with what other processes have committed; return the head revision."""
        ...

    def transaction(self, *, fence: Fence | None = None) -> AbstractContextManager[None]:
        """Group everything written inside into one atomic commit; nested calls join the outer one.

        On entry the store is refreshed and, where several processes share it, locked for writing.
        With a ``fence``, raises Fenced (and writes nothing) when the lease has moved on.
        An exception that leaves the block undoes everything written in it.
        """
        ...

    def get(self, key: str, *, revision: int | None = None) -> KeyValue | None:
        """Return the value at the head, or at a kept ``revision``. Raises Compacted, FutureRevision."""
        ...

    def list(self, prefix: str, *, revision: int | None = None, limit: int = 0, start_after: str = "") -> Listing:
        """Return the values under ``prefix`` in key order. ``limit`` 0 means all. Raises as get()."""
        ...

    def put(self, key: str, value: Obj | None, *, if_mod_revision: int | None = None, hop: int = 0) -> KeyValue:
        """Write one key (None deletes it) at the next revision and return what was written.

        ``if_mod_revision``: 0 demands that the key is absent, another number that it was last
        changed then; raises Conflict otherwise. Where ``value`` has ``metadata``, its
        ``resourceVersion`` is set to the new revision, so that the stored bytes are the bytes
        served. The store takes ``value`` over: the caller must not change it afterwards. For a
        deletion the returned KeyValue holds the last value, stamped with the deletion's revision.
        Opens a transaction of its own when none is running. Deleting an absent key raises Conflict.
        """
        ...

    def events(self, prefix: str, *, after: int, limit: int = 0) -> Sequence[Event]:
        """Return the changes with a revision greater than ``after``, oldest first. Raises Compacted."""
        ...

    def compact(self, revision: int) -> None:
        """Forget the history before ``revision``; current values stay. Raises Compacted, FutureRevision."""
        ...

    def abridge(self, key: str, value: Obj) -> None:
        """Let ``value`` stand for whatever a key has held: what it held is of no use any more, since the key is gone. Its revisions stay.

        Raises ValueError for a key that is there."""
        ...

    def on_commit(self, listener: Callable[[int], None]) -> None:
        """Call ``listener(revision)`` after each commit of this store, on its thread."""
        ...
