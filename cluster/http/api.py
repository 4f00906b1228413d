"""The Kubernetes API as an ASGI application: one request in, one answer or one stream of watch events out.

It authenticates nobody and decides nothing: it turns HTTP into a ``Request``, hands it to the cluster's host and writes
out what comes back. Upstream: ``staging/src/k8s.io/apiserver/pkg/endpoints/handlers``.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TypedDict

from cluster.apiserver import discovery, openapi
from cluster.apiserver.request import Credentials, Options, PatchType, Request, User, Watch
from cluster.apiserver.schema.definitions import Typed
from cluster.http import body as request_body
from cluster.http import negotiation, options, render, routes
from cluster.http.body import Receive
from cluster.http.negotiation import Accepted
from cluster.http.routes import Resource
from cluster.machinery.errors import ApiError, internal, not_found_path
from cluster.runner.host import Host, Hosts

logger = logging.getLogger(__name__)

Send = Callable[[dict[str, object]], Awaitable[None]]
Headers = dict[bytes, bytes]

WATCH_SECONDS = 3600
"""How long a watch stays open when the client does not say (upstream: 30 to 60 minutes)."""
_PATIENCE = 1.0
"""Seconds after which an open watch looks at its clock again."""
_HEALTH = ("/healthz", "/livez", "/readyz")


class Scope(TypedDict):
    """What the application reads of an ASGI HTTP scope."""

    method: str
    raw_path: bytes
    query_string: bytes
    headers: list[tuple[bytes, bytes]]
    extensions: dict[str, dict[str, bytes]]


class KubernetesApi:
    """Serves ``/clusters/<name>/{api,apis,openapi,version,healthz,livez,readyz}``; everything else goes to ``pages``.

    Health is answered without a cluster, too: for whoever runs the server, and since ``kubectl get --raw /healthz`` leaves the
    path of its server's address away.
    """

    def __init__(self, hosts: Callable[[], Hosts], pages: Callable[..., Awaitable[None]]) -> None:
        self._hosts, self._pages = hosts, pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        split = routes.split_cluster(scope["raw_path"])
        if split is None and scope["raw_path"].decode("ascii", "replace") in _HEALTH:
            await Exchange(scope, receive, send).answer_health()
            return
        if split is None:
            await self._pages(scope, receive, send)
            return
        exchange = Exchange(scope, receive, send)
        try:
            name, path = split
            hosts = self._hosts()
            host = await hosts.get(name)
            if host is None:
                raise ApiError(404, "NotFound", f'there is no cluster "{name}"; this server has: {", ".join(await hosts.names())}')
            await exchange.answer(host, path)
        except ApiError as error:
            await exchange.refuse(error)
        except request_body.Disconnected:
            return
        except Exception as error:
            logger.exception("%s %r failed", scope["method"], scope["raw_path"])
            await exchange.refuse(internal(str(error)))


class Exchange:
    """One request and its answer."""

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._method, self._receive, self._send = scope["method"], receive, send
        self._query = options.parse_query(scope["query_string"])
        self._headers: Headers = dict(reversed(scope["headers"]))
        self._groups = tuple(value.decode("latin-1") for name, value in scope["headers"] if name == b"impersonate-group")
        self._certificate = (scope.get("extensions") or {}).get("tls", {}).get("client_certificate", b"")
        self._accepted = Accepted()
        self._has_started = False

    async def answer(self, host: Host, path: str) -> None:
        """Serve a path of the API. Raises ApiError."""
        resource = routes.resource_at(path, host.kinds)
        if resource is None:
            await self._answer_without_resource(host, path)
            return
        self._accepted = negotiation.accepted(self._header(b"accept"))
        is_watch = options.is_true(self._query, "watch")
        verb = routes.verb_of(self._method, resource, is_watch=is_watch)
        if verb is None:
            raise _method_not_allowed()
        request = await self._request(verb, resource)
        if verb == "watch":
            await self._stream(host, request)
            return
        response = await host.serve(request)
        include = self._query.get("includeObject", "Metadata")
        content = render.body_of(response, resource.kind, self._accepted, host.position.now, include_object=include)
        await self._write(response.code, self._accepted.media_type, content, response.warnings)

    async def answer_health(self) -> None:
        """Say that the server serves."""
        await self._write(200, "text/plain; charset=utf-8", b"ok")

    async def refuse(self, error: ApiError) -> None:
        """Answer with a Status, unless the answer has begun."""
        if self._has_started:
            return
        if error.code == 404 and not error.reason:
            await self._write(404, "text/plain; charset=utf-8", error.message.encode() + b"\n")
            return
        accepted = self._accepted if error.code != 406 else Accepted()
        await self._write(
            error.code, accepted.media_type, render.status_of(error, accepted), retry_after=(error.details or {}).get("retryAfterSeconds")
        )

    async def _answer_without_resource(self, host: Host, path: str) -> None:
        await host.visit(self._credentials(), self._method.lower(), path)
        if routes.is_resource_path(path):
            raise not_found_path()
        if self._method not in ("GET", "HEAD"):
            raise _method_not_allowed()
        accept = self._header(b"accept")
        if any(path == p or path.startswith(p + "/") for p in _HEALTH):
            await self.answer_health()
            return
        document = openapi.answer(
            path + ("?" + "&".join(f"{k}={v}" for k, v in self._query.items()) if self._query else ""), accept, host.kinds
        )
        if document is not None:
            content_type, content, etag = document
            if etag and self._header(b"if-none-match").strip('"') == etag.strip('"'):
                await self._write(304, content_type, b"", etag=etag)
            else:
                await self._write(200, content_type, content, etag=etag)
            return
        found = discovery.answer(path.rstrip("/") or "/", accept, host.kinds)
        if found is None:
            raise ApiError(404, "", "404 page not found")
        content_type, obj = found
        await self._write(200, content_type, render.encode(obj) + b"\n")

    async def _request(self, verb: str, resource: Resource) -> Request:
        request = Request(
            verb,
            resource.kind,
            self._source(),
            self._credentials(),
            resource.namespace,
            resource.name,
            resource.subresource,
        )
        content_type = self._header(b"content-type")
        if verb in ("get", "list"):
            return replace(request, options=options.from_query(self._query, verb))
        if verb == "watch":
            return self._watch_request(replace(request, options=options.from_query(self._query, verb)))
        if verb in ("delete", "deletecollection"):
            content = await request_body.read(self._receive)
            decoded = request_body.decode_options(content, negotiation.body_type(content_type)) if content else None
            return replace(request, options=options.for_delete(self._query, decoded, verb))
        patch_type = negotiation.patch_type(content_type) if verb == "patch" else None
        media_type = negotiation.body_type(content_type) if patch_type is None else ""
        content = await request_body.read(self._receive)
        request = replace(request, patch_type=patch_type, options=options.from_query(self._query, verb))
        if patch_type is not None:
            return replace(request, body=request_body.decode_patch(content, is_list=patch_type is PatchType.JSON))
        typed: Typed = next((s for s in resource.kind.subresources if s.name == resource.subresource), resource.kind)
        return replace(request, body=request_body.decode(content, media_type, typed))

    def _watch_request(self, request: Request) -> Request:
        if not request.name:
            return request
        by_name = f"metadata.name={request.name}"
        given: Options = request.options
        selector = f"{given.field_selector},{by_name}" if given.field_selector else by_name
        return replace(request, name="", options=replace(given, field_selector=selector))

    async def _stream(self, host: Host, request: Request) -> None:
        """Write events as they come until the client leaves, the time is up or the watch has failed."""
        ready = asyncio.Event()
        watch = await host.watch(request, ready.set)
        gone = asyncio.ensure_future(self._wait_for_disconnect())
        try:
            await self._start(200, self._accepted.media_type, chunked=True)
            await self._send({"type": "http.response.body", "body": b"", "more_body": True})  # the headers leave with the first body
            await self._forward(host, request, watch, ready, gone)
            await self._send({"type": "http.response.body", "body": b"", "more_body": False})
        finally:
            gone.cancel()
            watch.stop()

    async def _forward(self, host: Host, request: Request, watch: Watch, ready: asyncio.Event, gone: asyncio.Future[None]) -> None:
        writer = render.WatchWriter(request.kind, self._accepted, self._query.get("includeObject", "Metadata"))
        loop = asyncio.get_running_loop()
        seconds = request.options.timeout_seconds
        end = loop.time() + (seconds if seconds is not None else WATCH_SECONDS)
        while not gone.done():
            ready.clear()
            lines: list[bytes] = []
            failed = False
            while (event := watch.next()) is not None:
                lines.append(writer.line(event, host.position.now))
                failed = failed or event.type == "ERROR"
            if lines:
                await self._send({"type": "http.response.body", "body": b"".join(lines), "more_body": True})
            if failed or loop.time() >= end:
                return
            try:
                await asyncio.wait_for(ready.wait(), min(_PATIENCE, max(end - loop.time(), 0)))
            except TimeoutError:
                continue

    async def _wait_for_disconnect(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass

    def _credentials(self) -> Credentials:
        scheme, _, token = self._header(b"authorization").partition(" ")
        name = self._header(b"impersonate-user")
        return Credentials(
            token=token.strip() if scheme.lower() == "bearer" else "",
            certificate=self._certificate,
            impersonate=User(name, self._groups) if name else None,
        )

    def _source(self) -> str:
        """Name the client in the trace by what it calls itself."""
        return "kubectl" if self._header(b"user-agent").startswith("kubectl") else "client"

    def _header(self, name: bytes) -> str:
        return self._headers.get(name, b"").decode("latin-1")

    async def _start(
        self,
        code: int,
        content_type: str,
        *,
        length: int | None = None,
        warnings: tuple[str, ...] = (),
        chunked: bool = False,
        etag: str = "",
        retry_after: int | None = None,
    ) -> None:
        headers = [(b"content-type", content_type.encode()), (b"cache-control", b"no-cache, private")]
        if not chunked:
            headers.append((b"content-length", str(length or 0).encode()))
        if etag:
            headers.append((b"etag", f'"{etag.strip(chr(34))}"'.encode()))
        if retry_after:
            headers.append((b"retry-after", str(retry_after).encode()))
        headers += [(b"warning", f"299 - {_quoted(text)}".encode()) for text in warnings]
        self._has_started = True
        await self._send({"type": "http.response.start", "status": code, "headers": headers})

    async def _write(
        self,
        code: int,
        content_type: str,
        content: bytes,
        warnings: tuple[str, ...] = (),
        *,
        etag: str = "",
        retry_after: int | None = None,
    ) -> None:
        await self._start(code, content_type, length=len(content), warnings=warnings, etag=etag, retry_after=retry_after)
        await self._send({"type": "http.response.body", "body": b"" if self._method == "HEAD" else content, "more_body": False})


def _method_not_allowed() -> ApiError:
    return ApiError(405, "MethodNotAllowed", "the server does not allow this method on the requested resource")


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ") + '"'
