"""Rules for environment variables and where their values come from.

Upstream: ``pkg/apis/core/validation/validation.go`` (``ValidateEnv``, ``ValidateEnvFrom``).
"""

from __future__ import annotations

import re

from cluster.apiserver.validation import names
from cluster.apiserver.validation.fields import each_invalid
from cluster.machinery.errors import FieldError, invalid, not_supported, required
from cluster.machinery.meta import Obj

_VALUE_SOURCES = ("fieldRef", "resourceFieldRef", "configMapKeyRef", "secretKeyRef", "fileKeyRef")
_FIELD_PATHS = (
    "metadata.name",
    "metadata.namespace",
    "metadata.uid",
    "spec.nodeName",
    "spec.serviceAccountName",
    "status.hostIP",
    "status.hostIPs",
    "status.podIP",
    "status.podIPs",
)
_OTHER_POD_FIELDS = frozenset(
    {"metadata.annotations", "metadata.labels", "spec.restartPolicy", "spec.schedulerName", "status.phase", "status.nominatedNodeName"}
)
_SUBSCRIPT = re.compile(r"metadata\.(annotations|labels)\['(.*)'\]")
_ONE_AT_A_TIME = "may not have more than one field specified at a time"


def validate_env(variables: list[Obj], path: str) -> list[FieldError]:
    """Judge ``env`` of a container."""
    faults: list[FieldError] = []
    for index, variable in enumerate(variables):
        here = f"{path}[{index}]"
        name = variable.get("name", "")
        if not name:
            faults.append(required(f"{here}.name"))
        else:
            faults += each_invalid(f"{here}.name", name, names.env_var_name(name))
        if "valueFrom" in variable:
            faults += _validate_value_from(variable, f"{here}.valueFrom")
    return faults


def _validate_value_from(variable: Obj, path: str) -> list[FieldError]:
    source: Obj = variable["valueFrom"]
    used = [name for name in _VALUE_SOURCES if name in source]
    faults: list[FieldError] = []
    if "fieldRef" in source:
        faults += validate_field_ref(source["fieldRef"], f"{path}.fieldRef")
    if "resourceFieldRef" in source and not source["resourceFieldRef"].get("resource"):
        faults.append(required(f"{path}.resourceFieldRef.resource"))
    for name in ("configMapKeyRef", "secretKeyRef"):
        if name in source:
            faults += _validate_key_ref(source[name], f"{path}.{name}")
    if not used:
        detail = "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`"
        faults.append(invalid(path, "", detail))
    if variable.get("value"):
        if used:
            faults.append(invalid(path, "", "may not be specified when `value` is not empty"))
    elif len(used) > 1:
        faults.append(invalid(path, "", _ONE_AT_A_TIME))
    return faults


def _validate_key_ref(reference: Obj, path: str) -> list[FieldError]:
    faults = [] if reference.get("name") else [required(f"{path}.name")]
    key = reference.get("key", "")
    if not key:
        return [*faults, required(f"{path}.key")]
    return faults + each_invalid(f"{path}.key", key, names.config_key(key))


def validate_field_ref(reference: Obj, path: str) -> list[FieldError]:
    """Judge which field of its own pod a value is taken from."""
    field = reference.get("fieldPath", "")
    if not field:
        return [required(f"{path}.fieldPath")]
    subscript = _SUBSCRIPT.fullmatch(field)
    if subscript:
        return each_invalid(path, subscript.group(2), names.qualified_name(subscript.group(2).lower()))
    if field in _FIELD_PATHS:
        return []
    if field in _OTHER_POD_FIELDS:
        return [not_supported(f"{path}.fieldPath", field, _FIELD_PATHS)]
    return [invalid(f"{path}.fieldPath", field, f"error converting fieldPath: field label not supported: {field}")]


def validate_env_from(sources: list[Obj], path: str) -> list[FieldError]:
    """Judge ``envFrom`` of a container."""
    faults: list[FieldError] = []
    for index, source in enumerate(sources):
        here = f"{path}[{index}]"
        if source.get("prefix"):
            faults += each_invalid(f"{here}.prefix", source["prefix"], names.env_var_name(source["prefix"]))
        used = [name for name in ("configMapRef", "secretRef") if name in source]
        faults += [required(f"{here}.{name}.name") for name in used if not source[name].get("name")]
        if not used:
            faults.append(invalid(here, "", "must specify one of: `configMapRef` or `secretRef`"))
        elif len(used) > 1:
            faults.append(invalid(here, "", _ONE_AT_A_TIME))
    return faults
