"""What iptables-save shows of a node's rules."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cluster.kube_proxy.views.iptables_save import iptables_save
from cluster.machinery.netfilter.rules import ProxyMode, ServiceRule

A, B = "10.180.0.1:80", "10.180.0.2:80"
P80 = ServiceRule("ns1/svc1:p80", "TCP", ProxyMode.IPTABLES, "172.30.0.41", 80, (A, B), (A,), True)
SVC, SVL, EXT, SEP_A, SEP_B = (
    "KUBE-SVC-XPGD46QRK7WJZT7O",
    "KUBE-SVL-XPGD46QRK7WJZT7O",
    "KUBE-EXT-XPGD46QRK7WJZT7O",
    "KUBE-SEP-SXIVWICOYRO3J4NJ",
    "KUBE-SEP-LXVODXWDISEETFEF",
)
TO = "-d 172.30.0.41/32 -p tcp"
PORT = "-m tcp --dport 80"
NAME = "-m comment --comment ns1/svc1:p80"
REJECT = "REJECT --reject-with icmp-port-unreachable"
LAST = (
    '-A KUBE-SERVICES -m comment --comment "kubernetes service nodeports; NOTE: this must be the last rule in this chain" '
    "-m addrtype --dst-type LOCAL -j KUBE-NODEPORTS"
)


def endpoint(chain: str, to: str, *, remember: str = "") -> list[str]:
    return [
        f"-A {chain} -s {to.partition(':')[0]}/32 {NAME} -j KUBE-MARK-MASQ",
        f"-A {chain} -p tcp {NAME}{remember} -m tcp -j DNAT --to-destination {to}",
    ]


def to_endpoint(chain: str, to: str, sep: str, match: str = "") -> str:
    return f'-A {chain} -m comment --comment "ns1/svc1:p80 -> {to}"{match} -j {sep}'


def recent(sep: str) -> str:
    return f" -m recent --rcheck --seconds 60 --reap --name {sep} --rsource"


HALF = " -m statistic --mode random --probability 0.50000000000"
CLUSTER_IP = f'-A KUBE-SERVICES {TO} -m comment --comment "ns1/svc1:p80 cluster IP" {PORT} -j {SVC}'
CASES: dict[str, tuple[ServiceRule, list[str], list[str]]] = {
    "two endpoints: half of the first draws, then the rest": (
        P80,
        [],
        [
            to_endpoint(SVC, A, SEP_A, HALF),
            to_endpoint(SVC, B, SEP_B),
            *endpoint(SEP_A, A),
            *endpoint(SEP_B, B),
            CLUSTER_IP,
            LAST,
        ],
    ),
    "no endpoints": (
        replace(P80, cluster=(), local=(), has_any=False),
        [f'-A KUBE-SERVICES {TO} -m comment --comment "ns1/svc1:p80 has no endpoints" {PORT} -j {REJECT}'],
        [LAST],
    ),
    "none on this node, where it must stay": (
        replace(P80, cluster=(), local=(), is_internal_local=True),
        [f'-A KUBE-SERVICES {TO} -m comment --comment "ns1/svc1:p80 has no local endpoints" {PORT} -j DROP'],
        [LAST],
    ),
    "a node port that stays on its node for strangers": (
        replace(P80, cluster=(A,), node_port=30080, is_external_local=True),
        [],
        [
            f"-A KUBE-NODEPORTS -p tcp {NAME} -m tcp --dport 30080 -j {EXT}",
            f'-A {EXT} -s 10.244.0.0/16 -m comment --comment "pod traffic for ns1/svc1:p80 external destinations" -j {SVC}',
            f"-A {EXT} -j {SVL}",
            to_endpoint(SVC, A, SEP_A),
            to_endpoint(SVL, A, SEP_A),
            *endpoint(SEP_A, A),
            CLUSTER_IP,
            LAST,
        ],
    ),
    "clients that stay where they were": (
        replace(P80, cluster=(A, B), affinity_seconds=60),
        [],
        [
            to_endpoint(SVC, A, SEP_A, recent(SEP_A)),
            to_endpoint(SVC, B, SEP_B, recent(SEP_B)),
            to_endpoint(SVC, A, SEP_A, HALF),
            to_endpoint(SVC, B, SEP_B),
            *endpoint(SEP_A, A, remember=f" -m recent --set --name {SEP_A} --rsource"),
            *endpoint(SEP_B, B, remember=f" -m recent --set --name {SEP_B} --rsource"),
            CLUSTER_IP,
            LAST,
        ],
    ),
}


@pytest.mark.parametrize(("rule", "filtered", "nat"), CASES.values(), ids=CASES.keys())
def test_iptables_save(rule: ServiceRule, filtered: list[str], nat: list[str]) -> None:
    lines = [line for line in iptables_save([rule]).splitlines() if not line.startswith(":")]
    assert lines == ["*filter", *filtered, "COMMIT", "*nat", *nat, "COMMIT"]


def test_every_chain_is_declared_once() -> None:
    text = iptables_save([replace(P80, node_port=30080)])
    nat = text[text.index("*nat") :].splitlines()
    declared = [line.split()[0][1:] for line in nat if line.startswith(":")]
    assert declared == ["KUBE-SERVICES", "KUBE-NODEPORTS", EXT, SVC, SEP_A, SEP_B]
