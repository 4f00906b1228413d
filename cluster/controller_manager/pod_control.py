"""Making and deleting the pods of a controller, with the Events that tell of it.

Upstream: ``pkg/controller/controller_utils.go`` (``RealPodControl``, ``GetPodFromTemplate``), ``slowStartBatch`` in
``pkg/controller/replicaset/replica_set.go``.
"""

from __future__ import annotations

from collections.abc import Callable

from cluster.client.client import Client
from cluster.client.events import NORMAL, WARNING, EventRecorder
from cluster.machinery.errors import ApiError
from cluster.machinery.kinds.core import PODS
from cluster.machinery.meta import Obj

NAMESPACE_TERMINATING = "NamespaceTerminating"
SLOW_START_INITIAL_BATCH_SIZE = 1
"""Requests of a kind that are made before any of them is known to be accepted."""


def pod_from_template(template: Obj, owner: Obj, reference: Obj) -> Obj:
    """Return the pod to create. ``template``: a PodTemplateSpec; ``reference``: the owner's controller reference. Pure."""
    meta = template.get("metadata", {})
    kept = {name: meta[name] for name in ("labels", "annotations", "finalizers") if meta.get(name)}
    name = owner["metadata"]["name"]
    own = {"generateName": f"{name}-", "namespace": owner["metadata"]["namespace"], "ownerReferences": [reference]}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": own | kept, "spec": template["spec"]}


def has_cause(refusal: ApiError, reason: str) -> bool:
    """Whether a Status names ``reason`` among its causes."""
    return any(cause.get("reason") == reason for cause in (refusal.details or {}).get("causes") or ())


class PodControl:
    """Creates and deletes pods on behalf of ``owner`` objects."""

    def __init__(self, client: Client, recorder: EventRecorder) -> None:
        self._client, self._recorder = client, recorder

    def create(self, owner: Obj, pod: Obj) -> None:
        """Create a pod. Raises ApiError."""
        try:
            created = self._client.create(PODS, pod, is_shared=True)
        except ApiError as refusal:
            if not has_cause(refusal, NAMESPACE_TERMINATING):
                self._recorder.event(owner, WARNING, "FailedCreate", f"Error creating: {refusal.message}")
            raise
        self._recorder.event(owner, NORMAL, "SuccessfulCreate", f"Created pod: {created['metadata']['name']}")

    def delete(self, owner: Obj, pod: Obj) -> None:
        """Delete a pod. Raises ApiError."""
        meta = pod["metadata"]
        try:
            self._client.delete(PODS, meta["name"], meta["namespace"])
        except ApiError as refusal:
            if refusal.code != 404:
                self._recorder.event(owner, WARNING, "FailedDelete", f"Error deleting: {refusal.message}")
            raise
        self._recorder.event(owner, NORMAL, "SuccessfulDelete", f"Deleted pod: {meta['name']}")


def slow_start(count: int, call: Callable[[], None]) -> tuple[int, ApiError | None]:
    """Call ``count`` times in batches of 1, 2, 4, ...; stop after the first batch with a failure.

    Returns how many calls went well, and the first failure.
    """
    done, remaining, batch = 0, count, min(count, SLOW_START_INITIAL_BATCH_SIZE)
    while batch:
        first: ApiError | None = None
        for _ in range(batch):
            try:
                call()
            except ApiError as refusal:
                first = first or refusal
            else:
                done += 1
        if first is not None:
            return done, first
        remaining -= batch
        batch = min(2 * batch, remaining)
    return done, None
