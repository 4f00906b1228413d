"""Daphne with two doors: pages and sockets over HTTP, the Kubernetes API over TLS.

Daphne's endpoint strings cannot ask a client for a certificate without demanding one, so the TLS door is opened
here, and closed while the only cluster has no API server (``runner/hosts.py`` says when). The certificate that a client has shown
(already verified against the cluster's CA) goes into the ASGI scope as ``extensions["tls"]["client_certificate"]`` (DER, empty without
one), the place where the ASGI TLS extension keeps such things; that the extension is there says through which door a request came. A
request to the API that would go on with another protocol (``kubectl exec``) reaches the application like any other, with the way to its
connection as ``extensions["takeover"]``; every other one, and a page's WebSocket, has ``extensions["back_pressure"]``, to wait until its
client has taken what was sent.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Protocol

from daphne.http_protocol import HTTPFactory, WebRequest
from daphne.server import Server
from daphne.ws_protocol import WebSocketProtocol
from OpenSSL import SSL, crypto
from twisted.internet import reactor, ssl
from twisted.internet.defer import Deferred, DeferredList, maybeDeferred
from twisted.internet.endpoints import SSL4ServerEndpoint, TCP4ServerEndpoint
from twisted.web.http import datetimeToString

from cluster.http import routes
from cluster.http.api import Extensions
from cluster.http.back_pressure import gate_before, gate_of_request
from cluster.http.kubectl import Kubectl
from cluster.http.pki import Pki
from cluster.http.takeover import take_over
from cluster.runner import hosts


class ListeningPort(Protocol):
    """What of Twisted's IListeningPort is used here."""

    def stopListening(self) -> Deferred[None] | None: ...  # noqa: N802 - Twisted's name


def port_is_free(host: str, port: int) -> bool:
    """Whether a server could listen there now."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def tls_options(pki: Pki) -> ssl.CertificateOptions:
    """TLS 1.2 or newer with the API server's certificate; a client may show one signed by the same CA."""
    key = crypto.load_privatekey(crypto.FILETYPE_PEM, pki.server_key.read_bytes())
    certificate = crypto.load_certificate(crypto.FILETYPE_PEM, pki.server_certificate.read_bytes())
    authority = crypto.load_certificate(crypto.FILETYPE_PEM, pki.ca_certificate.read_bytes())
    options = ssl.CertificateOptions(
        privateKey=key,
        certificate=certificate,
        extraCertChain=[authority],
        raiseMinimumTo=ssl.TLSVersion.TLSv1_2,
        acceptableProtocols=[b"http/1.1"],
    )
    context = options.getContext()
    store = context.get_cert_store()
    if store is None:
        raise OSError("this OpenSSL has no certificate store")
    store.add_cert(authority)
    context.set_verify(SSL.VERIFY_PEER, lambda _connection, _certificate, _error, _depth, is_good: bool(is_good))
    context.set_session_cache_mode(SSL.SESS_CACHE_OFF)
    return options


class PodiumRequest(WebRequest):  # type: ignore[misc]  # daphne has no types
    """A request through either door; one to the API is answered with the ``Date`` that Go's server sends."""

    upgrade = b""

    def process(self) -> object:
        """Hand the request to the application: one to the API whatever protocol it would go on with."""
        if self.isSecure() or _is_api(self.path):
            self.upgrade = (self.requestHeaders.getRawHeaders(b"Upgrade") or [b""])[0]
            self.requestHeaders.removeHeader(b"Upgrade")
            self.setHeader(b"Date", datetimeToString())  # type: ignore[no-untyped-call]
        return super().process()

    def registerProducer(self, producer: object, streaming: bool) -> None:  # noqa: N802 - Twisted's name
        """Pause and resume who answers, unless the client has gone."""
        if self.channel is not None:
            super().registerProducer(producer, streaming)

    def finish(self) -> None:
        """End the answer; nobody has to be paused any more."""
        if self.producer is not None:
            self.unregisterProducer()
        super().finish()


class PodiumFactory(HTTPFactory):  # type: ignore[misc]  # daphne has no types
    """Builds the connections of both doors."""

    def buildProtocol(self, addr: object) -> object:  # noqa: N802 - Twisted's name
        """Return what speaks HTTP on one connection."""
        protocol = super().buildProtocol(addr)
        protocol.requestFactory = PodiumRequest
        return protocol


class PodiumServer(Server):  # type: ignore[misc]  # daphne has no types
    """Daphne, plus the TLS door and an orderly end."""

    def __init__(
        self,
        application: Callable[..., object],
        *,
        host: str,
        port: int,
        api_port: int,
        pki: Pki,
        kubectl: Kubectl,
        on_ready: Callable[[], None],
        on_stop: Callable[[], Awaitable[None]],
    ) -> None:
        super().__init__(application, endpoints=["opened by _open_doors"], server_name="podium")
        self.endpoints: list[str] = []
        self._doors = (
            TCP4ServerEndpoint(reactor, port, interface=host),  # type: ignore[no-untyped-call]
            SSL4ServerEndpoint(reactor, api_port, tls_options(pki), interface=host),  # type: ignore[no-untyped-call]
        )
        self._on_ready, self._on_stop = on_ready, on_stop
        self._kubectl = kubectl
        self._api_port: ListeningPort | None = None
        self._is_changing = False

    def run(self) -> None:
        """Serve until SIGINT or SIGTERM."""
        reactor.callLater(0, self._open_doors)  # type: ignore[arg-type]  # when the loop runs, so that the clusters can be opened on it
        reactor.addSystemEventTrigger("before", "shutdown", self._stop_clusters)  # type: ignore[arg-type]  # declared without phases
        super().run()

    def create_application(self, protocol: object, scope: dict[str, object]) -> object:
        """Start the application for one request or WebSocket."""
        if isinstance(protocol, PodiumRequest):
            scope["extensions"] = _extensions(protocol, self._kubectl)
            if protocol.upgrade:
                scope["headers"] = [*protocol.clean_headers, (b"upgrade", protocol.upgrade)]
        elif isinstance(protocol, WebSocketProtocol):
            scope["extensions"] = {"back_pressure": gate_before(protocol.transport).wait}
        return super().create_application(protocol, scope)

    def kill_all_applications(self) -> object:
        """Cancel what still runs. A connection whose request has not been read yet has no application."""
        for protocol, details in list(self.connections.items()):
            if "application_instance" not in details:
                del self.connections[protocol]
        return super().kill_all_applications()

    def _stop_clusters(self) -> Deferred[None]:
        return Deferred.fromFuture(asyncio.ensure_future(self._on_stop()))

    def _open_doors(self) -> None:
        opening = [door.listen(PodiumFactory(self)) for door in self._doors]  # type: ignore[no-untyped-call]
        for each in opening:
            each.addCallback(self.listen_success)
        opening[-1].addCallback(self._api_opened)
        DeferredList(opening, fireOnOneErrback=True).addCallbacks(lambda _: self._begin(), self.listen_error)

    def listen_success(self, port: ListeningPort) -> ListeningPort:
        """Say where a door is, and hand it on."""
        super().listen_success(port)
        return port

    def _begin(self) -> None:
        self._on_ready()
        hosts.current().follow_shut(self._follow_shut)

    def _api_opened(self, port: ListeningPort) -> None:
        self._api_port, self._is_changing = port, False

    def _api_closed(self, _: object) -> None:
        self._api_port, self._is_changing = None, False

    def _follow_shut(self, is_shut: bool) -> None:
        """Close the API's port, so that a connection is refused, or open it again. What is connected stays so."""
        if self._is_changing or is_shut == (self._api_port is None):
            return
        self._is_changing = True
        if self._api_port is not None:
            maybeDeferred(self._api_port.stopListening).addCallback(self._api_closed)
        else:
            opening = self._doors[-1].listen(PodiumFactory(self))  # type: ignore[no-untyped-call]
            opening.addCallbacks(self._api_opened, self._api_closed)  # taken meanwhile: it is tried again with the next look


def _extensions(request: PodiumRequest, kubectl: Kubectl) -> Extensions:
    """Return what the application may want beside the request: the client's certificate, the connection, a way to run ``kubectl``."""
    found: Extensions = {}
    if request.isSecure():
        peer = request.transport.getPeerCertificate()
        found["tls"] = {"client_certificate": crypto.dump_certificate(crypto.FILETYPE_ASN1, peer) if peer is not None else b""}
    else:
        found["kubectl"] = kubectl
    if request.upgrade:
        found["takeover"] = partial(take_over, request)
    else:
        found["back_pressure"] = gate_of_request(request)
    return found


def _is_api(path: bytes) -> bool:
    split = routes.split_cluster(path)
    return split is not None and routes.is_api_path(split[1])
