"""What the eviction API and the disruption controller both say in the status of a PodDisruptionBudget.

Upstream: ``staging/src/k8s.io/api/policy/v1/types.go``, ``pkg/registry/core/pod/storage/eviction.go``,
``staging/src/k8s.io/apimachinery/pkg/api/meta/conditions.go``, ``.../component-helpers/apps/poddisruptionbudget/helpers.go``.
"""

from __future__ import annotations

from collections.abc import Iterable

from cluster.machinery.label_requirement import SelectorError
from cluster.machinery.labels import selector_from_object
from cluster.machinery.meta import Obj, SimTime, timestamp

DISRUPTION_ALLOWED = "DisruptionAllowed"
SUFFICIENT_PODS, INSUFFICIENT_PODS, SYNC_FAILED = "SufficientPods", "InsufficientPods", "SyncFailed"
ALWAYS_ALLOW = "AlwaysAllow"


def budgets_of(pod: Obj, budgets: Iterable[Obj]) -> list[Obj]:
    """Return the budgets of a pod's namespace that are about it; a pod without labels has none."""
    labels, namespace = pod["metadata"].get("labels"), pod["metadata"].get("namespace")
    return [each for each in budgets if labels and each["metadata"].get("namespace") == namespace and selects(each, pod)]


def selects(budget: Obj, pod: Obj) -> bool:
    """Whether a budget is about a pod; a selector that is not well formed selects nothing."""
    try:
        return selector_from_object(budget["spec"].get("selector")).matches(pod["metadata"].get("labels"))
    except SelectorError:
        return False


def allowed_condition(status: Obj) -> Obj | None:
    """Return the condition of a budget's status that says whether pods may go."""
    return next((each for each in status.get("conditions") or () if each.get("type") == DISRUPTION_ALLOWED), None)


def set_allowed_condition(status: Obj, now: SimTime, *, failure: str = "") -> None:
    """Say, in place, whether pods may go. ``failure``: why nobody could count them. The moment changes with the answer only."""
    if failure:
        answer, reason = "False", SYNC_FAILED
    elif status.get("disruptionsAllowed", 0) > 0:
        answer, reason = "True", SUFFICIENT_PODS
    else:
        answer, reason = "False", INSUFFICIENT_PODS
    old = allowed_condition(status)
    since = old["lastTransitionTime"] if old and old.get("status") == answer else timestamp(now)
    condition = {"type": DISRUPTION_ALLOWED, "status": answer, "reason": reason, "message": failure, "lastTransitionTime": since}
    if status.get("observedGeneration"):
        condition["observedGeneration"] = status["observedGeneration"]
    conditions = list(status.get("conditions") or ())
    if old is None:
        conditions.append(condition)
    else:
        conditions[conditions.index(old)] = condition
    status["conditions"] = conditions
