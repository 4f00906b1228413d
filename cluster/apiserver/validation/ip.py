"""Rules for addresses and CIDRs, and what is said of those that are accepted and odd.

The fields of the first versions once took more than they should: leading zeros, IPv4 inside IPv6. A value that an object already
has may stay; a new one has to be proper.

Upstream: ``staging/src/k8s.io/apimachinery/pkg/util/validation/ip.go``, ``pkg/apis/core/validation/validation.go``
(``IsValidIPForLegacyField``, ``ValidateEndpointIP``).
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Collection

from cluster.machinery.errors import FieldError, invalid, quote

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_OCTETS = re.compile(r"[0-9]+(\.[0-9]+){3}", re.ASCII)
_DIGITS = re.compile(r"[0-9]+", re.ASCII)
_LINK_LOCAL = (ipaddress.ip_network("169.254.0.0/16"), ipaddress.ip_network("fe80::/10"))
_LINK_LOCAL_MULTICAST = (ipaddress.ip_network("224.0.0.0/24"), ipaddress.ip_network("ff02::/16"))

_NO_ADDRESS = "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"
_NO_CIDR = "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)"


def _without_leading_zeros(text: str) -> str:
    head, colon, tail = text.rpartition(":")
    if not _OCTETS.fullmatch(tail):
        return text
    return f"{head}{colon}{'.'.join(octet.lstrip('0') or '0' for octet in tail.split('.'))}"


def parse_ip(text: str) -> Address | None:
    """Return the address that a text means, leading zeros and IPv4 inside IPv6 allowed; None for no address."""
    if "%" in text:
        return None
    try:
        address = ipaddress.ip_address(_without_leading_zeros(text))
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def parse_cidr(text: str) -> tuple[Address, Network] | None:
    """Return the address and the network that a text means, read as generously as ``parse_ip`` does; None for none."""
    head, slash, length = text.partition("/")
    address = parse_ip(head)
    if not slash or address is None or not _DIGITS.fullmatch(length):
        return None
    bits = int(length) - (96 if ":" in head and address.version == 4 else 0)
    if not 0 <= bits <= address.max_prefixlen:
        return None
    return address, ipaddress.ip_network((address, bits), strict=False)


def is_ipv6(text: str) -> bool:
    """Whether a text is an address of IPv6."""
    address = parse_ip(text)
    return address is not None and address.version == 6


def _is_mapped(text: str) -> bool:
    address = parse_ip(text)
    return ":" in text and address is not None and address.version == 4


def valid_ip(field: str, value: str, known: Collection[str] = ()) -> list[FieldError]:
    """Judge an address; ``known``: those that the object had before, which may stay as they are."""
    if parse_ip(value) is None:
        return [invalid(field, value, _NO_ADDRESS)]
    if value in known:
        return []
    faults = []
    if value != _without_leading_zeros(value):
        faults.append(invalid(field, value, "must not have leading 0s"))
    elif _is_mapped(value):
        faults.append(invalid(field, value, "must not be an IPv4-mapped IPv6 address"))
    return faults


def canonical_ip(field: str, value: str) -> list[FieldError]:
    """Judge an address that has to be written in the one way there is."""
    faults = valid_ip(field, value)
    wanted = str(parse_ip(value))
    if not faults and value != wanted:
        faults.append(invalid(field, value, f"must be in canonical form ({quote(wanted)})"))
    return faults


def valid_ip_of(version: int, field: str, value: str) -> list[FieldError]:
    """Judge an address that has to be of IPv4 (``version`` 4) or IPv6 (6)."""
    address = parse_ip(value)
    if address is None or address.version != version:
        return [invalid(field, value, f"must be a valid IPv{version} address")]
    return []


def valid_cidr(field: str, value: str, known: Collection[str] = ()) -> list[FieldError]:
    """Judge a network; ``known``: those that the object had before, which may stay as they are."""
    parsed = parse_cidr(value)
    if parsed is None:
        return [invalid(field, value, _NO_CIDR)]
    if value in known:
        return []
    head, _, length = value.partition("/")
    if head != _without_leading_zeros(head) or length != str(int(length)):
        return [invalid(field, value, "must not have leading 0s in IP or prefix length")]
    if _is_mapped(head):
        return [invalid(field, value, "must not have an IPv4-mapped IPv6 address")]
    if parsed[0] != parsed[1].network_address:
        return [invalid(field, value, "must not have bits set beyond the prefix length")]
    return []


def canonical_cidr(field: str, value: str) -> list[FieldError]:
    """Judge a network that has to be written in the one way there is."""
    faults, parsed = valid_cidr(field, value), parse_cidr(value)
    if not faults and parsed is not None and value != str(parsed[1]):
        faults.append(invalid(field, value, f"must be in canonical form ({quote(str(parsed[1]))})"))
    return faults


def not_special(field: str, value: str) -> list[FieldError]:
    """Complain about an address that no endpoint can have: unspecified, loopback, link-local."""
    address = parse_ip(value)
    if address is None:
        return [invalid(field, value, "must be a valid IP address")]
    faults: list[FieldError] = []
    if address.is_unspecified:
        faults.append(invalid(field, value, f"may not be unspecified ({value})"))
    if address.is_loopback:
        faults.append(invalid(field, value, "may not be in the loopback range (127.0.0.0/8, ::1/128)"))
    if any(address in network for network in _LINK_LOCAL):
        faults.append(invalid(field, value, "may not be in the link-local range (169.254.0.0/16, fe80::/10)"))
    if any(address in network for network in _LINK_LOCAL_MULTICAST):
        faults.append(invalid(field, value, "may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)"))
    return faults


def ip_warnings(field: str, value: str) -> list[str]:
    """Say how an accepted address should better be written."""
    address = parse_ip(value)
    if address is None:
        return []
    if _is_mapped(value) or value != _without_leading_zeros(value):
        wanted = quote(str(address))
        return [f"{field}: non-standard IP address {quote(value)} will be considered invalid in a future Kubernetes release: use {wanted}"]
    if address.version == 6 and str(address) != value:
        return [f"{field}: IPv6 address {quote(value)} should be in RFC 5952 canonical format ({quote(str(address))})"]
    return []


def cidr_warnings(field: str, value: str) -> list[str]:
    """Say how an accepted network should better be written."""
    parsed = parse_cidr(value)
    if parsed is None:
        return []
    address, network = parsed
    head, _, length = value.partition("/")
    warnings: list[str] = []
    if address != network.network_address:
        single = quote(f"{address}/{network.max_prefixlen}")
        warnings.append(f"{field}: CIDR value {quote(value)} is ambiguous in this context (should be {quote(str(network))} or {single}?)")
    if _is_mapped(head) or head != _without_leading_zeros(head) or length != str(int(length)):
        wanted = quote(str(network))
        warnings.append(
            f"{field}: non-standard CIDR value {quote(value)} will be considered invalid in a future Kubernetes release: use {wanted}"
        )
    if not warnings and address.version == 6 and str(network) != value:
        warnings.append(f"{field}: IPv6 CIDR value {quote(value)} should be in RFC 5952 canonical format ({quote(str(network))})")
    return warnings
