"""Rules for PersistentVolumes, and for the volume that may stand inside a VolumeAttachment.

Upstream: ``pkg/apis/core/validation/validation.go`` (``ValidatePersistentVolume`` and its variants),
``pkg/api/persistentvolume/util.go`` (the warnings).
"""

from __future__ import annotations

import posixpath

from cluster.apiserver.validation import names
from cluster.apiserver.validation.difference import difference
from cluster.apiserver.validation.fields import each_invalid, immutable, one_of
from cluster.apiserver.validation.metadata import validate_object_meta, validate_object_meta_update
from cluster.apiserver.validation.node_labels import CURRENT_NAMES, node_selector_warnings
from cluster.apiserver.validation.persistent_volume_sources import SOURCE_FIELDS, validate_source
from cluster.apiserver.validation.placement import validate_node_selector
from cluster.apiserver.validation.storage_requests import fractional_bytes, validate_access_modes, validate_positive
from cluster.machinery.errors import FieldError, forbidden_field, invalid, not_supported, required
from cluster.machinery.meta import Obj
from cluster.machinery.quantity import value

CLASS_ANNOTATION = "volume.beta.kubernetes.io/storage-class"
MOUNT_OPTIONS_ANNOTATION = "volume.beta.kubernetes.io/mount-options"
VOLUME_MODES = ("Block", "Filesystem")
_RECLAIM_POLICIES = ("Delete", "Recycle", "Retain")
_RECYCLED = "The Recycle reclaim policy is deprecated. Instead, the recommended approach is to use dynamic provisioning."
_DEPRECATED_SOURCES = {
    "photonPersistentDisk": "deprecated in v1.11, non-functional in v1.16+",
    "scaleIO": "deprecated in v1.16, non-functional in v1.22+",
    "storageos": "deprecated in v1.22, non-functional in v1.25+",
    "glusterfs": "deprecated in v1.25, non-functional in v1.26+",
    "cephfs": "deprecated in v1.28, non-functional in v1.31+",
    "rbd": "deprecated in v1.28, non-functional in v1.31+",
}
_INLINE = "in the context of inline volumes"


def validate_capacity(capacity: Obj, path: str) -> list[FieldError]:
    """Judge how much a volume holds: storage, and nothing else."""
    faults = [] if capacity else [required(path)]
    if "storage" not in capacity or len(capacity) > 1:
        faults.append(not_supported(path, capacity or None, ("storage",)))
    for name, amount in sorted(capacity.items()):
        if value(amount) < 0:
            faults.append(invalid(f"{path}[{name}]", value(amount), "must be a valid resource quantity"))
        faults += validate_positive(amount, f"{path}[{name}]")
    return faults


def _validate_node_affinity(affinity: Obj, path: str) -> list[FieldError]:
    if "required" not in affinity:
        return [required(f"{path}.required", "must specify required node constraints")]
    return validate_node_selector(affinity["required"], f"{path}.required")


def _validate_class(spec: Obj, field: str, path: str) -> list[FieldError]:
    name = spec.get(field) or ""
    return each_invalid(f"{path}.{field}", name, names.dns_subdomain(name)) if name else []


def _is_recycled_root(spec: Obj) -> bool:
    where = spec.get("hostPath", {}).get("path", "")
    return bool(where) and posixpath.normpath(where) in ("/", "//") and spec.get("persistentVolumeReclaimPolicy") == "Recycle"


def _validate_attributes_class(spec: Obj, path: str) -> list[FieldError]:
    if "volumeAttributesClassName" not in spec:
        return []
    here = f"{path}.volumeAttributesClassName"
    is_named = bool(spec["volumeAttributesClassName"])
    faults = _validate_class(spec, "volumeAttributesClassName", path) if is_named else [required(here, "an empty string is disallowed")]
    return faults if "csi" in spec else [*faults, required(f"{path}.csi", "has to be specified when using volumeAttributesClassName")]


def validate_spec(spec: Obj, path: str, volume_name: str) -> list[FieldError]:
    """Judge the spec of a PersistentVolume."""
    faults = validate_access_modes(spec.get("accessModes") or [], path)
    faults += validate_capacity(spec.get("capacity") or {}, f"{path}.capacity")
    policy = spec.get("persistentVolumeReclaimPolicy", "")
    if policy:
        faults += one_of(f"{path}.persistentVolumeReclaimPolicy", policy, _RECLAIM_POLICIES)
    if "nodeAffinity" in spec:
        faults += _validate_node_affinity(spec["nodeAffinity"], f"{path}.nodeAffinity")
    faults += validate_source(spec, path, volume_name, has_node_affinity="nodeAffinity" in spec)
    if _is_recycled_root(spec):
        faults.append(forbidden_field(f"{path}.persistentVolumeReclaimPolicy", "may not be 'recycle' for a hostPath mount of '/'"))
    faults += _validate_class(spec, "storageClassName", path)
    if "volumeMode" in spec:
        faults += one_of(f"{path}.volumeMode", spec["volumeMode"], VOLUME_MODES)
    return faults + _validate_attributes_class(spec, path)


def validate_inline_spec(spec: Obj, path: str) -> list[FieldError]:
    """Judge the spec of a volume that has no object of its own: one of a CSI driver, and nothing about binding."""
    faults = [
        forbidden_field(f"{path}.{field}", f"may not be specified {_INLINE}") for field in ("claimRef", "capacity") if spec.get(field)
    ]
    if "csi" not in spec:
        faults.append(required(f"{path}.csi", f"has to be specified {_INLINE}"))
    faults += validate_access_modes(spec.get("accessModes") or [], path)
    if spec.get("persistentVolumeReclaimPolicy", "Retain") != "Retain":
        faults.append(forbidden_field(f"{path}.persistentVolumeReclaimPolicy", f"may only be Retain {_INLINE}"))
    if "nodeAffinity" in spec:
        faults.append(forbidden_field(f"{path}.nodeAffinity", f"may not be specified {_INLINE}"))
    faults += validate_source(spec, path, "", has_node_affinity=False)
    if spec.get("storageClassName"):
        faults.append(forbidden_field(f"{path}.storageClassName", f"may not be specified {_INLINE}"))
    if spec.get("volumeMode", "Filesystem") != "Filesystem":
        faults.append(forbidden_field(f"{path}.volumeMode", f"may not specify volumeMode other than Filesystem {_INLINE}"))
    return faults


def validate(volume: Obj) -> list[FieldError]:
    """Judge a PersistentVolume to be created."""
    meta = volume["metadata"]
    return validate_object_meta(meta, namespaced=False) + validate_spec(volume["spec"], "spec", meta.get("name", ""))


def _source_of(spec: Obj) -> Obj:
    return {field: spec[field] for field in SOURCE_FIELDS if field in spec}


def _validate_source_kept(spec: Obj, old: Obj) -> list[FieldError]:
    """The source stays; a secret for expansion may come later."""
    source, before = _source_of(spec), _source_of(old)
    secret = "controllerExpandSecretRef"
    if "csi" in source and "csi" in before and secret not in before["csi"]:
        source["csi"] = {field: value for field, value in source["csi"].items() if field != secret}
    if source == before:
        return []
    detail = f"spec.persistentvolumesource is immutable after creation\n{difference(before, source)}"
    return [forbidden_field("spec.persistentvolumesource", detail)]


def _with_current_labels(affinity: Obj, old: Obj) -> Obj:
    """Return the new affinity with beta labels where only they were replaced by the labels of today."""
    terms = affinity.get("required", {}).get("nodeSelectorTerms") or []
    old_terms = old.get("required", {}).get("nodeSelectorTerms") or []
    if len(terms) != len(old_terms):
        return affinity
    renamed: list[Obj] = []
    for term, before in zip(terms, old_terms, strict=True):
        expressions, old_expressions = term.get("matchExpressions") or [], before.get("matchExpressions") or []
        if len(expressions) != len(old_expressions):
            return affinity
        pairs = zip(expressions, old_expressions, strict=True)
        kept = [{**new, "key": was["key"]} if CURRENT_NAMES.get(was["key"], ("", ""))[1] == new["key"] else new for new, was in pairs]
        renamed.append({**term, "matchExpressions": kept} if kept else term)
    return {**affinity, "required": {**affinity.get("required", {}), "nodeSelectorTerms": renamed}}


def _validate_affinity_kept(spec: Obj, old: Obj) -> list[FieldError]:
    before, wanted = old.get("nodeAffinity"), spec.get("nodeAffinity")
    if before is None or wanted == before or (wanted is not None and _with_current_labels(wanted, before) == before):
        return []
    return immutable("nodeAffinity", wanted, before)


def validate_update(volume: Obj, old: Obj) -> list[FieldError]:
    """Judge a change of a PersistentVolume."""
    spec, before = volume["spec"], old["spec"]
    faults = validate_object_meta_update(volume["metadata"], old["metadata"]) + validate(volume)
    faults += _validate_source_kept(spec, before)
    faults += immutable("volumeMode", spec.get("volumeMode"), before.get("volumeMode"))
    faults += _validate_affinity_kept(spec, before)
    if before.get("volumeAttributesClassName") is not None and spec.get("volumeAttributesClassName") is None:
        faults.append(forbidden_field("spec.volumeAttributesClassName", "update from non-nil value to nil is forbidden"))
    return faults


def validate_status_update(volume: Obj, old: Obj) -> list[FieldError]:
    """Judge a change of a PersistentVolume's status."""
    return validate_object_meta_update(volume["metadata"], old["metadata"])


def warnings(volume: Obj) -> list[str]:
    """Return what is accepted in a PersistentVolume and out of date or probably a mistake."""
    spec, annotations = volume["spec"], volume["metadata"].get("annotations") or {}
    found: list[str] = []
    for annotation, since, field in (
        (CLASS_ANNOTATION, "v1.8", "storageClassName"),
        (MOUNT_OPTIONS_ANNOTATION, "v1.31", "mountOptions"),
    ):
        if annotation in annotations:
            found.append(f'metadata.annotations[{annotation}]: deprecated since {since}; use "{field}" attribute instead')
    if spec.get("persistentVolumeReclaimPolicy") == "Recycle":
        found.append(f"spec.persistentVolumeReclaimPolicy: {_RECYCLED}")
    selector = spec.get("nodeAffinity", {}).get("required")
    found += node_selector_warnings(selector, "spec.nodeAffinity.required") if selector else []
    found += [f"spec.{field}: {text}" for field, text in _DEPRECATED_SOURCES.items() if field in spec]
    return found + fractional_bytes(spec.get("capacity"), "spec.capacity")
