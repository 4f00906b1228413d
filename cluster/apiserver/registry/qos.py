"""The quality-of-service class of a pod: who goes first when a node runs short.

Upstream: ``pkg/apis/core/v1/helper/qos/qos.go`` (``ComputePodQOS``).
"""

from __future__ import annotations

from cluster.machinery.meta import Obj
from cluster.machinery.quantity import Quantity, parse_quantity

_COUNTED = ("cpu", "memory")


def _positive(resources: Obj) -> dict[str, Quantity]:
    parsed = {name: parse_quantity(resources[name]) for name in _COUNTED if name in resources}
    return {name: amount for name, amount in parsed.items() if amount.sign > 0}


def qos_class(spec: Obj) -> str:
    """Return ``Guaranteed`` (each container is limited to what it requests), ``BestEffort`` (nothing said) or ``Burstable``."""
    is_guaranteed, says_anything = True, False
    for field in ("initContainers", "containers"):
        for container in spec.get(field) or ():
            resources = container.get("resources") or {}
            requests, limits = _positive(resources.get("requests") or {}), _positive(resources.get("limits") or {})
            says_anything = says_anything or bool(requests or limits)
            is_guaranteed = is_guaranteed and len(limits) == len(_COUNTED)
            is_guaranteed = is_guaranteed and all(name in limits and amount.compare(limits[name]) == 0 for name, amount in requests.items())
    if not says_anything:
        return "BestEffort"
    return "Guaranteed" if is_guaranteed else "Burstable"
