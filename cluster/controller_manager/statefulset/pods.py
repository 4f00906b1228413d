"""The pods of a StatefulSet: made from a revision, and how far they have come. Pure.

Upstream: ``pkg/controller/statefulset/stateful_set_utils.go``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from cluster.controller_manager.base import copy_of, is_deleting
from cluster.controller_manager.controller_ref import reference_to
from cluster.controller_manager.pod_control import pod_from_template
from cluster.controller_manager.pods import is_ready, phase_of, seconds_until_available
from cluster.controller_manager.statefulset.identity import REVISION_LABEL, give_identity, replicas_of, revision_of, start_ordinal
from cluster.controller_manager.statefulset.storage import give_storage
from cluster.machinery.kinds.apps import STATEFULSETS
from cluster.machinery.meta import Obj, SimTime

ROLLING_UPDATE = "RollingUpdate"
ON_DELETE = "OnDelete"
PARALLEL = "Parallel"


@dataclass(frozen=True, slots=True)
class Revisions:
    """The revision that pods have been made from until now, and the one of the present template."""

    current: Obj
    update: Obj

    @property
    def names(self) -> tuple[str, str]:
        """Both names."""
        return self.current["metadata"]["name"], self.update["metadata"]["name"]


def partition_of(stateful_set: Obj) -> int:
    """Return how many pods, counted from the first, a rolling update leaves alone."""
    return int((stateful_set["spec"]["updateStrategy"].get("rollingUpdate") or {}).get("partition", 0))


def new_pod(stateful_set: Obj, revisions: Revisions, ordinal: int) -> Obj:
    """Return the pod to create: below the partition from the current revision, else from the new one."""
    strategy, first = stateful_set["spec"]["updateStrategy"], start_ordinal(stateful_set)
    if strategy.get("rollingUpdate"):
        is_kept = ordinal < first + partition_of(stateful_set)
    else:
        replaced_from = first + stateful_set.get("status", {}).get("currentReplicas", 0)
        is_kept = strategy.get("type") == ROLLING_UPDATE and ordinal < replaced_from
    revision = revisions.current if is_kept else revisions.update
    template = {name: value for name, value in revision["data"]["spec"]["template"].items() if name != "$patch"}
    pod = copy_of(pod_from_template(template, stateful_set, reference_to(stateful_set, STATEFULSETS)))
    del pod["metadata"]["generateName"]
    pod["metadata"]["name"] = f"{stateful_set['metadata']['name']}-{ordinal}"
    give_identity(stateful_set, pod)
    pod["metadata"]["labels"][REVISION_LABEL] = revision["metadata"]["name"]
    pod["spec"]["hostname"] = pod["metadata"]["name"]
    pod["spec"].pop("subdomain", None)
    if service := stateful_set["spec"].get("serviceName"):
        pod["spec"]["subdomain"] = service
    give_storage(stateful_set, pod)
    return pod


def is_created(pod: Obj) -> bool:
    """Whether the API server keeps the pod: a new one has no phase yet."""
    return bool(phase_of(pod))


def is_running_and_ready(pod: Obj) -> bool:
    """Whether the pod runs and says so."""
    return phase_of(pod) == "Running" and is_ready(pod)


def is_available(stateful_set: Obj, pod: Obj, now: SimTime) -> bool:
    """Whether the pod has been ready for ``minReadySeconds``."""
    return seconds_until_available(pod, stateful_set["spec"].get("minReadySeconds", 0), now) == 0


def is_unavailable(stateful_set: Obj, pod: Obj, now: SimTime) -> bool:
    """Whether the pod is not available, or will not be for long."""
    return is_deleting(pod) or not is_available(stateful_set, pod, now)


def stateful_set_status(stateful_set: Obj, revisions: Revisions, collision_count: int, pods: Iterable[Obj], now: SimTime) -> Obj:
    """Return the status that ``pods`` make, those not created yet left out."""
    current, update = revisions.names
    counts = dict.fromkeys(("replicas", "readyReplicas", "availableReplicas", "currentReplicas", "updatedReplicas"), 0)
    for pod in filter(is_created, pods):
        counts["replicas"] += 1
        if is_running_and_ready(pod):
            counts["readyReplicas"] += 1
            counts["availableReplicas"] += is_available(stateful_set, pod, now)
        if not is_deleting(pod):
            counts["currentReplicas"] += revision_of(pod) == current
            counts["updatedReplicas"] += revision_of(pod) == update
    generation = stateful_set["metadata"].get("generation", 0)
    observed = {"observedGeneration": generation, "currentRevision": current, "updateRevision": update, "collisionCount": collision_count}
    return observed | counts


def completed(stateful_set: Obj, status: Obj) -> Obj:
    """Return the status as it is written: when all pods are new and ready, the new revision is the current one."""
    wanted = replicas_of(stateful_set)
    is_rolling = stateful_set["spec"]["updateStrategy"].get("type") == ROLLING_UPDATE
    if is_rolling and all(status[name] == wanted for name in ("updatedReplicas", "readyReplicas", "replicas")):
        status = status | {"currentReplicas": status["updatedReplicas"], "currentRevision": status["updateRevision"]}
    optional = ("readyReplicas", "currentReplicas", "updatedReplicas", "observedGeneration")
    return {name: value for name, value in status.items() if value or name not in optional}
