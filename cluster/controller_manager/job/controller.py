"""Runs pods until enough of them have succeeded, or too many have failed.

Changes of pods are gathered for a second before the Job is looked at, so that a hundred pods that end together are one update of the
status. Pods whose Job is gone or has ended are released in a queue of their own.

Upstream: ``pkg/controller/job/job_controller.go``.
"""

from __future__ import annotations

from collections.abc import Iterator

from cluster.client.consistency import OwnWrites
from cluster.client.informer import OWNER
from cluster.client.workqueue import Result, WorkQueue
from cluster.controller_manager.base import ORPHANS, Lane, copy_of, is_deleting, orphans_by_namespace
from cluster.controller_manager.controller_ref import claim
from cluster.controller_manager.job.conditions import finished_condition
from cluster.controller_manager.job.memory import Memory
from cluster.controller_manager.job.spec import TRACKING_FINALIZER, is_managed_elsewhere, is_tracked
from cluster.controller_manager.job.sync import seconds_to_deadline, sync
from cluster.controller_manager.job.world import World
from cluster.controller_manager.pod_control import PodControl
from cluster.machinery.errors import ApiError
from cluster.machinery.kinds.batch import JOBS
from cluster.machinery.kinds.core import PODS
from cluster.machinery.labels import selector_from_object
from cluster.machinery.meta import Key, Obj, SimTime, controller_of, key_of, split_key

SYNC_BATCH_PERIOD = 1.0
"""Seconds for which changes are gathered."""
API_BACK_OFF, MAX_API_BACK_OFF = 1.0, 60.0
"""Seconds before a refused look is tried again: the first, and the longest, delay."""


class _Requests:
    """``world.Actions`` through the controller's client."""

    def __init__(self, lane: Lane, writes: OwnWrites) -> None:
        self._client, self._pods, self._writes = lane.client, PodControl(lane.client, lane.recorder), writes

    def create(self, job: Obj, pod: Obj) -> None:
        self._pods.create(job, pod)

    def delete(self, job: Obj, pod: Obj) -> None:
        self._pods.delete(job, pod)

    def release(self, pod: Obj) -> None:
        patch = {"metadata": {"$deleteFromPrimitiveList/finalizers": [TRACKING_FINALIZER]}}
        self._client.patch(PODS, pod["metadata"]["name"], pod["metadata"]["namespace"], patch)

    def update_status(self, job: Obj) -> Obj:
        written = self._client.update_status(JOBS, job)
        self._writes.note(written)
        return written


class JobController:
    """The lane ``kube-controller-manager/job``."""

    def __init__(self, lane: Lane) -> None:
        self._client, self._recorder, self._clock = lane.client, lane.recorder, lane.engine.clock
        self._memory = Memory()
        self._actions = _Requests(lane, self._memory.writes)
        self._queue = WorkQueue(lane.name, lane.engine, self.reconcile, base_delay=API_BACK_OFF, max_delay=MAX_API_BACK_OFF)
        self._orphans = WorkQueue(lane.name, lane.engine, self.release_orphan, base_delay=API_BACK_OFF, max_delay=MAX_API_BACK_OFF)
        self._jobs = lane.follow(JOBS, self._queue, on_add=self._enqueue, on_update=self._on_update, on_delete=self._on_delete)
        self._pods = lane.follow(PODS, self._queue, on_add=self._on_pod_add, on_update=self._on_pod_update, on_delete=self._on_pod_gone)
        self._pods.add_index(ORPHANS, orphans_by_namespace)

    def start(self) -> None:
        """Nothing is done by the clock alone."""

    def stop(self) -> None:
        """Nothing to cancel."""

    def reconcile(self, key: Key, now: SimTime) -> Result:
        """Look at one Job. Raises ApiError."""
        namespace, name = split_key(key)
        cached = self._jobs.get(name, namespace)
        if cached is None:
            self._memory.forget(key)
            return Result()
        if is_managed_elsewhere(cached) or not self._memory.writes.are_seen(cached):
            return Result()
        if finished_condition(cached) is not None:
            self._memory.forget_failures(key)
            return Result()
        world = World(key, copy_of(cached), self._pods_of(cached), self._memory, self._actions, self._recorder, self._clock.now)
        sync(world)
        return Result(requeue_after=world.requeue_after)

    def release_orphan(self, key: Key, now: SimTime) -> Result:
        """Take the finalizer off a pod that no running Job counts. Raises ApiError."""
        namespace, name = split_key(key)
        pod = self._pods.get(name, namespace)
        if pod is not None and is_tracked(pod) and not self._is_awaited(pod):
            self._release(pod)
        return Result()

    def _release(self, pod: Obj) -> None:
        try:
            self._actions.release(pod)
        except ApiError as refusal:
            if refusal.code != 404:
                raise

    def _is_awaited(self, pod: Obj) -> bool:
        """Whether another kind of controller, another controller or a Job that runs has a say in the pod."""
        reference = controller_of(pod)
        if reference is None:
            return False
        if (reference["apiVersion"], reference["kind"]) != (JOBS.api_version, JOBS.kind):
            return True
        job = self._job_of(pod)
        return job is not None and (is_managed_elsewhere(job) or finished_condition(job) is None)

    def _pods_of(self, job: Obj) -> list[Obj]:
        """Return the Job's pods, adopting and releasing on the way."""
        meta = job["metadata"]
        candidates = [*self._pods.by_index(OWNER, meta["uid"]), *self._pods.by_index(ORPHANS, meta["namespace"])]
        selector = selector_from_object(job["spec"]["selector"])
        return claim(self._client, job, JOBS, selector, PODS, candidates, finalizers=(TRACKING_FINALIZER,))

    def _job_of(self, pod: Obj) -> Obj | None:
        """Return the Job that the pod's controller reference names, if it is still the same."""
        reference = controller_of(pod)
        if reference is None or (reference["apiVersion"], reference["kind"]) != (JOBS.api_version, JOBS.kind):
            return None
        job = self._jobs.get(reference["name"], pod["metadata"]["namespace"])
        return job if job is not None and job["metadata"]["uid"] == reference["uid"] else None

    def _enqueue(self, job: Obj) -> None:
        if not is_managed_elsewhere(job):
            self._queue.add(key_of(job))

    def _enqueue_batched(self, job: Obj) -> None:
        if not is_managed_elsewhere(job):
            self._queue.add_after(key_of(job), SYNC_BATCH_PERIOD)

    def _on_update(self, old: Obj, new: Obj) -> None:
        if old["metadata"].get("generation") == new["metadata"].get("generation"):
            self._enqueue_batched(new)
        else:
            self._enqueue(new)
        if finished_condition(new) is not None:
            self._release_all(new)
        elif new["spec"].get("activeDeadlineSeconds") != old["spec"].get("activeDeadlineSeconds"):
            left = seconds_to_deadline(new, self._clock.now)
            if left is not None:
                self._queue.add_after(key_of(new), left)

    def _on_delete(self, job: Obj) -> None:
        self._enqueue(job)
        self._release_all(job)

    def _release_all(self, job: Obj) -> None:
        for pod in self._pods.by_index(OWNER, job["metadata"]["uid"]):
            self._enqueue_orphan(pod)

    def _enqueue_orphan(self, pod: Obj) -> None:
        if is_tracked(pod):
            self._orphans.add(key_of(pod))

    def _matching(self, pod: Obj) -> Iterator[Obj]:
        """Yield the Jobs that may want to adopt a pod."""
        labels = pod["metadata"].get("labels")
        for job in self._jobs.list(pod["metadata"]["namespace"]) if labels else ():
            if selector_from_object(job["spec"]["selector"]).matches(labels):
                yield job

    def _on_pod_add(self, pod: Obj) -> None:
        if is_deleting(pod):
            self._on_pod_deleted(pod, is_gone=False)
        elif controller_of(pod) is not None:
            job = self._job_of(pod)
            if job is not None:
                self._memory.pods.creation_observed(key_of(job))
                self._enqueue_batched(job)
        else:
            self._enqueue_orphan(pod)
            for job in self._matching(pod):
                self._enqueue_batched(job)

    def _on_pod_update(self, old: Obj, pod: Obj) -> None:
        if old["metadata"]["resourceVersion"] == pod["metadata"]["resourceVersion"]:
            return
        if is_deleting(pod):
            self._on_pod_deleted(pod, is_gone=False)
            return
        has_other_owner = controller_of(old) != controller_of(pod)
        if has_other_owner:
            self._note_change(old, pod)
        if controller_of(pod) is not None:
            self._note_change(pod, pod)
            return
        self._enqueue_orphan(pod)
        if has_other_owner or old["metadata"].get("labels") != pod["metadata"].get("labels"):
            for job in self._matching(pod):
                self._enqueue_batched(job)

    def _note_change(self, owned: Obj, pod: Obj) -> None:
        """Let the Job that controls ``owned`` look at what has become of it, ``pod``."""
        job = self._job_of(owned)
        if job is None:
            return
        if not is_tracked(pod):
            self._memory.finalizers.observed(key_of(job), pod["metadata"]["uid"])
        self._enqueue_batched(job)

    def _on_pod_gone(self, pod: Obj) -> None:
        self._on_pod_deleted(pod, is_gone=True)

    def _on_pod_deleted(self, pod: Obj, *, is_gone: bool) -> None:
        """The pod is gone, or somebody has asked for its deletion."""
        job = self._job_of(pod)
        if job is None or finished_condition(job) is not None:
            self._enqueue_orphan(pod)
        else:
            key = key_of(job)
            self._memory.pods.deletion_observed(key)
            if is_gone or not is_tracked(pod):
                self._memory.finalizers.observed(key, pod["metadata"]["uid"])
            self._enqueue_batched(job)
