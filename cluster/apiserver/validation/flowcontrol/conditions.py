"""Rules for the status of both kinds. Upstream: ``pkg/apis/flowcontrol/validation/validation.go`` (``ValidateFlowSchemaStatus``)."""

from __future__ import annotations

from cluster.machinery.errors import FieldError, duplicate, required
from cluster.machinery.meta import Obj


def validate_status(obj: Obj) -> list[FieldError]:
    """Judge the conditions: each has a type, and no two have the same."""
    faults: list[FieldError] = []
    seen: set[str] = set()
    for index, condition in enumerate((obj.get("status") or {}).get("conditions") or ()):
        here, name = f"status.conditions[{index}].type", condition.get("type", "")
        if name in seen:
            faults.append(duplicate(here, name))
        seen.add(name)
        if not name:
            faults.append(required(here, "must not be empty"))
    return faults
