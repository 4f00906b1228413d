"""The slices that mirror Endpoints: one for each kind of address and set of ports. Pure.

Upstream: ``pkg/controller/endpointslicemirroring/reconciler.go``, ``.../utils.go``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from cluster.controller_manager.controller_ref import reference_to
from cluster.controller_manager.endpointslice.reconcile import Plan, PortKey, port_key
from cluster.controller_manager.endpointslice.slices import MANAGED_BY, is_owned_by
from cluster.controller_manager.service_pods import TRIGGER_TIME
from cluster.machinery.kinds.core import ENDPOINTS
from cluster.machinery.kinds.discovery import SERVICE_NAME
from cluster.machinery.meta import Obj

NAME = "endpointslicemirroring-controller.k8s.io"
SKIP = "endpointslice.kubernetes.io/skip-mirror"
LEADER = "control-plane.alpha.kubernetes.io/leader"
LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"
MAX_ADDRESSES = 1000
"""``--mirroring-max-endpoints-per-subset``."""

GroupKey = tuple[str, PortKey]


@dataclass(slots=True)
class Group:
    """What goes into one slice."""

    address_type: str
    ports: list[Obj]
    endpoints: list[Obj] = field(default_factory=list)


def should_mirror(endpoints: Obj) -> bool:
    """Whether Endpoints are meant for proxies: not when they say no, nor when they are a lock of older days."""
    meta = endpoints["metadata"]
    return (meta.get("labels") or {}).get(SKIP) != "true" and LEADER not in (meta.get("annotations") or {})


def desired_groups(endpoints: Obj) -> tuple[list[Group], int]:
    """Return what the slices should hold, and how many addresses were left out as too many."""
    groups: dict[GroupKey, Group] = {}
    skipped = 0
    for subset in endpoints.get("subsets") or ():
        ports = [{"name": "", **port} for port in subset.get("ports") or ()]
        addresses = [*_addresses(subset)]
        skipped += max(len(addresses) - MAX_ADDRESSES, 0)
        for address, is_ready in addresses[:MAX_ADDRESSES]:
            address_type = "IPv6" if ":" in address["ip"] else "IPv4"
            group = groups.setdefault((address_type, port_key(ports)), Group(address_type, ports))
            group.endpoints.append(_endpoint(address, is_ready=is_ready))
    return list(groups.values()), skipped


def _addresses(subset: Obj) -> Iterator[tuple[Obj, bool]]:
    for name, is_ready in (("addresses", True), ("notReadyAddresses", False)):
        for address in subset.get(name) or ():
            yield address, is_ready


def _endpoint(address: Obj, *, is_ready: bool) -> Obj:
    kept = {name: address[name] for name in ("hostname", "nodeName", "targetRef") if address.get(name)}
    return {"addresses": [address["ip"]], "conditions": {"ready": is_ready}, **kept}


def plan_mirror(endpoints: Obj, existing: list[Obj], groups: list[Group]) -> Plan:
    """Return what has to change so that the slices mirror the Endpoints. Changes nothing."""
    plan = Plan()
    left = list(existing)
    for group in groups:
        same = [
            each
            for each in left
            if is_owned_by(each, endpoints)
            and (each["addressType"], port_key(each.get("ports"))) == (group.address_type, port_key(group.ports))
        ]
        wanted = _slice(endpoints, group)
        if not same:
            plan.create.append(wanted)
            continue
        current = max(same, key=lambda each: len(each.get("endpoints") or ()))
        left.remove(current)
        if not _is_same(current, wanted):
            plan.update.append(_into(wanted, current))
    plan.delete += left
    _reuse(plan, endpoints)
    return plan


def _slice(endpoints: Obj, group: Group) -> Obj:
    meta = endpoints["metadata"]
    annotations = {name: text for name, text in (meta.get("annotations") or {}).items() if name not in (TRIGGER_TIME, LAST_APPLIED)}
    mirrored: Obj = {
        "apiVersion": "discovery.k8s.io/v1",
        "kind": "EndpointSlice",
        "metadata": {
            "generateName": f"{meta['name']}-",
            "namespace": meta["namespace"],
            "labels": {**(meta.get("labels") or {}), SERVICE_NAME: meta["name"], MANAGED_BY: NAME},
            "ownerReferences": [reference_to(endpoints, ENDPOINTS)],
        },
        "addressType": group.address_type,
        "endpoints": group.endpoints,
        "ports": group.ports or None,
    }
    if annotations:
        mirrored["metadata"]["annotations"] = annotations
    return mirrored


def _is_same(current: Obj, wanted: Obj) -> bool:
    metas = [{name: each["metadata"].get(name) for name in ("labels", "annotations")} for each in (current, wanted)]
    return metas[0] == metas[1] and current.get("endpoints") == wanted["endpoints"]


def _into(wanted: Obj, current: Obj) -> Obj:
    """Return a wanted slice under the name of one that exists."""
    return {**wanted, "metadata": {**wanted["metadata"], "name": current["metadata"]["name"]}}


def _reuse(plan: Plan, endpoints: Obj) -> None:
    """Instead of deleting one slice and making another of its kind of addresses, change the one into the other."""
    for old in [*plan.delete]:
        new = next((each for each in plan.create if each["addressType"] == old["addressType"]), None)
        if new is not None and is_owned_by(old, endpoints):
            plan.create.remove(new)
            plan.delete.remove(old)
            plan.update.append(_into(new, old))
