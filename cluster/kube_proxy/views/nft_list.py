"""What ``nft list table ip kube-proxy`` shows: maps from addresses and ports to chains, and the chains of Services and endpoints. Pure.

The base chains, masquerading and firewall rules are left out.

Upstream: ``pkg/proxy/nftables/proxier.go`` (``syncProxyRules``, ``writeServiceToEndpointRules``).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cluster.machinery.netfilter.chains import nft_chain, nft_endpoint_chain
from cluster.machinery.netfilter.rules import ServiceRule


def nft_list(rules: Sequence[ServiceRule]) -> str:
    """Return the table as text."""
    ordered = sorted(rules, key=lambda rule: rule.name)
    addresses = [entry for rule in ordered for entry in _addresses(rule)]
    ports = [f"{rule.protocol.lower()} . {rule.node_port} : goto {nft_chain(rule, 'external')}" for rule in ordered if _has_node_port(rule)]
    nowhere = [entry for rule in ordered for entry in _nowhere(rule)]
    maps = (
        *_map("service-ips", "ipv4_addr . inet_proto . inet_service", "ClusterIP, ExternalIP and LoadBalancer IP traffic", addresses),
        *_map("service-nodeports", "inet_proto . inet_service", "NodePort traffic", ports),
        *_map("no-endpoint-services", "ipv4_addr . inet_proto . inet_service", "to drop or reject services with no endpoints", nowhere),
    )
    chains = [line for rule in ordered for line in _chains(rule)]
    return "\n".join(["table ip kube-proxy {", *(f"\t{line}" for line in (*maps, *chains)), "}", ""])


def _map(name: str, types: str, comment: str, entries: Sequence[str]) -> Iterator[str]:
    yield f"map {name} {{"
    yield f"\ttype {types} : verdict"
    yield f'\tcomment "{comment}"'
    if entries:
        yield "\telements = { " + ",\n\t\t\t     ".join(entries) + " }"
    yield "}"


def _addresses(rule: ServiceRule) -> Iterator[str]:
    protocol = rule.protocol.lower()
    if _inside(rule):
        kind = "service-local" if rule.is_internal_local else "service"
        yield f"{rule.cluster_ip} . {protocol} . {rule.port} : goto {nft_chain(rule, kind)}"
    if _outside(rule):
        for address in rule.external_ips:
            yield f"{address} . {protocol} . {rule.port} : goto {nft_chain(rule, 'external')}"


def _nowhere(rule: ServiceRule) -> Iterator[str]:
    verdict = "drop" if rule.has_any else "goto reject-chain"
    if not _inside(rule):
        yield f"{rule.cluster_ip} . {rule.protocol.lower()} . {rule.port} : {verdict}"
    if not _outside(rule):
        for address in rule.external_ips:
            yield f"{address} . {rule.protocol.lower()} . {rule.port} : {verdict}"


def _chains(rule: ServiceRule) -> Iterator[str]:
    uses_local = rule.is_internal_local or rule.is_external_local
    if rule.cluster:
        yield from _balance(rule, nft_chain(rule, "service"), rule.cluster)
    if uses_local and rule.local:
        yield from _balance(rule, nft_chain(rule, "service-local"), rule.local)
    if (rule.node_port or rule.external_ips) and _outside(rule):
        target = nft_chain(rule, "service-local" if rule.is_external_local else "service")
        yield from _chain(nft_chain(rule, "external"), [f"goto {target}"])
    for endpoint in sorted({*rule.cluster, *(rule.local if uses_local else ())}):
        address, protocol = endpoint.rpartition(":")[0], rule.protocol.lower()
        lines = [f"ip saddr {address} jump mark-for-masquerade", f"meta l4proto {protocol} dnat to {endpoint}"]
        yield from _chain(nft_endpoint_chain(rule, endpoint), lines)


def _balance(rule: ServiceRule, chain: str, endpoints: Sequence[str]) -> Iterator[str]:
    choices = ", ".join(f"{index} : goto {nft_endpoint_chain(rule, endpoint)}" for index, endpoint in enumerate(endpoints))
    yield from _chain(chain, [f"numgen random mod {len(endpoints)} vmap {{ {choices} }}"])


def _chain(name: str, rules: Sequence[str]) -> Iterator[str]:
    yield f"chain {name} {{"
    yield from (f"\t{rule}" for rule in rules)
    yield "}"


def _inside(rule: ServiceRule) -> tuple[str, ...]:
    return rule.local if rule.is_internal_local else rule.cluster


def _outside(rule: ServiceRule) -> tuple[str, ...]:
    return rule.local if rule.is_external_local else rule.cluster


def _has_node_port(rule: ServiceRule) -> bool:
    return bool(rule.node_port and _outside(rule))
