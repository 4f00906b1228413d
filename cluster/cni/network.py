"""The way of a connection: out of a pod, through the rules of its node, across to the node that has the address, into the pod there.

Real packets pass interfaces, routes and, between nodes, a tunnel or a router, a few of each a connection. Here a connection is one call,
and every stop is a hop:

- ``node/<node>/pod/<namespace>/<name> -> node/<node>/netfilter``: the rules have chosen; the outcome is the endpoint, ``detail`` has the
  chains passed, the endpoints there were and how one was chosen. Left out when no rule is for the packet.
- ``... -> node/<node of the address>/cni``: the network carries it there.
- ``node/<node>/cni -> node/<node>/pod/...``: it arrives; the verb is the method, or the type of a DNS question.
- a ``reply`` from there to whoever asked.

A process of a node is ``node/<node>``, nobody's is ``client``. What a node asks of a pod of its own (a probe) crosses no network
and is no hop here: who asks records it. What is asked again and again with the same answer (``Trace.repeating``) is no hop either.

Failures are the kernel's: nothing listens: refused at once; a Service without endpoints: refused by a REJECT rule; a machine
without power: no answer ever; an address that no pod has: no route, known after ARP's three tries; outside the cluster, or a
Service's address on a node without rules: nobody answers.

Upstream: the Linux kernel; ``github.com/flannel-io/flannel`` (a route for each node's range).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from math import inf
from typing import Protocol

from cluster.cni.host_local import pod_at
from cluster.cni.rules_of_node import NodeRules, Translation
from cluster.engine.clock import Clock
from cluster.engine.rng import Rng
from cluster.engine.trace import Hop, Trace
from cluster.machinery.meta import Obj
from cluster.machinery.netfilter.walk import Target
from cluster.machinery.network import (
    Connection,
    DnsAnswer,
    DnsQuestion,
    Failure,
    HttpRequest,
    HttpResponse,
    NetworkError,
    Peer,
    PodServer,
)
from cluster.machinery.node_storage import NodeStorage

NO_ROUTE_SECONDS = 3.0
"""Until the kernel gives up asking who has an address."""
DNS_PORT = 53
_LOCAL_NETWORK = ip_network("192.168.0.0/16")
"""Where machines have their addresses: one network, so that a missing one is found out by ARP."""


@dataclass(frozen=True, slots=True)
class Station:
    """A machine on the network. ``pods``: what listens in its sandboxes, those on the host's network included; ``is_cut_off``: nothing
    comes in or goes out, what is on it reaches each other."""

    name: str
    ip: str
    is_powered: bool
    disk: NodeStorage
    pods: PodServer
    is_cut_off: bool = False


class Stations(Protocol):
    """Who finds machines."""

    def named(self, node: str) -> Station | None:
        """Return a machine by its node's name."""
        ...

    def at(self, address: str) -> Station | None:
        """Return the machine that has an address, or whose pod range it is in."""
        ...


HostService = Callable[[Peer, HttpRequest], HttpResponse]
"""A process of a node that listens on a port."""
HostServices = Callable[[str, int], HostService | None]
"""Who listens on a port of a node; None: nobody."""
PodNames = Callable[[str, str], str]
"""The name in the trace of a pod (``namespace/name``) on a node."""


def pod_component(node: str, pod: str) -> str:
    """Return the name that a pod has in the trace."""
    return f"node/{node}/pod/{pod}"


@dataclass(frozen=True, slots=True)
class _Arrival:
    station: Station
    address: str
    port: int
    hop: Hop | None

    @property
    def is_host(self) -> bool:
        return self.address == self.station.ip


class PodNetwork:
    """A Network over the machines of a cluster. ``host_services``: what listens on nodes beside pods."""

    def __init__(
        self,
        stations: Stations,
        clock: Clock,
        rng: Rng,
        trace: Trace,
        host_services: HostServices,
        pod_names: PodNames = pod_component,
    ) -> None:
        self._stations, self._clock, self._rng, self._trace = stations, clock, rng, trace
        self._host_services, self._pod_names = host_services, pod_names

    def http(self, peer: Peer, address: str, port: int, request: HttpRequest) -> HttpResponse:
        """Send a request over a connection of its own. Raises NetworkError."""
        with self._trace.caused_by(self._trace.current):
            arrival = self._send(peer, address, port, "TCP", request.method, "")
            try:
                answer = self._answer(arrival, peer, request)
            except NetworkError as error:
                raise _noted(arrival.hop, error) from error
            self._reply(arrival, peer, str(answer.code))
            return answer

    def connect(self, peer: Peer, address: str, port: int) -> Connection:
        """Open a TCP connection. Raises NetworkError."""
        with self._trace.caused_by(self._trace.current):
            arrival = self._send(peer, address, port, "TCP", "CONNECT", "")
            try:
                return arrival.station.pods.connect(arrival.address, arrival.port, peer)
            except NetworkError as error:
                raise _noted(arrival.hop, error) from error

    def lookup(self, peer: Peer, server: str, question: DnsQuestion) -> DnsAnswer:
        """Ask the DNS server at an address over UDP port 53. Raises NetworkError."""
        with self._trace.caused_by(self._trace.current):
            arrival = self._send(peer, server, DNS_PORT, "UDP", question.type, question.name)
            try:
                answer = arrival.station.pods.lookup(arrival.address, peer, question)
            except NetworkError as error:
                raise _noted(arrival.hop, error) from error
            self._reply(arrival, peer, " ".join([answer.code.value, *(record.data for record in answer.records)]))
            return answer

    def _answer(self, arrival: _Arrival, peer: Peer, request: HttpRequest) -> HttpResponse:
        service = self._host_services(arrival.station.name, arrival.port) if arrival.is_host else None
        if service is not None:
            return service(peer, request)
        return arrival.station.pods.http(arrival.address, arrival.port, peer, request)

    def _send(self, peer: Peer, address: str, port: int, protocol: str, verb: str, key: str) -> _Arrival:
        """Carry a first packet to whoever is at its end. Raises NetworkError."""
        source = self._component(peer)
        station = self._stations.named(peer.node)
        if station is not None and ip_address(address).is_loopback:
            return _Arrival(station, station.ip, port, None)
        if station is not None:
            source, address, port = self._translated(source, station, peer, address, port, protocol)
        there = self._stations.at(address)
        is_elsewhere = there is not None and there.name != peer.node
        if there is not None and is_elsewhere and address == there.ip and there.is_powered:
            source, address, port = self._translated(source, there, peer, address, port, protocol)
            there = self._stations.at(address)
        if there is None:
            raise self._lost(source, address, port)
        if there.name != peer.node and (there.is_cut_off or (station is not None and station.is_cut_off)):
            raise _noted(
                self._record(source, f"node/{there.name}/cni", protocol, f"nodes/{there.name}"), NetworkError(Failure.TIMED_OUT, inf)
            )
        if source == f"node/{there.name}":
            return _Arrival(there, address, port, None)
        return self._carried(source, there, address, port, protocol, verb, key)

    def _translated(self, source: str, station: Station, peer: Peer, address: str, port: int, protocol: str) -> tuple[str, str, int]:
        """Let a node's rules choose the destination. Returns where the packet is then, and where it goes."""
        rules = NodeRules(station.disk, station.ip, self._clock, self._rng)
        is_from_pod = bool(peer.pod) or peer.node != station.name
        found = rules.translate(peer.ip, address, port, protocol, is_from_cluster=bool(peer.node), is_from_pod=is_from_pod)
        if found is None:
            return source, address, port
        hop = self._record(source, f"node/{station.name}/netfilter", protocol, f"services/{found.match.rule.service}")
        hop.detail = _detail(found, f"{address}:{port}")
        if found.endpoint:
            hop.outcome = found.endpoint
            chosen, _, chosen_port = found.endpoint.rpartition(":")
            return hop.target, chosen, int(chosen_port)
        if found.match.target is Target.DROP:
            raise _noted(hop, NetworkError(Failure.TIMED_OUT, inf))
        raise _noted(hop, NetworkError(Failure.REFUSED))

    def _carried(self, source: str, there: Station, address: str, port: int, protocol: str, verb: str, key: str) -> _Arrival:
        pod = "" if address == there.ip else pod_at(there.disk, address)
        network = self._record(source, f"node/{there.name}/cni", protocol, f"pods/{pod}" if pod else f"nodes/{there.name}")
        network.outcome = f"{address}:{port}"
        if not there.is_powered:
            raise _noted(network, NetworkError(Failure.TIMED_OUT, inf))
        if not pod and address != there.ip:
            raise _noted(network, NetworkError(Failure.NO_ROUTE, NO_ROUTE_SECONDS))
        target = self._pod_names(there.name, pod) if pod else f"node/{there.name}"
        hop = self._record(network.target, target, verb, key or network.key)
        return _Arrival(there, address, port, hop)

    def _lost(self, source: str, address: str, port: int) -> NetworkError:
        """Say what becomes of a packet to an address that nobody in the cluster has."""
        error = NetworkError(Failure.TIMED_OUT, inf)
        if ip_address(address) in _LOCAL_NETWORK:
            error = NetworkError(Failure.NO_ROUTE, NO_ROUTE_SECONDS)
        return _noted(self._record(source, "client", "TCP", f"{address}:{port}"), error)

    def _reply(self, arrival: _Arrival, peer: Peer, outcome: str) -> None:
        if arrival.hop is not None:
            self._record(arrival.hop.target, self._component(peer), "reply", arrival.hop.key).outcome = outcome

    def _record(self, source: str, target: str, verb: str, key: str) -> Hop:
        hop = self._trace.record_unless_repeated(source, target, verb, key)
        self._trace.current = hop.seq
        return hop

    def _component(self, peer: Peer) -> str:
        if peer.pod:
            return self._pod_names(peer.node, peer.pod)
        return f"node/{peer.node}" if peer.node else "client"


def _noted(hop: Hop | None, error: NetworkError) -> NetworkError:
    if hop is not None:
        hop.outcome = f"error: {error}"
    return error


def _detail(found: Translation, address: str) -> Obj:
    match = found.match
    chosen = {"choice": found.choice.value, "isLocal": match.is_local, "endpoints": list(match.endpoints)}
    return {"to": address, "way": match.way.value, "chains": found.chains, **chosen}
