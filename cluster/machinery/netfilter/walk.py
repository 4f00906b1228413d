"""What a node's rules make of a packet that opens a connection: where it is sent instead, or why it goes nowhere. Pure.

iptables draws once for each endpoint with the probabilities 1/n, 1/(n-1), ..., 1; nftables draws one number below n: every endpoint
is as likely in both, so one draw stands for either. ipvs takes its virtual server's endpoints in turn (``rr``).

Upstream: ``pkg/proxy/iptables/proxier.go`` (``syncProxyRules``), ``pkg/proxy/nftables/proxier.go``, ``pkg/proxy/ipvs``; of the
kernel ``xt_statistic``, ``xt_recent`` and ``net/netfilter/ipvs/ip_vs_rr.c``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from cluster.machinery.netfilter import chains
from cluster.machinery.netfilter.rules import ProxyMode, ServiceRule


class Way(StrEnum):
    """By which of its addresses a Service was reached."""

    CLUSTER_IP = "cluster IP"
    EXTERNAL_IP = "external IP"
    NODE_PORT = "node port"


class Target(StrEnum):
    """What happens to a packet for which there is no endpoint."""

    REJECT = "REJECT"
    DROP = "DROP"


class Choice(StrEnum):
    """How one of several endpoints is chosen."""

    DRAWN = "drawn"
    IN_TURN = "in-turn"
    REMEMBERED = "remembered"
    NONE = ""


@dataclass(frozen=True, slots=True)
class Match:
    """A rule that is for a packet. ``endpoints``: among which one is chosen; none: ``target`` says what happens instead."""

    rule: ServiceRule
    way: Way
    endpoints: tuple[str, ...]
    is_local: bool
    target: Target = Target.REJECT


def match(rules: Iterable[ServiceRule], address: str, port: int, protocol: str, *, node_ip: str, is_from_cluster: bool) -> Match | None:
    """Return the rule for a packet to ``address``; None: no rule is for it, it goes where it was sent.

    ``node_ip``: the address of the node whose rules these are: its node ports are open there. ``is_from_cluster``: whether it comes
    from a pod or a node; such traffic may leave the node even where traffic from outside may not.
    """
    for rule in rules:
        if rule.protocol != protocol:
            continue
        if rule.port == port and rule.cluster_ip == address:
            return _matched(rule, Way.CLUSTER_IP, is_local=rule.is_internal_local)
        is_local = rule.is_external_local and not is_from_cluster
        if rule.port == port and address in rule.external_ips:
            return _matched(rule, Way.EXTERNAL_IP, is_local=is_local)
        if rule.node_port == port and address == node_ip:
            return _matched(rule, Way.NODE_PORT, is_local=is_local)
    return None


def choose(found: Match, draw: float, turn: int) -> str:
    """Return one of a match's endpoints. ``draw``: in [0, 1); ``turn``: how many connections its virtual server has had before."""
    count = len(found.endpoints)
    index = turn % count if found.rule.mode is ProxyMode.IPVS else int(draw * count)
    return found.endpoints[index]


def path(found: Match, endpoint: str, *, is_from_pod: bool) -> list[str]:
    """Return the chains that a packet passes, the last one being where its destination is rewritten.

    ``endpoint`` empty: it is rejected or dropped. ``is_from_pod``: it comes in from an interface and not from a process of the node.
    """
    hook = "PREROUTING" if is_from_pod else "OUTPUT"
    if found.rule.mode is ProxyMode.NFTABLES:
        return _nftables(found, endpoint, "nat-prerouting" if is_from_pod else "nat-output")
    if not endpoint:
        return [hook, "KUBE-EXTERNAL-SERVICES" if found.way is Way.NODE_PORT else "KUBE-SERVICES", found.target.value]
    if found.rule.mode is ProxyMode.IPVS:
        return [hook, "KUBE-SERVICES", f"ipvs {found.rule.protocol} {_destination(found)} rr"]
    first = [hook, "KUBE-SERVICES", *(["KUBE-NODEPORTS"] if found.way is Way.NODE_PORT else [])]
    external = [] if found.way is Way.CLUSTER_IP else [chains.external_chain(found.rule)]
    balance = chains.local_chain(found.rule) if found.is_local else chains.cluster_chain(found.rule)
    return [*first, *external, balance, chains.endpoint_chain(found.rule, endpoint)]


def _matched(rule: ServiceRule, way: Way, *, is_local: bool) -> Match:
    endpoints = rule.local if is_local else rule.cluster
    return Match(rule, way, endpoints, is_local, Target.DROP if rule.has_any else Target.REJECT)


def _nftables(found: Match, endpoint: str, hook: str) -> list[str]:
    if not endpoint:
        return [hook, "services", "no-endpoint-services", found.target.value.lower()]
    external = [] if found.way is Way.CLUSTER_IP else [chains.nft_chain(found.rule, "external")]
    balance = chains.nft_chain(found.rule, "service-local" if found.is_local else "service")
    return [hook, "services", *external, balance, chains.nft_endpoint_chain(found.rule, endpoint)]


def _destination(found: Match) -> str:
    rule = found.rule
    port = rule.node_port if found.way is Way.NODE_PORT else rule.port
    return f"{rule.cluster_ip if found.way is Way.CLUSTER_IP else found.way.value}:{port}"
