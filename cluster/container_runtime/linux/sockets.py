"""The network as a sandbox's programs have it: its own addresses, everybody else's, and names.

Names are resolved as the C library does it: ``/etc/hosts`` first, then the servers of ``/etc/resolv.conf`` with its search list.

Upstream: resolver(3), resolv.conf(5), hosts(5).
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable
from dataclasses import dataclass

from cluster.container_runtime.linux.files import FileError, FileSystem
from cluster.machinery.network import (
    Connection,
    DnsAnswer,
    DnsCode,
    DnsQuestion,
    HttpRequest,
    HttpResponse,
    Network,
    NetworkError,
    Peer,
    PodServer,
)

HOSTS, RESOLV_CONF = "/etc/hosts", "/etc/resolv.conf"
DNS_TIMEOUT, DNS_ATTEMPTS = 5.0, 2


class ResolveError(Exception):
    """A name without an address. ``is_unknown``: a server has said so; else nobody has answered within ``seconds``."""

    def __init__(self, name: str, seconds: float, *, is_unknown: bool) -> None:
        super().__init__(name)
        self.seconds, self.is_unknown = seconds, is_unknown


@dataclass(frozen=True, slots=True)
class Resolved:
    """The addresses of a name, and how long it took to find them."""

    addresses: tuple[str, ...]
    seconds: float


@dataclass(frozen=True, slots=True)
class ResolvConf:
    """What is written in ``/etc/resolv.conf``."""

    servers: tuple[str, ...]
    searches: tuple[str, ...]
    ndots: int


class Sockets:
    """One sandbox's network. ``peer``: who it is to others; ``local``: what listens in the sandbox itself."""

    def __init__(self, network: Network, local: PodServer, peer: Callable[[], Peer]) -> None:
        self._network, self._local, self._peer = network, local, peer

    @property
    def ip(self) -> str:
        """The sandbox's address."""
        return self._peer().ip

    def http(self, address: str, port: int, request: HttpRequest) -> HttpResponse:
        """Send a request. Raises NetworkError."""
        peer = self._peer()
        if is_loopback(address):
            return self._local.http(peer.ip, port, peer, request)
        return self._network.http(peer, address, port, request)

    def connect(self, address: str, port: int) -> Connection:
        """Open a connection. Raises NetworkError."""
        peer = self._peer()
        if is_loopback(address):
            return self._local.connect(peer.ip, port, peer)
        return self._network.connect(peer, address, port)

    def lookup(self, server: str, question: DnsQuestion) -> DnsAnswer:
        """Ask a DNS server. Raises NetworkError."""
        return self._network.lookup(self._peer(), server, question)

    def resolve(self, name: str, files: FileSystem) -> Resolved:
        """Return the addresses of a name. Raises ResolveError."""
        if is_address(name):
            return Resolved((name,), 0.0)
        listed = hosts(files).get(name.lower())
        if listed:
            return Resolved(tuple(listed), 0.0)
        conf, seconds, is_answered = resolv_conf(files), 0.0, False
        for candidate in candidates(name, conf):
            answer, took = self.ask(candidate, conf)
            seconds += took
            if answer is None:
                raise ResolveError(name, seconds, is_unknown=False)
            is_answered = is_answered or answer.code in (DnsCode.NOERROR, DnsCode.NXDOMAIN)
            addresses = tuple(record.data for record in answer.records if record.type == "A")
            if addresses:
                return Resolved(addresses, seconds)
        raise ResolveError(name, seconds, is_unknown=is_answered)

    def ask(self, name: str, conf: ResolvConf, kind: str = "A") -> tuple[DnsAnswer | None, float]:
        """Return what the first server that answers says of a full name, and how long it took."""
        seconds = 0.0
        for server in conf.servers:
            try:
                answer = self.lookup(server, DnsQuestion(name, kind))
            except NetworkError as error:
                seconds += min(error.seconds, DNS_TIMEOUT * DNS_ATTEMPTS)
                continue
            return answer, seconds + answer.seconds
        return None, seconds


def candidates(name: str, conf: ResolvConf) -> list[str]:
    """Return the full names to ask for in turn: a name with few dots is tried in the search list first."""
    if name.endswith("."):
        return [name]
    searched = [f"{name}.{domain.rstrip('.')}." for domain in conf.searches]
    return [f"{name}.", *searched] if name.count(".") >= conf.ndots else [*searched, f"{name}."]


def resolv_conf(files: FileSystem) -> ResolvConf:
    """Read ``/etc/resolv.conf``."""
    servers, searches, ndots = [], [], 1
    for line in _text(files, RESOLV_CONF).splitlines():
        words = line.split("#")[0].split()
        if words[:1] == ["nameserver"]:
            servers += words[1:2]
        elif words[:1] in (["search"], ["domain"]):
            searches = words[1:]
        elif words[:1] == ["options"]:
            ndots = next((int(word[6:]) for word in words if re.fullmatch(r"ndots:\d+", word)), ndots)
    return ResolvConf(tuple(servers), tuple(searches), ndots)


def hosts(files: FileSystem) -> dict[str, list[str]]:
    """Read ``/etc/hosts``: IPv4 addresses by name."""
    found: dict[str, list[str]] = {"localhost": ["127.0.0.1"]}
    for line in _text(files, HOSTS).splitlines():
        address, *names = line.split("#")[0].split() or [""]
        if is_address(address) and ":" not in address:
            for name in names:
                known = found.setdefault(name.lower(), [])
                if address not in known:
                    known.append(address)
    return found


def canonical_name(name: str, files: FileSystem) -> str:
    """Return the first name that ``/etc/hosts`` has where it lists one; the name itself when it lists it nowhere."""
    lines = (line.split("#")[0].split()[1:] for line in _text(files, HOSTS).splitlines())
    return next((names[0] for names in lines if name in names), name)


def is_address(text: str) -> bool:
    """Whether a text is an IP address."""
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def is_loopback(address: str) -> bool:
    """Whether an address is the sandbox itself, whoever asks."""
    return address.startswith("127.") or address == "::1"


def _text(files: FileSystem, path: str) -> str:
    try:
        return files.read(path).decode(errors="replace")
    except FileError:
        return ""
