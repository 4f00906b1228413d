"""The world outside the cluster, for the plugin ``forward``: the few names that there are.

A real ``forward`` asks the resolvers of its node's ``/etc/resolv.conf``, which know the internet. Here there is no internet: these
names have addresses, every other name does not exist. Nobody listens at the addresses.
"""

from __future__ import annotations

from cluster.machinery.network import DnsAnswer, DnsCode, DnsQuestion, DnsRecord

ADDRESSES: dict[str, tuple[str, ...]] = {
    "example.com.": ("192.0.2.10",),
    "example.org.": ("192.0.2.11",),
    "kubernetes.io.": ("192.0.2.20",),
    "registry.k8s.io.": ("192.0.2.21",),
    "github.com.": ("192.0.2.30",),
}
"""From the block that RFC 5737 keeps for documentation."""
TTL = 300


def forwarded(question: DnsQuestion) -> DnsAnswer:
    """Return what the resolvers outside know of a name."""
    name = question.name.lower()
    if name not in ADDRESSES:
        return DnsAnswer(DnsCode.NXDOMAIN)
    addresses = ADDRESSES[name] if question.type == "A" else ()
    return DnsAnswer(DnsCode.NOERROR, tuple(DnsRecord(name, "A", TTL, address) for address in addresses))
