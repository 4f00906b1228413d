"""A request that the API server has passed on, as one end of a session: it is answered once, when simulated time has come to that.

Upstream: ``net/http`` (``Transport``, its dialer's 30 seconds).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from cluster.machinery.kubelet_server import Ending, HttpReply, Input
from cluster.machinery.network import Failure, HttpRequest, HttpResponse, Network, NetworkError, Peer

DIAL_TIMEOUT = 30.0
"""Seconds after which nobody waits any longer for a packet that got lost."""
Later = Callable[[float, Callable[[], None]], None]
"""Calls something after so many simulated seconds."""


class ProxiedRequest:
    """Implements ``FarEnd``. ``wake`` is called when the answer is there."""

    def __init__(self, network: Network, peer: Peer, address: str, port: int, request: HttpRequest) -> None:
        self._is_due = False
        self._reply: HttpReply | None = None
        self._ending = Ending()
        self.seconds = 0.0
        try:
            response = network.http(peer, address, port, request)
            self._reply, self.seconds = _reply(response), response.seconds
        except NetworkError as error:
            self._ending = Ending(error=_dialling(address, port, error))
            self.seconds = min(error.seconds, DIAL_TIMEOUT)

    def deliver(self) -> None:
        """Let the answer be there."""
        self._is_due = True

    def take(self, pieces: Sequence[Input]) -> None:
        """Everything was sent with the request."""

    def output(self) -> Sequence[HttpReply]:
        """Return the answer, once."""
        reply = self._reply
        if reply is None or not self._is_due:
            return ()
        self._reply = None
        return (reply,)

    @property
    def ending(self) -> Ending | None:
        """It ends with the answer."""
        return self._ending if self._is_due else None

    def leave(self) -> None:
        """Nothing is held."""


def _reply(response: HttpResponse) -> HttpReply:
    return HttpReply(response.code, tuple(response.headers.items()), response.body)


def _dialling(address: str, port: int, error: NetworkError) -> str:
    """Say what went wrong as Go's dialer does."""
    what = str(error) if error.failure is Failure.TIMED_OUT else f"connect: {error}"
    return f"dial tcp {address}:{port}: {what}"
