"""The condition that tells why the control plane ends a pod. Pure.

Upstream: ``staging/src/k8s.io/api/core/v1/types.go`` (``DisruptionTarget``).
"""

from __future__ import annotations

from cluster.controller_manager.pods import condition_of
from cluster.machinery.meta import Obj, SimTime, timestamp

DISRUPTION_TARGET = "DisruptionTarget"


def disruption_patch(pod: Obj, reason: str, message: str, now: SimTime) -> Obj:
    """Return the strategic merge patch of a pod's status that sets the condition; a True one keeps its moment."""
    old = condition_of(pod, DISRUPTION_TARGET) or {}
    since = old["lastTransitionTime"] if old.get("status") == "True" else timestamp(now)
    condition = {"type": DISRUPTION_TARGET, "status": "True", "lastTransitionTime": since, "reason": reason, "message": message}
    generation = pod["metadata"].get("generation")
    observed = {"observedGeneration": generation} if generation else {}
    return {"metadata": {"uid": pod["metadata"]["uid"]}, "status": {"conditions": [observed | condition]}}
