"""The way of a connection, hop by hop, and how connections fail."""

from __future__ import annotations

from collections.abc import Callable
from math import inf

import pytest

from cluster.cni.host_local import HostLocal
from cluster.cni.network import HostService, PodNetwork, Station
from cluster.machinery.cni import Attachment
from cluster.machinery.netfilter.rules import ProxyMode, ServiceRule, storage_key, to_obj
from cluster.machinery.network import (
    Connection,
    DnsAnswer,
    DnsCode,
    DnsQuestion,
    DnsRecord,
    Failure,
    HttpRequest,
    HttpResponse,
    NetworkError,
    Peer,
)
from tests.unit.node_room import Disk, engine, run

CLIENT = Peer("n1", "10.244.1.2", "default/client")
KUBELET, OUTSIDE = Peer("n1", "192.168.0.11"), Peer("", "203.0.113.9")
HopRow = tuple[str, str, str, str, str]
NAMED = {"n1": "192.168.0.11", "n2": "192.168.0.12"}


class Pods:
    """A PodServer: port 8080 of every sandbox answers HTTP, port 53 DNS."""

    def http(self, ip: str, port: int, peer: Peer, request: HttpRequest) -> HttpResponse:
        if port != 8080:
            raise NetworkError(Failure.REFUSED)
        return HttpResponse(200, f"{request.path} at {ip} from {peer.ip}".encode())

    def connect(self, ip: str, port: int, peer: Peer) -> Connection:
        raise NetworkError(Failure.RESET)

    def lookup(self, ip: str, peer: Peer, question: DnsQuestion) -> DnsAnswer:
        return DnsAnswer(DnsCode.NOERROR, (DnsRecord(question.name, "A", 30, "10.96.1.1"),))


class World:
    """Two nodes with a pod each: ``client`` on n1, ``web`` on n2. n1 is 192.168.0.11."""

    def __init__(self) -> None:
        self.engine = engine()
        self.disks = {name: Disk() for name in NAMED}
        self.powered = dict.fromkeys(NAMED, True)
        self.cut_off: set[str] = set()
        for number, (node, pod) in enumerate((("n1", "client"), ("n2", "web")), start=1):
            plugin = HostLocal(self.disks[node])
            plugin.configure(f"10.244.{number}.0/24")
            plugin.add(Attachment(f"s{number}", "default", pod))
        trace = self.engine.trace
        self.network = PodNetwork(self, self.engine.clock, self.engine.rng, trace, self.host_service)

    def named(self, node: str) -> Station | None:
        if node not in NAMED:
            return None
        return Station(node, NAMED[node], self.powered[node], self.disks[node], Pods(), node in self.cut_off)

    def at(self, address: str) -> Station | None:
        own = [node for node, ip in NAMED.items() if address == ip or address.startswith(f"10.244.{node[1]}.")]
        return self.named(own[0]) if own else None

    def host_service(self, node: str, port: int) -> HostService | None:
        return (lambda peer, request: HttpResponse(200, b"ok")) if (node, port) == ("n2", 10250) else None

    def rule(self, *endpoints: str, protocol: str = "TCP", port: int = 80, **fields: object) -> None:
        """Give both nodes a rule for 10.96.1.1."""
        mode = fields.pop("mode", ProxyMode.IPTABLES)
        made = ServiceRule("default/web", protocol, mode, "10.96.1.1", port, endpoints, **fields)  # type: ignore[arg-type]
        for disk in self.disks.values():
            disk.put(storage_key(made), to_obj(made))

    def get(self, address: str, port: int = 80, peer: Peer = CLIENT) -> str:
        return self.network.http(peer, address, port, HttpRequest(path="/x")).body.decode()

    def hops(self) -> list[HopRow]:
        return [(hop.source, hop.target, hop.verb, hop.key, hop.outcome) for hop in self.engine.trace.take()]


POD, WEB = "node/n1/pod/default/client", "node/n2/pod/default/web"
RULES, ACROSS = "node/n1/netfilter", "node/n2/cni"
TO_SERVICE: HopRow = (POD, RULES, "TCP", "services/default/web", "10.244.2.2:8080")
ARRIVES: list[HopRow] = [
    (ACROSS, WEB, "GET", "pods/default/web", ""),
    (WEB, POD, "reply", "pods/default/web", "200"),
]


def service(world: World) -> str:
    world.rule("10.244.2.2:8080")
    return world.get("10.96.1.1")


def node_port_elsewhere(world: World) -> str:
    world.rule("10.244.2.2:8080", node_port=30080)
    return world.get("192.168.0.12", 30080)


def from_outside(world: World) -> str:
    world.rule("10.244.2.2:8080", node_port=30080)
    return world.get("192.168.0.12", 30080, OUTSIDE)


def own_node(world: World) -> str:
    return world.get("10.244.1.2", 8080, KUBELET)


def lookup(world: World) -> str:
    world.rule("10.244.2.2:53", protocol="UDP", port=53)
    answer = world.network.lookup(CLIENT, "10.96.1.1", DnsQuestion("web.default.svc.cluster.local."))
    return answer.records[0].data


WAYS: dict[str, tuple[Callable[[World], str], str, list[HopRow]]] = {
    "to a Service: the rules choose, the network carries": (
        service,
        "/x at 10.244.2.2 from 10.244.1.2",
        [TO_SERVICE, (RULES, ACROSS, "TCP", "pods/default/web", "10.244.2.2:8080"), *ARRIVES],
    ),
    "to a pod: no rule is for it": (
        lambda world: world.get("10.244.2.2", 8080),
        "/x at 10.244.2.2 from 10.244.1.2",
        [(POD, ACROSS, "TCP", "pods/default/web", "10.244.2.2:8080"), *ARRIVES],
    ),
    "to a node port of another node: the rules there choose": (
        node_port_elsewhere,
        "/x at 10.244.2.2 from 10.244.1.2",
        [
            (POD, "node/n2/netfilter", "TCP", "services/default/web", "10.244.2.2:8080"),
            ("node/n2/netfilter", ACROSS, "TCP", "pods/default/web", "10.244.2.2:8080"),
            *ARRIVES,
        ],
    ),
    "from outside to a node port": (
        from_outside,
        "/x at 10.244.2.2 from 203.0.113.9",
        [
            ("client", "node/n2/netfilter", "TCP", "services/default/web", "10.244.2.2:8080"),
            ("node/n2/netfilter", ACROSS, "TCP", "pods/default/web", "10.244.2.2:8080"),
            (ACROSS, WEB, "GET", "pods/default/web", ""),
            (WEB, "client", "reply", "pods/default/web", "200"),
        ],
    ),
    "to a process of a node": (
        lambda world: world.get("192.168.0.12", 10250),
        "ok",
        [
            (POD, ACROSS, "TCP", "nodes/n2", "192.168.0.12:10250"),
            (ACROSS, "node/n2", "GET", "nodes/n2", ""),
            ("node/n2", POD, "reply", "nodes/n2", "200"),
        ],
    ),
    "a probe of a pod on its own node crosses no network": (own_node, "/x at 10.244.1.2 from 192.168.0.11", []),
    "a DNS question": (
        lookup,
        "10.96.1.1",
        [
            (POD, RULES, "UDP", "services/default/web", "10.244.2.2:53"),
            (RULES, ACROSS, "UDP", "pods/default/web", "10.244.2.2:53"),
            (ACROSS, WEB, "A", "web.default.svc.cluster.local.", ""),
            (WEB, POD, "reply", "web.default.svc.cluster.local.", "NOERROR 10.96.1.1"),
        ],
    ),
}


@pytest.mark.parametrize(("ask", "answer", "hops"), WAYS.values(), ids=WAYS.keys())
def test_ways(ask: Callable[[World], str], answer: str, hops: list[HopRow]) -> None:
    world = World()
    assert (ask(world), world.hops()) == (answer, hops)


def test_every_hop_is_caused_by_the_one_before_it() -> None:
    world = World()
    service(world)
    hops = world.engine.trace.take()
    assert ([hop.cause for hop in hops], world.engine.trace.current) == ([0, 1, 2, 3], 0)


def test_what_is_only_repeated_is_no_hop() -> None:
    world = World()
    with world.engine.trace.repeating():
        answer = service(world)
    assert (answer, world.hops()) == ("/x at 10.244.2.2 from 10.244.1.2", [])


def test_the_rules_hop_tells_the_chains() -> None:
    world = World()
    service(world)
    assert world.engine.trace.take()[0].detail == {
        "to": "10.96.1.1:80",
        "way": "cluster IP",
        "chains": ["PREROUTING", "KUBE-SERVICES", "KUBE-SVC-LOLE4ISW44XBNF3G", "KUBE-SEP-5Q3P56IRA2PP7VYF"],
        "choice": "drawn",
        "isLocal": False,
        "endpoints": ["10.244.2.2:8080"],
    }


def test_the_rules_hop_tells_how_an_endpoint_was_chosen() -> None:
    world, seen = World(), []
    for rule in ({}, {"mode": ProxyMode.IPVS}, {"affinity_seconds": 60}, {"affinity_seconds": 60}):
        world.rule("10.244.2.2:1", "10.244.2.2:2", **rule)
        with pytest.raises(NetworkError):
            world.network.http(CLIENT, "10.96.1.1", 80, HttpRequest())
        seen.append((world.engine.trace.take()[0].detail or {})["choice"])
    world.rule()
    with pytest.raises(NetworkError):
        world.network.http(CLIENT, "10.96.1.1", 80, HttpRequest())
    seen.append((world.engine.trace.take()[0].detail or {})["choice"])
    assert seen == ["drawn", "in-turn", "drawn", "remembered", ""]


def nothing_listens(world: World) -> str:
    return world.get("10.244.2.2", 81)


def no_endpoints(world: World) -> str:
    world.rule()
    return world.get("10.96.1.1")


def only_elsewhere(world: World) -> str:
    world.rule("10.244.2.2:8080", is_internal_local=True, has_any=True)
    return world.get("10.96.1.1")


def no_power(world: World) -> str:
    world.powered["n2"] = False
    return world.get("10.244.2.2", 8080)


def reset(world: World) -> str:
    world.network.connect(CLIENT, "10.244.2.2", 8080)
    return ""


FAILURES: dict[str, tuple[Callable[[World], str], Failure, float, HopRow]] = {
    "nothing listens": (nothing_listens, Failure.REFUSED, 0.0, (ACROSS, WEB, "GET", "pods/default/web", "error: connection refused")),
    "a Service without endpoints": (
        no_endpoints,
        Failure.REFUSED,
        0.0,
        (POD, RULES, "TCP", "services/default/web", "error: connection refused"),
    ),
    "a Service that must stay on the node, with endpoints elsewhere only": (
        only_elsewhere,
        Failure.TIMED_OUT,
        inf,
        (POD, RULES, "TCP", "services/default/web", "error: i/o timeout"),
    ),
    "a machine without power": (no_power, Failure.TIMED_OUT, inf, (POD, ACROSS, "TCP", "pods/default/web", "error: i/o timeout")),
    "an address that no pod has": (
        lambda world: world.get("10.244.2.77"),
        Failure.NO_ROUTE,
        3.0,
        (POD, ACROSS, "TCP", "nodes/n2", "error: no route to host"),
    ),
    "an address that no machine has": (
        lambda world: world.get("192.168.0.99"),
        Failure.NO_ROUTE,
        3.0,
        (POD, "client", "TCP", "192.168.0.99:80", "error: no route to host"),
    ),
    "a Service's address on a node without rules": (
        lambda world: world.get("10.96.1.1"),
        Failure.TIMED_OUT,
        inf,
        (POD, "client", "TCP", "10.96.1.1:80", "error: i/o timeout"),
    ),
    "a connection that does not last": (
        reset,
        Failure.RESET,
        0.0,
        (ACROSS, WEB, "CONNECT", "pods/default/web", "error: connection reset by peer"),
    ),
}


@pytest.mark.parametrize(("ask", "failure", "seconds", "last"), FAILURES.values(), ids=FAILURES.keys())
def test_failures(ask: Callable[[World], str], failure: Failure, seconds: float, last: HopRow) -> None:
    world = World()
    with pytest.raises(NetworkError) as raised:
        ask(world)
    assert (raised.value.failure, raised.value.seconds, world.hops()[-1]) == (failure, seconds, last)


def chosen(world: World, peer: Peer) -> str:
    with pytest.raises(NetworkError):
        world.network.http(peer, "10.96.1.1", 80, HttpRequest())
    return world.hops()[0][-1]


def test_ipvs_takes_endpoints_in_turn() -> None:
    world = World()
    world.rule("10.244.2.2:1", "10.244.2.2:2", mode=ProxyMode.IPVS)
    assert [chosen(world, CLIENT) for _ in range(3)] == ["10.244.2.2:1", "10.244.2.2:2", "10.244.2.2:1"]


def test_iptables_reaches_every_endpoint_about_as_often() -> None:
    world = World()
    world.rule("10.244.2.2:1", "10.244.2.2:2")
    seen = []
    for position in range(200):
        world.engine.rng.move_to(position)
        seen.append(chosen(world, CLIENT))
    assert 70 < seen.count("10.244.2.2:1") < 130


def test_a_client_with_affinity_stays_until_it_has_been_away_too_long_or_its_endpoint_is_gone() -> None:
    world = World()
    world.rule("10.244.2.2:1", "10.244.2.2:2", affinity_seconds=60)
    seen = set()
    for position in range(20):
        world.engine.rng.move_to(position)
        seen.add(chosen(world, CLIENT))
        run(world.engine, 50)
    (first,) = seen
    other = {"10.244.2.2:1": "10.244.2.2:2", "10.244.2.2:2": "10.244.2.2:1"}[first]
    world.rule(other, affinity_seconds=60)
    assert chosen(world, CLIENT) == other


@pytest.mark.parametrize("node", ["n1", "n2"])
def test_nothing_passes_between_a_node_that_is_cut_off_and_the_others(node: str) -> None:
    world = World()
    world.cut_off.add(node)
    with pytest.raises(NetworkError) as caught:
        world.get("10.244.2.2", 8080)
    assert (caught.value.failure, [(source, target) for source, target, *_ in world.hops()]) == (Failure.TIMED_OUT, [(POD, ACROSS)])


def test_what_is_on_a_node_that_is_cut_off_reaches_each_other() -> None:
    world = World()
    world.cut_off.add("n2")
    assert world.get("10.244.2.2", 8080, Peer("n2", "10.244.2.9", "default/other")).startswith("/x at 10.244.2.2")
