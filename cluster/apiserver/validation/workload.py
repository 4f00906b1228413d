"""Rules that ReplicaSets and Deployments share: the selector, and the template whose pods it has to match.

Upstream: ``pkg/apis/apps/validation/validation.go`` (``ValidatePodTemplateSpecForReplicaSet``).
"""

from __future__ import annotations

import re

from cluster.apiserver.validation.fields import not_negative
from cluster.apiserver.validation.pod_spec import validate_pod_template
from cluster.apiserver.validation.selectors import is_empty, validate_label_selector
from cluster.machinery.errors import FieldError, forbidden_field, invalid, not_supported, required
from cluster.machinery.label_requirement import SelectorError
from cluster.machinery.labels import selector_from_object
from cluster.machinery.meta import Obj

_PERCENT = re.compile(r"[0-9]+%", re.ASCII)
_PERCENT_SHAPE = (
    "a valid percent string must be a numeric string followed by an ending '%' "
    "(e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')"
)


def validate_selector_and_template(spec: Obj, path: str) -> list[FieldError]:
    """Judge ``selector`` and ``template`` of a workload's spec, and that they belong together."""
    selector = spec.get("selector")
    if selector is None:
        faults = [required(f"{path}.selector")]
    else:
        faults = validate_label_selector(selector, f"{path}.selector")
        if is_empty(selector):
            faults.append(invalid(f"{path}.selector", selector, "empty selector is invalid for deployment"))
    return faults + _validate_template(spec, f"{path}.template")


def _validate_template(spec: Obj, path: str) -> list[FieldError]:
    template = spec.get("template") or {}
    labels = (template.get("metadata") or {}).get("labels")
    faults: list[FieldError] = []
    try:
        selector = selector_from_object(spec.get("selector"))
    except SelectorError:
        return [invalid(f"{path.removesuffix('.template')}.selector", spec.get("selector"), "invalid label selector")]
    if not selector.matches(labels or {}):
        faults.append(invalid(f"{path}.metadata.labels", labels, "`selector` does not match template `labels`"))
    faults += validate_pod_template(template, path)
    pod_spec = template.get("spec") or {}
    if pod_spec.get("restartPolicy") != "Always":
        faults.append(not_supported(f"{path}.spec.restartPolicy", pod_spec.get("restartPolicy", ""), ("Always",)))
    if "activeDeadlineSeconds" in pod_spec:
        faults.append(forbidden_field(f"{path}.spec.activeDeadlineSeconds", "activeDeadlineSeconds in ReplicaSet is not Supported"))
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
    """Return the number in ``3`` or ``25%``; what is not one counts as 0."""
    if isinstance(value, str):
        return int(value[:-1]) if _PERCENT.fullmatch(value) else 0
    return value or 0
