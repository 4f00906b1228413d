"""An API server for what kubelets ask: it stores, merges status patches, selects by one field and tells watchers.

It holds no rules beyond the grace period of a pod's deletion; the real one's are tested in its own room.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

import orjson

from cluster.apiserver.request import Credentials, Request, Response, WatchEvent, WatchReady
from cluster.engine.trace import Trace
from cluster.machinery.errors import already_exists, not_found
from cluster.machinery.kinds.core import PODS
from cluster.machinery.kinds.model import Kind
from cluster.machinery.meta import Key, Obj, key_of
from cluster.machinery.patch import Field, apply_strategic
from cluster.machinery.storage import KeyValue

MERGE_KEYS = {"conditions": "type", "addresses": "type", "podIPs": "ip", "hostIPs": "ip"}
"""Lists of a status that a strategic merge patch merges."""


class _Schema:
    name = "Status"

    def field(self, name: str) -> Field:
        key = MERGE_KEYS.get(name, "")
        return Field(self, "merge" if key else "", key)


@dataclass
class FakeWatch:
    """An open watch of the objects whose field has a value."""

    selector: str
    on_ready: WatchReady
    events: deque[WatchEvent] = field(default_factory=deque)
    is_open: bool = True

    def next(self) -> WatchEvent | None:
        return self.events.popleft() if self.events else None

    @property
    def has_more(self) -> bool:
        return bool(self.events)

    def stop(self) -> None:
        self.is_open = False


class FakeApi:
    """Every request is a hop; ``requests`` holds every write as it came, by the number of its hop."""

    def __init__(self, trace: Trace) -> None:
        self._trace, self._revision = trace, 0
        self._objects: dict[str, dict[Key, Obj]] = {}
        self._watches: dict[str, list[FakeWatch]] = {}
        self.requests: dict[int, Request] = {}

    def serve(self, request: Request) -> Response:
        """Answer a request. Raises ApiError: 404, 409."""
        kind, stored = request.kind, self._objects.setdefault(request.kind.plural, {})
        if request.verb == "list":
            items = [self._value(obj) for obj in stored.values() if _matches(obj, request.options.field_selector)]
            return Response(200, items=items, list_meta={"resourceVersion": str(self._revision)})
        body = request.body if isinstance(request.body, dict) else {}
        name = request.name or body.get("metadata", {}).get("name", "")
        key = Key(f"{request.namespace}/{name}" if request.namespace else name)
        if (request.verb == "create") == (key in stored):
            raise (already_exists if key in stored else not_found)(kind.group, kind.plural, name)
        if request.verb == "get":
            return Response(200, _copy(stored[key]))
        hop = self._trace.record(request.source, "kube-apiserver", request.verb.upper(), f"{kind.plural}/{key}")
        self.requests[hop.seq] = request
        self._revision += 1
        old = stored.pop(key, None)
        new = self._written(request, _copy(old) if old is not None else {}, body)
        if new is not None:
            stored[key] = new
        self._tell(kind, "DELETED" if new is None else "ADDED" if old is None else "MODIFIED", new or old or {}, hop.seq)
        return Response(200, _copy(new or old or {}))

    def watch(self, request: Request, on_ready: WatchReady) -> FakeWatch:
        """Open a watch that gets what is written from now on."""
        watch = FakeWatch(request.options.field_selector, on_ready)
        self._watches.setdefault(request.kind.plural, []).append(watch)
        return watch

    def expire(self, kind: Kind) -> None:
        """Tell every watch of a kind that it has fallen behind."""
        for watch in self._watches.get(kind.plural, ()):
            if watch.is_open:
                watch.events.append(WatchEvent("ERROR", KeyValue("", b"{}", 0, 0, 0)))
                watch.on_ready()

    def visit(self, credentials: Credentials, verb: str, path: str) -> None:
        """No kubelet asks for paths."""
        raise NotImplementedError

    def _written(self, request: Request, old: Obj, body: Obj) -> Obj | None:
        if request.verb == "create":
            new = _copy(body)
            new["metadata"] |= {"uid": f"uid-{self._revision}", "generation": 1}
            return new
        if request.verb == "update":
            return _copy(body)
        if request.verb == "patch":
            return apply_strategic(old, body, _Schema())
        seconds = request.options.grace_period_seconds
        if request.kind is not PODS or seconds == 0:
            return None
        old["metadata"] |= {"deletionTimestamp": "2026-01-01T00:00:00Z", "deletionGracePeriodSeconds": 30 if seconds is None else seconds}
        return old

    def _value(self, obj: Obj) -> KeyValue:
        return KeyValue(key_of(obj), orjson.dumps(obj), self._revision, self._revision, 1)

    def _tell(self, kind: Kind, event: str, obj: Obj, hop: int) -> None:
        for watch in self._watches.get(kind.plural, ()):
            if watch.is_open and _matches(obj, watch.selector):
                watch.events.append(WatchEvent(event, self._value(obj), hop))
                watch.on_ready()


def _matches(obj: Obj, selector: str) -> bool:
    path, _, wanted = selector.partition("=")
    found: object = obj
    for name in path.split("."):
        found = found.get(name, "") if isinstance(found, dict) else ""
    return not selector or found == wanted


def _copy(obj: Obj) -> Obj:
    copied: Obj = orjson.loads(orjson.dumps(obj))
    return copied
