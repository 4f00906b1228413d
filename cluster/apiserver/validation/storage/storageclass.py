"""Rules for StorageClasses.

Upstream: ``pkg/apis/storage/validation/validation.go`` (``ValidateStorageClass``), ``pkg/api/storage/util.go`` (the warnings).
"""

from __future__ import annotations

from collections.abc import Mapping

from cluster.apiserver.validation import names
from cluster.apiserver.validation.fields import each_invalid, immutable, one_of
from cluster.apiserver.validation.metadata import validate_object_meta, validate_object_meta_update
from cluster.apiserver.validation.node_labels import deprecation
from cluster.machinery.errors import FieldError, duplicate, forbidden_field, invalid, required, too_long
from cluster.machinery.meta import Obj

_PARAMETERS, _PARAMETERS_SIZE = 512, 256 * 1024


def validate_provisioner(name: str, path: str) -> list[FieldError]:
    """Judge the name of who makes volumes."""
    lowered = name.lower()
    return each_invalid(path, lowered, names.qualified_name(lowered)) if name else [required(path)]


def validate_parameters(parameters: Mapping[str, str], path: str) -> list[FieldError]:
    """Judge what a driver is told: how many parameters there are, and how long they are together."""
    if len(parameters) > _PARAMETERS:
        return [too_long(path, _PARAMETERS)]
    faults = [invalid(path, "", "field can not be empty.")] if "" in parameters else []
    size = sum(len(key.encode()) + len(value.encode()) for key, value in parameters.items())
    return [*faults, too_long(path, _PARAMETERS_SIZE)] if size > _PARAMETERS_SIZE else faults


def _validate_topology_term(term: Obj, path: str) -> list[FieldError]:
    faults: list[FieldError] = []
    keys: set[str] = set()
    for index, requirement in enumerate(term.get("matchLabelExpressions") or ()):
        here = f"{path}.matchLabelExpressions[{index}]"
        key, values = requirement.get("key", ""), requirement.get("values") or []
        if not values:
            faults.append(required(f"{here}.values"))
        for position, value in enumerate(values):
            if value in values[:position]:
                faults.append(duplicate(f"{here}.values[{position}]", value))
        faults += each_invalid(f"{here}.key", key, names.qualified_name(key))
        if key in keys:
            faults.append(duplicate(f"{here}.key", key))
        keys.add(key)
    return faults


def _wanted(term: Obj) -> dict[str, frozenset[str]]:
    expressions = term.get("matchLabelExpressions") or ()
    return {requirement.get("key", ""): frozenset(requirement.get("values") or ()) for requirement in expressions}


def _validate_topologies(terms: list[Obj], path: str) -> list[FieldError]:
    """Judge ``allowedTopologies``. Upstream begins to look for duplicates with as many empty terms as there are terms."""
    faults: list[FieldError] = []
    seen: list[dict[str, frozenset[str]]] = [{} for _ in terms]
    for index, term in enumerate(terms):
        faults += _validate_topology_term(term, f"{path}[{index}]")
        wanted = _wanted(term)
        faults += [duplicate(f"{path}[{index}].matchLabelExpressions", "") for other in seen if other == wanted]
        seen.append(wanted)
    return faults


def validate(storage_class: Obj) -> list[FieldError]:
    """Judge a StorageClass to be created."""
    faults = validate_object_meta(storage_class["metadata"], namespaced=False)
    faults += validate_provisioner(storage_class.get("provisioner", ""), "provisioner")
    faults += validate_parameters(storage_class.get("parameters") or {}, "parameters")
    policy = storage_class.get("reclaimPolicy", "")
    faults += one_of("reclaimPolicy", policy, ("Delete", "Retain")) if policy else []
    faults += one_of("volumeBindingMode", storage_class.get("volumeBindingMode", ""), ("Immediate", "WaitForFirstConsumer"))
    return faults + _validate_topologies(storage_class.get("allowedTopologies") or [], "allowedTopologies")


def validate_update(storage_class: Obj, old: Obj) -> list[FieldError]:
    """Judge a change of a StorageClass: what volumes are made of stays."""
    faults = validate_object_meta_update(storage_class["metadata"], old["metadata"])
    for field in ("parameters", "provisioner", "reclaimPolicy"):
        if storage_class.get(field) != old.get(field):
            faults.append(forbidden_field(field, f"updates to {field} are forbidden."))
    return faults + immutable("volumeBindingMode", storage_class.get("volumeBindingMode"), old.get("volumeBindingMode"))


def warnings(storage_class: Obj) -> list[str]:
    """Return what is accepted in a StorageClass and out of date."""
    found: list[str] = []
    for index, term in enumerate(storage_class.get("allowedTopologies") or ()):
        for position, requirement in enumerate(term.get("matchLabelExpressions") or ()):
            if text := deprecation(requirement.get("key", "")):
                found.append(f"allowedTopologies[{index}].matchLabelExpressions[{position}].key: {requirement['key']} is {text}")
    return found
