"""Takes CustomResourceDefinitions through their lives: names accepted, established, and on their deletion emptied first.

Upstream has a controller for each of the three steps; here one reconcile takes the step that is next, and the change that it makes calls
for the following one. Without other API servers to wait for, a definition is established at once instead of after five seconds.

Upstream: ``staging/src/k8s.io/apiextensions-apiserver/pkg/controller/{status,establish,finalizer}/``.
"""

from __future__ import annotations

from cluster.apiserver.apiextensions.approval import with_approval
from cluster.apiserver.apiextensions.conditions import ESTABLISHED, FALSE, NAMES_ACCEPTED, TERMINATING, TRUE, is_true, with_condition
from cluster.apiserver.apiextensions.definition_rest import CLEANUP
from cluster.apiserver.apiextensions.naming import named_status
from cluster.client.client import Client
from cluster.client.informer import Informers
from cluster.client.workqueue import Result, WorkQueue
from cluster.engine.engine import Engine
from cluster.machinery.kinds.apiextensions import CUSTOMRESOURCEDEFINITIONS
from cluster.machinery.kinds.model import Kind
from cluster.machinery.meta import Key, Obj, SimTime, key_of, timestamp

LANE = "kube-apiserver"
DELETION_POLL = 5
"""Seconds between two looks at whether the objects of a definition are gone."""


class DefinitionController:
    """Its keys are names of definitions."""

    def __init__(self, client: Client, engine: Engine, informers: Informers) -> None:
        self._client = client
        self._queue = WorkQueue(LANE, engine, self.reconcile)
        informer = informers.informer(CUSTOMRESOURCEDEFINITIONS)
        self._definitions = informer.lister
        informer.subscribe(
            LANE, self._queue, on_add=self._enqueue, on_update=lambda _, new: self._enqueue(new), on_delete=lambda _: self._enqueue_all()
        )

    def reconcile(self, key: Key, now: SimTime) -> Result:
        """Take the next step of one definition. Raises ApiError."""
        cached = self._definitions.get(key)
        if cached is None:
            return Result()
        definition = {**cached, "metadata": {**cached["metadata"]}}
        meta = definition["metadata"]
        if meta.get("deletionTimestamp"):
            return self._empty(definition, timestamp(now)) if CLEANUP in (meta.get("finalizers") or ()) else Result()
        group = definition["spec"]["group"]
        others = [other for other in self._definitions.list() if other["spec"]["group"] == group]
        status = with_approval(definition, named_status(definition, others, timestamp(now)), timestamp(now))
        if status != definition["status"]:
            self._write(definition, status)
        elif is_true(definition, NAMES_ACCEPTED) and not is_true(definition, ESTABLISHED):
            message = "the initial names have been accepted"
            self._write(definition, with_condition(status, ESTABLISHED, TRUE, "InitialNamesAccepted", message, timestamp(now)))
        return Result()

    def _empty(self, definition: Obj, now: str) -> Result:
        """Delete what is left of the objects; let the definition go when nothing is."""
        status = definition["status"]
        kind = self._kind_of(definition) if is_true(definition, ESTABLISHED) else None
        if kind is None:
            status = with_condition(status, TERMINATING, FALSE, "NeverEstablished", "resource was never established", now)
        else:
            progress = with_condition(
                status, TERMINATING, TRUE, "InstanceDeletionInProgress", "CustomResource deletion is in progress", now
            )
            if progress != status:
                self._write(definition, progress)
                return Result()
            if self._delete_objects(kind):
                return Result(requeue_after=DELETION_POLL)
            status = with_condition(status, TERMINATING, FALSE, "InstanceDeletionCompleted", "removed all instances", now)
        definition["metadata"]["finalizers"] = [name for name in definition["metadata"]["finalizers"] if name != CLEANUP]
        self._write(definition, status)
        return Result()

    def _kind_of(self, definition: Obj) -> Kind | None:
        group, plural = definition["spec"]["group"], definition["status"]["acceptedNames"]["plural"]
        return next((kind for kind in self._client.kinds.stored if (kind.group, kind.plural) == (group, plural)), None)

    def _delete_objects(self, kind: Kind) -> bool:
        """Ask for the deletion of every object that nobody has asked for yet; return whether any is left."""
        found = self._client.list(kind)
        waiting = [obj for obj in found if not obj["metadata"].get("deletionTimestamp")]
        for namespace in dict.fromkeys(obj["metadata"].get("namespace", "") for obj in waiting):
            self._client.delete_collection(kind, namespace)
        return bool(self._client.list(kind)) if waiting else bool(found)

    def _write(self, definition: Obj, status: Obj) -> None:
        self._client.update_status(CUSTOMRESOURCEDEFINITIONS, {**definition, "status": status})

    def _enqueue(self, definition: Obj) -> None:
        # Upstream queues every change and then finds nothing to do; here only what is to be done becomes work.
        meta, spec, status = definition["metadata"], definition["spec"], definition["status"]
        is_settled = is_true(definition, ESTABLISHED) and is_true(definition, NAMES_ACCEPTED)
        is_settled = is_settled and with_approval(definition, status, "") == status
        accepted = {name: value for name, value in (status.get("acceptedNames") or {}).items() if value}
        if meta.get("deletionTimestamp") or not is_settled or accepted != {name: value for name, value in spec["names"].items() if value}:
            self._queue.add(key_of(definition))

    def _enqueue_all(self) -> None:
        """A name has become free: perhaps somebody waits for it."""
        for definition in self._definitions.list():
            self._enqueue(definition)
