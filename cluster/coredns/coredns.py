"""One CoreDNS: reads its Corefile, watches what the plugin ``kubernetes`` needs, answers.

Questions go to the server with the longest zone that fits, there to ``hosts``, ``kubernetes`` and ``forward`` as far as it has
them. Until everything is listed the plugin ``kubernetes`` cannot answer (SERVFAIL) and ``ready`` says 503. With ``reload`` a
changed Corefile is taken over when it is next looked at; one with a mistake is not.

Differs from upstream: nothing is cached or logged, ``lameduck`` is not waited for, and ``loadbalance`` turns the addresses round by
a random number of places.

Upstream: ``github.com/coredns/coredns``: ``core/dnsserver/server.go``, ``plugin/{kubernetes,hosts,forward,health,ready,reload}``.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from cluster.client.client import Client
from cluster.client.reflectors import Reflectors
from cluster.coredns import records
from cluster.coredns.corefile import CorefileError, Directive, Server, parse_corefile, zone_name
from cluster.coredns.outside import forwarded
from cluster.coredns.watched import Watched
from cluster.engine.engine import Engine
from cluster.engine.timers import Timer
from cluster.machinery.network import DnsAnswer, DnsCode, DnsQuestion, DnsRecord, HttpRequest, HttpResponse

DNS_PORT, HEALTH_PORT, READY_PORT, METRICS_PORT = 53, 8080, 8181, 9153
RELOAD_SECONDS = 30.0
HOSTS_TTL = 3600
MOST_ALIASES = 7
"""CNAMEs that are followed for one question."""


class CoreDns:
    """A Daemon. ``read``: its Corefile as it is now. Raises CorefileError when it is made with a wrong one."""

    def __init__(self, client: Client, engine: Engine, read: Callable[[], str]) -> None:
        self._engine, self._read, self._name = engine, read, client.source
        self._text = read()
        self._servers = parse_corefile(self._text)
        self._watched = Watched(client, engine)
        self._reflectors = Reflectors(client.source, engine, self._watched.informers, self._synced)
        self._is_synced = False
        self._timer: Timer | None = None

    def start(self) -> None:
        """List and watch."""
        self._reflectors.start()
        self._look_again_later()

    def stop(self) -> None:
        """End at once."""
        self._reflectors.stop()
        if self._timer is not None:
            self._timer.cancel()

    def ports(self) -> tuple[int, ...]:
        """Return the ports of DNS and of the plugins that have one."""
        plugins = {"health": HEALTH_PORT, "ready": READY_PORT, "prometheus": METRICS_PORT}
        return (DNS_PORT, *(port for name, port in plugins.items() if self._has(name)))

    def http(self, port: int, request: HttpRequest) -> HttpResponse:
        """Answer ``/health`` and ``/ready``."""
        path = request.path.partition("?")[0]
        if (port, path) == (HEALTH_PORT, "/health"):
            return HttpResponse(200, b"OK")
        if (port, path) == (READY_PORT, "/ready"):
            is_ready = self._is_synced or not self._has("kubernetes")
            return HttpResponse(200, b"OK") if is_ready else HttpResponse(503, b"kubernetes")
        return HttpResponse(404, b"404 page not found\n")

    def lookup(self, question: DnsQuestion) -> DnsAnswer | None:
        """Answer a question; a CNAME is followed as far as this server knows the way."""
        answer = self._answer(question)
        aliases: list[DnsRecord] = []
        while question.type in ("A", "AAAA") and [record.type for record in answer.records] == ["CNAME"] and len(aliases) < MOST_ALIASES:
            aliases.append(answer.records[0])
            answer = self._answer(DnsQuestion(answer.records[0].data, question.type))
        return DnsAnswer(DnsCode.NOERROR, (*aliases, *answer.records)) if aliases else answer

    def _answer(self, question: DnsQuestion) -> DnsAnswer:
        server = server_for(self._servers, question.name)
        if server is None:
            return DnsAnswer(DnsCode.REFUSED)
        answer = from_hosts(server.directive("hosts"), question) or self._from_kubernetes(server.directive("kubernetes"), question)
        if answer is None:
            answer = forwarded(question) if server.directive("forward") else DnsAnswer(DnsCode.REFUSED)
        return self._turned(answer) if server.directive("loadbalance") else answer

    def _from_kubernetes(self, plugin: Directive | None, question: DnsQuestion) -> DnsAnswer | None:
        """Return the plugin's answer, None when the question is not for it or falls through."""
        if plugin is None:
            return None
        zones = [zone_name(arg) for arg in plugin.args] or ["cluster.local."]
        zone = longest(zones, question.name)
        if not zone:
            return None
        if not self._is_synced:
            return DnsAnswer(DnsCode.SERVFAIL)
        settings = zone_settings(plugin, next(each for each in zones if not each.endswith(".arpa.")))
        ask = records.reverse if zone.endswith(".arpa.") else records.answer
        answer = ask(question, settings, self._watched)
        return None if answer.code is DnsCode.NXDOMAIN and falls_through(plugin, question.name) else answer

    def _turned(self, answer: DnsAnswer) -> DnsAnswer:
        count = len(answer.records)
        if count < 2:
            return answer
        first = self._engine.rng.below(count)
        return DnsAnswer(answer.code, answer.records[first:] + answer.records[:first])

    def _has(self, plugin: str) -> bool:
        return any(server.directive(plugin) for server in self._servers)

    def _synced(self) -> None:
        self._is_synced = True

    def _look_again_later(self) -> None:
        if self._has("reload"):
            self._timer = self._engine.after(RELOAD_SECONDS, self._name, self._reload, background=True)

    def _reload(self) -> None:
        text = self._read()
        if text != self._text:
            with suppress(CorefileError):  # it goes on with the servers it has
                self._text, self._servers = text, parse_corefile(text)
        self._look_again_later()


def server_for(servers: tuple[Server, ...], name: str) -> Server | None:
    """Return the server whose zone fits a name best, None when none does."""
    zones = {zone: server for server in servers for zone in server.zones}
    return zones.get(longest(list(zones), name))


def longest(zones: list[str], name: str) -> str:
    """Return the longest zone that a name is in, empty when it is in none."""
    asked = f".{name.lower()}"
    return max((zone for zone in zones if zone == "." or asked.endswith(f".{zone}")), key=len, default="")


def zone_settings(plugin: Directive, domain: str) -> records.Zone:
    """Return the settings of the plugin ``kubernetes`` for its domain."""
    pods, ttl = plugin.property("pods") or ("disabled",), plugin.property("ttl") or ("5",)
    return records.Zone(domain, pods[0], int(ttl[0]))


def falls_through(plugin: Directive, name: str) -> bool:
    """Whether a name that a plugin does not know is handed on: in the zones of ``fallthrough``, in all without any."""
    zones = plugin.property("fallthrough")
    return zones is not None and (not zones or bool(longest([zone_name(zone) for zone in zones], name)))


def from_hosts(plugin: Directive | None, question: DnsQuestion) -> DnsAnswer | None:
    """Return what the lines of the plugin ``hosts`` say of a name (``192.0.2.1 web.example.com``); None: it is handed on."""
    if plugin is None:
        return None
    name = question.name.lower().rstrip(".")
    addresses = [words[0] for words in plugin.properties if name in words[1:] and words[0][0].isdigit()]
    if not addresses:
        return None if falls_through(plugin, question.name) else DnsAnswer(DnsCode.NXDOMAIN)
    found = addresses if question.type == "A" else []
    return DnsAnswer(DnsCode.NOERROR, tuple(DnsRecord(question.name, "A", HOSTS_TTL, address) for address in found))
