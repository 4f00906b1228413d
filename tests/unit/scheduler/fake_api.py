"""An API server that only stores pods and nodes and tells watchers; it makes no decisions of its own."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

import orjson

from cluster.apiserver.request import Credentials, Request, Response, WatchEvent, WatchReady
from cluster.engine.trace import Trace
from cluster.machinery.errors import ApiError
from cluster.machinery.kinds.core import EVENTS, PODS
from cluster.machinery.kinds.model import Kind
from cluster.machinery.meta import Obj, key_of
from cluster.machinery.patch import apply_merge_patch
from cluster.machinery.storage import KeyValue


@dataclass
class FakeWatch:
    """An open watch of one kind."""

    on_ready: WatchReady
    events: deque[WatchEvent] = field(default_factory=deque)

    def next(self) -> WatchEvent | None:
        return self.events.popleft() if self.events else None

    @property
    def has_more(self) -> bool:
        return bool(self.events)

    def stop(self) -> None:
        self.events.clear()


class FakeApi:
    """``requests`` holds every write; ``told`` every Event as it was after each write; ``refuse`` makes the next binding fail."""

    def __init__(self, trace: Trace) -> None:
        self._trace, self._revision = trace, 0
        self._objects: dict[str, dict[str, KeyValue]] = {}
        self._watches: dict[str, list[FakeWatch]] = {}
        self.requests: list[Request] = []
        self.refuse: list[ApiError] = []
        self.told: list[Obj] = []

    def put(self, kind: Kind, obj: Obj, *, hop: int = 0) -> None:
        """Store an object and tell the watchers."""
        stored = self._objects.setdefault(kind.plural, {})
        event = "MODIFIED" if key_of(obj) in stored else "ADDED"
        stored[key_of(obj)] = self._value(obj)
        self._tell(kind, event, stored[key_of(obj)], hop)

    def change(self, kind: Kind, key: str, patch: Obj) -> None:
        """Merge ``patch`` into a stored object."""
        self.put(kind, apply_merge_patch(self._objects[kind.plural][key].obj, patch))

    def remove(self, kind: Kind, key: str) -> None:
        """Delete an object and tell the watchers."""
        self._tell(kind, "DELETED", self._objects[kind.plural].pop(key), 0)

    def pod(self, name: str) -> Obj:
        """Return a pod of the namespace ``default`` as it is stored."""
        return self._objects["pods"][f"default/{name}"].copy()

    def serve(self, request: Request) -> Response:
        """Answer lists; store bindings and status patches; delete at once; keep everything that is written."""
        if request.verb == "list":
            items = list(self._objects.get(request.kind.plural, {}).values())
            return Response(200, items=items, list_meta={"resourceVersion": str(self._revision)})
        self.requests.append(request)
        if request.verb == "delete":
            self._trace.record("kube-scheduler", "kube-apiserver", request.verb)
            self.remove(request.kind, f"{request.namespace}/{request.name}")
            return Response(200, {})
        body = request.body
        assert isinstance(body, dict)
        hop = self._trace.record("kube-scheduler", "kube-apiserver", request.verb).seq
        if request.subresource == "binding":
            if self.refuse:
                raise self.refuse.pop(0)
            pod = self._objects["pods"][f"{request.namespace}/{request.name}"].copy()
            pod["spec"]["nodeName"] = body["target"]["name"]
            self.put(PODS, pod, hop=hop)
        elif request.subresource == "status":
            pod = self._objects["pods"][f"{request.namespace}/{request.name}"].copy()
            self.put(PODS, apply_merge_patch(pod, body), hop=hop)
        elif request.kind is EVENTS:
            events = self._objects.setdefault("events", {})
            known = events[request.name].obj if request.name else {}
            body = apply_merge_patch(known, body)
            events[body["metadata"]["name"]] = self._value(body)
            self.told.append(body)
        return Response(201, body)

    def watch(self, request: Request, on_ready: WatchReady) -> FakeWatch:
        """Open a watch that gets everything that is stored from now on."""
        watch = FakeWatch(on_ready)
        self._watches.setdefault(request.kind.plural, []).append(watch)
        return watch

    def visit(self, credentials: Credentials, verb: str, path: str) -> None:
        """No component asks for paths."""
        raise NotImplementedError

    def _value(self, obj: Obj) -> KeyValue:
        self._revision += 1
        obj = {**obj, "metadata": {**obj["metadata"], "resourceVersion": str(self._revision)}}
        return KeyValue(key_of(obj), orjson.dumps(obj), self._revision, self._revision, 1)

    def _tell(self, kind: Kind, event: str, value: KeyValue, hop: int) -> None:
        for watch in self._watches.get(kind.plural, ()):
            was_empty = not watch.events
            watch.events.append(WatchEvent(event, value, hop))
            if was_empty:
                watch.on_ready()
