"""Makes the ServiceAccount ``default`` in every active namespace, and again when somebody deletes it.

Upstream: ``pkg/controller/serviceaccount/serviceaccounts_controller.go``.
"""

from __future__ import annotations

from cluster.client.workqueue import Result, WorkQueue
from cluster.controller_manager.base import Lane
from cluster.controller_manager.pod_control import NAMESPACE_TERMINATING, has_cause
from cluster.machinery.errors import ApiError
from cluster.machinery.kinds.core import NAMESPACES, SERVICEACCOUNTS
from cluster.machinery.meta import Key, Obj, SimTime

DEFAULT = "default"


class ServiceAccountController:
    """The lane ``kube-controller-manager/serviceaccount``. Its keys are names of namespaces."""

    def __init__(self, lane: Lane) -> None:
        self._client = lane.client
        self._queue = WorkQueue(lane.name, lane.engine, self.reconcile)
        self._namespaces = lane.follow(
            NAMESPACES, self._queue, on_add=self._on_namespace, on_update=lambda _, new: self._on_namespace(new), on_delete=lambda _: None
        )
        self._accounts = lane.follow(
            SERVICEACCOUNTS, self._queue, on_add=lambda _: None, on_update=lambda old, new: None, on_delete=self._on_account_delete
        )

    def start(self) -> None:
        """Nothing is done by the clock alone."""

    def stop(self) -> None:
        """Nothing to cancel."""

    def reconcile(self, key: Key, now: SimTime) -> Result:
        """Make what is missing in one namespace. Raises ApiError."""
        namespace = self._namespaces.get(key)
        if namespace is None or not _is_active(namespace) or self._accounts.get(DEFAULT, key) is not None:
            return Result()
        account = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": DEFAULT, "namespace": str(key)}}
        try:
            self._client.create(SERVICEACCOUNTS, account)
        except ApiError as refusal:
            if refusal.reason != "AlreadyExists" and not has_cause(refusal, NAMESPACE_TERMINATING):
                raise
        return Result()

    def _on_namespace(self, namespace: Obj) -> None:
        # Upstream queues every change and then finds nothing to do; here only what is to be done becomes work.
        name = namespace["metadata"]["name"]
        if _is_active(namespace) and self._accounts.get(DEFAULT, name) is None:
            self._queue.add(Key(name))

    def _on_account_delete(self, account: Obj) -> None:
        if account["metadata"]["name"] == DEFAULT:
            self._queue.add(Key(account["metadata"]["namespace"]))


def _is_active(namespace: Obj) -> bool:
    return bool(namespace.get("status", {}).get("phase") == "Active")
