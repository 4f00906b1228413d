"""Writes the EndpointSlices of every Service with a selector: an endpoint for each of its pods, with its state, node and zone.

A slice belongs to its Service: when that goes, the garbage collector takes the slices away.

Upstream: ``pkg/controller/endpointslice/endpointslice_controller.go``.
"""

from __future__ import annotations

from cluster.client.events import NORMAL, WARNING
from cluster.client.workqueue import Result, WorkQueue
from cluster.controller_manager.base import Lane, is_deleting
from cluster.controller_manager.endpointslice.endpoint import endpoint_of, ports_of
from cluster.controller_manager.endpointslice.reconcile import Group, Plan, PortKey, plan_slices, port_key
from cluster.controller_manager.endpointslice.slices import MANAGED_BY, NAME, with_trigger_time
from cluster.controller_manager.endpointslice.topology import (
    DISABLED,
    ENABLED,
    NoHintsError,
    cpu_facts,
    cpu_ratios,
    has_hints,
    wants_hints,
    with_hints,
    without_hints,
)
from cluster.controller_manager.pod_control import NAMESPACE_TERMINATING, has_cause
from cluster.controller_manager.service_pods import (
    TriggerTimeTracker,
    selects_pods,
    services_of,
    services_to_update,
    should_be_in_endpoints,
)
from cluster.machinery.errors import ApiError
from cluster.machinery.kinds.core import NODES, PODS, SERVICES
from cluster.machinery.kinds.discovery import ENDPOINTSLICES, SERVICE_NAME
from cluster.machinery.labels import selector_from_labels
from cluster.machinery.meta import Key, Obj, SimTime, key_of, split_key

SERVICE = "service"
"""Index: namespace and name of the Service that a slice is for."""
BACK_OFF = 1.0
"""Seconds before a refused look is tried again; the delay doubles."""
RETRY = 1.0
"""Simulated seconds until a Service is looked at again whose pods are on nodes that nobody knows."""


def _by_service(endpoint_slice: Obj) -> tuple[str, ...]:
    meta = endpoint_slice["metadata"]
    labels = meta.get("labels") or {}
    return (f"{meta['namespace']}/{labels[SERVICE_NAME]}",) if labels.get(MANAGED_BY) == NAME and SERVICE_NAME in labels else ()


class EndpointSliceController:
    """The lane ``kube-controller-manager/endpointslice``. Its keys are those of Services."""

    def __init__(self, lane: Lane) -> None:
        self._client, self._recorder = lane.client, lane.recorder
        self._changes = TriggerTimeTracker()
        self._written: dict[Key, int] = {}  # keys of slices, and the generation that was written last
        self._queue = WorkQueue(lane.name, lane.engine, self.reconcile, base_delay=BACK_OFF)
        self._services = lane.follow(
            SERVICES, self._queue, on_add=self._enqueue, on_update=lambda _, new: self._enqueue(new), on_delete=self._enqueue
        )
        self._pods = lane.follow(PODS, self._queue, on_add=self._on_pod, on_update=self._on_pod_update, on_delete=self._on_pod)
        self._slices = lane.follow(
            ENDPOINTSLICES, self._queue, on_add=lambda _: None, on_update=self._on_slice_update, on_delete=self._on_slice_delete
        )
        self._slices.add_index(SERVICE, _by_service)
        self._hinted: set[Key] = set()  # keys of Services whose endpoints have been shared out among zones
        self._nodes = lane.follow(
            NODES,
            self._queue,
            on_add=lambda node: self._on_node(None, node),
            on_update=self._on_node,
            on_delete=lambda node: self._on_node(node, None),
        )

    def start(self) -> None:
        """Nothing is done by the clock alone."""

    def stop(self) -> None:
        """Nothing to cancel."""

    def reconcile(self, key: Key, now: SimTime) -> Result:
        """Bring the slices of one Service up to date. Raises ApiError."""
        namespace, name = split_key(key)
        service = self._services.get(name, namespace)
        if service is None:
            self._changes.forget(key)
            self._hinted.discard(key)
            return Result()
        if not selects_pods(service):
            return Result()
        selector = selector_from_labels(service["spec"]["selector"])
        pods = [pod for pod in self._pods.list(namespace) if selector.matches(pod["metadata"].get("labels") or {})]
        slices = [each for each in self._slices.by_index(SERVICE, key) if not is_deleting(each)]
        since = self._changes.last_change(service, pods)
        families = service["spec"].get("ipFamilies") or []
        stray = [each for each in slices if each["addressType"] not in families]
        lost = False
        for family in families:
            groups, is_lost = self._groups(service, pods, family)
            lost = lost or is_lost
            own = [each for each in slices if each["addressType"] == family]
            if wants_hints(service):
                self._share_out(service, family, own, groups, since)
                continue
            self._carry_out(service, plan_slices(service, family, own, groups), since)
            if key in self._hinted:
                self._hinted.discard(key)
                self._recorder.event(service, WARNING, "TopologyAwareHintsDisabled", f"{DISABLED}, addressType: {family}")
        self._carry_out(service, Plan(delete=stray), since)
        return Result(requeue_after=RETRY if lost else None)

    def _groups(self, service: Obj, pods: list[Obj], family: str) -> tuple[list[Group], bool]:
        """Return the endpoints that a Service should have, and whether a pod was left out because nobody knows its node."""
        groups: dict[PortKey, Group] = {}
        lost = False
        for pod in pods:
            if not should_be_in_endpoints(pod, with_terminating=True):
                continue
            node = self._nodes.get(pod["spec"].get("nodeName", ""))
            ports = ports_of(pod, service)
            group = groups.setdefault(port_key(ports), Group(ports))
            if node is None and not service["spec"].get("publishNotReadyAddresses"):
                lost = True
                continue
            endpoint = endpoint_of(pod, node, service, family)
            if endpoint is not None:
                group.endpoints.append(endpoint)
        return list(groups.values()), lost

    def _share_out(self, service: Obj, family: str, own: list[Obj], groups: list[Group], since: str) -> None:
        """Write the slices of a Service that wants its endpoints shared out among zones, and say so, or why not."""
        key = key_of(service)
        plan = plan_slices(service, family, [without_hints(each) for each in own], groups)
        gone = {each["metadata"].get("name") for each in (*plan.update, *plan.delete)}
        unchanged = [each for each in own if each["metadata"]["name"] not in gone]
        told: tuple[str, str, str] | None = None
        try:
            touched, changing = with_hints(unchanged, [*plan.create, *plan.update], cpu_ratios(self._nodes.list()))
        except NoHintsError as why:
            told = WARNING, "TopologyAwareHintsDisabled", str(why)
            plan.update += [without_hints(each) for each in unchanged if has_hints(each)]
            self._hinted.discard(key)
        else:
            count = len(plan.create)
            plan.create, plan.update = changing[:count], [*changing[count:], *touched]
            if key not in self._hinted:
                told = NORMAL, "TopologyAwareHintsEnabled", ENABLED
                self._hinted.add(key)
        self._carry_out(service, plan, since)
        if told is not None:
            self._recorder.event(service, told[0], told[1], f"{told[2]}, addressType: {family}")

    def _on_node(self, old: Obj | None, new: Obj | None) -> None:
        """Look again at the Services whose hints follow the CPU of the zones, when that may have changed."""
        if self._hinted and (old is None or new is None or cpu_facts(old) != cpu_facts(new)):
            for key in sorted(self._hinted):
                self._queue.add(key)

    def _carry_out(self, service: Obj, plan: Plan, since: str) -> None:
        try:
            if not is_deleting(service):
                for new in plan.create:
                    self._remember(self._client.create(ENDPOINTSLICES, with_trigger_time(new, since)))
            for changed in plan.update:
                self._remember(self._client.update(ENDPOINTSLICES, with_trigger_time(changed, since)))
            for old in plan.delete:
                self._delete(old)
        except ApiError as refusal:
            if has_cause(refusal, NAMESPACE_TERMINATING):
                return
            place = f"{service['metadata']['namespace']}/{service['metadata']['name']}"
            message = f"Error updating Endpoint Slices for Service {place}: {refusal.message}"
            self._recorder.event(service, WARNING, "FailedToUpdateEndpointSlices", message)
            raise

    def _remember(self, written: Obj) -> None:
        self._written[key_of(written)] = written["metadata"].get("generation", 0)

    def _delete(self, endpoint_slice: Obj) -> None:
        meta = endpoint_slice["metadata"]
        self._written.pop(key_of(endpoint_slice), None)
        try:
            self._client.delete(ENDPOINTSLICES, meta["name"], meta["namespace"])
        except ApiError as refusal:
            if refusal.code != 404:
                raise

    def _enqueue(self, service: Obj) -> None:
        self._queue.add(key_of(service))

    def _on_pod(self, pod: Obj) -> None:
        for key in sorted(services_of(pod, self._services.list(pod["metadata"]["namespace"]))):
            self._queue.add(key)

    def _on_pod_update(self, old: Obj, pod: Obj) -> None:
        for key in sorted(services_to_update(old, pod, [*self._services.list(pod["metadata"]["namespace"])])):
            self._queue.add(key)

    def _on_slice_update(self, old: Obj, new: Obj) -> None:
        # What this controller itself has written brings it no work.
        if _by_service(old) != _by_service(new):
            self._on_slice_delete(old)
        if self._written.get(key_of(new), 0) < new["metadata"].get("generation", 0):
            self._on_slice_delete(new)

    def _on_slice_delete(self, endpoint_slice: Obj) -> None:
        for key in _by_service(endpoint_slice):
            self._queue.add(Key(key))
