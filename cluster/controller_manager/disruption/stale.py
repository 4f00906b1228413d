"""Takes back what a pod says that was to go and has not gone: after two minutes its condition DisruptionTarget is False.

Who ends a pod says so first and deletes it then; when the deletion fails for good, the pod would seem to be doomed for ever. What a kubelet
says stays: between its word and the pod's end any time may pass.

Upstream: ``pkg/controller/disruption/disruption.go`` (``syncStalePodDisruption``, ``nonTerminatingPodHasStaleDisruptionCondition``).
"""

from __future__ import annotations

from cluster.client.workqueue import Result, WorkQueue
from cluster.controller_manager.base import Lane, copy_of, is_deleting
from cluster.controller_manager.disruption.target import DISRUPTION_TARGET
from cluster.controller_manager.pods import condition_of, is_terminal
from cluster.machinery.kinds.core import PODS
from cluster.machinery.meta import SECOND, Key, Obj, SimTime, after, key_of, parse_timestamp, split_key, timestamp

STALE_AFTER = 120
"""Seconds."""
BY_KUBELET = "TerminationByKubelet"


class StaleDisruptions:
    """Keys are pods that say that they are to go. ``look`` is to be told of every pod."""

    def __init__(self, lane: Lane) -> None:
        self._client, self._clock, self._pods = lane.client, lane.engine.clock, lane.lister(PODS)
        self._queue = WorkQueue(lane.name, lane.engine, self.reconcile)

    @property
    def adds(self) -> int:
        """How often something was put into its queue."""
        return self._queue.adds

    def look(self, pod: Obj) -> None:
        """Come back to a pod when what it says may be stale."""
        left = seconds_until_stale(pod, self._clock.now)
        if left is not None:
            self._queue.add_after(key_of(pod), left)

    def reconcile(self, key: Key, now: SimTime) -> Result:
        """Take the condition back once it is stale. Raises ApiError."""
        namespace, name = split_key(key)
        pod = self._pods.get(name, namespace)
        left = seconds_until_stale(pod, now) if pod is not None else None
        if pod is None or left is None:
            return Result()
        if left > 0:
            return Result(requeue_after=left)
        changed = copy_of(pod)
        conditions = changed["status"]["conditions"]
        taken_back = {"type": DISRUPTION_TARGET, "status": "False", "lastTransitionTime": timestamp(now)}
        changed["status"]["conditions"] = [taken_back if each["type"] == DISRUPTION_TARGET else each for each in conditions]
        self._client.update_status(PODS, changed)
        return Result()


def seconds_until_stale(pod: Obj, now: SimTime) -> float | None:
    """Return how long a pod may go on saying that it is to go; None when it does not say so, or is right. Pure."""
    condition = condition_of(pod, DISRUPTION_TARGET)
    if condition is None or condition["status"] != "True" or condition.get("reason") == BY_KUBELET:
        return None
    if is_deleting(pod) or is_terminal(pod):
        return None
    return max(0.0, (after(parse_timestamp(condition["lastTransitionTime"]), STALE_AFTER) - now) / SECOND)
