"""The Corefile: which zones a server answers for, and through which plugins a question goes. Pure.

A subset of Caddy's file format: server blocks, plugins with arguments and a block of properties each, ``#`` comments. No imports,
snippets and environment variables. A plugin that CoreDNS knows and that is not played here (``cache``, ``loop``, ``log``) may stand
there without effect; a name that no plugin has ends CoreDNS, in its words.

Upstream: ``github.com/coredns/caddy/caddyfile/parse.go``, ``github.com/coredns/coredns/core/dnsserver/zdirectives.go``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

PATH = "/etc/coredns/Corefile"
_IN_TREE = """
acl any auto autopath azure bind bufsize cache cancel chaos clouddns debug dns64 dnssec dnstap erratic errors etcd file
forward geoip grpc grpc_server header health hosts https https3 k8s_external kubernetes loadbalance local log loop
metadata minimal multisocket nomad nsid pprof prometheus quic ready reload rewrite root route53 secondary sign template
timeouts tls trace transfer tsig view whoami
"""
DIRECTIVES = frozenset(_IN_TREE.split())
"""The plugins that CoreDNS 1.13 is built with."""


class CorefileError(Exception):
    """CoreDNS cannot run with it; the text is what it writes before it ends."""


@dataclass(frozen=True, slots=True)
class Directive:
    """One plugin of a server. ``properties``: the lines of its block, word by word."""

    name: str
    args: tuple[str, ...] = ()
    properties: tuple[tuple[str, ...], ...] = ()

    def property(self, name: str) -> tuple[str, ...] | None:
        """Return the arguments of a property, None when it is not there."""
        return next((words[1:] for words in self.properties if words[0] == name), None)


@dataclass(frozen=True, slots=True)
class Server:
    """A server block. ``zones`` end with a dot: ``.`` is every name."""

    zones: tuple[str, ...]
    directives: tuple[Directive, ...] = ()

    def directive(self, name: str) -> Directive | None:
        """Return a plugin of the server, None when it has none of this name."""
        return next((directive for directive in self.directives if directive.name == name), None)


Line = tuple[int, list[str]]


def parse_corefile(text: str) -> tuple[Server, ...]:
    """Return the servers of a Corefile, in its order. Raises CorefileError."""
    lines = iter([(number, words) for number, line in enumerate(text.splitlines(), start=1) if (words := line.partition("#")[0].split())])
    servers = tuple(_server(line, lines) for line in lines)
    if not servers:
        raise CorefileError(f"{PATH}: no server block")
    return servers


def zone_name(label: str) -> str:
    """Return the zone of a server's label: ``.:53`` is ``.``, ``example.org`` is ``example.org.``"""
    zone = label.removeprefix("dns://").rstrip(",").partition(":")[0].lower().strip(".")
    return f"{zone}."


def _server(line: Line, lines: Iterator[Line]) -> Server:
    number, words = line
    if words[-1] != "{":
        raise CorefileError(f"{PATH}:{number} - Error during parsing: Unexpected token '{words[-1]}', expecting '{{'")
    directives = tuple(_directive(each, lines) for each in _until_closed(number, lines))
    return Server(tuple(zone_name(label) for label in words[:-1]), directives)


def _directive(line: Line, lines: Iterator[Line]) -> Directive:
    number, words = line
    name, *args = words
    if name not in DIRECTIVES:
        raise CorefileError(f"{PATH}:{number} - Error during parsing: Unknown directive '{name}'")
    if not args or args[-1] != "{":
        return Directive(name, tuple(args))
    return Directive(name, tuple(args[:-1]), tuple(tuple(each) for _, each in _until_closed(number, lines)))


def _until_closed(number: int, lines: Iterator[Line]) -> Iterator[Line]:
    for line in lines:
        if line[1] == ["}"]:
            return
        yield line
    raise CorefileError(f"{PATH}:{number} - Error during parsing: Unexpected EOF, expecting '}}'")
