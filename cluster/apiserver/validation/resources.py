"""Rules for what a container requests and may use at most.

Upstream: ``pkg/apis/core/validation/validation.go`` (``ValidateResourceRequirements``), ``pkg/apis/core/helper``.
"""

from __future__ import annotations

from cluster.apiserver.validation import names
from cluster.apiserver.validation.fields import NOT_NEGATIVE, each_invalid
from cluster.machinery.errors import FieldError, invalid, required
from cluster.machinery.meta import Obj
from cluster.machinery.quantity import parse_quantity

_HUGE_PAGES, _QUOTA_HUGE_PAGES = "hugepages-", ("hugepages-", "requests.hugepages-")
_CONTAINER_RESOURCES = frozenset({"cpu", "memory", "ephemeral-storage"})
_COUNTED = frozenset(
    {"pods", "services", "replicationcontrollers", "resourcequotas", "secrets", "configmaps", "persistentvolumeclaims"}
    | {"services.nodeports", "services.loadbalancers"}
)
_QUOTA_RESOURCES = frozenset(
    _COUNTED
    | _CONTAINER_RESOURCES
    | {"requests.storage"}
    | {f"{side}.{name}" for side in ("requests", "limits") for name in _CONTAINER_RESOURCES}
)
_STANDARD_RESOURCES = _QUOTA_RESOURCES | {"storage"}


def is_extended_resource(name: str) -> bool:
    """Return whether a resource is neither Kubernetes' own nor a quota's: ``example.com/gpu``."""
    return (
        "/" in name and "kubernetes.io/" not in name and not name.startswith("requests.") and not names.qualified_name(f"requests.{name}")
    )


def may_be_overcommitted(name: str) -> bool:
    """Return whether a container may use more of a resource than it requested."""
    return ("/" not in name or "kubernetes.io/" in name) and not name.startswith(_HUGE_PAGES)


def validate_resource_name(name: str, path: str) -> list[FieldError]:
    """Judge the name of any resource."""
    faults = each_invalid(path, name, names.qualified_name(name))
    if "/" not in name and name not in _STANDARD_RESOURCES and not name.startswith(_QUOTA_HUGE_PAGES):
        faults.append(invalid(path, name, "must be a standard resource type or fully qualified"))
    return faults


def is_quota_resource(name: str) -> bool:
    """Return whether a name without a domain is one that quotas count."""
    return name in _QUOTA_RESOURCES or name.startswith(_QUOTA_HUGE_PAGES)


def validate_quota_resource_name(name: str, path: str) -> list[FieldError]:
    """Judge the name of something that a quota limits."""
    faults = validate_resource_name(name, path)
    if "/" not in name and not is_quota_resource(name):
        faults.append(invalid(path, name, "must be a standard resource for quota"))
    return faults


def validate_container_resource_name(name: str, path: str) -> list[FieldError]:
    """Judge the name of something that a container may ask for."""
    faults = validate_resource_name(name, path)
    if "/" not in name:
        if name not in _CONTAINER_RESOURCES and not name.startswith(_HUGE_PAGES):
            faults.append(invalid(path, name, "must be a standard resource for containers"))
    elif "kubernetes.io/" not in name and not is_extended_resource(name):
        faults.append(invalid(path, name, "doesn't follow extended resource name standard"))
    return faults


def validate_resource_quantity(name: str, amount: str, path: str) -> list[FieldError]:
    """Judge an amount: never below zero, and whole for what cannot be divided."""
    faults: list[FieldError] = []
    quantity = parse_quantity(amount)
    if quantity.sign < 0:
        faults.append(invalid(path, amount, NOT_NEGATIVE))
    if (name in _COUNTED or is_extended_resource(name)) and quantity.milli_value % 1000:
        faults.append(invalid(path, amount, "must be an integer"))
    return faults


def validate_resource_requirements(resources: Obj, path: str) -> list[FieldError]:
    """Judge ``resources`` of a container: each request and limit, and that no request exceeds its limit."""
    faults: list[FieldError] = []
    limits, requests = resources.get("limits") or {}, resources.get("requests") or {}
    for name, amount in sorted(limits.items()):
        faults += validate_container_resource_name(name, f"{path}.limits[{name}]")
        faults += validate_resource_quantity(name, amount, f"{path}.limits[{name}]")
    for name, amount in sorted(requests.items()):
        faults += validate_container_resource_name(name, f"{path}.requests[{name}]")
        faults += validate_resource_quantity(name, amount, f"{path}.requests[{name}]")
        if name in limits:
            faults += _validate_request_against_limit(name, amount, limits[name], f"{path}.requests")
        elif not may_be_overcommitted(name):
            faults.append(required(f"{path}.limits", "Limit must be set for non overcommitable resources"))
    return faults


def _validate_request_against_limit(name: str, request: str, limit: str, path: str) -> list[FieldError]:
    order = parse_quantity(request).compare(parse_quantity(limit))
    if order != 0 and not may_be_overcommitted(name):
        return [invalid(path, request, f"must be equal to {name} limit of {limit}")]
    if order > 0:
        return [invalid(path, request, f"must be less than or equal to {name} limit of {limit}")]
    return []
