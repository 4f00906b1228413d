"""Services against quotas: the services themselves, their node ports, their load balancers.

Upstream: ``pkg/quota/v1/evaluator/core/services.go``.
"""

from __future__ import annotations

from collections.abc import Collection

from cluster.machinery.meta import Obj, SimTime
from cluster.machinery.quantity import Quantity
from cluster.machinery.quota.amounts import ONE, Amounts

_RESOURCES = frozenset({"count/services", "services", "services.nodeports", "services.loadbalancers"})


class ServiceEvaluator:
    """Counts a service, changed ones too: its type may change."""

    def handles(self, operation: str, subresource: str) -> bool:
        """New services and changed ones."""
        return operation in ("CREATE", "UPDATE") and not subresource

    def matching(self, names: Collection[str]) -> list[str]:
        """Return the names that services count for."""
        return [name for name in names if name in _RESOURCES]

    def missing(self, required: Collection[str], obj: Obj) -> str:
        """Nothing is asked of a service."""
        return ""

    def matches_scope(self, requirement: Obj, obj: Obj) -> bool:
        """Scopes are about pods and claims."""
        return False

    def usage(self, obj: Obj, now: SimTime) -> Amounts:
        """Return what a service counts for; node ports that are still to be given count as well."""
        spec = obj["spec"]
        kind, ports = spec.get("type", "ClusterIP"), spec.get("ports") or []
        is_balanced = kind == "LoadBalancer"
        node_ports = len(ports) if is_balanced or kind == "NodePort" else 0
        if is_balanced and spec.get("allocateLoadBalancerNodePorts") is False:
            node_ports = sum(bool(port.get("nodePort")) for port in ports)
        return {
            "count/services": ONE,
            "services": ONE,
            "services.loadbalancers": ONE if is_balanced else Quantity(),
            "services.nodeports": ONE.multiply(node_ports),
        }
