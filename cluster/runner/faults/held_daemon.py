"""A component in a container whose process can be halted, as by ``kill -STOP``: its container runs on, and nobody answers there.

A probe finds that out and has the kubelet start the container again, which does not help while the fault lasts. What kube-proxy has told
the node's kernel stays as it was.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from cluster.machinery.daemons import Daemon, DaemonError
from cluster.machinery.network import DnsAnswer, DnsQuestion, Failure, HttpRequest, HttpResponse, NetworkError


class HeldDaemon:
    """A Daemon. ``make`` starts what it stands for. Raises DaemonError when it is made without being held and that cannot start."""

    def __init__(self, make: Callable[[], Daemon], on_stop: Callable[[HeldDaemon], None], *, is_held: bool) -> None:
        self._make, self._on_stop = make, on_stop
        self._inner = None if is_held else make()

    def follow(self, *, is_held: bool) -> None:
        """Halt, or go on from the beginning."""
        if is_held and self._inner is not None:
            self._inner.stop()
            self._inner = None
        elif not is_held and self._inner is None:
            with suppress(DaemonError):  # it stays as it is, and its probe has it started again
                self._inner = self._make()

    def stop(self) -> None:
        """End at once."""
        if self._inner is not None:
            self._inner.stop()
        self._on_stop(self)

    def ports(self) -> tuple[int, ...]:
        """Return the ports of who listens."""
        return self._inner.ports() if self._inner is not None else ()

    def http(self, port: int, request: HttpRequest) -> HttpResponse:
        """Let it answer. Raises NetworkError when it is halted."""
        if self._inner is None:
            raise NetworkError(Failure.REFUSED)
        return self._inner.http(port, request)

    def lookup(self, question: DnsQuestion) -> DnsAnswer | None:
        """Let it answer, if it can."""
        return self._inner.lookup(question) if self._inner is not None else None
