"""Keeps the number of a ReplicaSet's pods at ``spec.replicas``.

Counts pods in the cache, claims those that its selector matches, makes or deletes the difference, writes the
status. Pods are made in batches of 1, 2, 4, ...: a template that the API server refuses costs one request
and not five hundred. Creations and deletions go one after the other, where upstream sends a batch at once.

Upstream: ``pkg/controller/replicaset/replica_set.go``.
"""

from __future__ import annotations

from typing import ClassVar

from cluster.client.expectations import UidTrackingExpectations
from cluster.client.informer import OWNER
from cluster.client.workqueue import Result, WorkQueue
from cluster.controller_manager.base import ORPHANS, Lane, copy_of, is_deleting, orphans_by_namespace
from cluster.controller_manager.controller_ref import claim, decide_claims, reference_to
from cluster.controller_manager.pod_control import NAMESPACE_TERMINATING, PodControl, has_cause, pod_from_template, slow_start
from cluster.controller_manager.pods import is_active, is_terminating
from cluster.controller_manager.replicaset.census import Census, tally
from cluster.controller_manager.replicaset.ranking import pods_to_delete
from cluster.controller_manager.replicaset.status import replica_set_status
from cluster.machinery.errors import ApiError
from cluster.machinery.kinds.apps import REPLICASETS
from cluster.machinery.kinds.core import PODS
from cluster.machinery.kinds.model import Kind
from cluster.machinery.labels import Selector, selector_from_object
from cluster.machinery.meta import Key, Obj, SimTime, controller_of, key_of, split_key

BURST_REPLICAS = 500
"""Pods made or deleted in one go."""
STATUS_UPDATE_RETRIES = 1


class ReplicaSetController:
    """The lane ``kube-controller-manager/replicaset``. A subclass serves another kind whose objects read as ReplicaSets."""

    kind: ClassVar[Kind] = REPLICASETS

    def __init__(self, lane: Lane) -> None:
        self._client = lane.client
        self._engine = lane.engine
        self._expectations = UidTrackingExpectations()
        self._census = Census(self.kind)
        self._pod_control = PodControl(lane.client, lane.recorder)
        self._queue = WorkQueue(lane.name, lane.engine, self.reconcile)
        self._replica_sets = lane.follow(self.kind, self._queue, on_add=self._enqueue, on_update=self._on_update, on_delete=self._on_delete)
        self._pods = lane.follow(PODS, self._queue, on_add=self._on_pod_add, on_update=self._on_pod_update, on_delete=self._on_pod_gone)
        self._pods.add_index(ORPHANS, orphans_by_namespace)

    def start(self) -> None:
        """Nothing is done by the clock alone."""

    def stop(self) -> None:
        """Nothing to cancel."""

    def reconcile(self, key: Key, now: SimTime) -> Result:
        """Make or delete what is missing or too many, and write the status. Raises ApiError."""
        namespace, name = split_key(key)
        rs = self._replica_sets.get(name, namespace)
        if rs is None:
            self._expectations.delete_expectations(key)
            return Result()
        selector = self.selector_of(rs)
        claimed = self._claim(rs, selector)
        mine = self._census.of(rs["metadata"]["uid"]) if claimed is None else tally(claimed)
        surplus = sum(count for facts, count in mine.items() if not facts.is_terminating) - rs["spec"].get("replicas", 1)
        refusal: ApiError | None = None
        if self._expectations.are_satisfied(key, now) and not is_deleting(rs):
            try:
                self._manage(key, rs, claimed, surplus, now)
            except ApiError as error:
                refusal = error
        failure = refusal.message if refusal else ""
        status, wait = replica_set_status(rs, mine, failure, surplus, self._engine.clock.now)
        self._write_status(rs, self.kept(status))
        if refusal:
            raise refusal
        return Result(requeue_after=wait)

    def selector_of(self, rs: Obj) -> Selector:
        """Return what selects the object's pods."""
        return selector_from_object(rs["spec"]["selector"])

    def kept(self, status: Obj) -> Obj:
        """Return what the kind has of a ReplicaSet's status."""
        return status

    def _claim(self, rs: Obj, selector: Selector) -> list[Obj] | None:
        """Adopt and release pods, and return those that it owns then; None when there was nothing to do: then they are those of the
        census. Raises ApiError."""
        meta = rs["metadata"]
        orphans = self._pods.by_index(ORPHANS, meta["namespace"])
        if not orphans and all(selector.matches(dict(facts.labels)) for facts in self._census.of(meta["uid"])):
            return None
        candidates = [*self._pods.by_index(OWNER, meta["uid"]), *orphans]
        active = claim(self._client, rs, self.kind, selector, PODS, filter(is_active, candidates))
        return [*active, *decide_claims(rs, selector, filter(is_terminating, candidates)).owned]

    def _manage(self, key: Key, rs: Obj, claimed: list[Obj] | None, surplus: int, now: SimTime) -> None:
        if surplus < 0:
            self._create(key, rs, min(-surplus, BURST_REPLICAS), now)
        elif surplus > 0:
            pods = self._pods.by_index(OWNER, rs["metadata"]["uid"]) if claimed is None else claimed
            doomed = pods_to_delete(list(filter(is_active, pods)), self._related(rs), min(surplus, BURST_REPLICAS), now)
            self._expectations.expect_deletions_of(key, [key_of(pod) for pod in doomed], now)
            self._delete(key, rs, doomed)

    def _create(self, key: Key, rs: Obj, count: int, now: SimTime) -> None:
        self._expectations.expect_creations(key, count, now)
        reference = reference_to(rs, self.kind)

        def create_one() -> None:
            try:
                self._pod_control.create(rs, copy_of(pod_from_template(rs["spec"]["template"], rs, reference)))
            except ApiError as refusal:
                # Nothing can be made in a namespace that is going; its end will take the ReplicaSet with it.
                if not has_cause(refusal, NAMESPACE_TERMINATING):
                    raise

        made, refusal = slow_start(count, create_one)
        self._expectations.lower_creations(key, count - made)
        if refusal is not None:
            raise refusal

    def _delete(self, key: Key, rs: Obj, doomed: list[Obj]) -> None:
        first: ApiError | None = None
        for pod in doomed:
            try:
                self._pod_control.delete(rs, pod)
            except ApiError as refusal:
                self._expectations.deletion_of_observed(key, key_of(pod))
                if refusal.code != 404:
                    first = first or refusal
        if first is not None:
            raise first

    def _related(self, rs: Obj) -> list[Obj]:
        """Return the pods of every ReplicaSet with the same managing controller: siblings of a rollout."""
        reference = controller_of(rs)
        siblings = self._replica_sets.by_index(OWNER, reference["uid"]) if reference else [rs]
        return [pod for sibling in siblings for pod in self._pods.by_index(OWNER, sibling["metadata"]["uid"])]

    def _write_status(self, rs: Obj, status: Obj) -> None:
        if rs.get("status") == status:
            return
        for attempt in range(STATUS_UPDATE_RETRIES + 1):
            updated = copy_of(rs)
            updated["status"] = status
            try:
                self._client.update_status(self.kind, updated)
            except ApiError:
                if attempt == STATUS_UPDATE_RETRIES:
                    raise
                rs = self._client.get(self.kind, rs["metadata"]["name"], rs["metadata"]["namespace"])
            else:
                return

    def _enqueue(self, rs: Obj) -> None:
        self._queue.add(key_of(rs))

    def _on_update(self, old: Obj, rs: Obj) -> None:
        if old["metadata"]["uid"] != rs["metadata"]["uid"]:
            self._expectations.delete_expectations(key_of(old))
        self._enqueue(rs)

    def _on_delete(self, rs: Obj) -> None:
        self._expectations.delete_expectations(key_of(rs))
        self._enqueue(rs)

    def _owner_of(self, pod: Obj) -> Obj | None:
        return self._named_by(controller_of(pod), pod)

    def _named_by(self, reference: Obj | None, pod: Obj) -> Obj | None:
        if reference is None or reference["kind"] != self.kind.kind:
            return None
        rs = self._replica_sets.get(reference["name"], pod["metadata"]["namespace"])
        return rs if rs is not None and rs["metadata"]["uid"] == reference["uid"] else None

    def _enqueue_matching(self, pod: Obj) -> None:
        labels = pod["metadata"].get("labels")
        if not labels:
            return
        for rs in self._replica_sets.list(pod["metadata"]["namespace"]):
            if self.selector_of(rs).matches(labels):
                self._enqueue(rs)

    def _on_pod_add(self, pod: Obj) -> None:
        self._census.put(pod)
        if is_deleting(pod):
            self._on_pod_delete(pod)
        elif controller_of(pod) is None:
            self._enqueue_matching(pod)
        elif (rs := self._owner_of(pod)) is not None:
            self._expectations.creation_observed(key_of(rs))
            self._enqueue(rs)

    def _on_pod_update(self, old: Obj, pod: Obj) -> None:
        self._census.put(pod)
        if old["metadata"]["resourceVersion"] == pod["metadata"]["resourceVersion"]:
            return
        has_other_labels = old["metadata"].get("labels") != pod["metadata"].get("labels")
        if is_deleting(pod):
            self._on_pod_delete(pod)
            if has_other_labels:
                self._on_pod_delete(old)
            return
        former, reference = controller_of(old), controller_of(pod)
        has_other_owner = former != reference
        if has_other_owner and (before := self._named_by(former, old)) is not None:
            self._enqueue(before)
        if reference is not None:
            if (rs := self._named_by(reference, pod)) is not None:
                self._enqueue(rs)
        elif has_other_labels or has_other_owner:
            self._enqueue_matching(pod)

    def _on_pod_gone(self, pod: Obj) -> None:
        """Upstream leaves it at the owner. Whoever adopted a pod while the watch was broken would count it for ever, so they look, too."""
        self._census.remove(pod)
        self._on_pod_delete(pod)
        if controller_of(pod) is None:
            self._enqueue_matching(pod)

    def _on_pod_delete(self, pod: Obj) -> None:
        rs = self._owner_of(pod)
        if rs is not None:
            self._expectations.deletion_of_observed(key_of(rs), key_of(pod))
            self._enqueue(rs)
