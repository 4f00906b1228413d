"""The network as programs see it: whom a connection reaches, what is answered, why nothing is.

Containers, kubelets (probes), the API server (its proxy) and kubectl's port-forward use it; who carries packets and who
rewrites them (the network plugin, kube-proxy's rules on each node) implements it. All meet here and nowhere else.

A question is answered within the call: the answer says how many simulated seconds it took, and who asked lets them pass. Moments in
between are not simulated; every hop of the way is recorded where it happens.

Upstream: ``net/http``, ``net`` (the words of the errors) and the kernel's connect(2).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol


class Failure(StrEnum):
    """Why a connection was not made or did not last, in the kernel's words; why a certificate was not believed, in Go's."""

    REFUSED = "connection refused"
    TIMED_OUT = "i/o timeout"
    NO_ROUTE = "no route to host"
    RESET = "connection reset by peer"
    UNKNOWN_ISSUER = "x509: certificate signed by unknown authority"
    SELF_SIGNED = "x509: certificate is self-signed"


class Trust(StrEnum):
    """Whose certificates a client believes: everybody's, those of the cluster's authority, or those of the world's authorities, of which
    none has signed one here."""

    ANYBODY = "anybody"
    CLUSTER = "cluster"
    WORLD = "world"


class NetworkError(Exception):
    """Nothing was answered. ``seconds``: simulated time until that is known (a refusal at once, a lost packet never: inf)."""

    def __init__(self, failure: Failure, seconds: float = 0.0) -> None:
        super().__init__(failure.value)
        self.failure, self.seconds = failure, seconds


@dataclass(frozen=True, slots=True)
class Peer:
    """Who opens a connection: a pod on a node, or the node itself.

    ``ip``: its address (on the host's network the node's); ``pod``: ``namespace/name``, empty for a process of the node.
    """

    node: str
    ip: str
    pod: str = ""


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """An HTTP request. Header names are lower case; ``path`` includes the query; ``tls``: whether it is HTTPS; ``trust``: whom
    its client believes then."""

    method: str = "GET"
    path: str = "/"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    tls: bool = False
    trust: Trust = Trust.ANYBODY


@dataclass(frozen=True, slots=True)
class HttpResponse:
    """What came back, and after how many simulated seconds. ``pod``: ``namespace/name`` of who answered (empty: no pod)."""

    code: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    pod: str = ""


def show_certificate(request: HttpRequest, *, is_of_cluster: bool = False) -> None:
    """Let a client look at the certificate of who answers: one of the cluster's authority, or a self-signed one. Raises NetworkError."""
    if not request.tls or request.trust is Trust.ANYBODY or (is_of_cluster and request.trust is Trust.CLUSTER):
        return
    raise NetworkError(Failure.UNKNOWN_ISSUER if is_of_cluster else Failure.SELF_SIGNED)


class DnsCode(StrEnum):
    """The response codes of DNS that a resolver tells apart."""

    NOERROR = "NOERROR"
    NXDOMAIN = "NXDOMAIN"
    SERVFAIL = "SERVFAIL"
    REFUSED = "REFUSED"


@dataclass(frozen=True, slots=True)
class DnsQuestion:
    """``name``: fully qualified, with its final dot; ``type``: A, AAAA, SRV, PTR, CNAME."""

    name: str
    type: str = "A"


@dataclass(frozen=True, slots=True)
class DnsRecord:
    """One resource record; ``data`` as dig prints it: an address, a name, ``0 100 80 web.default.svc.cluster.local.``"""

    name: str
    type: str
    ttl: int
    data: str


@dataclass(frozen=True, slots=True)
class DnsAnswer:
    """``records`` is empty when the name exists and has none of this type (NODATA), and when the code is not NOERROR."""

    code: DnsCode
    records: tuple[DnsRecord, ...] = ()
    seconds: float = 0.0


class Connection(Protocol):
    """An open TCP connection, seen from who opened it."""

    def send(self, data: bytes) -> None:
        """Send bytes; what the other side answers at once can be read after it."""
        ...

    def read(self) -> bytes:
        """Return what has arrived since the last time, nothing if nothing has."""
        ...

    @property
    def is_open(self) -> bool:
        """Whether the other side has not closed it."""
        ...

    def close(self) -> None:
        """Close it. Harmless when done before."""
        ...


class Network(Protocol):
    """What a peer can reach. ``address`` is an IP address: names are resolved before, by ``lookup`` at a DNS server."""

    def http(self, peer: Peer, address: str, port: int, request: HttpRequest) -> HttpResponse:
        """Send a request over a connection of its own. Raises NetworkError."""
        ...

    def connect(self, peer: Peer, address: str, port: int) -> Connection:
        """Open a TCP connection. Raises NetworkError."""
        ...

    def lookup(self, peer: Peer, server: str, question: DnsQuestion) -> DnsAnswer:
        """Ask the DNS server at an address over UDP port 53. Raises NetworkError."""
        ...


class PodServer(Protocol):
    """The receiving end: what listens in the sandboxes of one node. Implemented by its container runtime."""

    def http(self, ip: str, port: int, peer: Peer, request: HttpRequest) -> HttpResponse:
        """Let what listens on a port of the sandbox with this address answer. Raises NetworkError."""
        ...

    def connect(self, ip: str, port: int, peer: Peer) -> Connection:
        """Accept a TCP connection. Raises NetworkError."""
        ...

    def lookup(self, ip: str, peer: Peer, question: DnsQuestion) -> DnsAnswer:
        """Let what listens on UDP port 53 answer. Raises NetworkError."""
        ...


class NoNetwork:
    """A network without anybody on it."""

    def http(self, peer: Peer, address: str, port: int, request: HttpRequest) -> HttpResponse:
        """Find nobody. Raises NetworkError."""
        raise NetworkError(Failure.NO_ROUTE)

    def connect(self, peer: Peer, address: str, port: int) -> Connection:
        """Find nobody. Raises NetworkError."""
        raise NetworkError(Failure.NO_ROUTE)

    def lookup(self, peer: Peer, server: str, question: DnsQuestion) -> DnsAnswer:
        """Find nobody. Raises NetworkError."""
        raise NetworkError(Failure.NO_ROUTE)
