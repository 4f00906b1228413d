"""Daphne with two doors: pages and sockets over HTTP, the Kubernetes API over TLS.

Daphne's endpoint strings cannot ask a client for a certificate without demanding one, so the TLS door is opened
here; the certificate that a client has shown (already verified against the cluster's CA) goes into the ASGI scope as
``extensions["tls"]["client_certificate"]`` (DER, empty without one), the place where the ASGI TLS extension keeps such things; that
the extension is there says through which door a request came. No WebSocket leads into the API: an upgrade (``kubectl exec``) is
taken for the plain request that it is as well, and answered with a Status.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable
from typing import TypedDict

from daphne.http_protocol import HTTPFactory, WebRequest
from daphne.server import Server
from OpenSSL import SSL, crypto
from twisted.internet import reactor, ssl
from twisted.internet.defer import Deferred
from twisted.internet.endpoints import SSL4ServerEndpoint
from twisted.web.http import datetimeToString

from cluster.http.pki import Pki


class TlsExtension(TypedDict):
    """What the API finds in the scope of a TLS connection. ``client_certificate``: DER, empty when none was shown."""

    client_certificate: bytes


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


class ApiRequest(WebRequest):  # type: ignore[misc]  # daphne has no types
    """A request through the TLS door: always plain HTTP, answered with the ``Date`` that Go's server sends."""

    def process(self) -> object:
        """Hand the request to the application, whatever protocol it would go on with."""
        self.requestHeaders.removeHeader(b"Upgrade")
        self.setHeader(b"Date", datetimeToString())  # type: ignore[no-untyped-call]
        return super().process()


class ApiFactory(HTTPFactory):  # type: ignore[misc]  # daphne has no types
    """Builds the connections of the TLS door."""

    def buildProtocol(self, addr: object) -> object:  # noqa: N802 - Twisted's name
        """Return what speaks HTTP on one connection."""
        protocol = super().buildProtocol(addr)
        protocol.requestFactory = ApiRequest
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
        on_ready: Callable[[], None],
        on_stop: Callable[[], Awaitable[None]],
    ) -> None:
        interface = host.replace(":", r"\:")
        super().__init__(application, endpoints=[f"tcp:{port}:interface={interface}"], server_name="podium")
        self._tls = SSL4ServerEndpoint(reactor, api_port, tls_options(pki), interface=host)  # type: ignore[no-untyped-call]
        self._on_ready, self._on_stop = on_ready, on_stop

    def run(self) -> None:
        """Serve until SIGINT or SIGTERM."""
        reactor.callLater(0, self._open_tls_door)  # type: ignore[arg-type]  # when the loop runs, so that the clusters can be opened on it
        reactor.addSystemEventTrigger("before", "shutdown", self._stop_clusters)  # type: ignore[arg-type]  # declared without phases
        super().run()

    def create_application(self, protocol: object, scope: dict[str, object]) -> object:
        """Start the application for one connection, telling it the client's certificate."""
        show = getattr(getattr(protocol, "transport", None), "getPeerCertificate", None)
        if show is not None and scope["type"] == "http":
            peer = show()
            tls: TlsExtension = {"client_certificate": crypto.dump_certificate(crypto.FILETYPE_ASN1, peer) if peer is not None else b""}
            scope["extensions"] = {"tls": tls}
        return super().create_application(protocol, scope)

    def kill_all_applications(self) -> object:
        """Cancel what still runs. A connection whose request has not been read yet has no application."""
        for protocol, details in list(self.connections.items()):
            if "application_instance" not in details:
                del self.connections[protocol]
        return super().kill_all_applications()

    def _stop_clusters(self) -> Deferred[None]:
        return Deferred.fromFuture(asyncio.ensure_future(self._on_stop()))

    def _open_tls_door(self) -> None:
        listening = self._tls.listen(ApiFactory(self))  # type: ignore[no-untyped-call]
        listening.addCallback(self.listen_success)
        listening.addCallback(lambda _: self._on_ready())
        listening.addErrback(self.listen_error)
