"""Ends pods that do not tolerate a NoExecute taint of their node, or not for that long.

Upstream: ``pkg/controller/tainteviction/taint_eviction.go``.
"""

from __future__ import annotations

from dataclasses import dataclass

from cluster.client.events import NORMAL
from cluster.client.workqueue import Result, WorkQueue
from cluster.controller_manager.base import NODE, Lane, bare_reference, by_node, is_deleting
from cluster.controller_manager.disruption.target import disruption_patch
from cluster.controller_manager.nodelifecycle.taints import NO_EXECUTE, taints_of
from cluster.controller_manager.nodelifecycle.tolerations import FOREVER, seconds_tolerated
from cluster.machinery.errors import ApiError
from cluster.machinery.kinds.core import NODES, PODS
from cluster.machinery.meta import SECOND, Key, Obj, SimTime, after, key_of, split_key


@dataclass(frozen=True, slots=True)
class Scheduled:
    """A pod's end to come. ``since``: when its time began to run."""

    since: SimTime
    due: SimTime


class TaintEvictionController:
    """The lane ``kube-controller-manager/tainteviction``. Its keys are pods."""

    def __init__(self, lane: Lane) -> None:
        self._client, self._recorder = lane.client, lane.recorder
        self._queue = WorkQueue(lane.name, lane.engine, self.reconcile)
        self._nodes = lane.follow(NODES, self._queue, on_add=self._enqueue_pods, on_update=self._on_node_update, on_delete=lambda _: None)
        self._pods = lane.follow(PODS, self._queue, on_add=self._on_pod, on_update=lambda _, new: self._on_pod(new), on_delete=self._forget)
        self._pods.add_index(NODE, by_node)
        self._scheduled: dict[Key, Scheduled] = {}

    def start(self) -> None:
        """Nothing is done by the clock alone."""

    def stop(self) -> None:
        """Nothing to cancel."""

    def reconcile(self, key: Key, now: SimTime) -> Result:
        """Decide about one pod: it stays, it goes later, or it goes now. Raises ApiError."""
        namespace, name = split_key(key)
        pod = self._pods.get(name, namespace)
        if pod is None or is_deleting(pod):
            self._scheduled.pop(key, None)
            return Result()
        node = self._nodes.get(pod["spec"].get("nodeName", ""))
        taints = _no_execute(node) if node is not None else []
        limit = seconds_tolerated(taints, pod["spec"].get("tolerations") or ()) if taints else FOREVER
        if limit == FOREVER:
            self._cancel(key, pod)
            return Result()
        earlier = self._scheduled.get(key)
        since = earlier.since if earlier is not None else now
        due = after(since, limit or 0.0)
        if due > now:
            self._scheduled[key] = Scheduled(since, due)
            return Result(requeue_after=(due - now) / SECOND)
        self._scheduled.pop(key, None)
        self._evict(key, pod, now)
        return Result()

    def _evict(self, key: Key, pod: Obj, now: SimTime) -> None:
        meta = pod["metadata"]
        self._recorder.event(bare_reference(pod), NORMAL, "TaintManagerEviction", f"Marking for deletion Pod {key}")
        patch = disruption_patch(pod, "DeletionByTaintManager", "Taint manager: deleting due to NoExecute taint", now)
        try:
            self._client.patch(PODS, meta["name"], meta["namespace"], patch, subresource="status")
            self._client.delete(PODS, meta["name"], meta["namespace"], uid=meta["uid"])
        except ApiError as refusal:
            if refusal.code != 404:
                raise

    def _cancel(self, key: Key, pod: Obj) -> None:
        if self._scheduled.pop(key, None) is not None:
            self._recorder.event(bare_reference(pod), NORMAL, "TaintManagerEviction", f"Cancelling deletion of Pod {key}")

    def _on_node_update(self, old: Obj, node: Obj) -> None:
        if _no_execute(old) != _no_execute(node):
            self._enqueue_pods(node)

    def _enqueue_pods(self, node: Obj) -> None:
        for pod in self._pods.by_index(NODE, node["metadata"]["name"]):
            self._on_pod(pod)

    def _on_pod(self, pod: Obj) -> None:
        node = self._nodes.get(pod["spec"].get("nodeName", ""))
        key = key_of(pod)
        if node is not None and (_no_execute(node) or key in self._scheduled):
            self._queue.add(key)

    def _forget(self, pod: Obj) -> None:
        self._scheduled.pop(key_of(pod), None)


def _no_execute(node: Obj) -> list[Obj]:
    return [taint for taint in taints_of(node) if taint["effect"] == NO_EXECUTE]
