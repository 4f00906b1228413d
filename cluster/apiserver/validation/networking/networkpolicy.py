"""Rules for NetworkPolicies. Upstream: ``pkg/apis/networking/validation/validation.go`` (``ValidateNetworkPolicySpec``)."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from cluster.apiserver.validation import names
from cluster.apiserver.validation.fields import each_invalid, one_of
from cluster.apiserver.validation.ip import cidr_warnings, parse_cidr, valid_cidr
from cluster.apiserver.validation.metadata import validate_object_meta, validate_object_meta_update
from cluster.apiserver.validation.selectors import validate_label_selector
from cluster.machinery.errors import FieldError, forbidden_field, invalid, required
from cluster.machinery.meta import Obj

_PROTOCOLS = ("TCP", "UDP", "SCTP")
_TYPES = ("Ingress", "Egress")
_DIRECTIONS = (("ingress", "from"), ("egress", "to"))


def _validate_port(port: Obj, path: str) -> list[FieldError]:
    faults: list[FieldError] = []
    number, last = port.get("port"), port.get("endPort")
    if port.get("protocol") is not None:
        faults += one_of(f"{path}.protocol", port["protocol"], _PROTOCOLS)
    if isinstance(number, int):
        faults += each_invalid(f"{path}.port", number, names.port_number(number))
        if last is not None:
            if last < number:
                faults.append(invalid(f"{path}.endPort", number, "must be greater than or equal to `port`"))
            faults += each_invalid(f"{path}.endPort", last, names.port_number(last))
        return faults
    if last is not None:
        what = "not specified" if number is None else "non-numeric"
        faults.append(invalid(f"{path}.endPort", last, f"may not be specified when `port` is {what}"))
    return faults if number is None else faults + each_invalid(f"{path}.port", number, names.port_name(number))


def _validate_peer(peer: Obj, known: Collection[str], path: str) -> list[FieldError]:
    faults: list[FieldError] = []
    given = [field for field in ("podSelector", "namespaceSelector", "ipBlock") if peer.get(field) is not None]
    for field in ("podSelector", "namespaceSelector"):
        faults += validate_label_selector(peer.get(field), f"{path}.{field}")
    if "ipBlock" in given:
        faults += _validate_ip_block(peer["ipBlock"], known, f"{path}.ipBlock")
    if not given:
        faults.append(required(path, "must specify a peer"))
    elif len(given) > 1 and "ipBlock" in given:
        faults.append(forbidden_field(path, "may not specify both ipBlock and another peer"))
    return faults


def _validate_ip_block(block: Obj, known: Collection[str], path: str) -> list[FieldError]:
    cidr = block.get("cidr", "")
    if not cidr:
        return [required(f"{path}.cidr")]
    faults = valid_cidr(f"{path}.cidr", cidr, known)
    whole = parse_cidr(cidr)
    if whole is None:
        return faults
    for index, text in enumerate(block.get("except") or ()):
        here = f"{path}.except[{index}]"
        faults += valid_cidr(here, text, known)
        part = parse_cidr(text)
        if part is None:
            continue
        inside = part[1].version == whole[1].version and part[1].network_address in whole[1]
        if not inside or whole[1].prefixlen >= part[1].prefixlen:
            faults.append(invalid(here, text, "must be a strict subset of `cidr`"))
    return faults


def _validate_spec(spec: Obj, known: Collection[str]) -> list[FieldError]:
    faults = validate_label_selector(spec.get("podSelector"), "spec.podSelector")
    for direction, peers in _DIRECTIONS:
        for index, rule in enumerate(spec.get(direction) or ()):
            here = f"spec.{direction}[{index}]"
            for position, port in enumerate(rule.get("ports") or ()):
                faults += _validate_port(port, f"{here}.ports[{position}]")
            for position, peer in enumerate(rule.get(peers) or ()):
                faults += _validate_peer(peer, known, f"{here}.{peers}[{position}]")
    types = spec.get("policyTypes") or []
    if len(types) > len(_TYPES):
        return [*faults, invalid("spec.policyTypes", types, "may not specify more than two policyTypes")]
    for index, name in enumerate(types):
        faults += one_of(f"spec.policyTypes[{index}]", name, _TYPES)
    return faults


def _blocks(policy: Obj) -> Iterator[tuple[str, Obj]]:
    for direction, peers in _DIRECTIONS:
        for index, rule in enumerate(policy["spec"].get(direction) or ()):
            for position, peer in enumerate(rule.get(peers) or ()):
                if peer.get("ipBlock") is not None:
                    yield f"spec.{direction}[{index}].{peers}[{position}].ipBlock", peer["ipBlock"]


def validate(policy: Obj) -> list[FieldError]:
    """Judge a NetworkPolicy to be created."""
    return validate_object_meta(policy["metadata"], namespaced=True) + _validate_spec(policy["spec"], ())


def validate_update(policy: Obj, old: Obj) -> list[FieldError]:
    """Judge a change of a NetworkPolicy; odd CIDRs that it had before may stay."""
    known = {cidr for _, block in _blocks(old) for cidr in (block.get("cidr", ""), *(block.get("except") or ()))}
    return validate_object_meta_update(policy["metadata"], old["metadata"]) + _validate_spec(policy["spec"], known)


def warnings(policy: Obj) -> list[str]:
    """Say how CIDRs should better be written."""
    said: list[str] = []
    for path, block in _blocks(policy):
        said += cidr_warnings(f"{path}.cidr", block.get("cidr", ""))
        for index, cidr in enumerate(block.get("except") or ()):
            said += cidr_warnings(f"{path}.except[{index}]", cidr)
    return said
