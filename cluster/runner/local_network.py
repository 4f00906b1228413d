"""The network of a cluster whose nodes reach their own pods and nobody else's: enough for probes and hooks.

A kubelet's connection to a pod of its own node crosses no network: it is handed to what listens in that node's sandboxes.
"""

from __future__ import annotations

from collections.abc import Callable

from cluster.machinery.network import (
    Connection,
    DnsAnswer,
    DnsQuestion,
    HttpRequest,
    HttpResponse,
    Peer,
    PodServer,
)


class LocalNetwork:
    """A Network. ``pods`` gives what listens on a node, by the node's name."""

    def __init__(self, pods: Callable[[str], PodServer]) -> None:
        self._pods = pods

    def http(self, peer: Peer, address: str, port: int, request: HttpRequest) -> HttpResponse:
        """Send a request to a pod of the peer's node. Raises NetworkError."""
        return self._pods(peer.node).http(address, port, peer, request)

    def connect(self, peer: Peer, address: str, port: int) -> Connection:
        """Connect to a pod of the peer's node. Raises NetworkError."""
        return self._pods(peer.node).connect(address, port, peer)

    def lookup(self, peer: Peer, server: str, question: DnsQuestion) -> DnsAnswer:
        """Ask a DNS server among the pods of the peer's node. Raises NetworkError."""
        return self._pods(peer.node).lookup(server, peer, question)
