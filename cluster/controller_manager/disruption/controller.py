"""Keeps the status of PodDisruptionBudgets: how many of their pods there are, should be, and may go.

Beside it runs upstream's other worker, of pods that were to go and did not (``stale.py``).

Upstream: ``pkg/controller/disruption/disruption.go``.
"""

from __future__ import annotations

from cluster.client.workqueue import Result, WorkQueue
from cluster.controller_manager.base import Lane, copy_of
from cluster.controller_manager.disruption.counting import (
    CountError,
    counted,
    expected,
    has_unmanaged,
    healthy,
    not_counted,
    still_disrupted,
)
from cluster.controller_manager.disruption.stale import StaleDisruptions
from cluster.machinery.disruption import budgets_of, selects
from cluster.machinery.errors import ApiError
from cluster.machinery.intstr import IntOrStringError
from cluster.machinery.kinds import KINDS
from cluster.machinery.kinds.apps import DEPLOYMENTS, REPLICASETS
from cluster.machinery.kinds.core import PODS
from cluster.machinery.kinds.model import Kind
from cluster.machinery.kinds.policy import PODDISRUPTIONBUDGETS
from cluster.machinery.labels import printed_selector
from cluster.machinery.meta import SECOND, Key, Obj, SimTime, controller_of, key_of, split_key

UNMANAGED = (
    "Pods selected by this PodDisruptionBudget (selector: {}) were found to be unmanaged. As a result, the status of the PDB cannot be "
    'calculated correctly, which may result in undefined behavior. To account for these pods please set ".spec.minAvailable" field of the '
    "PDB to an integer value."
)
_BY_KIND = {(kind.api_version, kind.kind): kind for kind in KINDS}


class DisruptionController:
    """The lane ``kube-controller-manager/disruption``. Its keys are budgets."""

    def __init__(self, lane: Lane) -> None:
        self._client, self._recorder = lane.client, lane.recorder
        self._queue = WorkQueue(lane.name, lane.engine, self.reconcile)
        self._budgets = lane.follow(
            PODDISRUPTIONBUDGETS, self._queue, on_add=self._add, on_update=lambda _, new: self._add(new), on_delete=self._add
        )
        self._stale = StaleDisruptions(lane)
        self._pods = lane.follow(PODS, self, on_add=self._pod_added, on_update=self._pod_updated, on_delete=self._pod_changed)
        self._replica_sets, self._deployments = lane.lister(REPLICASETS), lane.lister(DEPLOYMENTS)

    @property
    def adds(self) -> int:
        """How often something was put into one of its two queues."""
        return self._queue.adds + self._stale.adds

    def start(self) -> None:
        """Nothing is done by the clock alone."""

    def stop(self) -> None:
        """Nothing to cancel."""

    def reconcile(self, key: Key, now: SimTime) -> Result:
        """Count the pods of one budget. Raises ApiError."""
        namespace, name = split_key(key)
        budget = self._budgets.get(name, namespace)
        if budget is None:
            return Result()
        pods = [pod for pod in self._pods.list(namespace) if selects(budget, pod)]
        if not pods:
            self._recorder.event(budget, "Normal", "NoPods", "No matching pods found")
        try:
            wanted = expected(budget["spec"], pods, self._scale)
        except (CountError, IntOrStringError) as error:
            why = f"Failed to calculate the number of expected pods: {error}"
            self._recorder.event(budget, "Warning", "CalculateExpectedPodCountFailed", why)
            self._write(budget, not_counted(budget, str(error), now))
            return Result()
        if has_unmanaged(budget["spec"], pods):
            self._recorder.event(budget, "Warning", "UnmanagedPods", UNMANAGED.format(printed_selector(budget["spec"].get("selector"))))
        disrupted, overdue, recheck = still_disrupted(pods, budget.get("status", {}).get("disruptedPods") or {}, now)
        for pod in overdue:
            message = f"Pod was expected by PDB {namespace}/{namespace} to be deleted but it wasn't"  # upstream leaves the name out
            self._recorder.event(pod, "Warning", "NotDeleted", message)
        self._write(budget, counted(budget, wanted, healthy(pods, disrupted), disrupted, now))
        return Result() if recheck is None else Result(requeue_after=(recheck - now) / SECOND)

    def _write(self, budget: Obj, status: Obj) -> None:
        if status != budget.get("status"):
            self._client.update_status(PODDISRUPTIONBUDGETS, {**copy_of(budget), "status": status})

    def _scale(self, pod: Obj) -> tuple[str, int]:
        """Return what scales a pod: its controller, or the Deployment of its ReplicaSet. Raises ApiError, CountError."""
        owner, namespace = controller_of(pod) or {}, pod["metadata"]["namespace"]
        kind = _BY_KIND.get((owner.get("apiVersion", ""), owner.get("kind", "")))
        scale = self._scale_of(kind, owner["name"], namespace) if kind is not None else None
        if scale is None or scale["metadata"]["uid"] != owner.get("uid"):
            raise CountError(f'found no controllers for pod "{pod["metadata"]["name"]}"')
        above = controller_of(scale)
        deployment = self._deployments.get(above["name"], namespace) if above and above.get("kind") == DEPLOYMENTS.kind else None
        if above is not None and deployment is not None and deployment["metadata"]["uid"] == above.get("uid"):
            scale = deployment
        return scale["metadata"]["uid"], int(scale["spec"].get("replicas", 0))

    def _scale_of(self, kind: Kind, name: str, namespace: str) -> Obj | None:
        """Return a ReplicaSet, or the Scale of another controller; None when it is gone. Raises ApiError, CountError."""
        if kind is REPLICASETS:
            return self._replica_sets.get(name, namespace)
        if not any(subresource.name == "scale" for subresource in kind.subresources):
            raise CountError(f"{kind.api_version}, Resource={kind.plural} does not implement the scale subresource")
        try:
            return self._client.get(kind, name, namespace, subresource="scale")
        except ApiError as refusal:
            if refusal.code != 404:
                raise
            return None

    def _add(self, budget: Obj) -> None:
        self._queue.add(key_of(budget))

    def _pod_added(self, pod: Obj) -> None:
        self._stale.look(pod)
        self._pod_changed(pod)

    def _pod_updated(self, old: Obj, pod: Obj) -> None:
        self._stale.look(pod)
        self._pod_changed(old, pod)

    def _pod_changed(self, *versions: Obj) -> None:
        for pod in versions:
            for budget in budgets_of(pod, self._budgets.list(pod["metadata"]["namespace"])):
                self._queue.add(key_of(budget))
