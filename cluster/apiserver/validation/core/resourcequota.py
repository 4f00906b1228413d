"""Rules for ResourceQuotas: what may be limited, and which scopes go with it.

Upstream: ``pkg/apis/core/validation/validation.go`` (``ValidateResourceQuota`` and its variants).
"""

from __future__ import annotations

from collections.abc import Mapping

from cluster.apiserver.validation.fields import IMMUTABLE, invalid_text, struct_text
from cluster.apiserver.validation.metadata import validate_object_meta, validate_object_meta_update
from cluster.apiserver.validation.resources import is_quota_resource, validate_quota_resource_name, validate_resource_quantity
from cluster.machinery.errors import FieldError, invalid, required
from cluster.machinery.meta import Obj

_WITHOUT_VALUES = ("Terminating", "NotTerminating", "BestEffort", "NotBestEffort", "CrossNamespacePodAffinity")
_POD_RESOURCES = frozenset({"pods", "cpu", "memory", "limits.cpu", "limits.memory", "requests.cpu", "requests.memory"})
_CLAIM_RESOURCES = frozenset({"persistentvolumeclaims", "requests.storage"})
_RESOURCES_OF_SCOPE: Mapping[str, frozenset[str]] = {
    **dict.fromkeys(("Terminating", "NotTerminating", "NotBestEffort", "PriorityClass", "CrossNamespacePodAffinity"), _POD_RESOURCES),
    "BestEffort": frozenset({"pods"}),
    "VolumeAttributesClass": _CLAIM_RESOURCES,
}
"""Every scope, and which of the standard resources it can be about."""

_MUST_EXIST = (
    "must be 'Exists' when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, "
    "ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity"
)
_CONFLICTING = (("BestEffort", "NotBestEffort"), ("Terminating", "NotTerminating"))


def _validate_amounts(amounts: Mapping[str, str] | None, path: str) -> list[FieldError]:
    faults: list[FieldError] = []
    for name, amount in sorted((amounts or {}).items()):
        faults += validate_quota_resource_name(name, f"{path}[{name}]")
        faults += validate_resource_quantity(name, amount, f"{path}[{name}]")
    return faults


def _misplaced(scope: str, hard: Mapping[str, str]) -> list[str]:
    """The limited resources that a scope says nothing about."""
    allowed = _RESOURCES_OF_SCOPE.get(scope)
    return [name for name in sorted(hard) if allowed is not None and is_quota_resource(name) and name not in allowed]


def _validate_conflicts(scopes: set[str], value: object, path: str) -> list[FieldError]:
    return [invalid(path, value, "conflicting scopes") for pair in _CONFLICTING if scopes.issuperset(pair)]


def _validate_scopes(spec: Obj, path: str) -> list[FieldError]:
    scopes, hard = spec.get("scopes") or [], spec.get("hard") or {}
    faults: list[FieldError] = []
    for scope in scopes:
        if scope not in _RESOURCES_OF_SCOPE:
            faults.append(invalid(path, scopes, "unsupported scope"))
        faults += [invalid(path, scopes, "unsupported scope applied to resource") for _ in _misplaced(scope, hard)]
    return faults + _validate_conflicts(set(scopes), scopes, path)


def _go_selector(selector: Obj) -> str:
    expressions = [
        struct_text(("ScopeName", e.get("scopeName", "")), ("Operator", e.get("operator", "")), ("Values", e.get("values")))
        for e in selector.get("matchExpressions") or ()
    ]
    return '{"MatchExpressions":[' + ",".join(expressions) + "]}"


def _validate_requirement(requirement: Obj, path: str) -> list[FieldError]:
    scope, operator, values = requirement.get("scopeName", ""), requirement.get("operator", ""), requirement.get("values") or []
    faults: list[FieldError] = []
    if scope in _WITHOUT_VALUES and operator != "Exists":
        faults.append(invalid(f"{path}.operator", operator, _MUST_EXIST))
    if operator in ("In", "NotIn"):
        if not values:
            faults.append(required(f"{path}.values", "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector"))
    elif operator in ("Exists", "DoesNotExist"):
        if values:
            detail = "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector"
            faults.append(invalid(f"{path}.values", values, detail))
    else:
        faults.append(invalid(f"{path}.operator", operator, "not a valid selector operator"))
    return faults


def _validate_selector(spec: Obj, path: str) -> list[FieldError]:
    selector, hard = spec.get("scopeSelector"), spec.get("hard") or {}
    if selector is None:
        return []
    faults: list[FieldError] = []
    scopes: set[str] = set()
    for requirement in selector.get("matchExpressions") or ():
        scope = requirement.get("scopeName", "")
        if scope not in _RESOURCES_OF_SCOPE:
            faults.append(invalid(f"{path}.scopeName", scope, "unsupported scope"))
        for _ in _misplaced(scope, hard):
            faults.append(invalid_text(path, _go_selector(selector), "unsupported scope applied to resource"))
        faults += _validate_requirement(requirement, path)
        scopes.add(scope)
    return faults + _validate_conflicts(scopes, spec.get("scopes"), path)


def _validate_spec(spec: Obj) -> list[FieldError]:
    faults = _validate_amounts(spec.get("hard"), "spec.hard")
    faults += _validate_scopes(spec, "spec.scopes")
    return faults + _validate_selector(spec, "spec.scopeSelector.matchExpressions")


def _validate_status(status: Obj) -> list[FieldError]:
    return _validate_amounts(status.get("hard"), "status.hard") + _validate_amounts(status.get("used"), "status.used")


def validate(quota: Obj) -> list[FieldError]:
    """Judge a ResourceQuota to be created."""
    return validate_object_meta(quota["metadata"], namespaced=True) + _validate_spec(quota["spec"]) + _validate_status(quota["status"])


def validate_update(quota: Obj, old: Obj) -> list[FieldError]:
    """Judge a change of a ResourceQuota: its scopes stay."""
    faults = validate_object_meta_update(quota["metadata"], old["metadata"]) + _validate_spec(quota["spec"])
    scopes = quota["spec"].get("scopes")
    if set(scopes or ()) != set(old["spec"].get("scopes") or ()):
        faults.append(invalid("spec.scopes", scopes, IMMUTABLE))
    return faults


def validate_status_update(quota: Obj, old: Obj) -> list[FieldError]:
    """Judge a change of a ResourceQuota's status."""
    return validate_object_meta_update(quota["metadata"], old["metadata"]) + _validate_status(quota["status"])
