"""Defaults of PriorityLevelConfigurations. Upstream: ``pkg/apis/flowcontrol/v1/defaults.go``."""

from __future__ import annotations

from collections.abc import Mapping

from cluster.machinery.meta import Obj

_EXEMPT = {"nominalConcurrencyShares": 0, "lendablePercent": 0}
_LIMITED = {"nominalConcurrencyShares": 30, "lendablePercent": 0}
_QUEUING = {"queues": 64, "handSize": 8, "queueLengthLimit": 50}


def set_defaults(level: Obj) -> None:
    """Fill in shares, what may be lent, and the queues."""
    spec = level.setdefault("spec", {"type": ""})
    exempt, limited = spec.get("exempt"), spec.get("limited")
    if spec.get("type") == "Exempt" and exempt is None:
        exempt = spec["exempt"] = {}
    if exempt is not None:
        _fill_in(exempt, _EXEMPT)
    if limited is not None:
        _fill_in(limited, _LIMITED)
        queuing = (limited.get("limitResponse") or {}).get("queuing")
        if queuing is not None:
            queuing |= {field: queuing.get(field) or value for field, value in _QUEUING.items()}


def _fill_in(part: Obj, values: Mapping[str, int]) -> None:
    for field, value in values.items():
        if part.get(field) is None:
            part[field] = value
