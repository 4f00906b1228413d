"""What ``iptables-save -t nat`` and ``-t filter`` show of kube-proxy's rules on a node in iptables mode. Pure.

Chains and rules are those that kube-proxy's own would be, in its order, with its comments; chains that have nothing to do with
Services (masquerading, firewall marks, health check ports) are left out.

Upstream: ``pkg/proxy/iptables/proxier.go`` (``syncProxyRules``, ``writeServiceToEndpointRules``).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cluster.machinery.netfilter.chains import cluster_chain, endpoint_chain, external_chain, local_chain
from cluster.machinery.netfilter.rules import ServiceRule

CLUSTER_CIDR = "10.244.0.0/16"
"""Where pods have their addresses, as kubeadm's configuration of kube-proxy says."""


def iptables_save(rules: Sequence[ServiceRule]) -> str:
    """Return both tables as text."""
    ordered = sorted(rules, key=lambda rule: rule.name)
    jumps = [line for rule in ordered for line in _jumps(rule)]
    node_ports = [line for rule in ordered for line in _node_port(rule)]
    chains = [line for rule in ordered for line in _chains(rule)]
    last = '-A KUBE-SERVICES -m comment --comment "kubernetes service nodeports; NOTE: this must be the last rule in this chain"'
    nat = [*node_ports, *chains, *jumps, f"{last} -m addrtype --dst-type LOCAL -j KUBE-NODEPORTS"]
    names = dict.fromkeys(["KUBE-SERVICES", "KUBE-NODEPORTS", *(line.split()[1] for line in chains)])
    blocked = [line for rule in ordered for line in _blocked(rule)]
    return "\n".join(
        [
            *_table("filter", ["KUBE-SERVICES", "KUBE-EXTERNAL-SERVICES"], blocked),
            *_table("nat", list(names), nat),
            "",
        ]
    )


def _table(name: str, chains: Sequence[str], rules: Sequence[str]) -> list[str]:
    return [f"*{name}", *(f":{chain} - [0:0]" for chain in chains), *rules, "COMMIT"]


def _jumps(rule: ServiceRule) -> Iterator[str]:
    """Yield the rules of KUBE-SERVICES that send packets for a Service's addresses to its chains."""
    inside = rule.local if rule.is_internal_local else rule.cluster
    if inside:
        chain = local_chain(rule) if rule.is_internal_local else cluster_chain(rule)
        yield f"-A KUBE-SERVICES {_to(rule, rule.cluster_ip)} {_comment(rule, 'cluster IP')} {_ports(rule, rule.port)} -j {chain}"
    for address in rule.external_ips:
        if rule.cluster or rule.local:
            yield (
                f"-A KUBE-SERVICES {_to(rule, address)} {_comment(rule, 'external IP')} {_ports(rule, rule.port)} -j {external_chain(rule)}"
            )


def _node_port(rule: ServiceRule) -> Iterator[str]:
    if rule.node_port and (rule.cluster or rule.local):
        protocol = rule.protocol.lower()
        yield f"-A KUBE-NODEPORTS -p {protocol} {_comment(rule)} {_ports(rule, rule.node_port)} -j {external_chain(rule)}"


def _chains(rule: ServiceRule) -> Iterator[str]:
    """Yield the rules of a Service port's own chains."""
    if rule.node_port or rule.external_ips:
        target = local_chain(rule) if rule.is_external_local else cluster_chain(rule)
        if rule.is_external_local and rule.cluster:
            within = f'-m comment --comment "pod traffic for {rule.name} external destinations"'
            yield f"-A {external_chain(rule)} -s {CLUSTER_CIDR} {within} -j {cluster_chain(rule)}"
        if rule.local if rule.is_external_local else rule.cluster:
            yield f"-A {external_chain(rule)} -j {target}"
    uses_local = rule.is_internal_local or (rule.is_external_local and (rule.node_port or rule.external_ips))
    if not rule.is_internal_local or rule.node_port or rule.external_ips:
        yield from _balance(rule, cluster_chain(rule), rule.cluster)
    if uses_local:
        yield from _balance(rule, local_chain(rule), rule.local)
    for endpoint in sorted({*rule.cluster, *(rule.local if uses_local else ())}):
        yield from _endpoint(rule, endpoint)


def _balance(rule: ServiceRule, chain: str, endpoints: Sequence[str]) -> Iterator[str]:
    """Yield a rule for each endpoint: those of clients that were there before, then one draw after the other, the last without any."""
    if rule.affinity_seconds:
        for endpoint in endpoints:
            recent = f"-m recent --rcheck --seconds {rule.affinity_seconds} --reap --name {endpoint_chain(rule, endpoint)} --rsource"
            yield f'-A {chain} -m comment --comment "{rule.name} -> {endpoint}" {recent} -j {endpoint_chain(rule, endpoint)}'
    for index, endpoint in enumerate(endpoints):
        left = len(endpoints) - index
        draw = f" -m statistic --mode random --probability {1 / left:.11f}" if left > 1 else ""
        yield f'-A {chain} -m comment --comment "{rule.name} -> {endpoint}"{draw} -j {endpoint_chain(rule, endpoint)}'


def _endpoint(rule: ServiceRule, endpoint: str) -> Iterator[str]:
    chain, address = endpoint_chain(rule, endpoint), endpoint.rpartition(":")[0]
    protocol = rule.protocol.lower()
    remember = f" -m recent --set --name {chain} --rsource" if rule.affinity_seconds else ""
    yield f"-A {chain} -s {address}/32 {_comment(rule)} -j KUBE-MARK-MASQ"
    yield f"-A {chain} -p {protocol} {_comment(rule)}{remember} -m {protocol} -j DNAT --to-destination {endpoint}"


def _blocked(rule: ServiceRule) -> Iterator[str]:
    """Yield what the filter table does with packets for which there is no endpoint."""
    target, why = ("DROP", "has no local endpoints") if rule.has_any else ("REJECT --reject-with icmp-port-unreachable", "has no endpoints")
    if not (rule.local if rule.is_internal_local else rule.cluster):
        yield f"-A KUBE-SERVICES {_to(rule, rule.cluster_ip)} {_comment(rule, why)} {_ports(rule, rule.port)} -j {target}"
    if rule.local if rule.is_external_local else rule.cluster:
        return
    for address in rule.external_ips:
        yield f"-A KUBE-EXTERNAL-SERVICES {_to(rule, address)} {_comment(rule, why)} {_ports(rule, rule.port)} -j {target}"
    if rule.node_port:
        local = "-m addrtype --dst-type LOCAL"
        protocol = rule.protocol.lower()
        yield f"-A KUBE-EXTERNAL-SERVICES -p {protocol} {_comment(rule, why)} {local} {_ports(rule, rule.node_port)} -j {target}"


def _to(rule: ServiceRule, address: str) -> str:
    return f"-d {address}/32 -p {rule.protocol.lower()}"


def _ports(rule: ServiceRule, port: int) -> str:
    return f"-m {rule.protocol.lower()} --dport {port}"


def _comment(rule: ServiceRule, more: str = "") -> str:
    """Return the comment of a rule; one word needs no quotes."""
    return f'-m comment --comment "{rule.name} {more}"' if more else f"-m comment --comment {rule.name}"
