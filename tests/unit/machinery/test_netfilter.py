"""Where a node's rules send a packet, and through which chains."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cluster.machinery.netfilter import chains, walk
from cluster.machinery.netfilter.rules import ProxyMode, ServiceRule, from_obj, lose_power, read_rules, storage_key, to_obj
from cluster.machinery.netfilter.walk import Match, Target, Way
from tests.unit.node_room import Disk

A, B, C = "10.244.1.2:8080", "10.244.2.2:8080", "10.244.3.2:8080"
WEB = ServiceRule("default/web:http", "TCP", ProxyMode.IPTABLES, "10.96.1.1", 80, (A, B), (A,), True, ("203.0.113.5",), 30080)
NODE_IP = "192.168.0.11"

CHAINS = {
    "the API server's, as on every cluster that kubeadm made": (
        chains.cluster_chain(ServiceRule("default/kubernetes:https", "TCP", ProxyMode.IPTABLES, "10.96.0.1", 443)),
        "KUBE-SVC-NPX46M4PTMTKRN6Y",
    ),
    "of the DNS server": (
        chains.cluster_chain(ServiceRule("kube-system/kube-dns:dns", "UDP", ProxyMode.IPTABLES, "10.96.0.10", 53)),
        "KUBE-SVC-TCOU7JCQXEZGVUNU",
    ),
    "of one endpoint, in upstream's unit tests": (
        chains.endpoint_chain(ServiceRule("ns1/svc1:p80", "TCP", ProxyMode.IPTABLES, "172.30.0.41", 80), "10.180.0.1:80"),
        "KUBE-SEP-SXIVWICOYRO3J4NJ",
    ),
    "of nftables, in upstream's unit tests": (
        chains.nft_chain(ServiceRule("ns1/svc1:p80", "TCP", ProxyMode.NFTABLES, "172.30.0.41", 80), "service"),
        "service-ULMVA6XW-ns1/svc1/tcp/p80",
    ),
    "of one endpoint in nftables": (
        chains.nft_endpoint_chain(ServiceRule("ns1/svc1:p80", "TCP", ProxyMode.NFTABLES, "172.30.0.41", 80), "10.180.0.1:80"),
        "endpoint-5OJB2KTY-ns1/svc1/tcp/p80__10.180.0.1/80",
    ),
}


@pytest.mark.parametrize(("name", "expected"), CHAINS.values(), ids=CHAINS.keys())
def test_chain_names(name: str, expected: str) -> None:
    assert name == expected


LOCAL = replace(WEB, is_internal_local=True, is_external_local=True)
ONLY_ELSEWHERE = replace(LOCAL, local=(), cluster=(B,))
NOWHERE = replace(WEB, cluster=(), local=(), has_any=False)
CASES: dict[str, tuple[ServiceRule, tuple[str, int, str, bool], Match | None]] = {
    "the cluster IP": (WEB, ("10.96.1.1", 80, "TCP", True), Match(WEB, Way.CLUSTER_IP, (A, B), False, Target.DROP)),
    "another port of the address": (WEB, ("10.96.1.1", 81, "TCP", True), None),
    "another protocol": (WEB, ("10.96.1.1", 80, "UDP", True), None),
    "the node port, on this node": (WEB, (NODE_IP, 30080, "TCP", False), Match(WEB, Way.NODE_PORT, (A, B), False, Target.DROP)),
    "the node port of another node": (WEB, ("192.168.0.12", 30080, "TCP", True), None),
    "the Service's port on the node": (WEB, (NODE_IP, 80, "TCP", True), None),
    "the load balancer's address": (WEB, ("203.0.113.5", 80, "TCP", False), Match(WEB, Way.EXTERNAL_IP, (A, B), False, Target.DROP)),
    "inside, where it must stay on the node": (
        LOCAL,
        ("10.96.1.1", 80, "TCP", True),
        Match(LOCAL, Way.CLUSTER_IP, (A,), True, Target.DROP),
    ),
    "from outside, where it must stay on the node": (
        LOCAL,
        (NODE_IP, 30080, "TCP", False),
        Match(LOCAL, Way.NODE_PORT, (A,), True, Target.DROP),
    ),
    "a pod at the node port of such a Service": (
        LOCAL,
        (NODE_IP, 30080, "TCP", True),
        Match(LOCAL, Way.NODE_PORT, (A, B), False, Target.DROP),
    ),
    "no endpoint on this node: dropped": (
        ONLY_ELSEWHERE,
        ("10.96.1.1", 80, "TCP", True),
        Match(ONLY_ELSEWHERE, Way.CLUSTER_IP, (), True, Target.DROP),
    ),
    "no endpoint anywhere: rejected": (NOWHERE, ("10.96.1.1", 80, "TCP", True), Match(NOWHERE, Way.CLUSTER_IP, (), False, Target.REJECT)),
}


@pytest.mark.parametrize(("rule", "packet", "expected"), CASES.values(), ids=CASES.keys())
def test_match(rule: ServiceRule, packet: tuple[str, int, str, bool], expected: Match | None) -> None:
    address, port, protocol, is_from_cluster = packet
    assert walk.match([rule], address, port, protocol, node_ip=NODE_IP, is_from_cluster=is_from_cluster) == expected


def matched(mode: ProxyMode, way: Way = Way.CLUSTER_IP, *, local: bool = False, endpoints: tuple[str, ...] = (A, B, C)) -> Match:
    return Match(replace(WEB, mode=mode), way, endpoints, local)


CHOICES = {
    "iptables: the first third of the draws": (ProxyMode.IPTABLES, 0.32, 7, A),
    "iptables: the second": (ProxyMode.IPTABLES, 0.34, 7, B),
    "nftables: the last": (ProxyMode.NFTABLES, 0.99, 7, C),
    "ipvs: in turn": (ProxyMode.IPVS, 0.99, 7, B),
}


@pytest.mark.parametrize(("mode", "draw", "turn", "expected"), CHOICES.values(), ids=CHOICES.keys())
def test_choose(mode: ProxyMode, draw: float, turn: int, expected: str) -> None:
    assert walk.choose(matched(mode), draw, turn) == expected


SVC, SVL, EXT, SEP = "KUBE-SVC-", "KUBE-SVL-", "KUBE-EXT-", "KUBE-SEP-"
PATHS: dict[str, tuple[Match, str, bool, list[str]]] = {
    "from a pod to a cluster IP": (matched(ProxyMode.IPTABLES), A, True, ["PREROUTING", "KUBE-SERVICES", SVC, SEP]),
    "from a process of the node": (matched(ProxyMode.IPTABLES), A, False, ["OUTPUT", "KUBE-SERVICES", SVC, SEP]),
    "to a node port": (
        matched(ProxyMode.IPTABLES, Way.NODE_PORT),
        A,
        True,
        ["PREROUTING", "KUBE-SERVICES", "KUBE-NODEPORTS", EXT, SVC, SEP],
    ),
    "to a load balancer's address, staying on the node": (
        matched(ProxyMode.IPTABLES, Way.EXTERNAL_IP, local=True),
        A,
        True,
        ["PREROUTING", "KUBE-SERVICES", EXT, SVL, SEP],
    ),
    "rejected": (matched(ProxyMode.IPTABLES, endpoints=()), "", True, ["PREROUTING", "KUBE-SERVICES", "REJECT"]),
    "ipvs": (matched(ProxyMode.IPVS), A, True, ["PREROUTING", "KUBE-SERVICES", "ipvs TCP 10.96.1.1:80 rr"]),
    "nftables": (matched(ProxyMode.NFTABLES), A, True, ["nat-prerouting", "services", "service-", "endpoint-"]),
    "nftables, from outside": (
        matched(ProxyMode.NFTABLES, Way.NODE_PORT),
        A,
        True,
        ["nat-prerouting", "services", "external-", "service-", "endpoint-"],
    ),
    "nftables, rejected": (
        matched(ProxyMode.NFTABLES, endpoints=()),
        "",
        False,
        ["nat-output", "services", "no-endpoint-services", "reject"],
    ),
}


def without_hash(chain: str) -> str:
    for prefix in (SVC, SVL, EXT, SEP, "service-", "endpoint-", "external-"):
        if chain.startswith(prefix):
            return prefix
    return chain


@pytest.mark.parametrize(("found", "endpoint", "is_from_pod", "expected"), PATHS.values(), ids=PATHS.keys())
def test_path(found: Match, endpoint: str, is_from_pod: bool, expected: list[str]) -> None:
    assert [without_hash(chain) for chain in walk.path(found, endpoint, is_from_pod=is_from_pod)] == expected


def test_rules_are_kept_on_the_disk_until_the_power_goes() -> None:
    disk = Disk()
    disk.put("machine", {"index": 1})
    disk.put(storage_key(WEB), to_obj(WEB))
    kept = read_rules(disk)
    lose_power(disk)
    assert (kept, from_obj(to_obj(LOCAL)), read_rules(disk), list(disk.files)) == ([WEB], LOCAL, [], ["machine"])
