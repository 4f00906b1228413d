"""Rules for conditions of the common shape (metav1.Condition).

Upstream: ``staging/src/k8s.io/apimachinery/pkg/apis/meta/v1/validation/validation.go`` (``ValidateConditions``).
"""

from __future__ import annotations

import re

from cluster.apiserver.validation import names
from cluster.apiserver.validation.fields import each_invalid
from cluster.machinery.errors import FieldError, duplicate, invalid, not_supported, required, too_long
from cluster.machinery.meta import Obj

_STATUSES = ("False", "True", "Unknown")
_REASON = r"[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?"
_REASON_SHAPE = (
    "a condition reason must start with alphabetic character, optionally followed by a string of alphanumeric characters or '_,:', "
    "and must end with an alphanumeric character or '_' (e.g. 'my_name',  or 'MY_NAME',  or 'MyName',  or 'ReasonA,ReasonB',  "
    f"or 'ReasonA:ReasonB', regex used for validation is '{_REASON}')"
)
_REASON_LENGTH, _MESSAGE_LENGTH = 1024, 32 * 1024


def validate_conditions(conditions: list[Obj], path: str) -> list[FieldError]:
    """Judge a list of conditions, each of another type."""
    faults: list[FieldError] = []
    seen: set[str] = set()
    for index, condition in enumerate(conditions):
        kind = condition.get("type", "")
        if kind in seen:
            faults.append(duplicate(f"{path}[{index}].type", kind))
        seen.add(kind)
        faults += _validate_condition(condition, f"{path}[{index}]")
    return faults


def _validate_condition(condition: Obj, path: str) -> list[FieldError]:
    kind, status, reason = condition.get("type", ""), condition.get("status", ""), condition.get("reason", "")
    faults = each_invalid(f"{path}.type", kind, names.qualified_name(kind))
    if status not in _STATUSES:
        faults.append(not_supported(f"{path}.status", status, _STATUSES))
    generation = condition.get("observedGeneration", 0)
    if generation < 0:
        faults.append(invalid(f"{path}.observedGeneration", generation, "must be greater than or equal to zero"))
    if not condition.get("lastTransitionTime"):
        faults.append(required(f"{path}.lastTransitionTime", "must be set"))
    if not reason:
        faults.append(required(f"{path}.reason", "must be set"))
    elif not re.fullmatch(_REASON, reason, re.ASCII):
        faults.append(invalid(f"{path}.reason", reason, _REASON_SHAPE))
    if len(reason) > _REASON_LENGTH:
        faults.append(too_long(f"{path}.reason", _REASON_LENGTH))
    if len(condition.get("message", "")) > _MESSAGE_LENGTH:
        faults.append(too_long(f"{path}.message", _MESSAGE_LENGTH))
    return faults
