"""Rules for label selectors, and the match that a controller's selector owes to its template.

Upstream: ``staging/src/k8s.io/apimachinery/pkg/apis/meta/v1/validation/validation.go``.
"""

from __future__ import annotations

import orjson

from cluster.apiserver.validation import names
from cluster.apiserver.validation.fields import each_invalid, invalid_text
from cluster.apiserver.validation.metadata import validate_labels
from cluster.machinery.errors import FieldError, forbidden_field, invalid, required
from cluster.machinery.meta import Obj

_WITH_VALUES = ("In", "NotIn")
_WITHOUT_VALUES = ("Exists", "DoesNotExist")


def validate_label_selector(selector: Obj | None, path: str) -> list[FieldError]:
    """Judge a LabelSelector; an absent one is well formed."""
    if selector is None:
        return []
    faults = validate_labels(selector.get("matchLabels"), f"{path}.matchLabels")
    for index, requirement in enumerate(selector.get("matchExpressions") or ()):
        faults += _validate_requirement(requirement, f"{path}.matchExpressions[{index}]")
    return faults


def _validate_requirement(requirement: Obj, path: str) -> list[FieldError]:
    faults: list[FieldError] = []
    operator, values = requirement.get("operator", ""), requirement.get("values") or []
    if operator in _WITH_VALUES:
        if not values:
            faults.append(required(f"{path}.values", "must be specified when `operator` is 'In' or 'NotIn'"))
    elif operator in _WITHOUT_VALUES:
        if values:
            faults.append(forbidden_field(f"{path}.values", "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"))
    else:
        faults.append(invalid(f"{path}.operator", operator, "not a valid selector operator"))
    key = requirement.get("key", "")
    faults += each_invalid(f"{path}.key", key, names.qualified_name(key))
    for index, value in enumerate(values):
        faults += each_invalid(f"{path}.values[{index}]", value, names.label_value(value))
    return faults


def invalid_selector(path: str, selector: Obj, detail: str) -> FieldError:
    """``Invalid value`` of a whole LabelSelector, written with its fields in declared order."""
    labels, expressions = selector.get("matchLabels"), selector.get("matchExpressions")
    written = {
        **({"matchLabels": dict(sorted(labels.items()))} if labels else {}),
        **({"matchExpressions": [_written(requirement) for requirement in expressions]} if expressions else {}),
    }
    return invalid_text(path, orjson.dumps(written).decode(), detail)


def _written(requirement: Obj) -> Obj:
    values = requirement.get("values")
    shown = {"key": requirement.get("key", ""), "operator": requirement.get("operator", "")}
    return {**shown, "values": values} if values else shown


def is_empty(selector: Obj) -> bool:
    """Return whether a selector names no requirement at all, and so would match everything."""
    return not selector.get("matchLabels") and not selector.get("matchExpressions")
