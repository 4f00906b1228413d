"""Informers: a component's picture of one kind, kept up to date by a watch.

List once, watch from there, keep a cache, tell the subscribers. One informer per kind and process is shared by
all controllers of the process, as upstream's SharedInformerFactory does. A watch event becomes one hop per
subscriber whose queue took work from it; an event that gave nobody work becomes one hop to the process.

Upstream: ``staging/src/k8s.io/client-go/tools/cache/shared_informer.go`` and ``reflector.go``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol

from cluster.apiserver.request import Watch, WatchEvent
from cluster.client.client import Client
from cluster.engine.engine import Engine
from cluster.engine.timers import Timer
from cluster.engine.trace import Hop
from cluster.machinery.errors import ApiError
from cluster.machinery.kinds.model import Kind
from cluster.machinery.meta import Key, Obj, key_of

IndexFunc = Callable[[Obj], Iterable[str]]
OWNER = "owner"
"""Index of every informer: uid of the managing controller."""
NAMESPACE = "namespace"
"""Index of every informer: namespace."""

FIRST_WAIT, LONGEST_WAIT = 0.8, 30.0
"""Between two tries to list (simulated seconds)."""
NO_WORK = "no work"
"""Outcome of a watch event that no subscriber had to do anything about."""


Objects = list[Obj]
"""Objects of a cache, in order of arrival. Shared: never change them."""


class Queue(Protocol):
    """Where a subscriber puts what it has to do; ``adds`` counts how often something was put in."""

    @property
    def adds(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Subscriber:
    """Who wants to hear of changes. Objects are shared: never change them."""

    name: str
    queue: Queue
    on_add: Callable[[Obj], None]
    on_update: Callable[[Obj, Obj], None]
    on_delete: Callable[[Obj], None]


def _owner_uids(obj: Obj) -> tuple[str, ...]:
    references = obj["metadata"].get("ownerReferences")
    return tuple([reference["uid"] for reference in references if reference.get("controller")]) if references else ()


def _namespace(obj: Obj) -> tuple[str, ...]:
    return (obj["metadata"].get("namespace", ""),)


class Lister:
    """The cache of one informer. What it returns is shared: copy before changing."""

    def __init__(self) -> None:
        self._objects: dict[Key, Obj] = {}
        self._index_funcs: dict[str, IndexFunc] = {}
        self._indexes: dict[str, dict[str, dict[Key, None]]] = {}
        self.add_index(OWNER, _owner_uids)
        self.add_index(NAMESPACE, _namespace)

    def add_index(self, name: str, func: IndexFunc) -> None:
        """Let ``by_index(name, value)`` find the objects for which ``func`` yields ``value``."""
        self._index_funcs[name] = func
        index = self._indexes[name] = {}
        for key, obj in self._objects.items():
            for value in func(obj):
                index.setdefault(value, {})[key] = None

    def get(self, name: str, namespace: str = "") -> Obj | None:
        """Return one object or None."""
        return self._objects.get(Key(f"{namespace}/{name}" if namespace else name))

    def list(self, namespace: str = "") -> Objects:
        """Return all objects, or those of one namespace, in order of arrival."""
        if namespace:
            return self.by_index(NAMESPACE, namespace)
        return list(self._objects.values())

    def by_index(self, index: str, value: str) -> Objects:
        """Return the objects of an index entry in order of arrival."""
        return [self._objects[key] for key in self._indexes[index].get(value, ())]

    def has(self, index: str, value: str) -> bool:
        """Whether an index entry has any objects."""
        return value in self._indexes[index]

    def __len__(self) -> int:
        return len(self._objects)

    def replace(self, obj: Obj) -> Obj | None:
        """Put an object in and return the one it replaces."""
        key = key_of(obj)
        old = self._objects.get(key)
        if old is not None:
            self._unindex(key, old)
        self._objects[key] = obj
        for name, func in self._index_funcs.items():
            for value in func(obj):
                self._indexes[name].setdefault(value, {})[key] = None
        return old

    def remove(self, obj: Obj) -> Obj | None:
        """Take an object out and return what was there."""
        key = key_of(obj)
        old = self._objects.pop(key, None)
        if old is not None:
            self._unindex(key, old)
        return old

    def _unindex(self, key: Key, obj: Obj) -> None:
        for name, func in self._index_funcs.items():
            index = self._indexes[name]
            for value in func(obj):
                bucket = index.get(value)
                if bucket is not None:
                    bucket.pop(key, None)
                    if not bucket:
                        del index[value]


class Informer:
    """Keeps a Lister current and tells subscribers; a Runnable of the engine that delivers one event a step."""

    def __init__(self, kind: Kind, client: Client, engine: Engine, *, field_selector: str = "", namespace: str = "") -> None:
        self.kind, self.lister = kind, Lister()
        self._client, self._engine = client, engine
        self._field_selector, self._namespace = field_selector, namespace
        self._subscribers: list[Subscriber] = []
        self._watch: Watch | None = None
        self._retry: Timer | None = None
        self._wait = FIRST_WAIT

    @property
    def name(self) -> str:
        """The process that watches."""
        return self._client.source

    def subscribe(
        self,
        name: str,
        queue: Queue,
        *,
        on_add: Callable[[Obj], None],
        on_update: Callable[[Obj, Obj], None],
        on_delete: Callable[[Obj], None],
    ) -> None:
        """Tell ``name`` (a component, or a controller's lane) of every change from now on."""
        self._subscribers.append(Subscriber(name, queue, on_add, on_update, on_delete))

    def start(self) -> None:
        """List, tell subscribers of what is there, watch from there on. Called again, it relists. Raises ApiError."""
        if self._watch is not None:
            self._watch.stop()
        response = self._client.list_values(self.kind, namespace=self._namespace, field_selector=self._field_selector)
        gone = {key_of(obj): obj for obj in self.lister.list()}
        for value in response.items:
            gone.pop(key_of(value.obj), None)
            self._apply(value.obj)
        for obj in gone.values():
            self.lister.remove(obj)
            for subscriber in self._subscribers:
                subscriber.on_delete(obj)
        meta = response.list_meta or {}
        self._watch = self._client.watch(
            self.kind,
            self._wake,
            namespace=self._namespace,
            resource_version=meta["resourceVersion"],
            field_selector=self._field_selector,
        )
        if self._watch.has_more:
            self._wake()

    def keep_trying(self) -> None:
        """Start now, or as soon as the API server lets it list: tried again after longer and longer waits."""
        self.stop()
        try:
            self.start()
        except ApiError:
            self._retry = self._engine.after(self._wait, self.name, self.keep_trying, background=True)
            self._wait = min(2 * self._wait, LONGEST_WAIT)
        else:
            self._wait = FIRST_WAIT

    def stop(self) -> None:
        """Close the watch; the cache stays as it is."""
        if self._retry is not None:
            self._retry.cancel()
            self._retry = None
        if self._watch is not None:
            self._watch.stop()
            self._watch = None

    def run_next(self) -> bool:
        """Deliver the oldest watch event. A watch that has failed (410) is opened again by a new list; one whose kind is
        served no longer is not."""
        if self._watch is None:
            return False
        event = self._watch.next()
        if event is None:
            return False
        if event.type == "END":
            self.stop()
        elif event.type == "ERROR":
            self.keep_trying()
        elif event.type != "BOOKMARK":
            self._deliver(event)
        return self._watch is not None and self._watch.has_more

    def _wake(self) -> None:
        self._engine.wake(self, delivery=True)

    def _apply(self, obj: Obj) -> None:
        old = self.lister.replace(obj)
        for subscriber in self._subscribers:
            _tell(subscriber, old, obj)

    def _deliver(self, event: WatchEvent) -> None:
        obj, trace = event.value.obj, self._engine.trace
        is_deleted = event.type == "DELETED"
        old = self.lister.remove(obj) if is_deleted else self.lister.replace(obj)
        old, new = (obj, None) if is_deleted else (old, obj)
        taken = False
        key = f"{self.kind.plural}/{key_of(obj)}"
        with trace.caused_by(event.hop):
            hop = self._hop(event, key)
            for subscriber in self._subscribers:
                before = subscriber.queue.adds
                trace.current = hop.seq
                _tell(subscriber, old, new)
                if subscriber.queue.adds != before:
                    taken = True
                    trace.redirect(hop, subscriber.name)
                    trace.current = event.hop
                    hop = self._hop(event, key)
            if taken:
                trace.retract(hop)
            else:
                hop.outcome = NO_WORK

    def _hop(self, event: WatchEvent, key: str) -> Hop:
        """Record the hop to whoever takes work from the event next."""
        return self._engine.trace.record("kube-apiserver", self.name, event.type, key, revision=event.value.mod_revision)


def _tell(subscriber: Subscriber, old: Obj | None, new: Obj | None) -> None:
    if new is None:
        if old is not None:
            subscriber.on_delete(old)
    elif old is None:
        subscriber.on_add(new)
    else:
        subscriber.on_update(old, new)


class Informers:
    """The informers of one process, one per kind."""

    def __init__(self, client: Client, engine: Engine) -> None:
        self._client, self._engine = client, engine
        self._informers: dict[str, Informer] = {}

    def informer(self, kind: Kind) -> Informer:
        """Return the process's informer of a kind; it is made on first use, before ``start``."""
        if kind.qualified not in self._informers:
            self._informers[kind.qualified] = Informer(kind, self._client, self._engine)
        return self._informers[kind.qualified]

    def forget(self, kind: Kind) -> None:
        """Close the watch of a kind that is served no longer, or anew."""
        informer = self._informers.pop(kind.qualified, None)
        if informer is not None:
            informer.stop()

    def start(self) -> None:
        """List and watch everything, in the order in which the informers were made."""
        for informer in tuple(self._informers.values()):
            informer.start()

    def stop(self) -> None:
        """Close all watches."""
        for informer in self._informers.values():
            informer.stop()
