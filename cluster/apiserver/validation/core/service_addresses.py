"""Rules for the cluster IPs of a Service, their families, and how they may change.

Upstream: ``pkg/apis/core/validation/validation.go`` (``ValidateServiceClusterIPsRelatedFields``,
``validateUpgradeDowngradeClusterIPs``, ``validateUpgradeDowngradeIPFamilies``).
"""

from __future__ import annotations

from collections.abc import Collection

from cluster.apiserver.validation.fields import one_of
from cluster.apiserver.validation.ip import is_ipv6, valid_ip
from cluster.machinery.errors import FieldError, duplicate, invalid, required
from cluster.machinery.meta import Obj
from cluster.machinery.service import EXTERNAL_NAME, NONE, is_headless

IPS, FAMILIES, POLICY = "spec.clusterIPs", "spec.ipFamilies", "spec.ipFamilyPolicy"
SINGLE_STACK, PREFER_DUAL_STACK, REQUIRE_DUAL_STACK = "SingleStack", "PreferDualStack", "RequireDualStack"
IPV4, IPV6 = "IPv4", "IPv6"
_FIXED = "may not change once set"


def validate_cluster_ips(spec: Obj, known: Collection[str] = ()) -> list[FieldError]:
    """Judge addresses and families of a Service and that they belong together; ``known``: the addresses that it had before."""
    if spec.get("type") == EXTERNAL_NAME:
        return []
    ips = spec.get("clusterIPs") or []
    faults = _validate_singular(spec.get("clusterIP", ""), spec.get("clusterIPs"))
    faults += _validate_families(spec.get("ipFamilies") or [])
    if spec.get("ipFamilyPolicy") is not None:
        faults += one_of(POLICY, spec["ipFamilyPolicy"], (PREFER_DUAL_STACK, REQUIRE_DUAL_STACK, SINGLE_STACK))
    is_odd = False
    for index, address in enumerate(ips):
        if index == 0 and address == NONE:
            found = [invalid(IPS, ips, "'None' must be the first and only value")] if len(ips) > 1 else []
        else:
            found = valid_ip(f"{IPS}[{index}]", address, known)
        is_odd = is_odd or bool(found)
        faults += found
    if len(ips) > 2:
        faults.append(invalid(IPS, ips, "may only hold up to 2 values"))
    if is_odd:
        return faults
    if len(ips) > 1 and len({is_ipv6(address) for address in ips}) == 1:
        faults.append(invalid(IPS, ips, "may specify no more than one IP for each IP family"))
    return faults if is_headless(spec) else faults + _validate_family_of_each(ips, spec.get("ipFamilies") or [])


def _validate_singular(address: str, ips: list[str] | None) -> list[FieldError]:
    if not address:
        return [invalid(IPS, ips, "must be empty when `clusterIP` is not specified")] if ips else []
    if not ips:
        return [required(IPS)]
    return [] if ips[0] == address else [invalid(IPS, ips, "first value must match `clusterIP`")]


def _validate_families(families: list[str]) -> list[FieldError]:
    faults: list[FieldError] = []
    for index, family in enumerate(families):
        faults += one_of(f"{FAMILIES}[{index}]", family, (IPV4, IPV6))
        if family in families[:index]:
            faults.append(duplicate(f"{FAMILIES}[{index}]", family))
    return faults


def _validate_family_of_each(ips: list[str], families: list[str]) -> list[FieldError]:
    faults: list[FieldError] = []
    for index, (address, family) in enumerate(zip(ips, families, strict=False)):
        if family in (IPV4, IPV6) and is_ipv6(address) != (family == IPV6):
            detail = f"expected an {family} value as indicated by `ipFamilies[{index}]`"
            faults.append(invalid(f"{IPS}[{index}]", address, detail))
    return faults


def validate_cluster_ips_update(spec: Obj, old: Obj) -> list[FieldError]:
    """Judge how the addresses changed: a second one may come and go, the first stays."""
    if EXTERNAL_NAME in (spec.get("type"), old.get("type")) or (is_headless(spec) and is_headless(old)):
        return []
    ips, before = spec.get("clusterIPs") or [], old.get("clusterIPs") or []
    if len(ips) == len(before):
        return [
            invalid(f"{IPS}[{index}]", ips, _FIXED)
            for index, (address, former) in enumerate(zip(ips, before, strict=True))
            if address != former
        ]
    faults: list[FieldError] = []
    if not ips:
        faults.append(invalid(f"{IPS}[0]", spec.get("clusterIPs"), "primary clusterIP can not be unset"))
    if ips and before and ips[0] != before[0]:
        faults.append(invalid(f"{IPS}[0]", ips, _FIXED))
    if len(ips) == 1 and len(before) > 1:
        faults += _validate_release(spec, "clusterIP")
    return faults


def validate_ip_families_update(spec: Obj, old: Obj) -> list[FieldError]:
    """Judge how the families changed: a second one may come and go, the first stays."""
    if EXTERNAL_NAME in (spec.get("type"), old.get("type")) or is_headless(spec) or is_headless(old):
        return []
    families, before = spec.get("ipFamilies") or [], old.get("ipFamilies") or []
    if len(families) == len(before):
        return [invalid(f"{FAMILIES}[0]", families, _FIXED) for now, former in zip(families, before, strict=True) if now != former]
    faults: list[FieldError] = []
    if len(families) < len(before) and not spec.get("clusterIPs"):
        faults.append(invalid(f"{FAMILIES}[0]", spec.get("ipFamilies"), "primary ipFamily can not be unset"))
    if families and before and families[0] != before[0]:
        faults.append(invalid(f"{FAMILIES}[0]", spec.get("clusterIPs"), _FIXED))
    if len(families) == 1 and len(before) > 1:
        faults += _validate_release(spec, "ipFamily")
    return faults


def _validate_release(spec: Obj, what: str) -> list[FieldError]:
    policy = spec.get("ipFamilyPolicy")
    if policy == SINGLE_STACK:
        return []
    return [invalid(POLICY, "null" if policy is None else policy, f"must be set to 'SingleStack' when releasing the secondary {what}")]
