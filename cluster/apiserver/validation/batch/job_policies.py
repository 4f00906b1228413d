"""Rules for what a Job makes of pods that fail or succeed.

Upstream: ``pkg/apis/batch/validation/validation.go`` (``validatePodFailurePolicy``, ``validateSuccessPolicy``).
"""

from __future__ import annotations

from collections.abc import Collection

from cluster.apiserver.validation import names
from cluster.apiserver.validation.batch.indexes import IndexesError, count_indexes
from cluster.apiserver.validation.fields import each_invalid, not_negative
from cluster.machinery.errors import FieldError, duplicate, invalid, not_supported, quote, required, too_long, too_many
from cluster.machinery.meta import Obj

_MAX_RULES, _MAX_PATTERNS, _MAX_EXIT_CODES = 20, 20, 255
_MAX_SUCCEEDED_INDEXES = 64 * 1024
_ACTIONS = ("Count", "FailIndex", "FailJob", "Ignore")
_OPERATORS = ("In", "NotIn")
_STATUSES = ("False", "True", "Unknown")
_REPLACEMENTS = ("Failed", "TerminatingOrFailed")


def _one_of(path: str, value: str, supported: tuple[str, ...]) -> list[FieldError]:
    if not value:
        return [required(path, f"valid values: [{' '.join(quote(each) for each in supported)}]")]
    return [] if value in supported else [not_supported(path, value, supported)]


def _valueless(path: str, detail: str) -> FieldError:
    return FieldError(path, "FieldValueInvalid", f"Invalid value: {detail}")


def validate_pod_failure_policy(spec: Obj, path: str) -> list[FieldError]:
    """Judge the policy of a Job's spec that has one. ``path``: that of the policy."""
    rules = spec["podFailurePolicy"].get("rules") or []
    faults = [too_many(f"{path}.rules", len(rules), _MAX_RULES)] if len(rules) > _MAX_RULES else []
    pod_spec = spec["template"]["spec"]
    containers = {c.get("name", "") for field in ("containers", "initContainers") for c in pod_spec.get(field) or ()}
    for index, rule in enumerate(rules):
        faults += _validate_failure_rule(spec, rule, f"{path}.rules[{index}]", containers)
    return faults


def _validate_failure_rule(spec: Obj, rule: Obj, path: str, containers: Collection[str]) -> list[FieldError]:
    action, codes, conditions = rule.get("action", ""), rule.get("onExitCodes"), rule.get("onPodConditions") or []
    faults = _one_of(f"{path}.action", action, _ACTIONS)
    if action == "FailIndex" and spec.get("backoffLimitPerIndex") is None:
        faults = [invalid(f"{path}.action", action, "requires the backoffLimitPerIndex to be set")]
    if codes is not None:
        faults += _validate_exit_codes(codes, f"{path}.onExitCodes", containers)
    if conditions:
        faults += _validate_pod_conditions(conditions, f"{path}.onPodConditions")
    if codes is not None and conditions:
        faults.append(_valueless(path, "specifying both OnExitCodes and OnPodConditions is not supported"))
    if codes is None and not conditions:
        faults.append(_valueless(path, "specifying one of OnExitCodes and OnPodConditions is required"))
    return faults


def _validate_pod_conditions(patterns: list[Obj], path: str) -> list[FieldError]:
    faults = [too_many(path, len(patterns), _MAX_PATTERNS)] if len(patterns) > _MAX_PATTERNS else []
    for index, pattern in enumerate(patterns):
        kind = pattern.get("type", "")
        faults += each_invalid(f"{path}[{index}].type", kind, names.qualified_name(kind))
        faults += _one_of(f"{path}[{index}].status", pattern.get("status", ""), _STATUSES)
    return faults


def _validate_exit_codes(wanted: Obj, path: str, containers: Collection[str]) -> list[FieldError]:
    operator, values, container = wanted.get("operator", ""), wanted.get("values"), wanted.get("containerName")
    faults = _one_of(f"{path}.operator", operator, _OPERATORS)
    if container is not None and container not in containers:
        detail = "must be one of the container or initContainer names in the pod template"
        faults.append(invalid(f"{path}.containerName", container, detail))
    if not values:
        faults.append(invalid(f"{path}.values", values, "at least one value is required"))
    elif len(values) > _MAX_EXIT_CODES:
        faults.append(too_many(f"{path}.values", len(values), _MAX_EXIT_CODES))
    for index, value in enumerate(values or ()):
        if operator == "In" and value == 0:
            faults.append(invalid(f"{path}.values[{index}]", value, "must not be 0 for the In operator"))
        if value in (values or ())[:index]:
            faults.append(duplicate(f"{path}.values[{index}]", value))
    if values and values != sorted(values):
        faults.append(invalid(f"{path}.values", values, "must be ordered"))
    return faults


def validate_success_policy(spec: Obj, path: str) -> list[FieldError]:
    """Judge the policy of an indexed Job's spec that has one. ``path``: that of the policy."""
    rules = spec["successPolicy"].get("rules") or []
    faults: list[FieldError] = []
    if not rules:
        faults.append(required(f"{path}.rules", "at least one rules must be specified when the successPolicy is specified"))
    if len(rules) > _MAX_RULES:
        faults.append(too_many(f"{path}.rules", len(rules), _MAX_RULES))
    for index, rule in enumerate(rules):
        faults += _validate_success_rule(rule, spec.get("completions") or 0, f"{path}.rules[{index}]")
    return faults


def _validate_success_rule(rule: Obj, completions: int, path: str) -> list[FieldError]:
    indexes, count = rule.get("succeededIndexes"), rule.get("succeededCount")
    faults: list[FieldError] = []
    if count is None and indexes is None:
        faults.append(required(path, "at least one of succeededCount or succeededIndexes must be specified"))
    total = 0
    if indexes is not None:
        if len(indexes) > _MAX_SUCCEEDED_INDEXES:
            faults.append(too_long(f"{path}.succeededIndexes", _MAX_SUCCEEDED_INDEXES))
        try:
            total = count_indexes(indexes, completions)
        except IndexesError as error:
            faults.append(invalid(f"{path}.succeededIndexes", indexes, f"error parsing succeededIndexes: {error}"))
    if count is None:
        return faults
    faults += not_negative(f"{path}.succeededCount", count)
    if count > completions:
        detail = f"must be less than or equal to {completions} (the number of specified completions)"
        faults.append(invalid(f"{path}.succeededCount", count, detail))
    if indexes is not None and count > total:
        detail = f"must be less than or equal to {total} (the number of indexes in the specified succeededIndexes field)"
        faults.append(invalid(f"{path}.succeededCount", count, detail))
    return faults


def validate_pod_replacement_policy(spec: Obj, path: str) -> list[FieldError]:
    """Judge when pods of a Job's spec are replaced: with a failure policy, only when they have failed."""
    policy = spec.get("podReplacementPolicy")
    supported = ("Failed",) if "podFailurePolicy" in spec else _REPLACEMENTS
    return [] if policy is None or policy in supported else [not_supported(path, policy, supported)]
