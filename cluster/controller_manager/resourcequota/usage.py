"""What a quota's status ought to say: counted anew from all that is there.

Upstream: ``staging/src/k8s.io/apiserver/pkg/quota/v1/resources.go`` (``CalculateUsage``),
``pkg/controller/resourcequota/resource_quota_controller.go`` (``syncResourceQuota``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from cluster.machinery.kinds.model import Kind
from cluster.machinery.meta import Obj, SimTime
from cluster.machinery.quantity import Quantity
from cluster.machinery.quota.amounts import added, amounts, is_equal, masked, texts
from cluster.machinery.quota.evaluators import evaluator_of, is_within_scopes


def wanted_status(quota: Obj, kinds: Iterable[Kind], objects: Callable[[Kind], Sequence[Obj]], now: SimTime) -> Obj | None:
    """Return the status that a quota ought to have, None when it has it. Changes nothing.

    ``objects``: those of a kind in the quota's namespace. What no kind counts for keeps the usage that was noted before.
    """
    hard, status = quota["spec"].get("hard") or {}, quota.get("status", {})
    before = amounts(status.get("used"))
    used = dict(before)
    for kind in kinds:
        evaluator = evaluator_of(kind)
        names = evaluator.matching(hard) if evaluator else []
        if evaluator is None or not names:
            continue
        total: dict[str, Quantity] = dict.fromkeys(names, Quantity())
        for obj in objects(kind):
            if is_within_scopes(quota, evaluator, obj):
                total = added(total, masked(evaluator.usage(obj, now), names))
        used |= total
    used = masked(used, hard)
    if status.get("hard") == hard and "used" in status and is_equal(used, before):
        return None
    return {"hard": dict(hard), "used": texts(used)}
