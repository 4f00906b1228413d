"""Which victims would break a disruption budget. Preemption avoids it where it can, and does it where it cannot.

Upstream: ``pkg/scheduler/framework/plugins/defaultpreemption/default_preemption.go`` (``filterPodsWithPDBViolation``).
"""

from __future__ import annotations

from collections.abc import Sequence

from cluster.machinery.labels import selector_from_object
from cluster.machinery.meta import Obj
from cluster.scheduler.node_info import PodInfo


def split_by_budgets(pods: Sequence[PodInfo], budgets: Sequence[Obj]) -> tuple[list[PodInfo], list[PodInfo]]:
    """Return the pods whose eviction would break a budget, and the others, in their order. ``budgets``: PodDisruptionBudgets."""
    left = [int((budget.get("status") or {}).get("disruptionsAllowed") or 0) for budget in budgets]
    selectors = [selector_from_object(budget["spec"].get("selector")) for budget in budgets]
    violating: list[PodInfo] = []
    others: list[PodInfo] = []
    for info in pods:
        meta = info.pod["metadata"]
        breaks = False
        for index, (budget, selector) in enumerate(zip(budgets, selectors, strict=True)):
            if budget["metadata"].get("namespace") != meta.get("namespace") or not selector.matches(meta.get("labels")):
                continue
            if meta["name"] in ((budget.get("status") or {}).get("disruptedPods") or ()):
                continue  # it has been evicted already: the budget has counted it
            left[index] -= 1
            breaks = breaks or left[index] < 0
        (violating if breaks else others).append(info)
    return violating, others
