"""Rules for ConfigMaps. Upstream: ``pkg/apis/core/validation/validation.go`` (``ValidateConfigMap``)."""

from __future__ import annotations

from cluster.apiserver.validation import names
from cluster.apiserver.validation.fields import each_invalid
from cluster.apiserver.validation.metadata import validate_object_meta, validate_object_meta_update
from cluster.machinery.errors import FieldError, forbidden_field, invalid, too_long
from cluster.machinery.meta import Obj

SIZE_LIMIT = 1024 * 1024
_FIXED = "field is immutable when `immutable` is set"


def _decoded_size(base64_text: str) -> int:
    return len(base64_text) * 3 // 4 - base64_text.count("=")


def _validate_content(config_map: Obj) -> list[FieldError]:
    faults: list[FieldError] = []
    data, binary = config_map.get("data") or {}, config_map.get("binaryData") or {}
    size = 0
    for key, value in sorted(data.items()):
        faults += each_invalid(f"data[{key}]", key, names.config_key(key))
        if key in binary:
            faults.append(invalid(f"data[{key}]", key, "duplicate of key present in binaryData"))
        size += len(value.encode())
    for key, value in sorted(binary.items()):
        faults += each_invalid(f"binaryData[{key}]", key, names.config_key(key))
        size += _decoded_size(value)
    return faults if size <= SIZE_LIMIT else [*faults, too_long("[]", SIZE_LIMIT)]


def validate(config_map: Obj) -> list[FieldError]:
    """Judge a ConfigMap to be created: its keys, and its size in total."""
    return validate_object_meta(config_map["metadata"], namespaced=True) + _validate_content(config_map)


def validate_update(config_map: Obj, old: Obj) -> list[FieldError]:
    """Judge a change of a ConfigMap; an immutable one stays as it is."""
    faults = validate_object_meta_update(config_map["metadata"], old["metadata"])
    if old.get("immutable"):
        if not config_map.get("immutable"):
            faults.append(forbidden_field("immutable", _FIXED))
        faults += [forbidden_field(field, _FIXED) for field in ("data", "binaryData") if config_map.get(field) != old.get(field)]
    return faults + validate_object_meta(config_map["metadata"], namespaced=True) + _validate_content(config_map)
