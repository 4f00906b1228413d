"""One request to a cluster's API and its answer.

What is wrong with a request itself (its media type, its options, its body) travels on with it, since the real server
says it only to who is allowed to make the request: authentication and authorization come first.

Upstream: ``staging/src/k8s.io/apiserver/pkg/endpoints/handlers/{create,update,patch,delete,get,rest}.go``.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import parse_qs

from django.conf import settings

from cluster.apiserver import discovery, openapi
from cluster.apiserver.request import Request, Response, Watch
from cluster.http import body as request_body
from cluster.http import health, negotiation, openid, options, render, routes, simulation, upgrade
from cluster.http.answer import TEXT, Answer, Send
from cluster.http.audit.audited import Audited
from cluster.http.back_pressure import KeepsUp, always
from cluster.http.body import Receive
from cluster.http.credentials import credentials_of
from cluster.http.input import READS, brings_body, with_input
from cluster.http.load import MUTATING, READ_ONLY, Load
from cluster.http.metrics import CONTENT_TYPE, Metrics
from cluster.http.negotiation import Accepted
from cluster.http.routes import Resource
from cluster.http.streaming.negotiation import protocol_for
from cluster.http.streaming.proxying import headers_for, pass_on
from cluster.http.streaming.streamer import Streamer
from cluster.http.upgrade import Asked, Takeover
from cluster.http.watch_sinks import Sink, SocketSink, StreamSink
from cluster.machinery.errors import ApiError, not_found_path
from cluster.machinery.meta import Obj
from cluster.machinery.network import HttpRequest
from cluster.runner.host import Host
from cluster.runner.waiting import until_set

WATCH_SECONDS = 3600
"""How long a watch stays open when the client does not say (upstream: 30 to 60 minutes)."""
_PATIENCE = 1.0
"""Seconds after which an open watch looks at its clock again."""
_PIECE = 256 * 1024
"""Bytes of events from which on they are sent before others are taken: what a client does not read stays where it waits."""
TEXT_PLAIN = "text/plain"


class Exchange:
    """``certificate``: the client's, DER, as TLS has verified it; empty without one. ``takeover``: the way to the connection, None where
    the server has none; ``keeps_up``: returns when the client takes more."""

    def __init__(
        self,
        method: str,
        query: bytes,
        headers: Sequence[tuple[bytes, bytes]],
        certificate: bytes,
        receive: Receive,
        send: Send,
        takeover: Takeover | None = None,
        keeps_up: KeepsUp = always,
    ) -> None:
        self._method, self._receive, self._query_string = method, receive, query
        self._query = options.parse_query(query)
        self._all_headers = headers
        self._headers = dict(reversed(headers))
        self._credentials = credentials_of(headers, certificate)
        self._accepted = Accepted()
        self._audited: Audited | None = None
        self._takeover, self._protocol = takeover, ""
        self._question: Asked | None = None
        self.answer = Answer(send, method, self._headers, keeps_up)
        self.outcome: Response | ApiError | None = None

    def follow(self, audited: Audited) -> None:
        """Let the audit log hear of the request."""
        self._audited = audited
        self._credentials = replace(self._credentials, audit=audited.context)

    async def serve(self, host: Host, path: str, load: Load, metrics: Metrics) -> None:
        """Serve a path of the API. Raises ApiError."""
        resource = routes.resource_at(path, host.kinds)
        if resource is None:
            await self._serve_without_resource(host, path, load, metrics)
            return
        request = await self._request(resource)
        if self._audited is not None:
            self._audited.request = request
        if request.verb == "watch":
            await self._stream(host, request, metrics)
            return
        if resource.is_connect:
            await self._connect(host, request, metrics)
            return
        begun = asyncio.get_running_loop().time()
        size = 0
        try:
            with load.one(READ_ONLY if request.verb in READS else MUTATING):
                response = await host.serve(request)
            self.outcome = response
            if response.text is not None:
                size = await self._write_text(host, response)
            else:
                size = await self._write_object(host, resource, response)
        except ApiError as error:
            await self.refuse(error)
        metrics.served(request, self.answer.code, asyncio.get_running_loop().time() - begun, size)

    async def _write_object(self, host: Host, resource: Resource, response: Response) -> int:
        """Answer with an object or a list; return how many bytes it was."""
        include = self._query.get("includeObject", "Metadata")
        content = render.body_of(response, resource.kind, self._accepted, host.position.now, include)
        await self.answer.write(response.code, self._accepted.media_type, content, warnings=response.warnings)
        return len(content)

    async def refuse(self, error: ApiError) -> None:
        """Answer with a Status, unless the answer has begun."""
        if self.answer.has_begun:
            return
        self.outcome = error
        if error.code == 404 and not error.reason:
            await self.answer.write(404, TEXT, error.message.encode() + b"\n")
            return
        accepted = self._accepted if error.code != 406 else Accepted()
        seconds = (error.details or {}).get("retryAfterSeconds")
        headers = [(b"retry-after", str(seconds).encode())] if seconds else []
        content = render.status_of(error, accepted)
        await self.answer.write(error.code, accepted.media_type, content, warnings=error.warnings, headers=headers)

    async def _write_text(self, host: Host, response: Response) -> int:
        """Answer with text, and go on with it while there is a log that is followed; return how many bytes it was."""
        text, log = response.text or b"", response.log
        if log is None:
            await self.answer.write(response.code, TEXT_PLAIN, text)
            return len(text)
        gone, moved = asyncio.ensure_future(self._wait_for_disconnect()), asyncio.Event()
        unsubscribe = host.subscribe(moved.set)
        size = len(text)
        try:
            await self.answer.begin(TEXT_PLAIN)
            await self.answer.chunk(text)
            while not gone.done() and not log.is_over:
                moved.clear()
                text = await host.read(lambda store: log.read())
                size += len(text)
                if text:
                    await self.answer.chunk(text)
                elif not log.is_over:
                    await asyncio.wait((asyncio.ensure_future(moved.wait()), gone), timeout=_PATIENCE, return_when=asyncio.FIRST_COMPLETED)
            await self.answer.end()
        finally:
            gone.cancel()
            unsubscribe()
        return size

    async def _serve_without_resource(self, host: Host, path: str, load: Load, metrics: Metrics) -> None:
        await host.visit(self._credentials, self._method.lower(), path)
        if health.is_health_path(path):
            code, text = await health.report(path, self._query_string, host)
            await self.answer.write(code, TEXT, text.encode())
            return
        if path == "/metrics":
            await self.answer.write(200, CONTENT_TYPE, await metrics.text(host, load.in_flight))
            return
        document = await self._simulation(host, path)
        if document is not None:
            await self.answer.write(200, negotiation.JSON, render.encode(document) + b"\n")
            return
        if path in openid.PATHS and host.token_keys is not None:
            content_type, obj = openid.answer(path, f"https://{self._header(b'host')}/clusters/{host.name}", host.token_keys)
            await self.answer.write(200, content_type, render.encode(obj))
            return
        if not await self._serve_document(host, path):
            raise not_found_path() if routes.is_below_a_service(path, host.kinds) else ApiError(404, "", "404 page not found")

    async def _simulation(self, host: Host, path: str) -> Obj | None:
        if self._method == "PUT":
            return await simulation.configure(host, path, (await request_body.read(self._receive)).decode(errors="replace"))
        return await simulation.answer(host, path, self._query)

    async def _serve_document(self, host: Host, path: str) -> bool:
        """Answer with discovery or OpenAPI; false when the path is neither's. Raises ApiError."""
        accept = self._header(b"accept")
        document = openapi.answer(path, accept, host.kinds)
        if document is not None:
            content_type, content, etag = document
            headers = [(b"etag", f'"{etag.strip(chr(34))}"'.encode())]
            if self._header(b"if-none-match").strip('"') == etag.strip('"'):
                await self.answer.write(304, content_type, b"", headers=headers)
            else:
                await self.answer.write(200, content_type, content, headers=headers)
            return True
        found = discovery.answer(path.rstrip("/") or "/", accept, host.kinds)
        if found is None:
            return False
        if self._method not in ("GET", "HEAD"):
            raise negotiation.method_not_allowed()
        content_type, obj = found
        await self.answer.write(200, content_type, render.encode(obj) + b"\n")
        return True

    async def _request(self, resource: Resource) -> Request:
        """Return what is asked for, with its fault when it cannot be served so."""
        verb = routes.verb_of(self._method, resource, is_watch=options.is_true(self._query, "watch"))
        request = Request(verb, resource.kind, self._source(), self._credentials, resource.namespace, resource.name, resource.subresource)
        request = request._replace(user_agent=self._header(b"user-agent"))
        try:
            if not routes.is_served(verb, resource):
                raise negotiation.method_not_allowed()
            if resource.is_text:
                return request._replace(query=self._query)
            if resource.subresource == routes.PROXY:
                return await self._with_proxied(request, resource)
            if resource.is_connect:
                return self._with_protocol(request)
            self._accepted = negotiation.accepted(self._header(b"accept"), self._header(b"user-agent"), self._query.get("pretty", ""))
            if verb == "watch":
                negotiation.check_streams(self._accepted)
                self._question = self._socket_wanted()
            render.check_include_object(self._accepted, self._query.get("includeObject", ""))
            content_type = self._header(b"content-type")
            content = await request_body.read(self._receive) if brings_body(verb, content_type) else b""
            return with_input(request, resource, self._query, content_type, content)
        except ApiError as error:
            return request._replace(fault=error)

    async def _stream(self, host: Host, request: Request, metrics: Metrics) -> None:
        """Write events as they come until the client leaves, the time is up or the watch has failed."""
        ready = asyncio.Event()
        watch = await host.watch(request, ready.set)
        metrics.watch_opened(request)
        if self._audited is not None:
            self._audited.started(host.position.now)
        sink = self._sink(request)
        await sink.begin()
        gone = asyncio.ensure_future(sink.gone())
        try:
            await self._forward(host, request, watch, ready, gone, metrics, sink)
            await sink.end()
        finally:
            gone.cancel()
            watch.stop()
            metrics.watch_closed(request)

    def _sink(self, request: Request) -> Sink:
        question, takeover = self._question, self._takeover
        if question is not None and takeover is not None:
            self.answer.code = 101
            return SocketSink(lambda: takeover(upgrade.accepted(question, "")))
        warnings = [request.kind.deprecation] if request.kind.deprecation else []
        return StreamSink(self.answer, self._accepted.media_type, warnings, self._wait_for_disconnect)

    async def _forward(
        self, host: Host, request: Request, watch: Watch, ready: asyncio.Event, gone: asyncio.Future[None], metrics: Metrics, sink: Sink
    ) -> None:
        writer = render.WatchWriter(request.kind, self._accepted, self._query.get("includeObject", "Metadata"))
        loop = asyncio.get_running_loop()
        seconds = request.options.timeout_seconds
        end = loop.time() + (seconds if seconds else WATCH_SECONDS)
        while not gone.done():
            ready.clear()
            lines: list[bytes] = []
            failed, room = False, _PIECE
            while room > 0 and not failed and (event := watch.next()) is not None:
                failed = event.type in ("ERROR", "END")
                if event.type == "END":
                    break
                lines.append(writer.line(event, host.position.now))
                room -= len(lines[-1])
            if lines:
                await sink.send(lines)
                metrics.sent(request.kind, len(lines))
            if failed or loop.time() >= end:
                return
            if watch.has_more:
                continue
            await until_set(ready, min(_PATIENCE, max(end - loop.time(), 0)))

    async def _wait_for_disconnect(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass

    def _socket_wanted(self) -> Asked | None:
        """Return the WebSocket that a watch would go on over. Raises ApiError."""
        question = upgrade.asked(self._all_headers) if self._takeover is not None else None
        if question is None or question.kind != upgrade.WEBSOCKET:
            return None
        upgrade.check_origin(self._headers, settings.ALLOWED_HOSTS)
        return question

    def _with_protocol(self, request: Request) -> Request:
        """Return the request with what it would go on with. Raises ApiError."""
        request = request._replace(repeated=parse_qs(self._query_string.decode("latin-1"), keep_blank_values=True))
        question = upgrade.asked(self._all_headers) if self._takeover is not None else None
        if question is None:
            return request
        upgrade.check_origin(self._headers, settings.ALLOWED_HOSTS)
        self._question, self._protocol = question, protocol_for(question, request.subresource)
        return request._replace(protocol=self._protocol or question.kind)

    async def _with_proxied(self, request: Request, resource: Resource) -> Request:
        """Return the request with what is to be passed on. Raises ApiError."""
        query = self._query_string.decode("latin-1")
        path = f"{resource.rest}?{query}" if query else resource.rest
        body = await request_body.read(self._receive)
        return request._replace(proxied=HttpRequest(self._method, path, headers_for(self._headers), body))

    async def _connect(self, host: Host, request: Request, metrics: Metrics) -> None:
        """Let bytes flow until one of the sides has gone."""
        begun, size = asyncio.get_running_loop().time(), 0
        try:
            if request.proxied is not None and not request.proxied.path.startswith("/") and self._method in ("GET", "HEAD"):
                await self.answer.write(301, TEXT, b"", headers=[(b"location", f"{routes.PROXY}/{request.proxied.path}".encode())])
                return
            response = await host.serve(request)
            if self._audited is not None:
                self._audited.started(host.position.now)
            self.outcome = response
            if request.proxied is not None and response.session is not None:
                size = await pass_on(host, response.session, self.answer)
            if self._question is not None and self._takeover is not None:
                await Streamer(host, self._question, self._protocol, self._takeover, self.answer).serve(request, response)
        except ApiError as error:
            await self.refuse(error)
        metrics.served(request, self.answer.code, asyncio.get_running_loop().time() - begun, size)

    def _source(self) -> str:
        """Name the client in the trace by what it calls itself."""
        return "kubectl" if self._header(b"user-agent").startswith("kubectl") else "client"

    def _header(self, name: bytes) -> str:
        return self._headers.get(name, b"").decode("latin-1")
