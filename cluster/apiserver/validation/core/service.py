"""Rules for Services. Upstream: ``pkg/apis/core/validation/validation.go`` (``ValidateService``, ``ValidateServiceUpdate``)."""

from __future__ import annotations

from cluster.apiserver.validation import names
from cluster.apiserver.validation.core.service_addresses import (
    validate_cluster_ips,
    validate_cluster_ips_update,
    validate_ip_families_update,
)
from cluster.apiserver.validation.core.service_port import validate_ports, validate_unique_ports
from cluster.apiserver.validation.fields import IMMUTABLE, each_invalid, one_of
from cluster.apiserver.validation.ip import cidr_warnings, ip_warnings, not_special, parse_ip, valid_cidr, valid_ip
from cluster.apiserver.validation.metadata import validate_labels, validate_object_meta, validate_object_meta_update
from cluster.machinery.errors import FieldError, forbidden_field, invalid, required
from cluster.machinery.meta import Obj
from cluster.machinery.service import (
    CLUSTER_IP,
    EXTERNAL_NAME,
    LOAD_BALANCER,
    NODE_PORT,
    is_externally_accessible,
    is_headless,
    needs_health_check,
)

HINTS, MODE = "service.kubernetes.io/topology-aware-hints", "service.kubernetes.io/topology-mode"
SOURCE_RANGES = "service.beta.kubernetes.io/load-balancer-source-ranges"
_AFFINITY_LIMIT = 86400
_ONLY_LOAD_BALANCER = "may only be used when `type` is 'LoadBalancer'"
_TYPES = (CLUSTER_IP, EXTERNAL_NAME, LOAD_BALANCER, NODE_PORT)
_TRAFFIC_POLICIES = ("Cluster", "Local")
_DISTRIBUTIONS = ("PreferClose", "PreferSameNode", "PreferSameZone")


def _validate_topology_annotations(annotations: Obj) -> list[FieldError]:
    if HINTS in annotations and MODE in annotations and annotations[HINTS] != annotations[MODE]:
        detail = f"must match annotations[{HINTS}] when both are specified"
        return [invalid(f"metadata.annotations[{MODE}]", annotations[MODE], detail)]
    return []


def _validate_type_fields(spec: Obj) -> list[FieldError]:
    """Judge what a type demands of ports, addresses and the external name."""
    faults: list[FieldError] = []
    kind = spec.get("type", "")
    if not spec.get("ports") and not is_headless(spec) and kind != EXTERNAL_NAME:
        faults.append(required("spec.ports"))
    if kind in (LOAD_BALANCER, NODE_PORT) and is_headless(spec):
        faults.append(invalid("spec.clusterIPs[0]", "None", f"may not be set to 'None' for {kind} services"))
    if kind == EXTERNAL_NAME:
        for field in ("clusterIPs", "ipFamilies", "ipFamilyPolicy"):
            if spec.get(field):
                faults.append(forbidden_field(f"spec.{field}", "may not be set for ExternalName services"))
        name = (spec.get("externalName") or "").removesuffix(".")
        faults += each_invalid("spec.externalName", name, names.dns_subdomain(name)) if name else [required("spec.externalName")]
    return faults


def _validate_session_affinity(spec: Obj) -> list[FieldError]:
    affinity, config = spec.get("sessionAffinity", ""), spec.get("sessionAffinityConfig")
    if not affinity:
        return [required("spec.sessionAffinity")]
    if affinity == "ClientIP":
        return _validate_client_ip(config, "spec.sessionAffinityConfig")
    if affinity == "None" and config is not None:
        return [forbidden_field("spec.sessionAffinityConfig", "must not be set when session affinity is None")]
    return one_of("spec.sessionAffinity", affinity, ("ClientIP", "None"))


def _validate_client_ip(config: Obj | None, path: str) -> list[FieldError]:
    missing = "when session affinity type is ClientIP"
    if config is None:
        return [required(path, missing)]
    if config.get("clientIP") is None:
        return [required(f"{path}.clientIP", missing)]
    seconds = config["clientIP"].get("timeoutSeconds")
    if seconds is None:
        return [required(f"{path}.clientIP.timeoutSeconds", missing)]
    if 0 < seconds <= _AFFINITY_LIMIT:
        return []
    return [invalid(f"{path}.clientIP.timeoutSeconds", seconds, f"must be greater than 0 and less than {_AFFINITY_LIMIT}")]


def _validate_external_ips(spec: Obj, old: Obj) -> list[FieldError]:
    faults: list[FieldError] = []
    for index, address in enumerate(spec.get("externalIPs") or ()):
        path = f"spec.externalIPs[{index}]"
        faults += valid_ip(path, address, old.get("externalIPs") or ()) or not_special(path, address)
    return faults


def _validate_source_ranges(service: Obj, old: Obj) -> list[FieldError]:
    """Judge who may reach a load balancer; the field's path is upstream's own, capital letter included."""
    spec, annotations = service["spec"], service["metadata"].get("annotations") or {}
    ranges = spec.get("loadBalancerSourceRanges") or []
    faults: list[FieldError] = []
    if ranges:
        known = old.get("loadBalancerSourceRanges") or ()
        if spec.get("type") != LOAD_BALANCER:
            faults.append(forbidden_field("spec.LoadBalancerSourceRanges", _ONLY_LOAD_BALANCER))
        for index, cidr in enumerate(ranges):
            faults += valid_cidr(f"spec.LoadBalancerSourceRanges[{index}]", cidr.strip(), [each.strip() for each in known])
    elif SOURCE_RANGES in annotations:
        path = f"metadata.annotations[{SOURCE_RANGES}]"
        if spec.get("type") != LOAD_BALANCER:
            faults.append(forbidden_field(path, _ONLY_LOAD_BALANCER))
        text = annotations[SOURCE_RANGES].strip()
        for cidr in text.split(",") if text else ():
            faults += valid_cidr(path, cidr.strip(), (cidr.strip(),))
    return faults


def _validate_load_balancer(spec: Obj) -> list[FieldError]:
    faults: list[FieldError] = []
    allocates, name = spec.get("allocateLoadBalancerNodePorts"), spec.get("loadBalancerClass")
    if spec.get("type") != LOAD_BALANCER:
        if allocates is not None:
            faults.append(forbidden_field("spec.allocateLoadBalancerNodePorts", _ONLY_LOAD_BALANCER))
        if name is not None:
            faults.append(forbidden_field("spec.loadBalancerClass", _ONLY_LOAD_BALANCER))
        return faults
    if allocates is None:
        faults.append(required("allocateLoadBalancerNodePorts"))
    if name is not None:
        faults += each_invalid("spec.loadBalancerClass", name, names.qualified_name(name))
    return faults


def _validate_traffic(spec: Obj) -> list[FieldError]:
    """Judge the traffic policies, the health check's port and the traffic distribution."""
    faults: list[FieldError] = []
    external, internal = spec.get("externalTrafficPolicy", ""), spec.get("internalTrafficPolicy")
    if not is_externally_accessible(spec):
        if external:
            faults.append(invalid("spec.externalTrafficPolicy", external, "may only be set for externally-accessible services"))
    elif not external:
        faults.append(required("spec.externalTrafficPolicy"))
    else:
        faults += one_of("spec.externalTrafficPolicy", external, _TRAFFIC_POLICIES)
    faults += _validate_health_check(spec)
    if internal is None and spec.get("type") in (NODE_PORT, LOAD_BALANCER, CLUSTER_IP):
        faults.append(required("spec.internalTrafficPolicy"))
    if internal is not None:
        faults += one_of("spec.internalTrafficPolicy", internal, _TRAFFIC_POLICIES)
    if spec.get("trafficDistribution") is not None:
        faults += one_of("spec.trafficDistribution", spec["trafficDistribution"], _DISTRIBUTIONS)
    return faults


def _validate_health_check(spec: Obj) -> list[FieldError]:
    path, port = "spec.healthCheckNodePort", spec.get("healthCheckNodePort", 0)
    if needs_health_check(spec):
        return each_invalid(path, port, names.port_number(port)) if port else [required(path)]
    detail = "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'"
    return [invalid(path, port, detail)] if port else []


def _validate(service: Obj, old: Obj | None) -> list[FieldError]:
    spec, meta = service["spec"], service["metadata"]
    before = old["spec"] if old is not None else {}
    faults = validate_object_meta(meta, namespaced=True, name_check=names.dns_label)
    faults += _validate_topology_annotations(meta.get("annotations") or {})
    faults += _validate_type_fields(spec)
    faults += validate_ports(spec.get("ports") or [], "spec.ports")
    faults += validate_labels(spec.get("selector"), "spec.selector")
    faults += _validate_session_affinity(spec)
    faults += validate_cluster_ips(spec, before.get("clusterIPs") or ())
    faults += _validate_external_ips(spec, before)
    faults += one_of("spec.type", spec["type"], _TYPES) if spec.get("type") else [required("spec.type")]
    faults += validate_unique_ports(spec)
    faults += _validate_source_ranges(service, before)
    faults += _validate_load_balancer(spec)
    return faults + _validate_traffic(spec)


def validate(service: Obj) -> list[FieldError]:
    """Judge a Service to be created, its addresses and ports allocated."""
    return _validate(service, None)


def validate_update(service: Obj, old: Obj) -> list[FieldError]:
    """Judge a change of a Service; the first address and family stay, as do a load balancer's class and health check."""
    spec, before = service["spec"], old["spec"]
    faults = validate_object_meta_update(service["metadata"], old["metadata"])
    faults += validate_cluster_ips_update(spec, before)
    faults += validate_ip_families_update(spec, before)
    name = spec.get("loadBalancerClass")
    if spec.get("type") == before.get("type") == LOAD_BALANCER and name != before.get("loadBalancerClass"):
        faults.append(invalid("spec.loadBalancerClass", "null" if name is None else name, "may not change once set"))
    faults += _validate_load_balancer_class_again(spec)
    port = spec.get("healthCheckNodePort", 0)
    if needs_health_check(spec) and needs_health_check(before) and port != before.get("healthCheckNodePort", 0):
        faults.append(forbidden_field("spec.healthCheckNodePort", IMMUTABLE))
    return faults + _validate(service, old)


def _validate_load_balancer_class_again(spec: Obj) -> list[FieldError]:
    """Upstream judges the class with the change and once more with the whole, and so says each fault twice."""
    return [fault for fault in _validate_load_balancer(spec) if fault.field == "spec.loadBalancerClass"]


def validate_status_update(service: Obj, old: Obj) -> list[FieldError]:
    """Judge a change of a Service's status: where its load balancer is to be found."""
    faults = validate_object_meta_update(service["metadata"], old["metadata"])
    known = [each.get("ip", "") for each in _ingress(old)]
    path = "status.loadBalancer.ingress"
    if service["spec"].get("type") != LOAD_BALANCER and _ingress(service):
        return [*faults, forbidden_field(path, "may only be used when `spec.type` is 'LoadBalancer'")]
    for index, ingress in enumerate(_ingress(service)):
        faults += _validate_ingress(ingress, known, f"{path}[{index}]")
    return faults


def _ingress(service: Obj) -> list[Obj]:
    return (service.get("status", {}).get("loadBalancer") or {}).get("ingress") or []


def _validate_ingress(ingress: Obj, known: list[str], path: str) -> list[FieldError]:
    address, mode, host = ingress.get("ip", ""), ingress.get("ipMode"), ingress.get("hostname", "")
    faults = valid_ip(f"{path}.ip", address, known) if address else []
    if mode is None and address:
        faults.append(required(f"{path}.ipMode", "must be specified when `ip` is set"))
    elif mode is not None and not address:
        faults.append(forbidden_field(f"{path}.ipMode", "may not be specified when `ip` is not set"))
    elif mode is not None:
        faults += one_of(f"{path}.ipMode", mode, ("Proxy", "VIP"))
    if host:
        faults += each_invalid(f"{path}.hostname", host, names.dns_subdomain(host))
        if parse_ip(host) is not None:
            faults.append(invalid(f"{path}.hostname", host, "must be a DNS name, not an IP address"))
    return faults


def warnings(service: Obj) -> list[str]:
    """Say what a Service asks for that is old, odd or without effect."""
    spec, external = service["spec"], service["spec"].get("externalIPs") or []
    said: list[str] = []
    if HINTS in (service["metadata"].get("annotations") or {}):
        said.append(f"annotation {HINTS} is deprecated, please use {MODE} instead")
    has_no_address = spec.get("type") == CLUSTER_IP and spec.get("clusterIP") == "None"
    if spec.get("clusterIP") not in (None, "", "None"):
        for index, address in enumerate(spec.get("clusterIPs") or ()):
            said += ip_warnings(f"spec.clusterIPs[{index}]", address)
    if has_no_address:
        if spec.get("loadBalancerIP"):
            said.append("spec.loadBalancerIP is ignored for headless services")
        if external:
            said.append("spec.externalIPs is ignored for headless services")
        if spec.get("sessionAffinity") != "None":
            said.append("spec.SessionAffinity is ignored for headless services")
    for index, address in enumerate(external):
        said += ip_warnings(f"spec.externalIPs[{index}]", address)
    if external and not has_no_address and spec.get("type") != EXTERNAL_NAME:
        said.append("spec.externalIPs is deprecated and may no longer be implemented in some clusters")
    if spec.get("loadBalancerIP"):
        said += ip_warnings("spec.loadBalancerIP", spec["loadBalancerIP"])
    for index, cidr in enumerate(spec.get("loadBalancerSourceRanges") or ()):
        said += cidr_warnings(f"spec.loadBalancerSourceRanges[{index}]", cidr)
    if spec.get("type") == EXTERNAL_NAME and external:
        said.append('spec.externalIPs is ignored when spec.type is "ExternalName"')
    if spec.get("type") != EXTERNAL_NAME and spec.get("externalName"):
        said.append('spec.externalName is ignored when spec.type is not "ExternalName"')
    if spec.get("trafficDistribution") == "PreferClose":
        said.append('spec.trafficDistribution: "PreferClose" is deprecated; use "PreferSameZone"')
    return said
