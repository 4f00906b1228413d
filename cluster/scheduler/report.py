"""What the scheduler tells about a pod: Events, the condition PodScheduled, and which node it waits for.

Upstream: ``pkg/scheduler/schedule_one.go`` (``handleSchedulingFailure``, ``updatePod``).
"""

from __future__ import annotations

from cluster.apiserver.request import PatchType
from cluster.client.client import Client
from cluster.client.events import WARNING, EventRecorder
from cluster.engine.clock import Clock
from cluster.machinery.errors import ApiError
from cluster.machinery.kinds.core import PODS
from cluster.machinery.meta import Obj, SimTime, key_of, split_key, timestamp

UNSCHEDULABLE, SCHEDULER_ERROR = "Unschedulable", "SchedulerError"


class Reporter:
    """Writes Events and statuses in the name of one profile."""

    def __init__(self, client: Client, recorder: EventRecorder, clock: Clock) -> None:
        self._client, self._recorder, self._clock = client, recorder, clock

    def event(self, pod: Obj, kind: str, reason: str, message: str) -> None:
        """Record an Event. ``kind``: NORMAL or WARNING."""
        self._recorder.event(pod, kind, reason, message)

    def failure(self, pod: Obj, reason: str, message: str, *, nominated: str | None = None) -> None:
        """Tell people, by an Event and by the pod's condition, why it has no node, and in its status which one it waits for.

        ``nominated``: that node, empty for none any more; None leaves the status as it is. A pod that is gone needs no condition.
        """
        self._recorder.event(pod, WARNING, "FailedScheduling", message)
        condition = failed_condition(pod, reason, message, self._clock.now)
        status: Obj = {} if condition is None else {"conditions": [condition]}
        if nominated is not None and nominated != (pod.get("status") or {}).get("nominatedNodeName", ""):
            status["nominatedNodeName"] = nominated or None
        if status:
            self.patch_status(pod, status)

    def patch_status(self, pod: Obj, status: Obj) -> bool:
        """Change a pod's status; false when the pod is gone."""
        namespace, name = split_key(key_of(pod))
        try:
            self._client.patch(PODS, name, namespace, {"status": status}, type=PatchType.STRATEGIC, subresource="status")
        except ApiError as refusal:
            if refusal.code != 404:
                raise
            return False
        return True


def failed_condition(pod: Obj, reason: str, message: str, now: SimTime) -> Obj | None:
    """Return the PodScheduled condition to write, or None when the pod has it already."""
    conditions = (pod.get("status") or {}).get("conditions") or ()
    old: Obj = next((c for c in conditions if c["type"] == "PodScheduled"), {})
    if (old.get("status"), old.get("reason"), old.get("message")) == ("False", reason, message):
        return None
    since = old["lastTransitionTime"] if old.get("status") == "False" else timestamp(now)
    condition: Obj = {
        "type": "PodScheduled",
        "status": "False",
        "reason": reason,
        "message": message,
        "lastProbeTime": None,
        "lastTransitionTime": since,
    }
    if generation := pod["metadata"].get("generation"):
        condition["observedGeneration"] = generation
    return condition
