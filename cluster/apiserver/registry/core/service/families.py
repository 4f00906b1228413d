"""The address families of a Service: what follows from what it says, and from what the cluster has.

Upstream: ``pkg/registry/core/service/storage/alloc.go`` (``initIPFamilyFields``).
"""

from __future__ import annotations

from cluster.apiserver.registry.core.service.networks import FAMILIES, family_of
from cluster.apiserver.validation.core.service_addresses import (
    IPV4,
    IPV6,
    POLICY,
    PREFER_DUAL_STACK,
    REQUIRE_DUAL_STACK,
    SINGLE_STACK,
    validate_cluster_ips,
)
from cluster.machinery.errors import FieldError, invalid
from cluster.machinery.meta import Obj
from cluster.machinery.service import CLUSTER_IP, EXTERNAL_NAME, LOAD_BALANCER, NODE_PORT, NONE


def is_settled(spec: Obj, old: Obj | None) -> bool:
    """Whether addresses and families of a Service that prefers two stay as they are, whatever the cluster has now."""
    if old is None or spec["type"] not in (CLUSTER_IP, NODE_PORT, LOAD_BALANCER) or spec.get("ipFamilyPolicy") != PREFER_DUAL_STACK:
        return False
    return all(spec.get(field) == old.get(field) for field in ("type", "clusterIPs", "ipFamilies", "ipFamilyPolicy"))


def set_families(spec: Obj, old: Obj | None) -> list[FieldError]:
    """Fill in policy and families, in place; return what keeps them from being filled in. ``old``: None for a new Service."""
    if spec["type"] == EXTERNAL_NAME or is_settled(spec, old):
        return []
    if spec.get("ipFamilyPolicy") is None:
        spec["ipFamilyPolicy"] = _policy(spec, old)
    faults = validate_cluster_ips(spec, (old or {}).get("clusterIPs") or ())
    if faults:
        return faults
    faults = (_follow_policy(spec, old) if old is not None else []) + _check_policy(spec) + _infer_families(spec)
    if faults:
        return faults
    if spec.get("clusterIP") == NONE and not spec.get("selector"):
        families = spec.setdefault("ipFamilies", [FAMILIES[0]])
        if len(families) < 2 and spec["ipFamilyPolicy"] != SINGLE_STACK:
            families.append(IPV6 if families[0] == IPV4 else IPV4)
        return []
    if spec["ipFamilyPolicy"] == REQUIRE_DUAL_STACK and len(FAMILIES) < 2:
        faults.append(invalid(POLICY, REQUIRE_DUAL_STACK, "this cluster is not configured for dual-stack services"))
    faults += [
        invalid(f"spec.ipFamilies[{index}]", family, "not configured on this cluster")
        for index, family in enumerate(spec.get("ipFamilies") or ())
        if family not in FAMILIES
    ]
    if not faults:
        spec.setdefault("ipFamilies", [FAMILIES[0]])
    return faults


def _policy(spec: Obj, old: Obj | None) -> str:
    if old is not None and old.get("ipFamilyPolicy") is not None:
        return str(old["ipFamilyPolicy"])
    return REQUIRE_DUAL_STACK if spec.get("clusterIP") == NONE and not spec.get("selector") else SINGLE_STACK


def _follow_policy(spec: Obj, old: Obj) -> list[FieldError]:
    """A Service that now wants a single family loses the second one; one that lost it has to want that."""
    ips, families = spec.get("clusterIPs") or [], spec.get("ipFamilies") or []
    if spec["ipFamilyPolicy"] == SINGLE_STACK:
        if len(ips) > 1 and ips == old.get("clusterIPs") and spec.get("clusterIP") == old.get("clusterIP"):
            spec["clusterIPs"] = ips[:1]
        if len(families) > 1 and families == old.get("ipFamilies"):
            spec["ipFamilies"] = families[:1]
        return []
    faults: list[FieldError] = []
    for now, field, what in ((ips, "clusterIPs", "cluster IP"), (families, "ipFamilies", "IP family")):
        if now and len(now) < len(old.get(field) or ()):
            faults.append(invalid(POLICY, spec["ipFamilyPolicy"], f"must be 'SingleStack' to release the secondary {what}"))
    return faults


def _check_policy(spec: Obj) -> list[FieldError]:
    if spec["ipFamilyPolicy"] != SINGLE_STACK:
        return []
    detail = "must be 'RequireDualStack' or 'PreferDualStack' when multiple {} are specified"
    return [
        invalid(POLICY, SINGLE_STACK, detail.format(what))
        for field, what in (("clusterIPs", "cluster IPs"), ("ipFamilies", "IP families"))
        if len(spec.get(field) or ()) == 2
    ]


def _infer_families(spec: Obj) -> list[FieldError]:
    """Add the families of the addresses that were asked for."""
    ips, families = spec.get("clusterIPs") or [], list(spec.get("ipFamilies") or ())
    faults: list[FieldError] = []
    for index, address in enumerate(ips):
        if address == NONE:
            break
        if index < len(families):
            continue
        if family_of(address) in FAMILIES:
            families.append(family_of(address))
        else:
            faults.append(invalid(f"spec.clusterIPs[{index}]", ips, f"{family_of(address)} is not configured on this cluster"))
    if families:
        spec["ipFamilies"] = families
    return faults
