"""What ``ipvsadm -Ln`` shows: a virtual server for each address and port of a Service, and the endpoints behind it. Pure.

Upstream: ``pkg/proxy/ipvs/proxier.go``; the tool is ``ipvsadm`` 1.31.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cluster.machinery.netfilter.rules import ServiceRule

HEAD = """\
IP Virtual Server version 1.2.1 (size=4096)
Prot LocalAddress:Port Scheduler Flags
  -> RemoteAddress:Port           Forward Weight ActiveConn InActConn
"""


def ipvsadm(rules: Sequence[ServiceRule]) -> str:
    """Return the listing, by protocol and address. Node ports, which every address of the node has, are listed without one."""
    servers = sorted(server for rule in rules for server in _servers(rule))
    return HEAD + "".join(f"{line}\n" for _, lines in servers for line in lines)


def _servers(rule: ServiceRule) -> Iterator[tuple[tuple[str, str], list[str]]]:
    outside = rule.local if rule.is_external_local else rule.cluster
    yield _server(rule, f"{rule.cluster_ip}:{rule.port}", rule.local if rule.is_internal_local else rule.cluster)
    for address in rule.external_ips:
        yield _server(rule, f"{address}:{rule.port}", outside)
    if rule.node_port:
        yield _server(rule, f"*:{rule.node_port}", outside)


def _server(rule: ServiceRule, address: str, endpoints: Sequence[str]) -> tuple[tuple[str, str], list[str]]:
    persistent = f" persistent {rule.affinity_seconds}" if rule.affinity_seconds else ""
    lines = [f"{rule.protocol:<4} {address} rr{persistent}"]
    return (rule.protocol, address), [*lines, *(f"  -> {endpoint:<28} Masq    1      0          0" for endpoint in endpoints)]
