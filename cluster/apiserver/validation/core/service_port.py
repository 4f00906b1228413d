"""Rules for the ports of a Service.

Upstream: ``pkg/apis/core/validation/validation.go`` (``validateServicePort``, ``ValidatePortNumOrName``).
"""

from __future__ import annotations

from cluster.apiserver.validation import names
from cluster.apiserver.validation.fields import each_invalid, one_of, struct_text
from cluster.machinery.errors import FieldError, duplicate, forbidden_field, required
from cluster.machinery.meta import Obj

PROTOCOLS = ("SCTP", "TCP", "UDP")


def validate_ports(ports: list[Obj], path: str) -> list[FieldError]:
    """Judge each port; of several, each needs a name of its own."""
    faults: list[FieldError] = []
    seen: set[str] = set()
    for index, port in enumerate(ports):
        here, name = f"{path}[{index}]", port.get("name", "")
        if name:
            faults += each_invalid(f"{here}.name", name, names.dns_label(name))
            if name in seen:
                faults.append(duplicate(f"{here}.name", name))
            seen.add(name)
        elif len(ports) > 1:
            faults.append(required(f"{here}.name"))
        faults += each_invalid(f"{here}.port", port.get("port", 0), names.port_number(port.get("port", 0)))
        faults += validate_protocol(port.get("protocol", ""), f"{here}.protocol")
        faults += _validate_number_or_name(port.get("targetPort", 0), f"{here}.targetPort")
        if port.get("appProtocol") is not None:
            faults += each_invalid(f"{here}.appProtocol", port["appProtocol"], names.qualified_name(port["appProtocol"]))
    return faults


def validate_protocol(protocol: str, path: str) -> list[FieldError]:
    """Judge a transport protocol."""
    return one_of(path, protocol, PROTOCOLS) if protocol else [required(path)]


def _validate_number_or_name(port: int | str, path: str) -> list[FieldError]:
    return each_invalid(path, port, names.port_name(port) if isinstance(port, str) else names.port_number(port))


def validate_unique_ports(spec: Obj) -> list[FieldError]:
    """Judge the ports together: none on the nodes without the type for it, and each once for its protocol."""
    ports = spec.get("ports") or []
    faults: list[FieldError] = []
    if spec.get("type") == "ClusterIP":
        faults += [
            forbidden_field(f"spec.ports[{index}].nodePort", "may not be used when `type` is 'ClusterIP'")
            for index, port in enumerate(ports)
            if port.get("nodePort")
        ]
    on_nodes: set[tuple[str, int]] = set()
    for index, port in enumerate(ports):
        number = port.get("nodePort", 0)
        if number and (port.get("protocol", ""), number) in on_nodes:
            faults.append(duplicate(f"spec.ports[{index}].nodePort", number))
        on_nodes.add((port.get("protocol", ""), number))
    inside: set[tuple[str, int]] = set()
    for index, port in enumerate(ports):
        key = port.get("protocol", ""), port.get("port", 0)
        if key in inside:
            faults.append(FieldError(f"spec.ports[{index}]", "FieldValueDuplicate", f"Duplicate value: {_port_text(*key)}"))
        inside.add(key)
    return faults


def _port_text(protocol: str, port: int) -> str:
    """Write protocol and number as upstream does: as a port of which nothing else is known."""
    return struct_text(("Name", ""), ("Protocol", protocol), ("AppProtocol", None), ("Port", port), ("TargetPort", 0), ("NodePort", 0))
