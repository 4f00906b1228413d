"""One look at one Deployment: its ReplicaSets sorted into new and old, and every write about them.

Each write of the status goes on from what the API server answered. Upstream goes on with the older copy, meets a
conflict at its next write and comes back to it with the work queue's delay; the outcome is the same.

Upstream: ``pkg/controller/deployment/sync.go``.
"""

from __future__ import annotations

from collections.abc import Sequence

from cluster.client.client import Client
from cluster.client.events import NORMAL, WARNING, EventRecorder
from cluster.client.informer import Lister
from cluster.controller_manager.base import copy_of
from cluster.controller_manager.controller_ref import reference_to
from cluster.controller_manager.deployment import progress
from cluster.controller_manager.deployment.annotations import (
    POD_TEMPLATE_HASH,
    REVISION,
    annotations_of,
    max_revision,
    new_replica_set_annotations,
    with_replicas,
)
from cluster.controller_manager.deployment.conditions import PROGRESSING, find_condition, new_condition, set_condition
from cluster.controller_manager.deployment.replica_sets import (
    find_new,
    find_old,
    is_same_template,
    replica_set_name,
    replicas_of,
)
from cluster.controller_manager.deployment.scaling import Scale, sets_to_clean_up
from cluster.controller_manager.deployment.status import deployment_status
from cluster.controller_manager.deployment.strategy import max_surge, new_replica_count
from cluster.controller_manager.pod_control import NAMESPACE_TERMINATING, has_cause
from cluster.controller_manager.template_hash import compute_hash
from cluster.machinery.errors import ApiError
from cluster.machinery.kinds.apps import DEPLOYMENTS, REPLICASETS
from cluster.machinery.meta import Obj, SimTime, controller_of


class Rollout:
    """``deployment``: a copy of its own; ``new`` and ``old``: its ReplicaSets (shared, never changed) after ``sort``."""

    def __init__(
        self, client: Client, recorder: EventRecorder, cache: Lister, deployment: Obj, replica_sets: Sequence[Obj], now: SimTime
    ) -> None:
        self._client, self._recorder, self._cache, self._now = client, recorder, cache, now
        self._replica_sets = replica_sets
        self.deployment = deployment
        self.new: Obj | None = None
        self.old: list[Obj] = []

    @property
    def all_sets(self) -> list[Obj]:
        """Old ReplicaSets, then the new one."""
        return [*self.old, self.new] if self.new is not None else list(self.old)

    def sort(self, *, create: bool) -> None:
        """Tell new from old and write the revisions; ``create``: make the new ReplicaSet where there is none. Raises ApiError."""
        existing = find_new(self.deployment, self._replica_sets)
        self.old = find_old(self._replica_sets, existing)
        revision = max_revision(self.old) + 1
        if existing is not None:
            self.new = self._take_up(existing, revision)
        elif create:
            self.new = self._create(revision)

    def scale(self, scale: Scale) -> bool:
        """Give a ReplicaSet its size, telling of it; return whether the size changed. Raises ApiError."""
        rs, before = scale.rs, replicas_of(scale.rs)
        desired = replicas_of(self.deployment)
        annotations = with_replicas(annotations_of(rs), desired, desired + max_surge(self.deployment))
        if before == scale.replicas and annotations == annotations_of(rs):
            return False
        updated = copy_of(rs)
        updated["spec"]["replicas"] = scale.replicas
        updated["metadata"]["annotations"] = annotations
        self._replace(self._client.update(REPLICASETS, updated))
        if before == scale.replicas:
            return False
        direction, name = "up" if before < scale.replicas else "down", rs["metadata"]["name"]
        self._tell(f"Scaled {direction} replica set {name} from {before} to {scale.replicas}")
        return True

    def scale_if_other(self, scale: Scale) -> bool:
        """Like ``scale``, but leaves a ReplicaSet that has its size alone, whatever its annotations say."""
        return replicas_of(scale.rs) != scale.replicas and self.scale(scale)

    def clean_up(self) -> None:
        """Delete old ReplicaSets beyond the history limit. Raises ApiError."""
        for rs in sets_to_clean_up(self.deployment, self.old):
            try:
                self._client.delete(REPLICASETS, rs["metadata"]["name"], rs["metadata"]["namespace"])
            except ApiError as refusal:
                if refusal.code != 404:
                    raise

    def sync_status(self) -> None:
        """Write the counts and availability. Raises ApiError."""
        status = deployment_status(self.deployment, self.all_sets, self.new, self._now)
        if status != self.deployment.get("status"):
            self.write_status(status)

    def sync_rollout_status(self) -> float | None:
        """Write counts, availability and progress; return when to look again (None: only on a change). Raises ApiError."""
        status = deployment_status(self.deployment, self.all_sets, self.new, self._now)
        failures = progress.replica_failures(self.all_sets, self.new)
        status = progress.with_progress(self.deployment, status, self.new, failures, self._now)
        if status == self.deployment.get("status"):
            return progress.seconds_until_check(self.deployment, status, self._now)
        self.write_status(status)
        return None

    def set_condition(self, status: str, reason: str, message: str) -> None:
        """Say something about the progress; ``write_status`` sends it."""
        before = self.deployment.get("status", {})
        condition = new_condition(PROGRESSING, status, reason, message, self._now)
        self.deployment["status"] = before | {"conditions": set_condition(before.get("conditions") or (), condition)}

    def write_status(self, status: Obj | None = None) -> None:
        """Send the status (None: as it stands) together with the deployment's annotations. Raises ApiError."""
        if status is not None:
            self.deployment["status"] = status
        self.deployment = self._client.update_status(DEPLOYMENTS, copy_of(self.deployment))

    def _take_up(self, rs: Obj, revision: int) -> Obj:
        annotations = new_replica_set_annotations(self.deployment, annotations_of(rs), revision)
        min_ready_seconds = self.deployment["spec"].get("minReadySeconds", 0)
        if annotations != annotations_of(rs) or min_ready_seconds != rs["spec"].get("minReadySeconds", 0):
            updated = copy_of(rs)
            updated["metadata"]["annotations"] = annotations
            updated["spec"]["minReadySeconds"] = min_ready_seconds
            return self._client.update(REPLICASETS, updated)
        is_changed = self._set_revision(annotations.get(REVISION, ""))
        conditions = self.deployment.get("status", {}).get("conditions") or ()
        if progress.has_progress_deadline(self.deployment) and find_condition(conditions, PROGRESSING) is None:
            self.set_condition("True", progress.FOUND_NEW_REPLICA_SET, f'Found new replica set "{rs["metadata"]["name"]}"')
            is_changed = True
        if is_changed:
            self.write_status()
        return rs

    def _create(self, revision: int) -> Obj | None:
        wanted = self._new_replica_set(revision)
        name, has_deadline = wanted["metadata"]["name"], progress.has_progress_deadline(self.deployment)
        is_new = True
        try:
            created = self._client.create(REPLICASETS, copy_of(wanted))
        except ApiError as refusal:
            created = self._after_refusal(wanted, refusal)
            is_new = False
        if is_new and replicas_of(created) > 0:
            self._tell(f"Scaled up replica set {name} from 0 to {replicas_of(created)}")
        is_changed = self._set_revision(str(revision))
        if is_new and has_deadline:
            self.set_condition("True", progress.NEW_REPLICA_SET, f'Created new replica set "{name}"')
            is_changed = True
        if is_changed:
            self.write_status()
        return created

    def _after_refusal(self, wanted: Obj, refusal: ApiError) -> Obj:
        """Return our own ReplicaSet where the cache was behind; raises after noting a collision of hashes or a failure."""
        name = wanted["metadata"]["name"]
        if refusal.reason == "AlreadyExists":
            namesake = self._cache.get(name, wanted["metadata"]["namespace"])
            if namesake is None:
                raise refusal
            reference = controller_of(namesake)
            is_own = reference is not None and reference["uid"] == self.deployment["metadata"]["uid"]
            if is_own and is_same_template(namesake["spec"]["template"], self.deployment["spec"]["template"]):
                return namesake
            before = self.deployment.get("status", {})
            self.write_status(before | {"collisionCount": before.get("collisionCount", 0) + 1})
        elif not has_cause(refusal, NAMESPACE_TERMINATING):
            message = f'Failed to create new replica set "{name}": {refusal.message}'
            if progress.has_progress_deadline(self.deployment):
                self.set_condition("False", progress.FAILED_CREATE, message)
                self.write_status()
            self._recorder.event(self.deployment, WARNING, progress.FAILED_CREATE, message)
        raise refusal

    def _new_replica_set(self, revision: int) -> Obj:
        meta, spec = self.deployment["metadata"], self.deployment["spec"]
        template = spec["template"]
        value = compute_hash(template, self.deployment.get("status", {}).get("collisionCount"))
        labels = (template["metadata"].get("labels") or {}) | {POD_TEMPLATE_HASH: value}
        selector = spec["selector"] | {"matchLabels": (spec["selector"].get("matchLabels") or {}) | {POD_TEMPLATE_HASH: value}}
        wanted: Obj = {
            "apiVersion": REPLICASETS.api_version,
            "kind": REPLICASETS.kind,
            "metadata": {
                "name": replica_set_name(meta["name"], value),
                "namespace": meta["namespace"],
                "labels": labels,
                "ownerReferences": [reference_to(self.deployment, DEPLOYMENTS)],
            },
            "spec": {
                "replicas": 0,
                "selector": selector,
                "template": template | {"metadata": template["metadata"] | {"labels": labels}},
            },
        }
        if min_ready_seconds := spec.get("minReadySeconds"):
            wanted["spec"]["minReadySeconds"] = min_ready_seconds
        wanted["spec"]["replicas"] = new_replica_count(self.deployment, [*self.old, wanted], wanted)
        desired = replicas_of(self.deployment)
        annotations = new_replica_set_annotations(self.deployment, {}, revision)
        wanted["metadata"]["annotations"] = with_replicas(annotations, desired, desired + max_surge(self.deployment))
        return wanted

    def _set_revision(self, revision: str) -> bool:
        annotations = annotations_of(self.deployment)
        if annotations.get(REVISION) == revision:
            return False
        self.deployment["metadata"]["annotations"] = annotations | {REVISION: revision}
        return True

    def _replace(self, rs: Obj) -> None:
        uid = rs["metadata"]["uid"]
        self.old = [rs if one["metadata"]["uid"] == uid else one for one in self.old]
        if self.new is not None and self.new["metadata"]["uid"] == uid:
            self.new = rs

    def _tell(self, message: str) -> None:
        self._recorder.event(self.deployment, NORMAL, "ScalingReplicaSet", message)
