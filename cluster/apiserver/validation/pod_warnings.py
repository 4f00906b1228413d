"""What is accepted in a pod spec and is probably a mistake: the client hears of it in a Warning header.

Upstream: ``pkg/api/pod/warnings.go``.
"""

from __future__ import annotations

from cluster.machinery.errors import quote
from cluster.machinery.meta import Obj
from cluster.machinery.quantity import parse_quantity


def pod_spec_warnings(spec: Obj, path: str) -> list[str]:
    """Return the warnings about a pod spec. Never changes it."""
    warnings: list[str] = []
    for field in ("initContainers", "containers"):
        for index, container in enumerate(spec.get(field) or ()):
            warnings += _fractional_bytes(container, f"{path}.{field}[{index}]")
            warnings += _hidden_variables(container, f"{path}.{field}[{index}]")
    warnings += _duplicate_ports(spec, path)
    if spec.get("terminationGracePeriodSeconds", 0) < 0:
        warnings.append(f"{path}.terminationGracePeriodSeconds: must be >= 0; negative values are invalid and will be treated as 1")
    return warnings


def _fractional_bytes(container: Obj, path: str) -> list[str]:
    warnings: list[str] = []
    for side in ("limits", "requests"):
        amounts = (container.get("resources") or {}).get(side) or {}
        for name in ("memory", "ephemeral-storage"):
            if name in amounts and parse_quantity(amounts[name]).milli_value % 1000:
                warnings.append(
                    f"{path}.resources.{side}[{name}]: fractional byte value {quote(amounts[name])} is invalid, must be an integer"
                )
    return warnings


def _hidden_variables(container: Obj, path: str) -> list[str]:
    """A variable set twice; one that builds on its earlier value (``$(NAME)``) is meant so."""
    warnings: list[str] = []
    seen: set[str] = set()
    for index, variable in enumerate(container.get("env") or ()):
        name = variable.get("name", "")
        if name in seen and f"$({name})" not in variable.get("value", ""):
            hides = f"hides previous definition of {quote(name)}, which may be dropped when using apply"
            warnings.append(f"{path}.env[{index}]: {hides}")
        seen.add(name)
    return warnings


def _duplicate_ports(spec: Obj, path: str) -> list[str]:
    """Ports of one number and protocol within the containers that run side by side."""
    warnings: list[str] = []
    seen: dict[tuple[str, int, str, int], str] = {}
    for index, container in enumerate(spec.get("containers") or ()):
        for position, port in enumerate(container.get("ports") or ()):
            here = f"{path}.containers[{index}].ports[{position}]"
            key = (port.get("protocol", "TCP"), port.get("containerPort", 0), port.get("hostIP", ""), port.get("hostPort", 0))
            if key in seen:
                warnings.append(f"{here}: duplicate port definition with {seen[key]}")
            seen.setdefault(key, here)
    return warnings
