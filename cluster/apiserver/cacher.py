"""The watch cache: reads the store's changes once and hands each to the watches that it concerns.

The real one keeps a copy of every object besides, so that lists need no etcd; here the store keeps that copy itself, and
only the pods of each node are indexed. A change finds its watches without asking all of them: by kind, and within a kind
by the one name or node that a watch has asked for, so that of 5,000 kubelets one hears of a pod.

Upstream: ``staging/src/k8s.io/apiserver/pkg/storage/cacher/cacher.go`` (``dispatchEvents``, indexed triggers).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence

from cluster.apiserver.conversion import converted, converted_event
from cluster.apiserver.pagination import check_list_options, parse_revision, too_large
from cluster.apiserver.pod_index import PodsByNode
from cluster.apiserver.request import Request, WatchEvent, WatchReady
from cluster.apiserver.selection import Selection, select
from cluster.apiserver.strategy import Strategy
from cluster.apiserver.watch import ADDED, INITIAL_EVENTS_END, CacheWatcher, Change, bookmark, failure, farewell
from cluster.engine.clock import Clock
from cluster.machinery.errors import expired, not_found_path
from cluster.machinery.kinds.core import PODS
from cluster.machinery.kinds.model import Kind
from cluster.machinery.meta import SECOND, SimTime
from cluster.machinery.storage import REGISTRY, Compacted, Event, KeyValue, Store

BOOKMARK_SECONDS = 60
"""Simulated seconds between two bookmarks."""

_NAME, _NODE = "metadata.name", "spec.nodeName"
_Trigger = tuple[str, str]
_EVERY: _Trigger = ("", "")
_Bucket = dict[CacheWatcher, None]


class _Watches:
    """The open watches of one kind, by what they ask for, and who else follows the kind."""

    def __init__(self, strategy: Strategy) -> None:
        self.kind, self.strategy = strategy.kind, strategy
        self.followers: list[Callable[[Event], None]] = []
        self._by_trigger: dict[_Trigger, _Bucket] = {}

    def add(self, watcher: CacheWatcher) -> None:
        self._by_trigger.setdefault(self._trigger_of(watcher.selection), {})[watcher] = None

    def remove(self, watcher: CacheWatcher) -> None:
        trigger = self._trigger_of(watcher.selection)
        bucket = self._by_trigger.get(trigger)
        if bucket is not None:
            bucket.pop(watcher, None)
            if not bucket:
                self._by_trigger.pop(trigger, None)

    def concerned(self, event: Event) -> Iterator[CacheWatcher]:
        """Return the watches that may select an object, before or after its change."""
        for trigger in self._triggers_of(event):
            yield from tuple(self._by_trigger.get(trigger, ()))

    @property
    def is_watched(self) -> bool:
        """Whether anybody wants to hear of a change: a kept object need not be converted for nobody."""
        return bool(self._by_trigger or self.followers)

    def every(self) -> Iterator[CacheWatcher]:
        for bucket in tuple(self._by_trigger.values()):
            yield from tuple(bucket)

    def _trigger_of(self, selection: Selection) -> _Trigger:
        for field in (_NAME, _NODE):
            value = selection.fields.required_value(field)
            if value is not None:
                return field, value
        return _EVERY

    def _triggers_of(self, event: Event) -> list[_Trigger]:
        triggers = [_EVERY, (_NAME, event.key.rpartition("/")[2])]
        if self.kind is PODS:
            nodes = {kv.obj["spec"].get("nodeName", ""): None for kv in (event.prev, event.kv) if kv is not None}
            triggers += [(_NODE, node) for node in nodes]
        return triggers


class Cacher:
    """Feeds the watches of one API server. ``pump`` runs before each step of the engine and after each request."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock
        self._watches: dict[Kind, _Watches] = {}
        self._by_prefix: dict[str, list[_Watches]] = {}
        self._pods_by_node: PodsByNode | None = None
        self._stopped: deque[tuple[_Watches, CacheWatcher]] = deque()
        self._since = self._cursor = store.revision
        self._next_bookmark = self._after_a_minute()

    def install(self, strategies: Sequence[Strategy]) -> None:
        """Let some kinds be watched."""
        for strategy in strategies:
            watches = self._watches[strategy.kind] = _Watches(strategy)
            self._by_prefix.setdefault(strategy.kind.prefix, []).append(watches)

    def remove(self, kinds: Sequence[Kind]) -> None:
        """Let kinds be watched no longer: the watches of whoever does end, as upstream ends such requests."""
        for kind in kinds:
            watches = self._watches.pop(kind)
            self._by_prefix[kind.prefix].remove(watches)
            for watcher in watches.every():
                watcher.push(farewell())

    def follow(self, kind: Kind, listener: Callable[[Event], None]) -> None:
        """Call ``listener`` with every change of a kind from now on, in its version, when ``pump`` meets it."""
        self._watches[kind].followers.append(listener)

    def watch(self, request: Request, on_ready: WatchReady) -> CacheWatcher:
        """Open a watch. Of a revision that was compacted, or is older than this cache, the watch's only event is an ERROR, 410
        Expired, as upstream has it: who watched before the API server started lists again.

        Raises ApiError 400 for a selector, 422 for options that do not go together, 500 for a resourceVersion that is no number.
        """
        options, kind = request.options, request.kind
        check_list_options(options, is_watch=True)
        watches = self._watches.get(kind)
        if watches is None:
            raise not_found_path()
        strategy = watches.strategy
        selection = select(strategy, options, request.namespace)
        version = parse_revision(options.resource_version) if options.resource_version else 0
        self.pump()
        watcher = CacheWatcher(
            selection, on_ready, lambda stopped: self._stopped.append((watches, stopped)), bookmarks=options.allow_watch_bookmarks
        )
        prefix = kind.storage_key(request.namespace, "")
        if options.send_initial_events and version > self._cursor:
            watcher.push(failure(too_large(version, self._cursor)))
            return watcher
        if options.send_initial_events or (not version and options.send_initial_events is None):
            self._send_initial(watcher, prefix)
            if options.allow_watch_bookmarks:
                watcher.push(bookmark(kind, self._cursor, dict(INITIAL_EVENTS_END)))
            watcher.after = self._cursor
        elif version:
            watcher.after = version
            try:
                self._resume(watcher, prefix, version)
            except Compacted as error:
                watcher.push(_too_old(version, error.compacted))
                return watcher
        watches.add(watcher)
        return watcher

    def pods_on(self, node: str) -> Sequence[KeyValue]:
        """Return the pods of a node as they are now, in the order of their keys, without looking at any other."""
        self.pump()
        if self._pods_by_node is None:
            self._pods_by_node = PodsByNode(self._store.list(PODS.storage_key("", "")).items)
        return self._pods_by_node.on(node)

    def pump(self) -> None:
        """Hand on every change since the last time, after forgetting the watches that were stopped, perhaps by another thread."""
        while self._stopped:
            watches, watcher = self._stopped.popleft()
            watches.remove(watcher)
        head = self._store.revision
        if head > self._cursor:
            try:
                events = self._store.events(REGISTRY, after=self._cursor)
            except Compacted as error:
                self._fail(error)
                events = ()
            self._cursor = head
            for event in events:
                self._dispatch(event)
        if self._clock.now >= self._next_bookmark:
            self._send_bookmarks()

    def _dispatch(self, event: Event) -> None:
        for watches in self._watches_of(event.key):
            if watches.kind is PODS and self._pods_by_node is not None:
                self._pods_by_node.apply(event)
            if not watches.is_watched:
                continue
            seen = converted_event(watches.strategy.conversion, event)
            change = Change(seen)
            for watcher in watches.concerned(seen):
                watcher.offer(change)
            for listener in watches.followers:
                listener(seen)

    def _watches_of(self, key: str) -> Sequence[_Watches]:
        """Return those of the kinds in the key's folder, which has one or two names."""
        first, _, rest = key.removeprefix(REGISTRY).partition("/")
        return self._by_prefix.get(first) or self._by_prefix.get(f"{first}/{rest.partition('/')[0]}") or ()

    def _send_initial(self, watcher: CacheWatcher, prefix: str) -> None:
        conversion = watcher.selection.strategy.conversion
        for kept in self._store.list(prefix).items:
            kv = converted(conversion, kept)
            if watcher.selection.matches(kv.obj):
                watcher.push(WatchEvent(ADDED, kv))

    def _resume(self, watcher: CacheWatcher, prefix: str, version: int) -> None:
        if version >= self._cursor:
            return
        if version < self._since:
            raise Compacted(version, self._since)
        for event in self._store.events(prefix, after=version):
            if event.revision <= self._cursor:
                watcher.offer(Change(converted_event(watcher.selection.strategy.conversion, event)))
        watcher.after = self._cursor

    def _fail(self, error: Compacted) -> None:
        event = _too_old(error.revision, error.compacted)
        self._pods_by_node = None
        for watches in self._watches.values():
            for watcher in watches.every():
                watcher.push(event)
                watches.remove(watcher)

    def _send_bookmarks(self) -> None:
        self._next_bookmark = self._after_a_minute()
        for kind, watches in self._watches.items():
            for watcher in watches.every():
                if watcher.wants_bookmarks:
                    watcher.push(bookmark(kind, self._cursor))

    def _after_a_minute(self) -> SimTime:
        return SimTime(self._clock.now + BOOKMARK_SECONDS * SECOND)


def _too_old(revision: int, oldest: int) -> WatchEvent:
    return failure(expired(f"too old resource version: {revision} ({oldest})"))
