"""The API as an ASGI application in front of a rig: requests go in as bytes, answers come out as bytes, and nothing listens."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import TypeVar, cast

import orjson

from cluster.apiserver.request import Credentials, Request, Response, Watch, WatchReady
from cluster.http.api import Extensions, KubernetesApi, Scope
from cluster.http.audit.trail import AuditTrail
from cluster.http.upgrade import Takeover
from cluster.machinery.kinds.served import ServedKinds
from cluster.machinery.meta import Obj
from cluster.machinery.storage import Store
from cluster.runner.host import Hosts
from tests.unit.apiserver.rig import TOKEN, Rig

T = TypeVar("T")


class RigHost:
    """A rig as the host of every cluster's name. Between two requests others may have their turn."""

    def __init__(self, rig: Rig, between: Callable[[], None] = lambda: None) -> None:
        self._rig, self._between = rig, between
        self._listeners: list[Callable[[], None]] = []

    @property
    def name(self) -> str:
        """The cluster's name."""
        return "demo"

    async def get(self, name: str) -> RigHost | None:
        """Be the host of a cluster."""
        return self if name == "demo" else None

    async def names(self) -> list[str]:
        """There is one."""
        return ["demo"]

    @property
    def kinds(self) -> ServedKinds:
        """What is served."""
        return self._rig.handler.kinds

    @property
    def position(self) -> SimpleNamespace:
        """The clock."""
        return SimpleNamespace(now=self._rig.clock.now)

    async def serve(self, request: Request) -> Response:
        """Hand a request to the API server."""
        await asyncio.sleep(0)
        return self._moved(self._rig.handler.serve(request))

    async def watch(self, request: Request, on_ready: WatchReady) -> Watch:
        """Open a watch."""
        return self._rig.handler.watch(request, on_ready)

    async def visit(self, credentials: Credentials, verb: str, path: str) -> None:
        """Authorize a path."""
        self._rig.handler.visit(credentials, verb, path)

    @property
    def token_keys(self) -> Obj | None:
        """Those of the rig."""
        return self._rig.handler.token_keys

    async def read(self, call: Callable[[Store], T]) -> T:
        """Read the store."""
        return self._moved(call(self._rig.store))

    def subscribe(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Tell of everything that moves."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def _moved(self, result: T) -> T:
        """Let others have their turn, as they would between two requests."""
        before = self._rig.store.revision
        self._between()
        if self._rig.store.revision != before:
            for listener in list(self._listeners):
                listener()
        return result


@dataclass(frozen=True, slots=True)
class Reply:
    """``headers``: by name in lower case; of a repeated one the last."""

    code: int
    headers: Mapping[str, str]
    content: bytes

    @property
    def obj(self) -> Obj:
        """The document."""
        parsed: Obj = orjson.loads(self.content)
        return parsed


@dataclass(slots=True)
class Door:
    """``is_tls``: the API's own door; the other one has pages beside it, which all say ``a page``. ``audit``: its log, if it has one."""

    rig: Rig = field(default_factory=Rig)
    is_tls: bool = True
    between: Callable[[], None] = lambda: None
    audit: AuditTrail | None = None
    api: KubernetesApi = field(init=False)

    def __post_init__(self) -> None:
        host = RigHost(self.rig, self.between)

        async def pages(scope: Scope, receive: object, send: Callable[..., object]) -> None:
            await send({"type": "http.response.start", "status": 200, "headers": []})  # type: ignore[misc]
            await send({"type": "http.response.body", "body": b"a page"})  # type: ignore[misc]

        self.api = KubernetesApi(lambda: cast(Hosts, host), pages, self.audit)

    def ask(self, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None) -> Reply:
        """Send one request to the end of its answer. ``path``: with its query; ``headers``: on top of the administrator's token."""
        return asyncio.run(self.send(method, path, body, headers))

    async def watch(self, path: str, on_sent: Callable[[int], None], keeps_up: Callable[[], Awaitable[None]]) -> None:
        """Watch to the end. ``on_sent``: told how many bytes each piece has; ``keeps_up``: returns when the client takes more."""
        raw_path, _, query = path.partition("?")
        extensions: Extensions = {"tls": {"client_certificate": b""}, "back_pressure": keeps_up}
        headers = [(b"authorization", f"Bearer {TOKEN}".encode())]
        scope: Scope = {
            "method": "GET",
            "raw_path": raw_path.encode(),
            "query_string": query.encode(),
            "headers": headers,
            "extensions": extensions,
        }
        incoming = [{"type": "http.request", "body": b"", "more_body": False}]

        async def receive() -> dict[str, object]:
            if not incoming:
                await asyncio.Event().wait()
            return incoming.pop()

        async def send(message: dict[str, object]) -> None:
            on_sent(len(cast(bytes, message.get("body", b""))))

        await self.api(scope, receive, send)

    async def send(
        self, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None, takeover: Takeover | None = None
    ) -> Reply:
        """As ``ask``, inside a loop. ``takeover``: the way to the connection; of one that was taken over the code is 101."""
        raw_path, _, query = path.partition("?")
        given = {"authorization": f"Bearer {TOKEN}", "content-type": "application/json"} | dict(headers or {})
        scope: Scope = {
            "method": method,
            "raw_path": raw_path.encode(),
            "query_string": query.encode(),
            "headers": [(name.encode(), value.encode("latin-1")) for name, value in given.items() if value],
            "extensions": {"tls": {"client_certificate": b""}} if self.is_tls else {},
        }
        if takeover is not None:
            scope["extensions"]["takeover"] = takeover
        incoming = [{"type": "http.request", "body": body, "more_body": False}]
        messages: list[dict[str, object]] = []

        async def receive() -> dict[str, object]:
            if incoming:
                return incoming.pop()
            await asyncio.Event().wait()
            return {"type": "http.disconnect"}

        async def send(message: dict[str, object]) -> None:
            messages.append(message)

        await self.api(scope, receive, send)
        if not messages:
            return Reply(101, {}, b"")
        head = messages[0]
        named = {name.decode(): value.decode("latin-1") for name, value in cast(list[tuple[bytes, bytes]], head["headers"])}
        return Reply(cast(int, head["status"]), named, b"".join(cast(bytes, message.get("body", b"")) for message in messages[1:]))
