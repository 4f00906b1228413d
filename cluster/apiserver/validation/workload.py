"""Rules that kinds with a pod template share: the selector, the template it has to match, amounts and counts of pods.

Upstream: ``pkg/apis/apps/validation/validation.go``, ``pkg/apis/core/validation/validation.go``
(``ValidatePodTemplateSpecForRC``).
"""

from __future__ import annotations

import re

from cluster.apiserver.validation.fields import not_negative
from cluster.apiserver.validation.pod_spec import validate_pod_template
from cluster.apiserver.validation.selectors import invalid_selector, is_empty, validate_label_selector
from cluster.machinery.errors import FieldError, forbidden_field, invalid, not_supported, required
from cluster.machinery.label_requirement import SelectorError
from cluster.machinery.labels import Selector, selector_from_object
from cluster.machinery.meta import Obj

_PERCENT = re.compile(r"[0-9]+%", re.ASCII)
_NUMBER = re.compile(r"[+-]?[0-9]+", re.ASCII)
_PERCENT_SHAPE = (
    "a valid percent string must be a numeric string followed by an ending '%' "
    "(e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')"
)


def validate_selector(selector: Obj | None, path: str, whose: str) -> list[FieldError]:
    """Judge a selector that must be there and must name something. ``whose``: ``deployment``, as messages call the kind."""
    if selector is None:
        return [required(path)]
    faults = validate_label_selector(selector, path)
    if is_empty(selector):
        faults.append(invalid_selector(path, selector, f"empty selector is invalid for {whose}"))
    return faults


def parsed_selector(spec: Obj) -> Selector | None:
    """Return the selector of a workload's spec, which matches nothing when it is absent; None for one that is not well formed."""
    try:
        return selector_from_object(spec.get("selector"))
    except SelectorError:
        return None


def validate_template_labels(selector: Selector, template: Obj, path: str) -> list[FieldError]:
    """A workload's pods must be found by its selector."""
    labels = (template.get("metadata") or {}).get("labels")
    if selector.matches(labels or {}):
        return []
    return [invalid(f"{path}.metadata.labels", labels, "`selector` does not match template `labels`")]


def validate_replicated_template(selector: Selector, spec: Obj, path: str, whose: str) -> list[FieldError]:
    """Judge the template of a number of equal pods. ``spec``: the workload's; ``whose``: ``ReplicaSet``."""
    template = spec.get("template") or {}
    faults = [] if selector.is_empty else validate_template_labels(selector, template, path)
    faults += validate_pod_template(template, path)
    return faults + validate_runs_forever(template, path, whose)


def validate_runs_forever(template: Obj, path: str, whose: str) -> list[FieldError]:
    """Pods of a template that are replaced when they end are restarted always, and have no deadline."""
    faults: list[FieldError] = []
    pod_spec = template.get("spec") or {}
    if pod_spec.get("restartPolicy") != "Always":
        faults.append(not_supported(f"{path}.spec.restartPolicy", pod_spec.get("restartPolicy", ""), ("Always",)))
    if "activeDeadlineSeconds" in pod_spec:
        faults.append(forbidden_field(f"{path}.spec.activeDeadlineSeconds", f"activeDeadlineSeconds in {whose} is not Supported"))
    return faults


def validate_int_or_percent(value: int | str | None, path: str) -> list[FieldError]:
    """Judge a number of pods or a percentage of them."""
    if isinstance(value, str):
        return [] if _PERCENT.fullmatch(value) else [invalid(path, value, _PERCENT_SHAPE)]
    return not_negative(path, value)


def validate_at_most_all(value: int | str | None, path: str) -> list[FieldError]:
    """Complain about more than 100 %."""
    if isinstance(value, str) and _PERCENT.fullmatch(value) and int(value[:-1]) > 100:
        return [invalid(path, value, "must not be greater than 100%")]
    return []


def amount_of(value: int | str | None) -> int:
    """Return the number in ``3``, ``"3"`` or ``"25%"``; what is not one counts as 0."""
    if not isinstance(value, str):
        return value or 0
    if _PERCENT.fullmatch(value):
        return int(value[:-1])
    return int(value) if _NUMBER.fullmatch(value) else 0


def validate_counts(status: Obj, parts: tuple[str, ...], *, ready: str = "readyReplicas") -> list[FieldError]:
    """No part of a workload's pods is larger than the whole, and none is available that is not ready. ``ready``: its name in messages."""
    replicas, available = status.get("replicas", 0), status.get("availableReplicas", 0)
    faults = [
        invalid(f"status.{field}", status.get(field, 0), "cannot be greater than status.replicas")
        for field in parts
        if status.get(field, 0) > replicas
    ]
    if available > status.get("readyReplicas", 0):
        faults.append(invalid("status.availableReplicas", available, f"cannot be greater than {ready}"))
    return faults


def validate_collision_count(status: Obj, old: Obj) -> list[FieldError]:
    """The number of names that were taken only grows. ``status``, ``old``: the new and the old status."""
    collisions, before = status.get("collisionCount"), old.get("collisionCount")
    if before is None or (collisions or 0) >= before:
        return []
    return [invalid("status.collisionCount", collisions or 0, "cannot be decremented")]
