"""Writes the certificate of the cluster's authority into ``kube-root-ca.crt`` of every namespace, and again when somebody changes it.

The token volume of a pod has it from there, and so the pod knows the API server when it sees it.

Upstream: ``pkg/controller/certificates/rootcacertpublisher/publisher.go``.
"""

from __future__ import annotations

from cluster.client.workqueue import Result, WorkQueue
from cluster.controller_manager.base import Lane, copy_of
from cluster.controller_manager.pod_control import NAMESPACE_TERMINATING, has_cause
from cluster.machinery.errors import ApiError
from cluster.machinery.kinds.core import CONFIGMAPS, NAMESPACES
from cluster.machinery.meta import Key, Obj, SimTime

NAME = "kube-root-ca.crt"
ANNOTATION = "kubernetes.io/description"
DESCRIPTION = (
    "Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or "
    "kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters."
)


class RootCaCertPublisher:
    """The lane ``kube-controller-manager/rootcacertpublisher``. Its keys are names of namespaces. ``root_ca``: in PEM."""

    def __init__(self, lane: Lane, root_ca: str) -> None:
        self._client, self._data = lane.client, {"ca.crt": root_ca}
        self._queue = WorkQueue(lane.name, lane.engine, self.reconcile)
        self._namespaces = lane.follow(
            NAMESPACES, self._queue, on_add=self._on_namespace, on_update=lambda _, new: self._on_namespace(new), on_delete=lambda _: None
        )
        self._config_maps = lane.follow(
            CONFIGMAPS,
            self._queue,
            on_add=lambda _: None,
            on_update=lambda _, new: self._on_config_map(new),
            on_delete=self._on_config_map_delete,
        )

    def start(self) -> None:
        """Nothing is done by the clock alone."""

    def stop(self) -> None:
        """Nothing to cancel."""

    def reconcile(self, key: Key, now: SimTime) -> Result:
        """Write what is missing or wrong in one namespace. Raises ApiError."""
        current = self._config_maps.get(NAME, key)
        if current is None:
            self._create(key)
        elif not self._is_right(current):
            changed = copy_of(current)
            changed["data"] = dict(self._data)
            changed["metadata"].setdefault("annotations", {})[ANNOTATION] = DESCRIPTION
            self._client.update(CONFIGMAPS, changed)
        return Result()

    def _create(self, namespace: str) -> None:
        meta = {"name": NAME, "namespace": namespace, "annotations": {ANNOTATION: DESCRIPTION}}
        config_map = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": meta, "data": dict(self._data)}
        try:
            self._client.create(CONFIGMAPS, config_map)
        except ApiError as refusal:
            if refusal.reason != "NotFound" and not has_cause(refusal, NAMESPACE_TERMINATING):
                raise

    def _is_right(self, config_map: Obj) -> bool:
        return config_map.get("data") == self._data and bool((config_map["metadata"].get("annotations") or {}).get(ANNOTATION))

    def _on_namespace(self, namespace: Obj) -> None:
        # Upstream queues every change and then finds nothing to do; here only what is to be done becomes work.
        name = namespace["metadata"]["name"]
        config_map = self._config_maps.get(NAME, name)
        if namespace.get("status", {}).get("phase") == "Active" and (config_map is None or not self._is_right(config_map)):
            self._queue.add(Key(name))

    def _on_config_map(self, config_map: Obj) -> None:
        if config_map["metadata"]["name"] == NAME and not self._is_right(config_map):
            self._queue.add(Key(config_map["metadata"]["namespace"]))

    def _on_config_map_delete(self, config_map: Obj) -> None:
        if config_map["metadata"]["name"] == NAME:
            self._queue.add(Key(config_map["metadata"]["namespace"]))
