"""What the two controllers of endpoints ask about Services and their pods. Pure, but for the tracker's memory.

Upstream: ``staging/src/k8s.io/endpointslice/util/controller_utils.go``, ``.../trigger_time_tracker.go``, ``pkg/api/v1/pod/util.go``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from cluster.controller_manager.pods import READY, condition_of, is_ready, is_terminal
from cluster.machinery.labels import selector_from_labels
from cluster.machinery.meta import Key, Obj, SimTime, key_of, parse_timestamp

TRIGGER_TIME = "endpoints.kubernetes.io/last-change-trigger-time"
"""The annotation that says when the change began that was written last: proxies measure themselves by it."""
HEADLESS = "service.kubernetes.io/headless"
"""The label on the endpoints of a Service without an address."""


def selects_pods(service: Obj) -> bool:
    """Whether a controller looks after a Service's endpoints; without a selector somebody else does."""
    return service["spec"].get("type") != "ExternalName" and bool(service["spec"].get("selector"))


def has_address(service: Obj) -> bool:
    """Whether a Service has an address of its own."""
    return service["spec"].get("clusterIP") not in (None, "", "None")


def services_of(pod: Obj, services: Iterable[Obj]) -> set[Key]:
    """Return the keys of the Services, all of the pod's namespace, that select it."""
    labels = pod["metadata"].get("labels") or {}
    return {
        key_of(service)
        for service in services
        if service["spec"].get("selector") and selector_from_labels(service["spec"]["selector"]).matches(labels)
    }


def services_to_update(old: Obj, pod: Obj, services: list[Obj]) -> set[Key]:
    """Return the keys of the Services that a change of a pod concerns. ``services``: all of its namespace."""
    if not services:
        return set()
    has_other_labels = old["metadata"].get("labels") != pod["metadata"].get("labels") or _host(old) != _host(pod)
    # Upstream compares two pointers to deletion timestamps: every change of a pod that is on its way out counts, its end too.
    is_changed = "deletionTimestamp" in old["metadata"] or _endpoint_facts(old) != _endpoint_facts(pod)
    if not has_other_labels:
        return services_of(pod, services) if is_changed else set()
    now, before = services_of(pod, services), services_of(old, services)
    return now | before if is_changed else now ^ before


def _host(pod: Obj) -> tuple[str, str]:
    return pod["spec"].get("hostname", ""), pod["spec"].get("subdomain", "")


def _endpoint_facts(pod: Obj) -> tuple[bool, bool, list[str]]:
    return "deletionTimestamp" in pod["metadata"], is_ready(pod), pod_ips(pod)


def pod_ips(pod: Obj) -> list[str]:
    """Return the addresses of a pod."""
    status = pod.get("status", {})
    return [entry["ip"] for entry in status.get("podIPs") or ()] or ([status["podIP"]] if status.get("podIP") else [])


def should_be_in_endpoints(pod: Obj, *, with_terminating: bool) -> bool:
    """Whether a pod has a place among the endpoints: it has an address and has not ended."""
    if is_terminal(pod) or not pod_ips(pod):
        return False
    return with_terminating or "deletionTimestamp" not in pod["metadata"]


def hostname_of(pod: Obj, service: Obj) -> str:
    """Return the name that a pod has below a Service's, empty for none."""
    meta, spec = service["metadata"], pod["spec"]
    return str(spec.get("hostname", "")) if spec.get("subdomain") == meta["name"] else ""


def find_port(pod: Obj, port: Obj) -> int | None:
    """Return the number behind a Service's port on a pod; None when no container has a port of the name that it targets."""
    target = port.get("targetPort", port["port"])
    if isinstance(target, int):
        return target
    sidecars = [each for each in pod["spec"].get("initContainers") or () if each.get("restartPolicy") == "Always"]
    for container in (*pod["spec"]["containers"], *sidecars):
        for offered in container.get("ports") or ():
            if offered.get("name") == target and offered.get("protocol", "TCP") == port.get("protocol", "TCP"):
                return int(offered["containerPort"])
    return None


def target_ref(pod: Obj) -> Obj:
    """Return what an endpoint says of the pod behind it."""
    meta = pod["metadata"]
    return {"kind": "Pod", "namespace": meta["namespace"], "name": meta["name"], "uid": meta["uid"]}


@dataclass(slots=True)
class _Seen:
    service: SimTime
    pods: dict[str, SimTime] = field(default_factory=dict)


class TriggerTimeTracker:
    """Remembers what was known at the last look at each Service, to tell when the first change since then happened.

    The memory is only the process's own, as upstream: after a restart every Service is new, and its creation is what counts.
    """

    def __init__(self) -> None:
        self._seen: dict[Key, _Seen] = {}

    def forget(self, key: Key) -> None:
        """Forget a Service that is gone."""
        self._seen.pop(key, None)

    def last_change(self, service: Obj, pods: Iterable[Obj]) -> str:
        """Return when the first change since the last call happened, as an RFC 3339 text; empty for no change that says so."""
        key = key_of(service)
        created = parse_timestamp(service["metadata"]["creationTimestamp"])
        moments = {pod["metadata"]["name"]: moment for pod in pods if (moment := _ready_changed(pod))}
        seen = self._seen.get(key)
        self._seen[key] = _Seen(created, {name: parse_timestamp(moment) for name, moment in moments.items()})
        if seen is None:
            return str(service["metadata"]["creationTimestamp"])
        changes = [moment for name, moment in moments.items() if parse_timestamp(moment) > seen.pods.get(name, 0)]
        if created > seen.service:
            changes.append(service["metadata"]["creationTimestamp"])
        return min(changes, default="")


def _ready_changed(pod: Obj) -> str:
    condition = condition_of(pod, READY)
    return str((condition or {}).get("lastTransitionTime") or "")
