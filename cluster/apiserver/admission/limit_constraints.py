"""What a LimitRange asks of amounts: at least, at most, and not too far apart. Each rule answers with its complaint or nothing.

Upstream: ``plugin/pkg/admission/limitranger/admission.go`` (``minConstraint``, ``maxConstraint``, ``maxRequestConstraint``,
``limitRequestRatioConstraint``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from cluster.machinery.meta import Obj
from cluster.machinery.quantity import Quantity, parse_quantity

Amounts = Mapping[str, Quantity]


def amounts(resources: Mapping[str, str] | None) -> Amounts:
    """Read a resource list. Raises QuantityError."""
    return {name: parse_quantity(text) for name, text in (resources or {}).items()}


def _least(kind: str, name: str, bound: Quantity, request: Quantity | None, limit: Quantity | None) -> str:
    wanted = f"minimum {name} usage per {kind} is {bound}"
    if request is None:
        return f"{wanted}.  No request is specified"
    if request.compare(bound) < 0:
        return f"{wanted}, but request is {request}"
    return f"{wanted}, but limit is {limit}" if limit is not None and limit.compare(bound) < 0 else ""


def _most(kind: str, name: str, bound: Quantity, request: Quantity | None, limit: Quantity | None) -> str:
    wanted = f"maximum {name} usage per {kind} is {bound}"
    if limit is None:
        return f"{wanted}.  No limit is specified"
    if limit.compare(bound) > 0:
        return f"{wanted}, but limit is {limit}"
    return f"{wanted}, but request is {request}" if request is not None and request.compare(bound) > 0 else ""


def _most_requested(kind: str, name: str, bound: Quantity, request: Quantity | None) -> str:
    wanted = f"maximum {name} usage per {kind} is {bound}"
    if request is None:
        return f"{wanted}.  No request is specified"
    return f"{wanted}, but request is {request}" if request.compare(bound) > 0 else ""


def _ratio(kind: str, name: str, bound: Quantity, request: Quantity | None, limit: Quantity | None) -> str:
    wanted = f"{name} max limit to request ratio per {kind} is {bound}"
    if request is None or not request.nano:
        return f"{wanted}, but no request is specified or request is 0"
    if limit is None or not limit.nano:
        return f"{wanted}, but no limit is specified or limit is 0"
    found = limit.milli_value / request.milli_value
    return f"{wanted}, but provided ratio is {found:f}" if found * 1000 > bound.milli_value else ""


def complaints(item: Obj, requests: Amounts, limits: Amounts) -> Iterator[str]:
    """Yield what a LimitRange's item has against the amounts of a container or pod."""
    kind = item.get("type", "")
    for field, rule in (("min", _least), ("max", _most), ("maxLimitRequestRatio", _ratio)):
        for name, bound in sorted(amounts(item.get(field)).items()):
            complaint = rule(kind, name, bound, requests.get(name), limits.get(name))
            if complaint:
                yield complaint


def claim_complaints(item: Obj, requests: Amounts) -> Iterator[str]:
    """Yield what a LimitRange's item has against the amounts of a claim, which has no limits."""
    kind = item.get("type", "")
    for name, bound in sorted(amounts(item.get("min")).items()):
        if complaint := _least(kind, name, bound, requests.get(name), None):
            yield complaint
    for name, bound in sorted(amounts(item.get("max")).items()):
        if complaint := _most_requested(kind, name, bound, requests.get(name)):
            yield complaint
