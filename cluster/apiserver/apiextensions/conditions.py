"""Conditions of a definition.

Upstream: ``staging/src/k8s.io/apiextensions-apiserver/pkg/apihelpers/helpers.go`` (``SetCRDCondition``).
"""

from __future__ import annotations

from cluster.machinery.meta import Obj

NAMES_ACCEPTED, ESTABLISHED, TERMINATING = "NamesAccepted", "Established", "Terminating"
TRUE, FALSE = "True", "False"


def is_true(definition: Obj, condition: str) -> bool:
    """Whether a definition has a condition with status True."""
    conditions = (definition.get("status") or {}).get("conditions") or ()
    return any(each.get("type") == condition and each.get("status") == TRUE for each in conditions)


def condition_of(definition: Obj, condition: str) -> Obj | None:
    """Return a condition of a definition, or None."""
    conditions = (definition.get("status") or {}).get("conditions") or ()
    return next((each for each in conditions if each["type"] == condition), None)


def with_condition(status: Obj, condition: str, value: str, reason: str, message: str, now: str) -> Obj:
    """Return a status with a condition set; its time moves only with its value. Never changes ``status``."""
    wanted = {"type": condition, "status": value, "lastTransitionTime": now, "reason": reason, "message": message}
    conditions: list[Obj] = list(status.get("conditions") or ())
    for index, found in enumerate(conditions):
        if found["type"] == condition:
            if found["status"] == value:
                wanted["lastTransitionTime"] = found.get("lastTransitionTime") or now
            conditions[index] = wanted
            return {**status, "conditions": conditions}
    return {**status, "conditions": [*conditions, wanted]}
