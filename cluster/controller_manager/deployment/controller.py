"""Leads Deployments from the pod template they have to the one they ask for.

The order of work is upstream's: adopt ReplicaSets; of a Deployment that is going, only the status; pause and resume; a
change of scale; then the strategy's next step. Each reconcile takes one such step, writes the status and waits for
the change that the step makes.

Upstream: ``pkg/controller/deployment/deployment_controller.go``, ``rolling.go``, ``recreate.go``.
"""

from __future__ import annotations

from cluster.client.events import WARNING
from cluster.client.informer import OWNER
from cluster.client.workqueue import Result, WorkQueue
from cluster.controller_manager.base import ORPHANS, Lane, copy_of, is_deleting, orphans_by_namespace
from cluster.controller_manager.controller_ref import claim
from cluster.controller_manager.deployment import progress, rolling
from cluster.controller_manager.deployment.conditions import PROGRESSING, find_condition
from cluster.controller_manager.deployment.recreate import has_old_pods_running
from cluster.controller_manager.deployment.replica_sets import active_sets, replicas_of
from cluster.controller_manager.deployment.rollout import Rollout
from cluster.controller_manager.deployment.scaling import Scale, is_scaling_event, plan_scale
from cluster.controller_manager.deployment.strategy import RECREATE
from cluster.machinery.kinds.apps import DEPLOYMENTS, REPLICASETS
from cluster.machinery.kinds.core import PODS
from cluster.machinery.labels import selector_from_object
from cluster.machinery.meta import Key, Obj, SimTime, controller_of, key_of, split_key


class DeploymentController:
    """The lane ``kube-controller-manager/deployment``."""

    def __init__(self, lane: Lane) -> None:
        self._client, self._recorder = lane.client, lane.recorder
        # Delays only look for rollouts that are stuck, ten minutes ahead as a rule: nothing to wait for on the screen.
        self._queue = WorkQueue(lane.name, lane.engine, self.reconcile, background=True)
        self._deployments = lane.follow(
            DEPLOYMENTS, self._queue, on_add=self._enqueue, on_update=lambda _, new: self._enqueue(new), on_delete=self._enqueue
        )
        self._replica_sets = lane.follow(
            REPLICASETS,
            self._queue,
            on_add=self._on_replica_set_add,
            on_update=self._on_replica_set_update,
            on_delete=self._on_replica_set_delete,
        )
        self._pods = lane.follow(PODS, self._queue, on_add=lambda pod: None, on_update=lambda old, new: None, on_delete=self._on_pod_delete)
        self._replica_sets.add_index(ORPHANS, orphans_by_namespace)

    def start(self) -> None:
        """Nothing is done by the clock alone."""

    def stop(self) -> None:
        """Nothing to cancel."""

    def reconcile(self, key: Key, now: SimTime) -> Result:
        """Take a Deployment's next step and write its status. Raises ApiError."""
        namespace, name = split_key(key)
        cached = self._deployments.get(name, namespace)
        if cached is None:
            return Result()
        deployment = copy_of(cached)
        if not deployment["spec"].get("selector"):
            self._refuse_empty_selector(deployment)
            return Result()
        owned = self._claim(deployment)
        rollout = Rollout(self._client, self._recorder, self._replica_sets, deployment, owned, now)
        if is_deleting(deployment):
            rollout.sort(create=False)
            rollout.sync_status()
            return Result()
        self._note_pause(rollout)
        is_paused = bool(rollout.deployment["spec"].get("paused"))
        rollout.sort(create=False)
        if is_paused or is_scaling_event(rollout.deployment, rollout.all_sets):
            self._sync_scale(rollout, is_paused)
            return Result()
        if rollout.deployment["spec"]["strategy"]["type"] == RECREATE:
            return Result(requeue_after=self._recreate(rollout, owned))
        return Result(requeue_after=self._roll(rollout))

    def _roll(self, rollout: Rollout) -> float | None:
        if rollout.new is None:
            rollout.sort(create=True)
        new = rollout.new
        if new is not None and not self._move_on(rollout, new) and progress.is_complete(rollout.deployment, _status(rollout)):
            rollout.clean_up()
        return rollout.sync_rollout_status()

    def _move_on(self, rollout: Rollout, new: Obj) -> bool:
        """Scale the new ReplicaSet, or else old ones; return whether anything was scaled."""
        scale = rolling.plan_new(rollout.deployment, rollout.all_sets, new)
        if scale is not None:
            return rollout.scale_if_other(scale)
        plan = rolling.plan_old(rollout.deployment, rollout.all_sets, rollout.old, new)
        for step in plan:
            rollout.scale_if_other(step)
        return bool(plan)

    def _recreate(self, rollout: Rollout, owned: list[Obj]) -> float | None:
        active = active_sets(rollout.old)
        for rs in active:
            rollout.scale_if_other(Scale(rs, 0))
        pods = {rs["metadata"]["uid"]: self._pods.by_index(OWNER, rs["metadata"]["uid"]) for rs in owned}
        if active or has_old_pods_running(rollout.new, rollout.old, pods):
            return rollout.sync_rollout_status()
        if rollout.new is None:
            rollout.sort(create=True)
        if rollout.new is not None:
            rollout.scale_if_other(Scale(rollout.new, replicas_of(rollout.deployment)))
        if progress.is_complete(rollout.deployment, _status(rollout)):
            rollout.clean_up()
        return rollout.sync_rollout_status()

    def _sync_scale(self, rollout: Rollout, is_paused: bool) -> None:
        for scale in plan_scale(rollout.deployment, rollout.new, rollout.old):
            rollout.scale(scale)
        if is_paused:
            rollout.clean_up()
        rollout.sync_status()

    def _note_pause(self, rollout: Rollout) -> None:
        """Say in the conditions that the deadline does not count while the Deployment is paused."""
        deployment = rollout.deployment
        condition = find_condition(deployment.get("status", {}).get("conditions") or (), PROGRESSING)
        reason = condition.get("reason") if condition else None
        if not progress.has_progress_deadline(deployment) or reason == progress.TIMED_OUT:
            return
        is_paused = bool(deployment["spec"].get("paused"))
        if is_paused and reason != progress.PAUSED:
            rollout.set_condition("Unknown", progress.PAUSED, "Deployment is paused")
        elif not is_paused and reason == progress.PAUSED:
            rollout.set_condition("Unknown", progress.RESUMED, "Deployment is resumed")
        else:
            return
        rollout.write_status()

    def _refuse_empty_selector(self, deployment: Obj) -> None:
        message = "This deployment is selecting all pods. A non-empty selector is required."
        self._recorder.event(deployment, WARNING, "SelectingAll", message)
        status, generation = deployment.get("status", {}), deployment["metadata"].get("generation", 0)
        if status.get("observedGeneration", 0) < generation:
            deployment["status"] = status | {"observedGeneration": generation}
            self._client.update_status(DEPLOYMENTS, deployment)

    def _claim(self, deployment: Obj) -> list[Obj]:
        meta = deployment["metadata"]
        candidates = [
            *self._replica_sets.by_index(OWNER, meta["uid"]),
            *self._replica_sets.by_index(ORPHANS, meta["namespace"]),
        ]
        selector = selector_from_object(deployment["spec"]["selector"])
        return claim(self._client, deployment, DEPLOYMENTS, selector, REPLICASETS, candidates)

    def _enqueue(self, deployment: Obj) -> None:
        self._queue.add(key_of(deployment))

    def _owner_of(self, rs: Obj) -> Obj | None:
        reference = controller_of(rs)
        if reference is None or reference["kind"] != DEPLOYMENTS.kind:
            return None
        deployment = self._deployments.get(reference["name"], rs["metadata"]["namespace"])
        return deployment if deployment is not None and deployment["metadata"]["uid"] == reference["uid"] else None

    def _enqueue_owner(self, rs: Obj) -> None:
        deployment = self._owner_of(rs)
        if deployment is not None:
            self._enqueue(deployment)

    def _enqueue_matching(self, rs: Obj) -> None:
        for deployment in matching_deployments(rs, self._deployments.list(rs["metadata"]["namespace"])):
            self._enqueue(deployment)

    def _on_replica_set_add(self, rs: Obj) -> None:
        if controller_of(rs) is not None or is_deleting(rs):
            self._enqueue_owner(rs)
        else:
            self._enqueue_matching(rs)

    def _on_replica_set_update(self, old: Obj, rs: Obj) -> None:
        if old["metadata"]["resourceVersion"] == rs["metadata"]["resourceVersion"]:
            return
        has_other_owner = controller_of(old) != controller_of(rs)
        if has_other_owner:
            self._enqueue_owner(old)
        if controller_of(rs) is not None:
            self._enqueue_owner(rs)
        elif has_other_owner or old["metadata"].get("labels") != rs["metadata"].get("labels"):
            self._enqueue_matching(rs)

    def _on_replica_set_delete(self, rs: Obj) -> None:
        self._enqueue_owner(rs)

    def _on_pod_delete(self, pod: Obj) -> None:
        """Go on with a Recreate when the last pod is gone; a rolling update hears of it from the ReplicaSet."""
        reference = controller_of(pod)
        if reference is None or reference["kind"] != REPLICASETS.kind:
            return
        rs = self._replica_sets.get(reference["name"], pod["metadata"]["namespace"])
        deployment = self._owner_of(rs) if rs is not None else None
        if deployment is None or deployment["spec"]["strategy"]["type"] != RECREATE:
            return
        siblings = self._replica_sets.by_index(OWNER, deployment["metadata"]["uid"])
        if not any(self._pods.by_index(OWNER, sibling["metadata"]["uid"]) for sibling in siblings):
            self._enqueue(deployment)


def matching_deployments(rs: Obj, deployments: list[Obj]) -> list[Obj]:
    """Return the deployments of the ReplicaSet's namespace whose selector matches it; an empty selector matches nothing."""
    labels = rs["metadata"].get("labels")
    if not labels:
        return []
    selectors = ((deployment, selector_from_object(deployment["spec"].get("selector"))) for deployment in deployments)
    return [deployment for deployment, selector in selectors if not selector.is_empty and selector.matches(labels)]


def _status(rollout: Rollout) -> Obj:
    status: Obj = rollout.deployment.get("status", {})
    return status
