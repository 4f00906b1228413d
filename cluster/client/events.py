"""Events: what a component tells people about an object, written like any other object.

The real recorder hands an Event to a broadcaster, whose goroutine correlates it with earlier ones (the same again:
count it; ten different ones with the same reason within ten minutes: combine them; too many about one object: drop
them) and writes it. This one does the same at once, on the caller's step. Nanoseconds of an Event's name: the
simulated moment plus the position in the log of hops, so that two Events of one moment never share a name.

As upstream does, an Event that the API server refuses is given up: nobody's work fails because a note could not be
written. Upstream: ``staging/src/k8s.io/client-go/tools/record/event.go`` and ``events_cache.go``.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Generic, NamedTuple, TypeVar

from cluster.client.client import Client
from cluster.engine.engine import Engine
from cluster.machinery.errors import ApiError
from cluster.machinery.kinds.core import EVENTS
from cluster.machinery.meta import SECOND, Obj, SimTime, timestamp

NORMAL = "Normal"
WARNING = "Warning"

CACHE_SIZE = 4096
AGGREGATE_AFTER = 10
"""So many different messages with one reason about one object become one combined Event."""
AGGREGATE_WITHIN = 600
"""Seconds: a longer silence begins a new count of similar Events."""
COMBINED = "(combined from similar events): "
SPAM_BURST = 25
"""Events that one component may write about one object at once."""
SPAM_REFILL = 300
"""Seconds until one more Event about the object is allowed."""

Identity = tuple[str, ...]
V = TypeVar("V")


class _Lru(Generic[V]):
    """Keeps the entries used last, ``CACHE_SIZE`` of them."""

    def __init__(self) -> None:
        self._entries: OrderedDict[Identity, V] = OrderedDict()

    def get(self, key: Identity) -> V | None:
        if key not in self._entries:
            return None
        self._entries.move_to_end(key)
        return self._entries[key]

    def put(self, key: Identity, value: V) -> None:
        self._entries[key] = value
        self._entries.move_to_end(key)
        if len(self._entries) > CACHE_SIZE:
            self._entries.popitem(last=False)


@dataclass(slots=True)
class _Similar:
    """Messages seen with one reason about one object, oldest first."""

    last: SimTime
    messages: dict[str, None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Seen:
    """What is known of an Event that was written."""

    name: str
    count: int
    first: str


@dataclass(slots=True)
class _Bucket:
    """Tokens left for one object, as of ``at``."""

    tokens: float
    at: SimTime


class Correlated(NamedTuple):
    """What to write: ``patch`` for an Event that exists already, else create ``event``."""

    event: Obj
    patch: Obj | None


class Correlator:
    """Turns repeated Events into counts, similar ones into combined ones, floods into silence."""

    def __init__(self) -> None:
        self._similar: _Lru[_Similar] = _Lru()
        self._seen: _Lru[_Seen] = _Lru()
        self._spam: _Lru[_Bucket] = _Lru()

    def correlate(self, event: Obj, now: SimTime, nanoseconds: int) -> Correlated | None:
        """Return what to write for ``event``, or None when it is one too many. Never changes ``event``."""
        subject = _subject(event)
        combined, key = self._aggregate(event, subject, now, nanoseconds)
        result = self._observe(combined, key)
        return result if self._is_allowed(subject, now) else None

    def _aggregate(self, event: Obj, subject: Identity, now: SimTime, nanoseconds: int) -> tuple[Obj, Identity]:
        key = ("aggregate", *subject, event["type"], event["reason"], event["reportingComponent"], event["reportingInstance"])
        similar = self._similar.get(key)
        if similar is None or now - similar.last > AGGREGATE_WITHIN * SECOND:
            similar = _Similar(now)
            self._similar.put(key, similar)
        similar.messages[event["message"]] = None
        similar.last = now
        if len(similar.messages) < AGGREGATE_AFTER:
            return event, _identity(event, subject)
        del similar.messages[next(iter(similar.messages))]
        involved = event["involvedObject"]
        meta = {"name": event_name(involved["name"], nanoseconds), "namespace": event["metadata"]["namespace"]}
        kept = {name: event[name] for name in ("involvedObject", "type", "reason", "source", "firstTimestamp", "lastTimestamp", "count")}
        combined = kept | {"metadata": meta, "message": COMBINED + event["message"]}
        return combined | {"eventTime": None, "reportingComponent": "", "reportingInstance": ""}, key

    def _observe(self, event: Obj, key: Identity) -> Correlated:
        seen = self._seen.get(key)
        if seen is None:
            self._seen.put(key, _Seen(event["metadata"]["name"], 1, event["firstTimestamp"]))
            return Correlated(event, None)
        patch = {"count": seen.count + 1, "lastTimestamp": event["lastTimestamp"], "message": event["message"]}
        again = event | patch | {"metadata": event["metadata"] | {"name": seen.name}, "firstTimestamp": seen.first}
        self._seen.put(key, _Seen(seen.name, seen.count + 1, seen.first))
        return Correlated(again, patch)

    def _is_allowed(self, subject: Identity, now: SimTime) -> bool:
        bucket = self._spam.get(subject)
        if bucket is None:
            bucket = _Bucket(SPAM_BURST, now)
            self._spam.put(subject, bucket)
        # A token every 300 s: after 450 s of silence 1.5 tokens have come back.
        bucket.tokens = min(SPAM_BURST, bucket.tokens + (now - bucket.at) / (SPAM_REFILL * SECOND))
        bucket.at = now
        if bucket.tokens < 1:
            return False
        bucket.tokens -= 1
        return True


class EventRecorder:
    """Writes Events of one component. ``host``: the node it runs on, for a kubelet."""

    def __init__(self, client: Client, component: str, engine: Engine, host: str = "") -> None:
        self._client, self._component, self._engine, self._host = client, component, engine, host
        self._correlator = Correlator()

    def event(self, obj: Obj, type: str, reason: str, message: str, *, field_path: str = "") -> None:
        """Tell something about ``obj``: ``type`` is Normal or Warning, ``reason`` one word in CamelCase.

        ``field_path``: the part of it that is meant, as in ``spec.containers{web}``.
        """
        now = self._engine.clock.now
        nanoseconds = now * 1000 + self._engine.trace.next_seq
        event = make_event(obj, type, reason, message, component=self._component, host=self._host, now=now, nanoseconds=nanoseconds)
        if field_path:
            event["involvedObject"]["fieldPath"] = field_path
        correlated = self._correlator.correlate(event, now, nanoseconds)
        if correlated is not None:
            self._write(correlated)

    def _write(self, correlated: Correlated) -> None:
        event, patch = correlated.event, correlated.patch
        meta = event["metadata"]
        try:
            if patch:
                self._client.patch(EVENTS, meta["name"], meta["namespace"], patch, is_shared=True)
            else:
                self._client.create(EVENTS, event, is_shared=True)
        except ApiError as refusal:
            if patch is not None and refusal.code == 404:
                self._write(Correlated(event, None))


def event_name(name: str, nanoseconds: int) -> str:
    """Return the name of an Event about the object ``name``."""
    return f"{name}.{nanoseconds:016x}"


def make_event(obj: Obj, type: str, reason: str, message: str, *, component: str, host: str, now: SimTime, nanoseconds: int) -> Obj:
    """Return a new Event about ``obj``; one about a cluster-scoped object lives in the namespace ``default``."""
    meta = obj["metadata"]
    reference = {
        "kind": obj.get("kind", ""),
        "namespace": meta.get("namespace", ""),
        "name": meta["name"],
        "uid": meta.get("uid", ""),
        "apiVersion": obj.get("apiVersion", ""),
        "resourceVersion": meta.get("resourceVersion", ""),
    }
    source = {"component": component, "host": host}
    moment = timestamp(now)
    return {
        "kind": "Event",
        "apiVersion": "v1",
        "metadata": {"name": event_name(meta["name"], nanoseconds), "namespace": meta.get("namespace") or "default"},
        "involvedObject": {name: value for name, value in reference.items() if value},
        "reason": reason,
        "message": message,
        "source": {name: value for name, value in source.items() if value},
        "firstTimestamp": moment,
        "lastTimestamp": moment,
        "count": 1,
        "type": type,
        "eventTime": None,
        "reportingComponent": component,
        "reportingInstance": host,
    }


def _subject(event: Obj) -> Identity:
    source, involved = event["source"], event["involvedObject"]
    whose, about = source.get, involved.get
    return (
        whose("component", ""),
        whose("host", ""),
        about("kind", ""),
        about("namespace", ""),
        about("name", ""),
        about("uid", ""),
        about("apiVersion", ""),
    )


def _identity(event: Obj, subject: Identity) -> Identity:
    field_path = event["involvedObject"].get("fieldPath", "")
    return ("event", *subject, field_path, event["type"], event["reason"], event.get("message", ""))
