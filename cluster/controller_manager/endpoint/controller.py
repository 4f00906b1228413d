"""Writes the Endpoints of every Service with a selector: the addresses of its pods, ready and not ready apart.

Its objects have no owner: when a Service goes, this controller takes its Endpoints away.

Upstream: ``pkg/controller/endpoint/endpoints_controller.go``.
"""

from __future__ import annotations

from cluster.client.events import WARNING
from cluster.client.workqueue import Result, WorkQueue
from cluster.controller_manager.base import Lane, copy_of
from cluster.controller_manager.endpoint.subsets import desired_subsets, truncated
from cluster.controller_manager.pod_control import NAMESPACE_TERMINATING, has_cause
from cluster.controller_manager.service_pods import (
    HEADLESS,
    TRIGGER_TIME,
    TriggerTimeTracker,
    has_address,
    selects_pods,
    services_of,
    services_to_update,
)
from cluster.machinery.errors import ApiError
from cluster.machinery.kinds.core import ENDPOINTS, PODS, SERVICES
from cluster.machinery.labels import selector_from_labels
from cluster.machinery.meta import Key, Obj, SimTime, key_of, split_key

MANAGED_BY, NAME = "endpoints.kubernetes.io/managed-by", "endpoint-controller"
OVER_CAPACITY = "endpoints.kubernetes.io/over-capacity"


class EndpointController:
    """The lane ``kube-controller-manager/endpoint``. Its keys are those of Services."""

    def __init__(self, lane: Lane) -> None:
        self._client, self._recorder = lane.client, lane.recorder
        self._changes = TriggerTimeTracker()
        self._queue = WorkQueue(lane.name, lane.engine, self.reconcile)
        self._services = lane.follow(
            SERVICES, self._queue, on_add=self._enqueue, on_update=lambda _, new: self._enqueue(new), on_delete=self._enqueue
        )
        self._pods = lane.follow(PODS, self._queue, on_add=self._on_pod, on_update=self._on_pod_update, on_delete=self._on_pod)
        self._endpoints = lane.follow(
            ENDPOINTS, self._queue, on_add=lambda _: None, on_update=lambda old, new: None, on_delete=self._enqueue
        )

    def start(self) -> None:
        """Look for Endpoints whose Service went while nobody looked."""
        for endpoints in self._endpoints.list():
            if self._services.get(endpoints["metadata"]["name"], endpoints["metadata"]["namespace"]) is None:
                self._enqueue(endpoints)

    def stop(self) -> None:
        """Nothing to cancel."""

    def reconcile(self, key: Key, now: SimTime) -> Result:
        """Write, or take away, the Endpoints of one Service. Raises ApiError."""
        namespace, name = split_key(key)
        service = self._services.get(name, namespace)
        if service is None:
            self._changes.forget(key)
            self._delete(namespace, name)
        elif selects_pods(service):
            self._write(service)
        return Result()

    def _delete(self, namespace: str, name: str) -> None:
        if self._endpoints.get(name, namespace) is None:
            return
        try:
            self._client.delete(ENDPOINTS, name, namespace)
        except ApiError as refusal:
            if refusal.code != 404:
                raise

    def _write(self, service: Obj) -> None:
        meta = service["metadata"]
        selector = selector_from_labels(service["spec"]["selector"])
        pods = [pod for pod in self._pods.list(meta["namespace"]) if selector.matches(pod["metadata"].get("labels") or {})]
        since = self._changes.last_change(service, pods)
        current = self._endpoints.get(meta["name"], meta["namespace"])
        wanted = desired_endpoints(service, pods, current, since)
        if current is not None and _is_same(current, wanted):
            return
        try:
            if current is None:
                self._client.create(ENDPOINTS, wanted)
            else:
                self._client.update(ENDPOINTS, wanted)
        except ApiError as refusal:
            if has_cause(refusal, NAMESPACE_TERMINATING):
                return
            self._report(wanted, refusal, is_new=current is None)
            raise

    def _report(self, endpoints: Obj, refusal: ApiError, *, is_new: bool) -> None:
        place = f"{endpoints['metadata']['namespace']}/{endpoints['metadata']['name']}"
        if is_new:
            message = f"Failed to create endpoint for service {place}: {refusal.message}"
            self._recorder.event(endpoints, WARNING, "FailedToCreateEndpoint", message)
        else:
            self._recorder.event(endpoints, WARNING, "FailedToUpdateEndpoint", f"Failed to update endpoint {place}: {refusal.message}")

    def _enqueue(self, obj: Obj) -> None:
        self._queue.add(key_of(obj))

    def _on_pod(self, pod: Obj) -> None:
        for key in sorted(services_of(pod, self._services.list(pod["metadata"]["namespace"]))):
            self._queue.add(key)

    def _on_pod_update(self, old: Obj, pod: Obj) -> None:
        for key in sorted(services_to_update(old, pod, [*self._services.list(pod["metadata"]["namespace"])])):
            self._queue.add(key)


def desired_endpoints(service: Obj, pods: list[Obj], current: Obj | None, since: str) -> Obj:
    """Return the Endpoints that a Service should have. ``since``: when the change began, empty for unknown. Changes nothing."""
    meta = service["metadata"]
    wanted = copy_of(current) if current is not None else _new(meta["name"], meta["namespace"])
    subsets = desired_subsets(service, pods)
    fewer = truncated(subsets)
    _set(wanted, "subsets", subsets if fewer is None else fewer)
    labels = {**(meta.get("labels") or {}), MANAGED_BY: NAME}
    if has_address(service):
        labels.pop(HEADLESS, None)
    else:
        labels[HEADLESS] = ""
    wanted["metadata"]["labels"] = labels
    annotations = {
        **(wanted["metadata"].get("annotations") or {}),
        TRIGGER_TIME: since,
        OVER_CAPACITY: "" if fewer is None else "truncated",
    }
    _set(
        wanted["metadata"],
        "annotations",
        {name: text for name, text in annotations.items() if text or name not in (TRIGGER_TIME, OVER_CAPACITY)},
    )
    return wanted


def _new(name: str, namespace: str) -> Obj:
    return {"apiVersion": "v1", "kind": "Endpoints", "metadata": {"name": name, "namespace": namespace}}


def _set(obj: Obj, field: str, value: Obj | list[Obj]) -> None:
    if value:
        obj[field] = value
    else:
        obj.pop(field, None)


def _is_same(current: Obj, wanted: Obj) -> bool:
    """Whether nothing would change but the moment of the change."""
    facts = [
        (each.get("subsets"), each["metadata"].get("labels"), (each["metadata"].get("annotations") or {}).get(OVER_CAPACITY))
        for each in (current, wanted)
    ]
    return facts[0] == facts[1]
