"""Rules for ValidatingAdmissionPolicies and their bindings.

Upstream compiles every expression with types; here it has to parse.

Upstream: ``pkg/apis/admissionregistration/validation/validation.go`` (``ValidateValidatingAdmissionPolicy``).
"""

from __future__ import annotations

from collections.abc import Sequence

from cluster.apiserver.apiextensions.cel import RuleError, program
from cluster.apiserver.validation import names
from cluster.apiserver.validation.fields import each_invalid
from cluster.apiserver.validation.metadata import validate_object_meta
from cluster.apiserver.validation.selectors import validate_label_selector
from cluster.machinery.errors import FieldError, duplicate, invalid, not_supported, required
from cluster.machinery.meta import Obj

_NOTHING_ASKED = "validations or auditAnnotations must contain at least one item"
_REASONS = ("Forbidden", "Invalid", "RequestEntityTooLarge", "Unauthorized")
_OPERATIONS, _SCOPES = ("*", "CONNECT", "CREATE", "DELETE", "UPDATE"), ("*", "Cluster", "Namespaced")
_ACTIONS = ("Audit", "Deny", "Warn")
_TWICE = "must not contain both Deny and Warn (repeating the same validation failure information)"


def validate_policy(policy: Obj) -> list[FieldError]:
    """Judge a policy, new or changed."""
    spec = policy["spec"]
    faults = validate_object_meta(policy["metadata"], namespaced=False)
    if spec.get("failurePolicy") not in ("Fail", "Ignore"):
        faults.append(not_supported("spec.failurePolicy", spec.get("failurePolicy", ""), ("Fail", "Ignore")))
    if spec.get("paramKind") is not None:
        faults += [required(f"spec.paramKind.{field}") for field in ("apiVersion", "kind") if not spec["paramKind"].get(field)]
    if spec.get("matchConstraints") is None:
        faults.append(required("spec.matchConstraints"))
    else:
        faults += _validate_match(spec["matchConstraints"], "spec.matchConstraints")
        if not spec["matchConstraints"].get("resourceRules"):
            faults.append(required("spec.matchConstraints.resourceRules"))
    faults += _validate_named(spec.get("matchConditions") or (), "spec.matchConditions")
    faults += _validate_named(spec.get("variables") or (), "spec.variables")
    if not spec.get("validations") and not spec.get("auditAnnotations"):
        faults += [required(f"spec.{field}", _NOTHING_ASKED) for field in ("validations", "auditAnnotations")]
    for index, validation in enumerate(spec.get("validations") or ()):
        faults += _validate_validation(validation, f"spec.validations[{index}]")
    for index, annotation in enumerate(spec.get("auditAnnotations") or ()):
        faults += _validate_expression(annotation.get("valueExpression", ""), f"spec.auditAnnotations[{index}].valueExpression")
    return faults


def validate_binding(binding: Obj) -> list[FieldError]:
    """Judge a binding, new or changed."""
    spec = binding["spec"]
    name, actions, reference = spec.get("policyName", ""), spec.get("validationActions") or [], spec.get("paramRef")
    faults = validate_object_meta(binding["metadata"], namespaced=False)
    faults += each_invalid("spec.policyName", name, names.dns_subdomain(name)) if name else [required("spec.policyName")]
    if reference is not None:
        if reference.get("parameterNotFoundAction") not in ("Allow", "Deny"):
            here = "spec.paramRef.parameterNotFoundAction"
            given = reference.get("parameterNotFoundAction")
            faults.append(not_supported(here, given, ("Allow", "Deny")) if given else required(here))
        if bool(reference.get("name")) == (reference.get("selector") is not None):
            faults.append(required("spec.paramRef.name", "one of name or selector must be specified"))
    if spec.get("matchResources") is not None:
        faults += _validate_match(spec["matchResources"], "spec.matchResources")
    return faults + _validate_actions(actions, "spec.validationActions")


def _validate_actions(actions: Sequence[str], path: str) -> list[FieldError]:
    if not actions:
        return [required(path, "at least one validation action is required")]
    faults: list[FieldError] = []
    for index, action in enumerate(actions):
        if action not in _ACTIONS:
            faults.append(not_supported(f"{path}[{index}]", action, _ACTIONS))
        if action in actions[:index]:
            faults.append(duplicate(f"{path}[{index}]", action))
    if {"Deny", "Warn"} <= set(actions):
        faults.append(
            invalid(path, list(actions), "must not contain both Deny and Warn (repeating the same validation failure information)")
        )
    return faults


def _validate_match(match: Obj, path: str) -> list[FieldError]:
    faults = validate_label_selector(match.get("namespaceSelector"), f"{path}.namespaceSelector")
    faults += validate_label_selector(match.get("objectSelector"), f"{path}.objectSelector")
    for field in ("resourceRules", "excludeResourceRules"):
        for index, rule in enumerate(match.get(field) or ()):
            faults += _validate_rule(rule, f"{path}.{field}[{index}]")
    return faults


def _validate_rule(rule: Obj, path: str) -> list[FieldError]:
    faults: list[FieldError] = []
    for field in ("operations", "apiGroups", "apiVersions", "resources"):
        values = rule.get(field) or []
        if not values:
            faults.append(required(f"{path}.{field}"))
        elif "*" in values and len(values) > 1 and field != "resources":
            faults.append(invalid(f"{path}.{field}", values, f"if '*' is present, must not specify other {_WORDS[field]}"))
    operations = enumerate(rule.get("operations") or ())
    faults += [not_supported(f"{path}.operations[{index}]", each, _OPERATIONS) for index, each in operations if each not in _OPERATIONS]
    if rule.get("scope", "*") not in _SCOPES:
        faults.append(not_supported(f"{path}.scope", rule["scope"], _SCOPES))
    return faults


_WORDS = {"operations": "operations", "apiGroups": "API groups", "apiVersions": "API versions"}


def _validate_named(entries: Sequence[Obj], path: str) -> list[FieldError]:
    """Judge match conditions or variables: each has a name of its own, and an expression."""
    faults: list[FieldError] = []
    seen: set[str] = set()
    for index, entry in enumerate(entries):
        here, name = f"{path}[{index}]", entry.get("name", "")
        faults += each_invalid(f"{here}.name", name, names.qualified_name(name)) if name else [required(f"{here}.name")]
        if name in seen:
            faults.append(duplicate(f"{here}.name", name))
        seen.add(name)
        faults += _validate_expression(entry.get("expression", ""), f"{here}.expression")
    return faults


def _validate_validation(validation: Obj, path: str) -> list[FieldError]:
    faults = _validate_expression(validation.get("expression", ""), f"{path}.expression")
    if validation.get("messageExpression"):
        faults += _validate_expression(validation["messageExpression"], f"{path}.messageExpression")
    message, reason = validation.get("message", ""), validation.get("reason")
    if message and not message.strip():
        faults.append(invalid(f"{path}.message", message, "message must be non-empty if specified"))
    elif "\n" in message.strip():
        faults.append(invalid(f"{path}.message", message, "message must not contain line breaks"))
    if reason is not None and reason not in _REASONS:
        faults.append(not_supported(f"{path}.reason", reason, _REASONS))
    return faults


def _validate_expression(expression: str, path: str) -> list[FieldError]:
    if not expression.strip():
        return [required(path, "expression is not specified")]
    try:
        program(expression)
    except RuleError as error:
        return [invalid(path, expression, f"compilation failed: {error}")]
    return []
