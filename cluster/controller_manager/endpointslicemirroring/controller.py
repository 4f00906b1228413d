"""Copies Endpoints that people write for Services without a selector into EndpointSlices, which is where proxies look.

Upstream: ``pkg/controller/endpointslicemirroring/endpointslicemirroring_controller.go``.
"""

from __future__ import annotations

from cluster.client.events import WARNING
from cluster.client.workqueue import Result, WorkQueue
from cluster.controller_manager.base import Lane
from cluster.controller_manager.endpointslice.reconcile import Plan
from cluster.controller_manager.endpointslice.slices import MANAGED_BY
from cluster.controller_manager.endpointslicemirroring.mirror import MAX_ADDRESSES, NAME, desired_groups, plan_mirror, should_mirror
from cluster.controller_manager.pod_control import NAMESPACE_TERMINATING, has_cause
from cluster.machinery.errors import ApiError
from cluster.machinery.kinds.core import ENDPOINTS, SERVICES
from cluster.machinery.kinds.discovery import ENDPOINTSLICES, SERVICE_NAME
from cluster.machinery.meta import Key, Obj, SimTime, key_of, split_key

MIRRORED = "mirrored"
"""Index: namespace and name of the Endpoints that a slice mirrors."""
BACK_OFF, MAX_BACK_OFF = 1.0, 100.0
"""Seconds before a refused look is tried again: the first, and the longest, delay."""


def _by_endpoints(endpoint_slice: Obj) -> tuple[str, ...]:
    meta = endpoint_slice["metadata"]
    labels = meta.get("labels") or {}
    return (f"{meta['namespace']}/{labels[SERVICE_NAME]}",) if labels.get(MANAGED_BY) == NAME and SERVICE_NAME in labels else ()


class EndpointSliceMirroringController:
    """The lane ``kube-controller-manager/endpointslicemirroring``. Its keys are those of Endpoints."""

    def __init__(self, lane: Lane) -> None:
        self._client, self._recorder = lane.client, lane.recorder
        self._queue = WorkQueue(lane.name, lane.engine, self.reconcile, base_delay=BACK_OFF, max_delay=MAX_BACK_OFF)
        self._endpoints = lane.follow(
            ENDPOINTS,
            self._queue,
            on_add=self._on_endpoints,
            on_update=lambda _, new: self._on_endpoints(new),
            on_delete=self._on_endpoints_delete,
        )
        self._services = lane.follow(
            SERVICES, self._queue, on_add=self._on_service, on_update=self._on_service_update, on_delete=self._on_service
        )
        self._slices = lane.follow(
            ENDPOINTSLICES, self._queue, on_add=lambda _: None, on_update=lambda old, new: None, on_delete=self._on_slice_delete
        )
        self._slices.add_index(MIRRORED, _by_endpoints)

    def start(self) -> None:
        """Nothing is done by the clock alone."""

    def stop(self) -> None:
        """Nothing to cancel."""

    def reconcile(self, key: Key, now: SimTime) -> Result:
        """Bring the slices that mirror some Endpoints up to date. Raises ApiError."""
        namespace, name = split_key(key)
        endpoints, service = self._endpoints.get(name, namespace), self._services.get(name, namespace)
        slices = [*self._slices.by_index(MIRRORED, key)]
        if endpoints is None or not should_mirror(endpoints) or service is None or service["spec"].get("selector"):
            self._carry_out(Plan(delete=slices))
            return Result()
        groups, skipped = desired_groups(endpoints)
        if skipped:
            limit = f"A max of {MAX_ADDRESSES} addresses can be mirrored to EndpointSlices per Endpoints subset."
            self._recorder.event(endpoints, WARNING, "TooManyAddressesToMirror", f"{limit} {skipped} addresses were skipped")
        try:
            self._carry_out(plan_mirror(endpoints, slices, groups))
        except ApiError as refusal:
            message = f"Error mirroring EndpointSlices for Endpoints {namespace}/{name}: {refusal.message}"
            self._recorder.event(endpoints, WARNING, "FailedToUpdateEndpointSlices", message)
            raise
        return Result()

    def _carry_out(self, plan: Plan) -> None:
        try:
            for new in plan.create:
                self._client.create(ENDPOINTSLICES, new)
            for changed in plan.update:
                self._client.update(ENDPOINTSLICES, changed)
            for old in plan.delete:
                self._delete(old)
        except ApiError as refusal:
            if not has_cause(refusal, NAMESPACE_TERMINATING):
                raise

    def _delete(self, endpoint_slice: Obj) -> None:
        meta = endpoint_slice["metadata"]
        try:
            self._client.delete(ENDPOINTSLICES, meta["name"], meta["namespace"])
        except ApiError as refusal:
            if refusal.code != 404:
                raise

    def _is_concerned(self, obj: Obj) -> bool:
        """Whether there is something to mirror under a name, or something that mirrors it: most Endpoints belong to a controller."""
        name, namespace = obj["metadata"]["name"], obj["metadata"].get("namespace", "")
        service, endpoints = self._services.get(name, namespace), self._endpoints.get(name, namespace)
        mirrors = service is not None and not service["spec"].get("selector") and endpoints is not None and should_mirror(endpoints)
        return mirrors or bool(self._slices.by_index(MIRRORED, key_of(obj)))

    def _on_endpoints(self, endpoints: Obj) -> None:
        if self._is_concerned(endpoints):
            self._queue.add(key_of(endpoints))

    def _on_endpoints_delete(self, endpoints: Obj) -> None:
        if self._slices.by_index(MIRRORED, key_of(endpoints)):
            self._queue.add(key_of(endpoints))

    def _on_service(self, service: Obj) -> None:
        if self._is_concerned(service):
            self._queue.add(key_of(service))

    def _on_service_update(self, old: Obj, service: Obj) -> None:
        if bool(old["spec"].get("selector")) != bool(service["spec"].get("selector")):
            self._on_service(service)

    def _on_slice_delete(self, endpoint_slice: Obj) -> None:
        for key in _by_endpoints(endpoint_slice):
            self._queue.add(Key(key))
