"""Defaults of HorizontalPodAutoscalers. Upstream: ``pkg/apis/autoscaling/v2/defaults.go``."""

from __future__ import annotations

from cluster.machinery.meta import Obj

_CPU_UTILIZATION = 80
_FOUR_PODS: Obj = {"type": "Pods", "value": 4, "periodSeconds": 15}
_DOUBLE: Obj = {"type": "Percent", "value": 100, "periodSeconds": 15}


def set_defaults(autoscaler: Obj) -> None:
    """Fill in an autoscaler: from one pod on, by its CPU, up as fast as pods or percent allow, down at once."""
    spec = autoscaler["spec"]
    spec.setdefault("minReplicas", 1)
    if not spec.get("metrics"):
        target = {"type": "Utilization", "averageUtilization": _CPU_UTILIZATION}
        spec["metrics"] = [{"type": "Resource", "resource": {"name": "cpu", "target": target}}]
    behavior = spec.get("behavior")
    if behavior is not None:
        _set_rules(behavior, "scaleUp", [_FOUR_PODS, _DOUBLE]).setdefault("stabilizationWindowSeconds", 0)
        _set_rules(behavior, "scaleDown", [_DOUBLE])


def _set_rules(behavior: Obj, direction: str, policies: list[Obj]) -> Obj:
    rules: Obj = behavior.setdefault(direction, {})
    rules.setdefault("selectPolicy", "Max")
    rules.setdefault("policies", [dict(policy) for policy in policies])
    return rules
