"""Components of the cluster that run in containers: kube-proxy and CoreDNS, as kubeadm installs them.

Their images hold no program that could be interpreted. When the runtime starts a container of one of them, it starts the real
component of this simulation instead, and stops it when the container ends: a killed CoreDNS answers nobody. Runtime and components
meet here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from cluster.machinery.network import DnsAnswer, DnsQuestion, HttpRequest, HttpResponse


@dataclass(frozen=True, slots=True)
class DaemonPlace:
    """Where a component runs. ``mounts``: container path -> path on the node; ``ip`` is the node's on the host's network; ``is_new``: it
    begins now, and is not one that is found running; ``give_up``: ends its container, with a last line and an exit code."""

    node: str
    namespace: str
    pod: str
    ip: str
    args: tuple[str, ...] = ()
    mounts: Mapping[str, str] | None = None
    is_new: bool = True
    give_up: Callable[[str, int], None] = field(default=lambda line, code: None, compare=False)


class Daemon(Protocol):
    """A component that runs in a container."""

    def stop(self) -> None:
        """End at once; what it has told the node's kernel stays."""
        ...

    def ports(self) -> tuple[int, ...]:
        """Return the TCP ports it listens on."""
        ...

    def http(self, port: int, request: HttpRequest) -> HttpResponse:
        """Answer on one of its ports (health, readiness, metrics)."""
        ...

    def lookup(self, question: DnsQuestion) -> DnsAnswer | None:
        """Answer a DNS question; None: it is no DNS server."""
        ...


class DaemonError(Exception):
    """A component cannot run with its configuration. The text is what it writes before it ends with code 1."""


class Daemons(Protocol):
    """Who makes them."""

    def start(self, repository: str, place: DaemonPlace) -> Daemon | None:
        """Start the component of an image (``kube-proxy``, ``coredns/coredns``); None: the image is no component.

        Raises DaemonError.
        """
        ...


class NoDaemons:
    """No image is a component."""

    def start(self, repository: str, place: DaemonPlace) -> Daemon | None:
        """Start nothing."""
        return None
