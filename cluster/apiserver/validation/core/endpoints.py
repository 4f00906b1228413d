"""Rules for Endpoints. Upstream: ``pkg/apis/core/validation/validation.go`` (``ValidateEndpoints``)."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from cluster.apiserver.validation import names
from cluster.apiserver.validation.core.service_port import validate_protocol
from cluster.apiserver.validation.fields import each_invalid
from cluster.apiserver.validation.ip import ip_warnings, not_special, valid_ip
from cluster.apiserver.validation.metadata import validate_object_meta, validate_object_meta_update
from cluster.machinery.errors import FieldError, required
from cluster.machinery.meta import Obj

MANAGED_BY, CONTROLLER = "endpoints.kubernetes.io/managed-by", "endpoint-controller"


def _addresses(endpoints: Obj) -> Iterator[tuple[str, Obj]]:
    for index, subset in enumerate(endpoints.get("subsets") or ()):
        for field in ("addresses", "notReadyAddresses"):
            for position, address in enumerate(subset.get(field) or ()):
                yield f"subsets[{index}].{field}[{position}]", address


def _validate_address(address: Obj, known: Collection[str], path: str) -> list[FieldError]:
    faults = valid_ip(f"{path}.ip", address.get("ip", ""), known)
    if address.get("hostname"):
        faults += each_invalid(f"{path}.hostname", address["hostname"], names.dns_label(address["hostname"]))
    if address.get("nodeName") is not None:
        faults += each_invalid(f"{path}.nodeName", address["nodeName"], names.dns_subdomain(address["nodeName"]))
    return faults + not_special(f"{path}.ip", address.get("ip", ""))


def _validate_port(port: Obj, *, needs_name: bool, path: str) -> list[FieldError]:
    name, number = port.get("name", ""), port.get("port", 0)
    faults: list[FieldError] = []
    if name:
        faults += each_invalid(f"{path}.name", name, names.dns_label(name))
    elif needs_name:
        faults.append(required(f"{path}.name"))
    faults += each_invalid(f"{path}.port", number, names.port_number(number))
    faults += validate_protocol(port.get("protocol", ""), f"{path}.protocol")
    if port.get("appProtocol") is not None:
        faults += each_invalid(f"{path}.appProtocol", port["appProtocol"], names.qualified_name(port["appProtocol"]))
    return faults


def _validate_subsets(endpoints: Obj, known: Collection[str]) -> list[FieldError]:
    faults: list[FieldError] = []
    for index, subset in enumerate(endpoints.get("subsets") or ()):
        here = f"subsets[{index}]"
        if not subset.get("addresses") and not subset.get("notReadyAddresses"):
            faults.append(required(here, "must specify `addresses` or `notReadyAddresses`"))
        for field in ("addresses", "notReadyAddresses"):
            for position, address in enumerate(subset.get(field) or ()):
                faults += _validate_address(address, known, f"{here}.{field}[{position}]")
        ports = subset.get("ports") or []
        for position, port in enumerate(ports):
            faults += _validate_port(port, needs_name=len(ports) > 1, path=f"{here}.ports[{position}]")
    return faults


def _validate(endpoints: Obj, known: Collection[str]) -> list[FieldError]:
    return validate_object_meta(endpoints["metadata"], namespaced=True) + _validate_subsets(endpoints, known)


def validate(endpoints: Obj) -> list[FieldError]:
    """Judge Endpoints to be created."""
    return _validate(endpoints, ())


def validate_update(endpoints: Obj, old: Obj) -> list[FieldError]:
    """Judge a change of Endpoints; odd addresses that they had before may stay."""
    known = {address.get("ip", "") for _, address in _addresses(old)}
    return validate_object_meta_update(endpoints["metadata"], old["metadata"]) + _validate(endpoints, known)


def warnings(endpoints: Obj) -> list[str]:
    """Say how addresses should better be written; what the controller wrote is in order."""
    if (endpoints["metadata"].get("labels") or {}).get(MANAGED_BY) == CONTROLLER:
        return []
    return [warning for path, address in _addresses(endpoints) for warning in ip_warnings(f"{path}.ip", address.get("ip", ""))]
