"""Keeps a pod of each DaemonSet on every node that suits it, and replaces those of an older template.

Claims pods and revisions, makes and deletes what each node needs, replaces pods as the update strategy says, writes the status.
Pods are made in batches of 1, 2, 4, ... Requests go one after the other, where upstream sends a batch at once.

Upstream: ``pkg/controller/daemon/daemon_controller.go``. Upstream looks at the DaemonSets of a changed node from a queue of its own;
here the change itself says which of them it concerns.
"""

from __future__ import annotations

from cluster.client.backoff import Backoff
from cluster.client.events import NORMAL, WARNING
from cluster.client.expectations import ControllerExpectations
from cluster.client.informer import OWNER
from cluster.client.workqueue import Result, WorkQueue
from cluster.controller_manager.base import ORPHANS, Lane, copy_of, is_deleting, orphans_by_namespace
from cluster.controller_manager.controller_ref import claim, reference_to
from cluster.controller_manager.daemon.look import Look
from cluster.controller_manager.daemon.manage import Work
from cluster.controller_manager.daemon.placement import Placement, looks_the_same
from cluster.controller_manager.daemon.pods import HASH_LABEL, by_node, daemon_template, target_node
from cluster.controller_manager.daemon.revisions import DaemonRevisions
from cluster.controller_manager.pod_control import NAMESPACE_TERMINATING, PodControl, has_cause, pod_from_template, slow_start
from cluster.controller_manager.pods import is_ready
from cluster.machinery.errors import ApiError
from cluster.machinery.kinds.apps import CONTROLLERREVISIONS, DAEMONSETS
from cluster.machinery.kinds.core import NODES, PODS
from cluster.machinery.kinds.model import Kind
from cluster.machinery.labels import selector_from_object
from cluster.machinery.meta import Key, Obj, SimTime, controller_of, key_of, split_key

BURST_REPLICAS = 250
"""Pods made or deleted in one go."""
STATUS_UPDATE_RETRIES = 1
FAILED_BACKOFF, FAILED_BACKOFF_MAX = 1.0, 15 * 60.0
"""Seconds between the removals of failed pods of one DaemonSet on one node."""


class DaemonSetController:
    """The lane ``kube-controller-manager/daemonset``."""

    def __init__(self, lane: Lane) -> None:
        self._client, self._recorder = lane.client, lane.recorder
        self._expectations = ControllerExpectations()
        self._failed_backoff = Backoff(FAILED_BACKOFF, FAILED_BACKOFF_MAX)
        self._pod_control = PodControl(lane.client, lane.recorder)
        self._revisions = DaemonRevisions(lane.client)
        self._queue = queue = WorkQueue(lane.name, lane.engine, self.reconcile)
        self._daemon_sets = lane.follow(DAEMONSETS, queue, on_add=self._enqueue, on_update=self._on_update, on_delete=self._on_delete)
        self._pods = lane.follow(PODS, queue, on_add=self._on_pod_add, on_update=self._on_pod_update, on_delete=self._on_pod_delete)
        self._history = lane.follow(
            CONTROLLERREVISIONS, queue, on_add=self._on_revision, on_update=self._on_revision_update, on_delete=self._enqueue_owner
        )
        self._nodes = lane.follow(NODES, queue, on_add=self._on_node, on_update=self._on_node_update, on_delete=self._on_node)
        for lister in (self._pods, self._history):
            lister.add_index(ORPHANS, orphans_by_namespace)

    def start(self) -> None:
        """Nothing is done by the clock alone."""

    def stop(self) -> None:
        """Nothing to cancel."""

    def reconcile(self, key: Key, now: SimTime) -> Result:
        """Make, delete and replace what the nodes ask for, and write the status. Raises ApiError."""
        namespace, name = split_key(key)
        daemon_set = self._daemon_sets.get(name, namespace)
        if daemon_set is None:
            self._expectations.delete_expectations(key)
            return Result()
        if is_deleting(daemon_set):
            return Result()
        pods = self._claim(daemon_set, PODS)
        revision, old = self._revisions.construct(daemon_set, self._claim(daemon_set, CONTROLLERREVISIONS), pods)
        placement = Placement(daemon_set)
        verdicts = {node["metadata"]["name"]: placement.verdict(node) for node in self._nodes.list()}
        look = Look(daemon_set, verdicts, by_node(pods), revision["metadata"]["labels"][HASH_LABEL], now)
        was_processed = self._expectations.are_satisfied(key, now)
        refusal: ApiError | None = None
        if was_processed:
            try:
                self._act(key, look, now)
                self._revisions.clean_up(daemon_set, old, pods)
            except ApiError as error:
                refusal = error
        status = look.status(was_processed=was_processed)
        self._write_status(daemon_set, status)
        if refusal is not None:
            raise refusal
        is_waiting = status["numberReady"] != status.get("numberAvailable", 0)
        return Result(requeue_after=look.min_ready_seconds if look.min_ready_seconds and is_waiting else None)

    def _claim(self, daemon_set: Obj, kind: Kind) -> list[Obj]:
        """Adopt and release pods or revisions; return those that it owns then. Raises ApiError."""
        meta, lister = daemon_set["metadata"], self._pods if kind is PODS else self._history
        candidates = [*lister.by_index(OWNER, meta["uid"]), *lister.by_index(ORPHANS, meta["namespace"])]
        return claim(self._client, daemon_set, DAEMONSETS, selector_from_object(daemon_set["spec"]["selector"]), kind, candidates)

    def _act(self, key: Key, look: Look, now: SimTime) -> None:
        work = look.differences()
        work.delete += self._removable(key, look.daemon_set, work, now)
        self._carry_out(key, look, work, now)
        if self._expectations.are_satisfied(key, now):
            self._carry_out(key, look, look.replacements(), now)

    def _removable(self, key: Key, daemon_set: Obj, work: Work, now: SimTime) -> list[Obj]:
        """Return the pods that have ended and may go now, and tell of each."""
        removable = []
        for pod in work.failed:
            node = target_node(pod)
            backoff_key = f"{daemon_set['metadata']['uid']}/{daemon_set['status'].get('observedGeneration', 0)}/{node}"
            if backoff_key in self._failed_backoff:
                since = self._failed_backoff.updated(backoff_key)
                if self._failed_backoff.remaining(backoff_key, since, now) > 0:
                    self._queue.add_after(key, self._failed_backoff.seconds(backoff_key))
                    continue
            self._failed_backoff.next(backoff_key, now, now)
            text = f"Found failed daemon pod {key_of(pod)} on node {node}, will try to kill it"
            self._recorder.event(daemon_set, WARNING, "FailedDaemonPod", text)
            removable.append(pod)
        for pod in work.succeeded:
            text = f"Found succeeded daemon pod {key_of(pod)} on node {target_node(pod)}, will try to delete it"
            self._recorder.event(daemon_set, NORMAL, "SucceededDaemonPod", text)
            removable.append(pod)
        return removable

    def _carry_out(self, key: Key, look: Look, work: Work, now: SimTime) -> None:
        """Make and delete pods. Raises the first refusal, after everything was tried."""
        nodes, doomed = work.create[:BURST_REPLICAS], work.delete[:BURST_REPLICAS]
        self._expectations.expect(key, len(nodes), len(doomed), now)
        daemon_set, remaining = look.daemon_set, iter(nodes)
        reference = reference_to(daemon_set, DAEMONSETS)

        def create_one() -> None:
            template = daemon_template(daemon_set, look.hashed, next(remaining))
            try:
                self._pod_control.create(daemon_set, copy_of(pod_from_template(template, daemon_set, reference)))
            except ApiError as refusal:
                if not has_cause(refusal, NAMESPACE_TERMINATING):
                    raise

        made, first = slow_start(len(nodes), create_one)
        self._expectations.lower_creations(key, len(nodes) - made)
        for pod in doomed:
            try:
                self._pod_control.delete(daemon_set, pod)
            except ApiError as refusal:
                self._expectations.deletion_observed(key)
                if refusal.code != 404:
                    first = first or refusal
        if first is not None:
            raise first

    def _write_status(self, daemon_set: Obj, status: Obj) -> None:
        if daemon_set["status"] == status:
            return
        for attempt in range(STATUS_UPDATE_RETRIES + 1):
            try:
                self._client.update_status(DAEMONSETS, copy_of(daemon_set) | {"status": status})
            except ApiError:
                if attempt == STATUS_UPDATE_RETRIES:
                    raise
                meta = daemon_set["metadata"]
                daemon_set = self._client.get(DAEMONSETS, meta["name"], meta["namespace"])
            else:
                return

    def _enqueue(self, daemon_set: Obj) -> None:
        self._queue.add(key_of(daemon_set))

    def _on_update(self, old: Obj, daemon_set: Obj) -> None:
        if old["metadata"]["uid"] != daemon_set["metadata"]["uid"]:
            self._expectations.delete_expectations(key_of(old))
        self._enqueue(daemon_set)

    def _on_delete(self, daemon_set: Obj) -> None:
        self._expectations.delete_expectations(key_of(daemon_set))
        self._enqueue(daemon_set)

    def _on_node(self, node: Obj) -> None:
        for daemon_set in self._daemon_sets.list():
            if Placement(daemon_set).verdict(node).should_run:
                self._enqueue(daemon_set)

    def _on_node_update(self, old: Obj, node: Obj) -> None:
        if looks_the_same(old, node):
            return
        for daemon_set in self._daemon_sets.list():
            placement = Placement(daemon_set)
            if placement.verdict(old) != placement.verdict(node):
                self._enqueue(daemon_set)

    def _owner_of(self, obj: Obj) -> Obj | None:
        reference = controller_of(obj)
        if reference is None or reference["kind"] != DAEMONSETS.kind:
            return None
        owner = self._daemon_sets.get(reference["name"], obj["metadata"]["namespace"])
        return owner if owner is not None and owner["metadata"]["uid"] == reference["uid"] else None

    def _enqueue_owner(self, obj: Obj) -> None:
        if (owner := self._owner_of(obj)) is not None:
            self._enqueue(owner)

    def _enqueue_matching(self, obj: Obj) -> None:
        labels = obj["metadata"].get("labels")
        for daemon_set in self._daemon_sets.list(obj["metadata"]["namespace"]) if labels else ():
            if selector_from_object(daemon_set["spec"]["selector"]).matches(labels):
                self._enqueue(daemon_set)

    def _on_revision(self, revision: Obj) -> None:
        if controller_of(revision) is None:
            self._enqueue_matching(revision)
        elif is_deleting(revision):
            self._enqueue_owner(revision)

    def _on_revision_update(self, old: Obj, revision: Obj) -> None:
        if old["metadata"]["resourceVersion"] != revision["metadata"]["resourceVersion"]:
            self._wake_changed(old, revision)

    def _on_pod_add(self, pod: Obj) -> None:
        if is_deleting(pod):
            self._on_pod_delete(pod)
        elif controller_of(pod) is None:
            self._enqueue_matching(pod)
        elif (owner := self._owner_of(pod)) is not None:
            self._expectations.creation_observed(key_of(owner))
            self._enqueue(owner)

    def _on_pod_update(self, old: Obj, pod: Obj) -> None:
        if old["metadata"]["resourceVersion"] == pod["metadata"]["resourceVersion"]:
            return
        if is_deleting(pod):
            self._on_pod_delete(pod)
            return
        self._wake_changed(old, pod)
        owner = self._owner_of(pod)
        if owner is not None and is_ready(pod) and not is_ready(old) and owner["spec"].get("minReadySeconds", 0):
            self._queue.add_after(key_of(owner), owner["spec"]["minReadySeconds"] + 1)

    def _on_pod_delete(self, pod: Obj) -> None:
        owner = self._owner_of(pod)
        if owner is not None:
            self._expectations.deletion_observed(key_of(owner))
            self._enqueue(owner)

    def _wake_changed(self, old: Obj, obj: Obj) -> None:
        """Wake the owners before and after a change, or whoever might adopt what has none."""
        has_other_owner = controller_of(old) != controller_of(obj)
        if has_other_owner:
            self._enqueue_owner(old)
        if controller_of(obj) is not None:
            self._enqueue_owner(obj)
        elif has_other_owner or old["metadata"].get("labels") != obj["metadata"].get("labels"):
            self._enqueue_matching(obj)
