"""A network whose answers a test decides: by port, 200 where it says nothing."""

from __future__ import annotations

from cluster.machinery.network import Connection, DnsAnswer, DnsQuestion, HttpRequest, HttpResponse, NetworkError, Peer


class FakeNetwork:
    """``answers``: status code and seconds, or the error, by port. ``asked`` keeps every request and connection."""

    def __init__(self, **answers: int | NetworkError) -> None:
        self.answers: dict[int, int | NetworkError] = {int(port.removeprefix("p")): answer for port, answer in answers.items()}
        self.seconds = 0.0
        self.asked: list[tuple[Peer, str, int, HttpRequest | None]] = []

    def http(self, peer: Peer, address: str, port: int, request: HttpRequest) -> HttpResponse:
        self.asked.append((peer, address, port, request))
        answer = self.answers.get(port, 200)
        if isinstance(answer, NetworkError):
            raise answer
        return HttpResponse(answer, seconds=self.seconds)

    def connect(self, peer: Peer, address: str, port: int) -> Connection:
        self.asked.append((peer, address, port, None))
        answer = self.answers.get(port, 200)
        if isinstance(answer, NetworkError):
            raise answer
        return _Open()

    def lookup(self, peer: Peer, server: str, question: DnsQuestion) -> DnsAnswer:
        raise NotImplementedError


class _Open:
    """A connection on which nothing is said."""

    is_open = True

    def send(self, data: bytes) -> None:
        """Lose it."""

    def read(self) -> bytes:
        return b""

    def close(self) -> None:
        """Nothing is to be done."""
