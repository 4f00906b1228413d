"""The names that a Service port's chains have in iptables and nftables: readable prefixes, and a hash that keeps them short and
apart. Pure.

Upstream: ``pkg/proxy/iptables/proxier.go`` (``portProtoHash``, ``servicePortPolicyClusterChain``), ``pkg/proxy/nftables/proxier.go``
(``hashAndTruncate``).
"""

from __future__ import annotations

import hashlib
from base64 import b32encode

from cluster.machinery.netfilter.rules import ServiceRule

IPTABLES_HASH, NFTABLES_HASH = 16, 8


def cluster_chain(rule: ServiceRule) -> str:
    """Return the iptables chain that balances over endpoints of all nodes: ``KUBE-SVC-NPX46M4PTMTKRN6Y``."""
    return f"KUBE-SVC-{_port_hash(rule)}"


def local_chain(rule: ServiceRule) -> str:
    """Return the iptables chain that balances over endpoints of this node."""
    return f"KUBE-SVL-{_port_hash(rule)}"


def external_chain(rule: ServiceRule) -> str:
    """Return the iptables chain that traffic from outside passes first."""
    return f"KUBE-EXT-{_port_hash(rule)}"


def endpoint_chain(rule: ServiceRule, endpoint: str) -> str:
    """Return the iptables chain that rewrites the destination to one endpoint."""
    return f"KUBE-SEP-{_hash(rule.name + rule.protocol.lower() + endpoint, IPTABLES_HASH)}"


def nft_chain(rule: ServiceRule, kind: str) -> str:
    """Return the nftables chain of a kind (``service``, ``service-local``, ``external``): ``service-ULMVA6XW-ns1/svc1/tcp/p80``."""
    name = _nft_name(rule)
    return f"{kind}-{_hash(name, NFTABLES_HASH)}-{name}"


def nft_endpoint_chain(rule: ServiceRule, endpoint: str) -> str:
    """Return the nftables chain of one endpoint."""
    address, _, port = endpoint.rpartition(":")
    name = f"{_nft_name(rule)}__{address}/{port}"
    return f"endpoint-{_hash(name, NFTABLES_HASH)}-{name}"


def _nft_name(rule: ServiceRule) -> str:
    return f"{rule.service}/{rule.protocol.lower()}/{rule.port_name}"


def _port_hash(rule: ServiceRule) -> str:
    return _hash(rule.name + rule.protocol.lower(), IPTABLES_HASH)


def _hash(text: str, length: int) -> str:
    return b32encode(hashlib.sha256(text.encode()).digest()).decode()[:length]
