"""Which slices to make, change and delete, so that the endpoints of a Service are in them. Pure.

Slices are changed as little as possible: an endpoint stays where it is, new ones fill slices that change anyway, then one slice that
has room for all of them, then new slices.

Upstream: ``staging/src/k8s.io/endpointslice/reconciler.go``.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from cluster.controller_manager.endpointslice.slices import is_owned_by, labels_for, new_slice
from cluster.machinery.meta import Obj

MAX_ENDPOINTS = 100
"""``--max-endpoints-per-slice``."""

PortKey = frozenset[tuple[str, int, str, str | None]]


@dataclass(slots=True)
class Plan:
    """What is to be written. Slices to be made have no name yet."""

    create: list[Obj] = field(default_factory=list)
    update: list[Obj] = field(default_factory=list)
    delete: list[Obj] = field(default_factory=list)


@dataclass(slots=True)
class Group:
    """The endpoints of those pods that offer the same ports."""

    ports: list[Obj]
    endpoints: list[Obj] = field(default_factory=list)


def port_key(ports: list[Obj] | None) -> PortKey:
    """Return what makes lists of ports the same, whatever their order."""
    return frozenset((port.get("name", ""), port.get("port", 0), port["protocol"], port.get("appProtocol")) for port in ports or ())


def plan_slices(service: Obj, address_type: str, existing: list[Obj], groups: list[Group]) -> Plan:
    """Return what has to change so that the slices of one address type hold these endpoints. Changes nothing."""
    plan = Plan()
    by_ports: dict[PortKey, list[Obj]] = {}
    for endpoint_slice in existing:
        if is_owned_by(endpoint_slice, service):
            by_ports.setdefault(port_key(endpoint_slice.get("ports")), []).append(endpoint_slice)
        else:
            plan.delete.append(endpoint_slice)
    wanted = {port_key(group.ports) for group in groups}
    for group in groups:
        _plan_group(plan, service, address_type, by_ports.get(port_key(group.ports), []), group)
    plan.delete += [endpoint_slice for key, slices in by_ports.items() if key not in wanted for endpoint_slice in slices]
    if len(plan.delete) == len(existing) and not plan.create:
        _keep_placeholder(plan, service, address_type)
    _reuse(plan, service)
    return plan


def _plan_group(plan: Plan, service: Obj, address_type: str, existing: list[Obj], group: Group) -> None:
    """Sort the endpoints of one group into its slices."""
    missing = {_identity(endpoint): endpoint for endpoint in group.endpoints}
    changed, unchanged = [], []
    labels = labels_for(service)
    for endpoint_slice in existing:
        before = endpoint_slice.get("endpoints") or []
        kept = [found for endpoint in before if (found := missing.pop(_identity(endpoint), None)) is not None]
        if kept == before and labels == endpoint_slice["metadata"].get("labels"):
            unchanged.append(endpoint_slice)
        elif before and not kept:
            plan.delete.append(endpoint_slice)
        else:
            meta = {**endpoint_slice["metadata"], "labels": labels}
            changed.append({**endpoint_slice, "metadata": meta, "endpoints": kept})
    added = list(missing.values())
    for endpoint_slice in sorted(changed, key=lambda each: -len(each["endpoints"])):
        _fill(endpoint_slice, added)
    while added:
        room = _smallest_room(unchanged, len(added))
        if room is None:
            endpoint_slice = new_slice(service, address_type, group.ports)
            plan.create.append(endpoint_slice)
        else:
            unchanged.remove(room)
            endpoint_slice = {**room, "endpoints": [*(room.get("endpoints") or ())]}
            changed.append(endpoint_slice)
        _fill(endpoint_slice, added)
    plan.update += changed


def _identity(endpoint: Obj) -> tuple[str, str, tuple[str, ...]]:
    return (endpoint.get("targetRef") or {}).get("uid", ""), endpoint.get("hostname", ""), tuple(endpoint.get("addresses") or ())


def _fill(endpoint_slice: Obj, added: list[Obj]) -> None:
    """Move as many endpoints into a slice as it has room for; changes both."""
    room = max(MAX_ENDPOINTS - len(endpoint_slice["endpoints"]), 0)
    endpoint_slice["endpoints"] += added[:room]
    del added[:room]


def _smallest_room(slices: list[Obj], count: int) -> Obj | None:
    """Return the fullest slice that still has room for all of ``count`` endpoints."""
    fitting = [each for each in slices if len(each.get("endpoints") or ()) + count <= MAX_ENDPOINTS]
    return max(fitting, key=lambda each: len(each.get("endpoints") or ())) if count < MAX_ENDPOINTS and fitting else None


def _keep_placeholder(plan: Plan, service: Obj, address_type: str) -> None:
    """A Service without endpoints still has a slice: an empty one."""
    placeholder = new_slice(service, address_type, [])
    if len(plan.delete) == 1 and _is_like(plan.delete[0], placeholder):
        plan.delete.clear()
    else:
        plan.create.append(placeholder)


def _is_like(endpoint_slice: Obj, placeholder: Obj) -> bool:
    is_empty = not endpoint_slice.get("endpoints") and not endpoint_slice.get("ports")
    meta, wanted = endpoint_slice["metadata"], placeholder["metadata"]
    return is_empty and all(meta.get(name) == wanted[name] for name in ("labels", "ownerReferences"))


def _reuse(plan: Plan, service: Obj) -> None:
    """Instead of deleting one slice and making another, change the one into the other."""
    for old in [*plan.delete]:
        if not plan.create:
            return
        new = plan.create[-1]
        if old["addressType"] == new["addressType"] and is_owned_by(old, service):
            plan.create.pop()
            plan.delete.remove(old)
            plan.update.append({**new, "metadata": {**new["metadata"], "name": old["metadata"]["name"]}})
