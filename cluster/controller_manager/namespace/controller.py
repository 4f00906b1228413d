"""Deletes what is in a namespace that is being deleted: pods first, then the rest, kind by kind; then finalizes it.

Upstream: ``pkg/controller/namespace/namespace_controller.go`` and ``deletion/namespaced_resources_deleter.go``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from cluster.client.workqueue import Result, WorkQueue
from cluster.controller_manager.base import Lane, is_deleting
from cluster.controller_manager.namespace.conditions import Remains, deletion_conditions
from cluster.controller_manager.pods import is_terminal
from cluster.machinery.errors import ApiError
from cluster.machinery.kinds.core import NAMESPACES, PODS
from cluster.machinery.kinds.model import Kind
from cluster.machinery.meta import Key, Obj, SimTime, key_of

DELETION_GRACE_PERIOD = 5
"""Seconds that other API servers of the cluster get to notice that nothing may be created any more."""
FINALIZER_ESTIMATE = 15
"""Seconds given to whoever has to remove a finalizer."""
MAX_BACK_OFF = 60.0
"""Seconds: the longest delay before a refused look is tried again."""
FINALIZER = "kubernetes"


class NamespaceController:
    """The lane ``kube-controller-manager/namespace``."""

    def __init__(self, lane: Lane) -> None:
        self._client = lane.client
        self._queue = WorkQueue(lane.name, lane.engine, self.reconcile, max_delay=MAX_BACK_OFF)
        self._namespaces = lane.follow(
            NAMESPACES, self._queue, on_add=self._enqueue, on_update=lambda _, new: self._enqueue(new), on_delete=lambda _: None
        )

    def start(self) -> None:
        """Nothing is done by the clock alone."""

    def stop(self) -> None:
        """Nothing to cancel."""

    def reconcile(self, key: Key, now: SimTime) -> Result:
        """Delete what is left, say what holds it up, finalize once nothing does. Raises ApiError."""
        if (cached := self._namespaces.get(key)) is None or not is_deleting(cached):
            return Result()
        try:
            namespace = self._client.get(NAMESPACES, key)
        except ApiError as refusal:
            if refusal.code == 404:
                return Result()
            raise
        if namespace["metadata"]["uid"] != cached["metadata"]["uid"] or not namespace["spec"].get("finalizers"):
            return Result()
        if namespace["status"].get("phase") != "Terminating":
            namespace["status"]["phase"] = "Terminating"
            namespace = self._client.update_status(NAMESPACES, namespace)
        remains = self._delete_content(key)
        before = namespace["status"].get("conditions") or []
        conditions = deletion_conditions(before, remains, now)
        if conditions != before:
            namespace["status"]["conditions"] = conditions
            namespace = self._client.update_status(NAMESPACES, namespace)
        if remains.counts or remains.failures:
            return Result(requeue_after=remains.seconds // 2 + 1)
        namespace["spec"]["finalizers"] = [name for name in namespace["spec"]["finalizers"] if name != FINALIZER]
        self._client.update(NAMESPACES, namespace, subresource="finalize")
        return Result()

    def _delete_content(self, namespace: str) -> Remains:
        """Delete pods, and once none is left everything else: what serves a pod outlives it."""
        remains = self._delete_kinds(namespace, (PODS,))
        if remains.counts or remains.failures:
            return remains
        return self._delete_kinds(namespace, (kind for kind in self._client.kinds.stored if kind is not PODS))

    def _delete_kinds(self, namespace: str, kinds: Iterable[Kind]) -> Remains:
        counts: dict[str, int] = {}
        finalizers: Counter[str] = Counter()
        failures: list[str] = []
        seconds = 0
        for kind in kinds:
            if not kind.namespaced or "deletecollection" not in kind.verbs:
                continue
            left = self._client.list(kind, namespace)
            if not left:
                continue
            estimate = max(map(grace_of, left)) if kind is PODS else 0
            try:
                self._client.delete_collection(kind, namespace, propagation_policy="Background")
            except ApiError as refusal:
                failures.append(refusal.message)
            left = self._client.list(kind, namespace)
            if not left:
                continue
            counts[f"{kind.plural}.{kind.group}"] = len(left)
            held = Counter(name for obj in left for name in obj["metadata"].get("finalizers") or ())
            finalizers += held
            seconds = max(seconds, estimate, FINALIZER_ESTIMATE if held and not estimate else 0)
        return Remains(counts, finalizers, failures, seconds)

    def _enqueue(self, namespace: Obj) -> None:
        if is_deleting(namespace) and namespace["spec"].get("finalizers"):
            self._queue.add_after(key_of(namespace), DELETION_GRACE_PERIOD)


def grace_of(pod: Obj) -> int:
    """Return how many seconds a pod may take to end; 0 when it has."""
    grace: int = pod["spec"].get("terminationGracePeriodSeconds", 0)
    return 0 if is_terminal(pod) else grace
