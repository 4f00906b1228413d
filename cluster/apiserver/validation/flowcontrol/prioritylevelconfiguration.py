"""Rules for PriorityLevelConfigurations.

Upstream writes the whole spec of a mandatory level that was changed with Go's names of its fields; here they are JSON's.

Upstream: ``pkg/apis/flowcontrol/validation/validation.go`` (``ValidatePriorityLevelConfiguration``).
"""

from __future__ import annotations

import math

from cluster.apiserver.validation.flowcontrol.conditions import validate_status
from cluster.apiserver.validation.metadata import validate_object_meta
from cluster.machinery.errors import FieldError, forbidden_field, invalid, not_supported, required
from cluster.machinery.flowcontrol import CATCH_ALL, EXEMPT, PRIORITY_LEVELS
from cluster.machinery.meta import Obj

_MOST_QUEUES = 10_000_000
_HASH_BITS = 60
"""How many bits of a flow's hash choose its queues."""
_SPECS = {each["metadata"]["name"]: each["spec"] for each in PRIORITY_LEVELS}


def validate(level: Obj) -> list[FieldError]:
    """Judge a PriorityLevelConfiguration, new or changed."""
    name, spec = level["metadata"].get("name", ""), level["spec"]
    faults = validate_object_meta(level["metadata"], namespaced=False) + _validate_spec(name, spec)
    if name == EXEMPT and {**spec, "exempt": None} != {**_SPECS[EXEMPT], "exempt": None}:
        faults.append(invalid("spec", spec, f"spec of '{name}' except the 'spec.exempt' field must equal the fixed value"))
    if name == CATCH_ALL and spec != _SPECS[CATCH_ALL]:
        faults.append(invalid("spec", spec, f"spec of '{name}' must equal the fixed value"))
    return faults + validate_status(level)


def _validate_spec(name: str, spec: Obj) -> list[FieldError]:
    kind, limited, exempt = spec.get("type", ""), spec.get("limited"), spec.get("exempt")
    faults: list[FieldError] = []
    if (name == EXEMPT) != (kind == "Exempt"):
        faults.append(invalid("spec.type", kind, "type must be 'Exempt' if and only if name is 'exempt'"))
    if kind == "Exempt":
        if limited is not None:
            faults.append(forbidden_field("spec.limited", "must be nil if the type is not Limited"))
        return faults + _validate_shares(exempt or {}, "spec.exempt")
    if kind != "Limited":
        return [*faults, not_supported("spec.type", kind, ("Exempt", "Limited"))]
    if exempt is not None:
        faults.append(forbidden_field("spec.exempt", "must be nil if the type is Limited"))
    if limited is None:
        return [*faults, required("spec.limited", "must not be empty when type is Limited")]
    return faults + _validate_limited(limited, "spec.limited")


def _validate_shares(part: Obj, path: str) -> list[FieldError]:
    shares, lendable = part.get("nominalConcurrencyShares"), part.get("lendablePercent")
    faults: list[FieldError] = []
    if shares is not None and shares < 0:
        faults.append(invalid(f"{path}.nominalConcurrencyShares", shares, "must be a non-negative integer"))
    if lendable is not None and not 0 <= lendable <= 100:
        faults.append(invalid(f"{path}.lendablePercent", lendable, "must be between 0 and 100, inclusive"))
    return faults


def _validate_limited(limited: Obj, path: str) -> list[FieldError]:
    borrowing = limited.get("borrowingLimitPercent")
    faults = _validate_shares({"nominalConcurrencyShares": limited.get("nominalConcurrencyShares")}, path)
    faults += _validate_response(limited.get("limitResponse") or {}, f"{path}.limitResponse")
    faults += _validate_shares({"lendablePercent": limited.get("lendablePercent")}, path)
    if borrowing is not None and borrowing < 0:
        faults.append(invalid(f"{path}.borrowingLimitPercent", borrowing, "if specified, must be a non-negative integer"))
    return faults


def _validate_response(response: Obj, path: str) -> list[FieldError]:
    kind, queuing, here = response.get("type", ""), response.get("queuing"), f"{path}.queuing"
    if kind == "Reject":
        return [] if queuing is None else [forbidden_field(here, "must be nil if limited.limitResponse.type is not Limited")]
    if kind != "Queue":
        return [not_supported(f"{path}.type", kind, ("Queue", "Reject"))]
    if queuing is None:
        return [required(here, "must not be empty if limited.limitResponse.type is Limited")]
    return _validate_queuing(queuing, here)


def _validate_queuing(queuing: Obj, path: str) -> list[FieldError]:
    length, queues, hand = (queuing.get(field, 0) for field in ("queueLengthLimit", "queues", "handSize"))
    faults = [] if length > 0 else [invalid(f"{path}.queueLengthLimit", length, "must be positive")]
    if queues <= 0:
        faults.append(invalid(f"{path}.queues", queues, "must be positive"))
    elif queues > _MOST_QUEUES:
        faults.append(invalid(f"{path}.queues", queues, f"must not be greater than {_MOST_QUEUES}"))
    here = f"{path}.handSize"
    if hand <= 0:
        return [*faults, invalid(here, hand, "must be positive")]
    if hand > queues:
        return [*faults, invalid(here, hand, f"should not be greater than queues ({queues})")]
    if math.ceil(math.log2(queues) * hand) > _HASH_BITS:
        bits = f"required entropy bits of deckSize {queues} and handSize {hand} should not be greater than {_HASH_BITS}"
        faults.append(invalid(here, hand, bits))
    return faults
