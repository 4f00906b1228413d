"""Fields of a Service that belong together: what a client means that sends one of them, or sends again what it once sent.

Upstream: ``pkg/registry/core/service/storage/storage.go`` (``normalizeClusterIPs``, ``patchAllocatedValues``),
``pkg/registry/core/service/strategy.go`` (``dropTypeDependentFields``).
"""

from __future__ import annotations

from cluster.machinery.meta import Obj
from cluster.machinery.service import LOAD_BALANCER, is_externally_accessible, needs_cluster_ip, needs_health_check, needs_node_ports


def normalize_cluster_ips(spec: Obj, old: Obj | None) -> None:
    """Bring ``clusterIP`` and ``clusterIPs`` together, in place. ``old``: None for a new Service."""
    address, ips = spec.get("clusterIP", ""), spec.get("clusterIPs")
    if old is None:
        if address and not ips:
            spec["clusterIPs"] = [address]
        return
    former, before = old.get("clusterIP", ""), old.get("clusterIPs")
    if address == former:
        if before and not ips:
            spec["clusterIPs"] = list(before)
    elif (ips or []) == (before or []):
        if address:
            spec["clusterIPs"] = [address]
        else:
            spec.pop("clusterIPs", None)


def keep_allocated(spec: Obj, old: Obj) -> None:
    """Give a Service back what was allocated to it and it does not say, in place: so a manifest can be sent again."""
    if needs_cluster_ip(old) and needs_cluster_ip(spec):
        if not spec.get("clusterIP") and old.get("clusterIP"):
            spec["clusterIP"] = old["clusterIP"]
        if not spec.get("clusterIPs") and old.get("clusterIPs"):
            spec["clusterIPs"] = list(old["clusterIPs"])
    if needs_node_ports(old) and needs_node_ports(spec):
        _keep_node_ports(spec.get("ports") or [], old.get("ports") or [])
    if needs_health_check(old) and needs_health_check(spec) and not spec.get("healthCheckNodePort"):
        spec["healthCheckNodePort"] = old.get("healthCheckNodePort", 0)


def _keep_node_ports(ports: list[Obj], before: list[Obj]) -> None:
    """Ports are known by name; a number that the Service now gives to another port is gone."""
    named = {port.get("name", ""): port.get("nodePort", 0) for port in before}
    still_used = {port.get("nodePort", 0) for port in ports} & set(named.values())
    for port in ports:
        number = named.get(port.get("name", ""), 0)
        if not port.get("nodePort") and number and number not in still_used:
            port["nodePort"] = number


def drop_type_dependent(service: Obj, old: Obj) -> None:
    """Take away, in place, what a change of type makes meaningless, unless the client changed it as well."""
    spec, before = service["spec"], old["spec"]
    if needs_cluster_ip(before) and not needs_cluster_ip(spec):
        if all(spec.get(field) == before.get(field) for field in ("clusterIP", "clusterIPs")):
            _drop(spec, "clusterIP", "clusterIPs")
        for field in ("ipFamilies", "ipFamilyPolicy"):
            _drop_same(spec, before, field)
    if needs_node_ports(before) and not needs_node_ports(spec) and _numbers(spec) <= _numbers(before):
        for port in spec.get("ports") or ():
            port.pop("nodePort", None)
    if needs_health_check(before) and not needs_health_check(spec):
        _drop_same(spec, before, "healthCheckNodePort")
    if before.get("type") == LOAD_BALANCER and spec.get("type") != LOAD_BALANCER:
        _drop_same(spec, before, "allocateLoadBalancerNodePorts")
        _drop_same(spec, before, "loadBalancerClass")
    if is_externally_accessible(before) and not is_externally_accessible(spec):
        _drop_same(spec, before, "externalTrafficPolicy")
    if spec.get("type") != LOAD_BALANCER:
        service["status"] = {**service["status"], "loadBalancer": {}}


def _numbers(spec: Obj) -> set[int]:
    return {port["nodePort"] for port in spec.get("ports") or () if port.get("nodePort")}


def _drop(spec: Obj, *fields: str) -> None:
    for field in fields:
        spec.pop(field, None)


def _drop_same(spec: Obj, before: Obj, field: str) -> None:
    if spec.get(field) == before.get(field):
        spec.pop(field, None)
