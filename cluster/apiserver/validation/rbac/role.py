"""Rules for Roles and ClusterRoles.

Upstream: ``pkg/apis/rbac/validation/validation.go`` (``ValidateRole``, ``ValidateClusterRole``).
"""

from __future__ import annotations

from cluster.apiserver.validation import names
from cluster.apiserver.validation.metadata import validate_object_meta, validate_object_meta_update
from cluster.apiserver.validation.selectors import validate_label_selector
from cluster.machinery.errors import FieldError, invalid, required
from cluster.machinery.meta import Obj


def _validate_rule(rule: Obj, path: str, *, namespaced: bool) -> list[FieldError]:
    faults: list[FieldError] = []
    if not rule.get("verbs"):
        faults.append(required(f"{path}.verbs", "verbs must contain at least one value"))
    urls = rule.get("nonResourceURLs")
    if urls:
        if namespaced:
            faults.append(invalid(f"{path}.nonResourceURLs", urls, "namespaced rules cannot apply to non-resource URLs"))
        if rule.get("apiGroups") or rule.get("resources") or rule.get("resourceNames"):
            faults.append(invalid(f"{path}.nonResourceURLs", urls, "rules cannot apply to both regular resources and non-resource URLs"))
        return faults
    if not rule.get("apiGroups"):
        faults.append(required(f"{path}.apiGroups", "resource rules must supply at least one api group"))
    if not rule.get("resources"):
        faults.append(required(f"{path}.resources", "resource rules must supply at least one resource"))
    return faults


def _validate_aggregation(rule: Obj | None) -> list[FieldError]:
    if rule is None:
        return []
    path = "aggregationRule.clusterRoleSelectors"
    selectors = rule.get("clusterRoleSelectors") or []
    if not selectors:
        return [required(path, "at least one clusterRoleSelector required if aggregationRule is non-nil")]
    faults: list[FieldError] = []
    for index, selector in enumerate(selectors):
        found = validate_label_selector(selector, f"{path}[{index}]")
        faults += found
        if found:
            faults.append(invalid(f"{path}[{index}]", "null", "invalid label selector."))
    return faults


def validate(role: Obj, *, namespaced: bool) -> list[FieldError]:
    """Judge a Role, or a ClusterRole if not ``namespaced``: it alone may have rules for paths, and gather others' rules."""
    faults = validate_object_meta(role["metadata"], namespaced=namespaced, name_check=names.path_segment)
    for index, rule in enumerate(role.get("rules") or ()):
        faults += _validate_rule(rule, f"rules[{index}]", namespaced=namespaced)
    return faults if namespaced else faults + _validate_aggregation(role.get("aggregationRule"))


def validate_update(role: Obj, old: Obj, *, namespaced: bool) -> list[FieldError]:
    """Judge a change: the role as it will be, and how its metadata changed."""
    return validate(role, namespaced=namespaced) + validate_object_meta_update(role["metadata"], old["metadata"])
