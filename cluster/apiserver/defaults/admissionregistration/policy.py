"""Defaults of policies and of what they match. Upstream: ``pkg/apis/admissionregistration/v1/defaults.go``."""

from __future__ import annotations

from cluster.machinery.meta import Obj


def set_policy_defaults(policy: Obj) -> None:
    """A policy that cannot be evaluated refuses; it matches every version of a kind."""
    spec = policy.setdefault("spec", {})
    spec.setdefault("failurePolicy", "Fail")
    if spec.get("matchConstraints") is not None:
        _set_match_defaults(spec["matchConstraints"])


def set_binding_defaults(binding: Obj) -> None:
    """A binding matches what its policy does."""
    match = binding.setdefault("spec", {"policyName": "", "validationActions": []}).get("matchResources")
    if match is not None:
        _set_match_defaults(match)


def _set_match_defaults(match: Obj) -> None:
    match.setdefault("matchPolicy", "Equivalent")
    match.setdefault("namespaceSelector", {})
    match.setdefault("objectSelector", {})
    for field in ("resourceRules", "excludeResourceRules"):
        for rule in match.get(field) or ():
            rule.setdefault("scope", "*")
