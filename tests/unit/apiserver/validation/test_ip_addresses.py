"""Which texts are addresses and networks, which are so for now, and which addresses no endpoint has."""

from __future__ import annotations

import pytest

from cluster.apiserver.validation.ip import cidr_warnings, ip_warnings, not_special, valid_cidr, valid_ip

_NO_IP = "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"
_ADDRESSES: dict[str, tuple[list[str], list[str]]] = {
    "10.0.0.1": ([], []),
    "2001:db8::1": ([], []),
    "2001:DB8:0::1": ([], ['ip: IPv6 address "2001:DB8:0::1" should be in RFC 5952 canonical format ("2001:db8::1")']),
    "010.0.0.1": (
        ["must not have leading 0s"],
        ['ip: non-standard IP address "010.0.0.1" will be considered invalid in a future Kubernetes release: use "10.0.0.1"'],
    ),
    "::ffff:10.0.0.1": (
        ["must not be an IPv4-mapped IPv6 address"],
        ['ip: non-standard IP address "::ffff:10.0.0.1" will be considered invalid in a future Kubernetes release: use "10.0.0.1"'],
    ),
    "10.0.0": ([_NO_IP], []),
    "fe80::1%eth0": ([_NO_IP], []),
}


@pytest.mark.parametrize(("text", "outcome"), _ADDRESSES.items(), ids=_ADDRESSES.keys())
def test_an_address(text: str, outcome: tuple[list[str], list[str]]) -> None:
    complaints, warnings = outcome
    assert [str(fault) for fault in valid_ip("ip", text)] == [f'ip: Invalid value: "{text}": {each}' for each in complaints]
    assert (valid_ip("ip", text, [text]), ip_warnings("ip", text)) == (valid_ip("ip", text) if _NO_IP in complaints else [], warnings)


_NETWORKS: dict[str, tuple[list[str], list[str]]] = {
    "10.0.0.0/8": ([], []),
    "10.0.0.1/8": (
        ["must not have bits set beyond the prefix length"],
        ['cidr: CIDR value "10.0.0.1/8" is ambiguous in this context (should be "10.0.0.0/8" or "10.0.0.1/32"?)'],
    ),
    "10.0.0.0/08": (
        ["must not have leading 0s in IP or prefix length"],
        ['cidr: non-standard CIDR value "10.0.0.0/08" will be considered invalid in a future Kubernetes release: use "10.0.0.0/8"'],
    ),
    "::ffff:10.0.0.0/104": (
        ["must not have an IPv4-mapped IPv6 address"],
        ['cidr: non-standard CIDR value "::ffff:10.0.0.0/104" will be considered invalid in a future Kubernetes release: use "10.0.0.0/8"'],
    ),
    "2001:DB8::/32": ([], ['cidr: IPv6 CIDR value "2001:DB8::/32" should be in RFC 5952 canonical format ("2001:db8::/32")']),
}


@pytest.mark.parametrize(("text", "outcome"), _NETWORKS.items(), ids=_NETWORKS.keys())
def test_a_network(text: str, outcome: tuple[list[str], list[str]]) -> None:
    complaints, warnings = outcome
    assert [str(fault) for fault in valid_cidr("cidr", text)] == [f'cidr: Invalid value: "{text}": {each}' for each in complaints]
    assert cidr_warnings("cidr", text) == warnings


_SPECIAL = {
    "0.0.0.0": "may not be unspecified (0.0.0.0)",
    "::1": "may not be in the loopback range (127.0.0.0/8, ::1/128)",
    "169.254.1.1": "may not be in the link-local range (169.254.0.0/16, fe80::/10)",
    "224.0.0.9": "may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)",
}


@pytest.mark.parametrize(("text", "complaint"), _SPECIAL.items(), ids=_SPECIAL.keys())
def test_an_address_that_no_endpoint_has(text: str, complaint: str) -> None:
    assert [str(fault) for fault in not_special("ip", text)] == [f'ip: Invalid value: "{text}": {complaint}']
