"""What listens in the sandboxes of a node, as the network finds it. Implements ``PodServer``.

Real programs open sockets. Here an image's row says on which ports its program listens.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from cluster.container_runtime.images import row
from cluster.container_runtime.metadata import Metadata
from cluster.container_runtime.records import ContainerRecord, PodRecord
from cluster.machinery.network import (
    Connection,
    DnsAnswer,
    DnsQuestion,
    Failure,
    HttpRequest,
    HttpResponse,
    NetworkError,
    Peer,
)


class Listeners:
    """The receiving end of one node's network. ``node_ip``: the address of pods on the host's network."""

    def __init__(self, metadata: Metadata, node_ip: Callable[[], str]) -> None:
        self._metadata, self._node_ip = metadata, node_ip

    def http(self, ip: str, port: int, peer: Peer, request: HttpRequest) -> HttpResponse:
        """Let what listens on a port of the sandbox with this address answer. Raises NetworkError."""
        pod, _ = self._listening(ip, port)
        return HttpResponse(200, pod=pod.key)

    def connect(self, ip: str, port: int, peer: Peer) -> Connection:
        """Accept a TCP connection. Raises NetworkError."""
        self._listening(ip, port)
        return _Silence()

    def lookup(self, ip: str, peer: Peer, question: DnsQuestion) -> DnsAnswer:
        """Find no DNS server. Raises NetworkError."""
        raise NetworkError(Failure.REFUSED)

    def _listening(self, ip: str, port: int) -> tuple[PodRecord, ContainerRecord]:
        pods = self._pods(ip)
        if not pods:
            raise NetworkError(Failure.NO_ROUTE, 3.0)
        for pod, container in _running(pods):
            if port in row(container.image).ports:
                return pod, container
        raise NetworkError(Failure.REFUSED)

    def _pods(self, ip: str) -> list[PodRecord]:
        return self._metadata.at("" if ip == self._node_ip() else ip)


def _running(pods: list[PodRecord]) -> Iterator[tuple[PodRecord, ContainerRecord]]:
    return ((pod, container) for pod in pods for container in pod.containers if container.is_running)


class _Silence:
    """A connection to somebody who says nothing."""

    is_open = True

    def send(self, data: bytes) -> None:
        """Nobody reads it."""

    def read(self) -> bytes:
        """Nothing comes."""
        return b""

    def close(self) -> None:
        """Close it."""
        self.is_open = False
