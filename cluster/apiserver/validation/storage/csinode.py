"""Rules for CSINodes. Upstream: ``pkg/apis/storage/validation/validation.go`` (``ValidateCSINode``)."""

from __future__ import annotations

from cluster.apiserver.validation import names
from cluster.apiserver.validation.fields import IMMUTABLE, each_invalid, invalid_text, not_negative, struct_text
from cluster.apiserver.validation.metadata import validate_object_meta, validate_object_meta_update
from cluster.apiserver.validation.persistent_volume_sources import validate_csi_driver_name
from cluster.machinery.errors import FieldError, duplicate, invalid, required
from cluster.machinery.meta import Obj

_NODE_ID_LENGTH = 256


def _validate_topology_keys(keys: list[str], path: str) -> list[FieldError]:
    faults: list[FieldError] = []
    for index, key in enumerate(keys):
        if not key:
            faults.append(required(path))
        if key in keys[:index]:
            faults.append(duplicate(path, key))
        faults += each_invalid(path, keys, names.qualified_name(key))
    return faults


def _validate_driver(driver: Obj, others: set[str], path: str) -> list[FieldError]:
    name, node = driver.get("name", ""), driver.get("nodeID", "")
    faults = validate_csi_driver_name(name, f"{path}.name")
    if not node:
        faults.append(required(f"{path}.nodeID"))
    if len(node) > _NODE_ID_LENGTH:
        faults.append(invalid(f"{path}.nodeID", node, f"must be {_NODE_ID_LENGTH} characters or less"))
    faults += not_negative(f"{path}.allocatable.count", driver.get("allocatable", {}).get("count"))
    if name in others:
        faults.append(duplicate(f"{path}.name", name))
    return faults + _validate_topology_keys(driver.get("topologyKeys") or [], path)


def validate(node: Obj) -> list[FieldError]:
    """Judge a CSINode to be created."""
    faults = validate_object_meta(node["metadata"], namespaced=False)
    seen: set[str] = set()
    for index, driver in enumerate(node["spec"].get("drivers") or ()):
        faults += _validate_driver(driver, seen, f"spec.drivers[{index}]")
        seen.add(driver.get("name", ""))
    return faults


def _identity(driver: Obj) -> Obj:
    return {field: value for field, value in driver.items() if field != "allocatable"}


def _go_driver(driver: Obj) -> str:
    keys = driver.get("topologyKeys")
    return struct_text(
        ("Name", driver.get("name", "")), ("NodeID", driver.get("nodeID", "")), ("TopologyKeys", keys), ("Allocatable", None)
    )


def validate_update(node: Obj, old: Obj) -> list[FieldError]:
    """Judge a change of a CSINode: of a driver that stays only its number of volumes may change."""
    faults = validate_object_meta_update(node["metadata"], old["metadata"]) + validate(node)
    for before in old["spec"].get("drivers") or ():
        for driver in node["spec"].get("drivers") or ():
            if driver.get("name") == before.get("name") and _identity(driver) != _identity(before):
                faults.append(invalid_text("spec.drivers", _go_driver(driver), IMMUTABLE))
    return faults
