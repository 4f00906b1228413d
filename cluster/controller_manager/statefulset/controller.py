"""Keeps the pods of StatefulSets: claims what is theirs, does one round, writes the status.

Upstream: ``pkg/controller/statefulset/stateful_set.go``.
"""

from __future__ import annotations

from cluster.client.informer import OWNER
from cluster.client.workqueue import Result, WorkQueue
from cluster.controller_manager.base import ORPHANS, Lane, copy_of, is_deleting, orphans_by_namespace
from cluster.controller_manager.controller_ref import claim
from cluster.controller_manager.history.history import History
from cluster.controller_manager.pods import is_ready
from cluster.controller_manager.statefulset.control import Round
from cluster.controller_manager.statefulset.identity import is_member, replicas_of
from cluster.controller_manager.statefulset.pod_control import StatefulPodControl
from cluster.controller_manager.statefulset.pods import completed
from cluster.controller_manager.statefulset.revisions import decide_revisions, truncate_history
from cluster.machinery.errors import ApiError
from cluster.machinery.kinds.apps import CONTROLLERREVISIONS, STATEFULSETS
from cluster.machinery.kinds.core import PERSISTENTVOLUMECLAIMS, PODS
from cluster.machinery.labels import selector_from_object
from cluster.machinery.meta import Key, Obj, SimTime, controller_of, key_of, split_key

STATUS_UPDATE_RETRIES = 1


class StatefulSetController:
    """The lane ``kube-controller-manager/statefulset``."""

    def __init__(self, lane: Lane) -> None:
        self._client = lane.client
        self._queue = WorkQueue(lane.name, lane.engine, self.reconcile)
        self._stateful_sets = lane.follow(
            STATEFULSETS, self._queue, on_add=self._enqueue, on_update=lambda _, new: self._enqueue(new), on_delete=self._enqueue
        )
        self._pods = lane.follow(PODS, self._queue, on_add=self._on_pod_add, on_update=self._on_pod_update, on_delete=self._enqueue_owner)
        self._pods.add_index(ORPHANS, orphans_by_namespace)
        revisions = lane.lister(CONTROLLERREVISIONS)
        revisions.add_index(ORPHANS, orphans_by_namespace)
        self._history = History(lane.client, revisions, STATEFULSETS)
        self._control = StatefulPodControl(lane.client, lane.recorder, lane.lister(PERSISTENTVOLUMECLAIMS))

    def start(self) -> None:
        """Nothing is done by the clock alone."""

    def stop(self) -> None:
        """Nothing to cancel."""

    def reconcile(self, key: Key, now: SimTime) -> Result:
        """Do one round and write the status. Raises ApiError."""
        namespace, name = split_key(key)
        stateful_set = self._stateful_sets.get(name, namespace)
        if stateful_set is None:
            return Result()
        selector = selector_from_object(stateful_set["spec"]["selector"])
        self._history.adopt_orphans(stateful_set, selector)
        candidates = [*self._pods.by_index(OWNER, stateful_set["metadata"]["uid"]), *self._pods.by_index(ORPHANS, namespace)]
        members = (pod for pod in candidates if is_member(stateful_set, pod))
        pods = claim(self._client, stateful_set, STATEFULSETS, selector, PODS, members)
        listed = self._history.list(stateful_set, selector)
        revisions, collisions = decide_revisions(self._history, stateful_set, listed)
        status, refusal = Round(self._control, stateful_set, revisions, collisions, pods, now).run()
        self._write_status(stateful_set, completed(stateful_set, status))
        truncate_history(self._history, stateful_set, pods, listed, revisions)
        if refusal is not None:
            raise refusal
        min_ready_seconds = stateful_set["spec"].get("minReadySeconds", 0)
        is_waiting = min_ready_seconds > 0 and status["availableReplicas"] != replicas_of(stateful_set)
        return Result(requeue_after=min_ready_seconds if is_waiting else None)

    def _write_status(self, stateful_set: Obj, status: Obj) -> None:
        if stateful_set.get("status") == status:
            return
        for attempt in range(STATUS_UPDATE_RETRIES + 1):
            try:
                self._client.update_status(STATEFULSETS, copy_of(stateful_set) | {"status": status})
            except ApiError as refusal:
                if attempt == STATUS_UPDATE_RETRIES or refusal.code != 409:
                    raise
                meta = stateful_set["metadata"]
                stateful_set = self._client.get(STATEFULSETS, meta["name"], meta["namespace"])
            else:
                return

    def _enqueue(self, stateful_set: Obj) -> None:
        self._queue.add(key_of(stateful_set))

    def _owner_of(self, pod: Obj) -> Obj | None:
        reference = controller_of(pod)
        if reference is None or reference["kind"] != STATEFULSETS.kind:
            return None
        owner = self._stateful_sets.get(reference["name"], pod["metadata"]["namespace"])
        return owner if owner is not None and owner["metadata"]["uid"] == reference["uid"] else None

    def _enqueue_matching(self, pod: Obj) -> None:
        labels = pod["metadata"].get("labels")
        for stateful_set in self._stateful_sets.list(pod["metadata"]["namespace"]) if labels else ():
            if selector_from_object(stateful_set["spec"]["selector"]).matches(labels):
                self._enqueue(stateful_set)

    def _on_pod_add(self, pod: Obj) -> None:
        if controller_of(pod) is None and not is_deleting(pod):
            self._enqueue_matching(pod)
        else:
            self._enqueue_owner(pod)

    def _on_pod_update(self, old: Obj, pod: Obj) -> None:
        if old["metadata"]["resourceVersion"] == pod["metadata"]["resourceVersion"]:
            return
        has_other_owner = controller_of(old) != controller_of(pod)
        if has_other_owner:
            self._enqueue_owner(old)
        if controller_of(pod) is None:
            if has_other_owner or old["metadata"].get("labels") != pod["metadata"].get("labels"):
                self._enqueue_matching(pod)
            return
        owner = self._owner_of(pod)
        if owner is None:
            return
        self._enqueue(owner)
        min_ready_seconds = owner["spec"].get("minReadySeconds", 0)
        if min_ready_seconds > 0 and is_ready(pod) and not is_ready(old):
            self._queue.add_after(key_of(owner), min_ready_seconds + 1)

    def _enqueue_owner(self, pod: Obj) -> None:
        owner = self._owner_of(pod)
        if owner is not None:
            self._enqueue(owner)
