"""Rules for EndpointSlices. Upstream: ``pkg/apis/discovery/validation/validation.go``."""

from __future__ import annotations

from cluster.apiserver.validation import names
from cluster.apiserver.validation.core.service_port import validate_protocol
from cluster.apiserver.validation.fields import each_invalid, immutable, one_of
from cluster.apiserver.validation.ip import ip_warnings, not_special, valid_ip_of
from cluster.apiserver.validation.metadata import validate_labels, validate_object_meta, validate_object_meta_update
from cluster.machinery.errors import FieldError, duplicate, invalid, required, too_many
from cluster.machinery.meta import Obj

MANAGED_BY = "endpointslice.kubernetes.io/managed-by"
CONTROLLERS = frozenset({"endpointslice-controller.k8s.io", "endpointslicemirroring-controller.k8s.io"})
_ADDRESS_TYPES = ("FQDN", "IPv4", "IPv6")
_MAX_ENDPOINTS, _MAX_ADDRESSES, _MAX_PORTS, _MAX_TOPOLOGY, _MAX_HINTS = 1000, 100, 20_000, 16, 8


def _validate_fqdn(name: str, path: str) -> list[FieldError]:
    if not name:
        return [required(path)]
    name = name.removesuffix(".")
    complaints = names.dns_subdomain(name)
    if complaints:
        return [invalid(path, name, ",".join(complaints))]
    if "." not in name:
        return [invalid(path, name, "should be a domain with at least two segments separated by dots")]
    return [invalid(path, label, ",".join(complaints)) for label in name.split(".") if (complaints := names.dns_label(label))]


def _validate_address(address: str, address_type: str, path: str) -> list[FieldError]:
    if address_type in ("IPv4", "IPv6"):
        return valid_ip_of(int(address_type[-1]), path, address) + not_special(path, address)
    return _validate_fqdn(address, path) if address_type == "FQDN" else []


def _validate_hints(hints: Obj, path: str) -> list[FieldError]:
    faults: list[FieldError] = []
    for field, check in (("forZones", names.label_value), ("forNodes", names.dns_subdomain)):
        entries = hints.get(field) or []
        if len(entries) > _MAX_HINTS:
            faults.append(too_many(f"{path}.{field}", len(entries), _MAX_HINTS))
            continue
        seen: set[str] = set()
        for index, entry in enumerate(entries):
            here, name = f"{path}.{field}[{index}].name", entry.get("name", "")
            if name in seen:
                faults.append(duplicate(here, name))
            seen.add(name)
            faults += each_invalid(here, name, check(name))
    return faults


def _validate_endpoints(endpoints: list[Obj], address_type: str) -> list[FieldError]:
    if len(endpoints) > _MAX_ENDPOINTS:
        return [too_many("endpoints", len(endpoints), _MAX_ENDPOINTS)]
    faults: list[FieldError] = []
    for index, endpoint in enumerate(endpoints):
        here, addresses = f"endpoints[{index}]", endpoint.get("addresses") or []
        if not addresses:
            faults.append(required(f"{here}.addresses", "must contain at least 1 address"))
        elif len(addresses) > _MAX_ADDRESSES:
            faults.append(too_many(f"{here}.addresses", len(addresses), _MAX_ADDRESSES))
        for position, address in enumerate(addresses):
            faults += _validate_address(address, address_type, f"{here}.addresses[{position}]")
        if endpoint.get("nodeName") is not None:
            faults += each_invalid(f"{here}.nodeName", endpoint["nodeName"], names.dns_subdomain(endpoint["nodeName"]))
        topology = endpoint.get("deprecatedTopology") or {}
        if len(topology) > _MAX_TOPOLOGY:
            faults.append(too_many(f"{here}.deprecatedTopology", len(topology), _MAX_TOPOLOGY))
        faults += validate_labels(topology, f"{here}.deprecatedTopology")
        if endpoint.get("hostname") is not None:
            faults += each_invalid(f"{here}.hostname", endpoint["hostname"], names.dns_label(endpoint["hostname"]))
        faults += _validate_hints(endpoint.get("hints") or {}, f"{here}.hints")
    return faults


def _validate_ports(ports: list[Obj]) -> list[FieldError]:
    if len(ports) > _MAX_PORTS:
        return [too_many("ports", len(ports), _MAX_PORTS)]
    faults: list[FieldError] = []
    seen: set[str] = set()
    for index, port in enumerate(ports):
        here, name = f"ports[{index}]", port.get("name", "")
        faults += each_invalid(f"{here}.name", name, names.dns_label(name)) if name else []
        if name in seen:
            faults.append(duplicate(f"{here}.name", name))
        seen.add(name)
        protocol = port.get("protocol")
        faults += [required(f"{here}.protocol")] if protocol is None else validate_protocol(protocol, f"{here}.protocol")
        if port.get("appProtocol") is not None:
            faults += each_invalid(f"{here}.appProtocol", port["appProtocol"], names.qualified_name(port["appProtocol"]))
    return faults


def _validate(endpoint_slice: Obj) -> list[FieldError]:
    address_type = endpoint_slice.get("addressType", "")
    faults = validate_object_meta(endpoint_slice["metadata"], namespaced=True)
    faults += one_of("addressType", address_type, _ADDRESS_TYPES) if address_type else [required("addressType")]
    faults += _validate_endpoints(endpoint_slice.get("endpoints") or [], address_type)
    return faults + _validate_ports(endpoint_slice.get("ports") or [])


def validate(endpoint_slice: Obj) -> list[FieldError]:
    """Judge an EndpointSlice to be created."""
    return _validate(endpoint_slice)


def validate_update(endpoint_slice: Obj, old: Obj) -> list[FieldError]:
    """Judge a change of an EndpointSlice; its kind of addresses stays."""
    faults = validate_object_meta_update(endpoint_slice["metadata"], old["metadata"]) + _validate(endpoint_slice)
    return faults + immutable("addressType", endpoint_slice.get("addressType", ""), old.get("addressType", ""))


def warnings(endpoint_slice: Obj) -> list[str]:
    """Say that names are no longer wanted, and how addresses should better be written; what the controllers wrote is in order."""
    if endpoint_slice.get("addressType") == "FQDN":
        return ["spec.addressType: FQDN endpoints are deprecated"]
    if (endpoint_slice["metadata"].get("labels") or {}).get(MANAGED_BY) in CONTROLLERS:
        return []
    return [
        warning
        for index, endpoint in enumerate(endpoint_slice.get("endpoints") or ())
        for position, address in enumerate(endpoint.get("addresses") or ())
        for warning in ip_warnings(f"endpoints[{index}].addresses[{position}]", address)
    ]
