"""Rules for the metadata that every object has.

Upstream: ``staging/src/k8s.io/apimachinery/pkg/api/validation/objectmeta.go``, ``pkg/apis/core/validation/validation.go``
(``ValidateObjectMeta``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from cluster.apiserver.validation import names
from cluster.apiserver.validation.fields import each_invalid, immutable, invalid_text, not_negative, struct_text
from cluster.machinery.errors import FieldError, forbidden_field, invalid, required, too_long
from cluster.machinery.meta import Obj

NameCheck = Callable[[str], list[str]]

ANNOTATIONS_LIMIT = 256 * 1024
_STANDARD_FINALIZERS = frozenset({"kubernetes", "orphan", "foregroundDeletion"})
_CHANGING = frozenset({"managedFields", "resourceVersion"})
_REFERENCE_FIELDS = ("apiVersion", "kind", "name", "uid", "controller", "blockOwnerDeletion")


def _mask_trailing_dash(prefix: str) -> str:
    """A name generated from ``web-`` will not end in a dash, so judge the prefix as if it did not either."""
    return f"{prefix[:-2]}a" if len(prefix) > 1 and prefix.endswith("-") else prefix


def validate_labels(labels: Mapping[str, str] | None, path: str) -> list[FieldError]:
    """Judge a map of labels."""
    faults: list[FieldError] = []
    for key, value in (labels or {}).items():
        faults += each_invalid(path, key, names.qualified_name(key))
        faults += each_invalid(path, value, names.label_value(value))
    return faults


def validate_annotations(annotations: Mapping[str, str] | None, path: str) -> list[FieldError]:
    """Judge a map of annotations: their keys, and their size in total."""
    faults: list[FieldError] = []
    size = 0
    for key, value in (annotations or {}).items():
        faults += each_invalid(path, key, names.qualified_name(key.lower()))
        size += len(key.encode()) + len(value.encode())
    if size > ANNOTATIONS_LIMIT:
        faults.append(too_long(path, ANNOTATIONS_LIMIT))
    return faults


def _reference_shape(reference: Obj) -> Obj:
    return {field: reference[field] for field in _REFERENCE_FIELDS if field in reference}


def _validate_owner_references(references: list[Obj], path: str) -> list[FieldError]:
    faults: list[FieldError] = []
    controller = ""
    for reference in references:
        version = reference.get("apiVersion", "").rpartition("/")[2]
        if not version:
            faults.append(invalid(f"{path}.apiVersion", reference.get("apiVersion", ""), "version must not be empty"))
        for field in ("kind", "name", "uid"):
            if not reference.get(field):
                faults.append(invalid(f"{path}.{field}", "", "must not be empty"))
        if reference.get("apiVersion") == "v1" and reference.get("kind") == "Event":
            text = struct_text(*_reference_shape(reference).items())
            faults.append(invalid_text(path, text, "/v1, Kind=Event is disallowed from being an owner"))
        if reference.get("controller"):
            name = f"{reference.get('kind', '')}/{reference.get('name', '')}"
            if controller:
                text = "[" + ",".join(struct_text(*_reference_shape(each).items()) for each in references) + "]"
                detail = f'Only one reference can have Controller set to true. Found "true" in references for {controller} and {name}'
                faults.append(invalid_text(path, text, detail))
            else:
                controller = name
    return faults


def validate_finalizer_name(name: str, path: str) -> list[FieldError]:
    """A finalizer is one of the standard names or fully qualified."""
    faults = each_invalid(path, name, names.qualified_name(name))
    if "/" not in name and name not in _STANDARD_FINALIZERS:
        faults.append(invalid(path, name, "name is neither a standard finalizer name nor is it fully qualified"))
    return faults


def _validate_finalizers(finalizers: list[str], path: str) -> list[FieldError]:
    faults: list[FieldError] = []
    for finalizer in finalizers:
        faults += each_invalid(path, finalizer, names.qualified_name(finalizer))
    if "orphan" in finalizers and "foregroundDeletion" in finalizers:
        faults.append(invalid(path, finalizers, "finalizer orphan and foregroundDeletion cannot be both set"))
    return faults


def validate_object_meta(
    meta: Obj, *, namespaced: bool, name_check: NameCheck = names.dns_subdomain, path: str = "metadata"
) -> list[FieldError]:
    """Judge the metadata of an object to be created. ``name_check``: the shape its kind wants for names."""
    faults = _common_faults(meta, path, namespaced=namespaced, name_check=name_check)
    for index, finalizer in enumerate(meta.get("finalizers") or []):
        faults += validate_finalizer_name(finalizer, f"{path}.finalizers[{index}]")
    return faults


def validate_common_fields(meta: Obj, old: Obj, *, namespaced: bool) -> list[FieldError]:
    """Judge what every update is asked for before its kind's own rules, which ask for most of it again."""
    if _is_settled(meta, old):
        return []
    faults = _common_faults(meta, "metadata", namespaced=namespaced, name_check=names.path_segment)
    return faults + validate_object_meta_update(meta, old)


def _common_faults(meta: Obj, path: str, *, namespaced: bool, name_check: NameCheck) -> list[FieldError]:
    faults: list[FieldError] = []
    if meta.get("generateName"):
        prefix = meta["generateName"]
        faults += each_invalid(f"{path}.generateName", prefix, name_check(_mask_trailing_dash(prefix)))
    if not meta.get("name"):
        faults.append(required(f"{path}.name", "name or generateName is required"))
    else:
        faults += each_invalid(f"{path}.name", meta["name"], name_check(meta["name"]))
    namespace = meta.get("namespace", "")
    if namespaced and not namespace:
        faults.append(required(f"{path}.namespace"))
    elif namespaced:
        faults += each_invalid(f"{path}.namespace", namespace, names.dns_label(namespace))
    elif namespace:
        faults.append(forbidden_field(f"{path}.namespace", "not allowed on this type"))
    faults += not_negative(f"{path}.generation", meta.get("generation"))
    faults += validate_labels(meta.get("labels"), f"{path}.labels")
    faults += validate_annotations(meta.get("annotations"), f"{path}.annotations")
    faults += _validate_owner_references(meta.get("ownerReferences") or [], f"{path}.ownerReferences")
    return faults + _validate_finalizers(meta.get("finalizers") or [], f"{path}.finalizers")


def _is_settled(meta: Obj, old: Obj) -> bool:
    """Whether metadata is what was judged when the object was written last, but for what each write changes by itself."""
    if not meta.get("resourceVersion"):
        return False
    settled = [(name, value) for name, value in meta.items() if name not in _CHANGING]
    return all(old.get(name) == value for name, value in settled) and len(settled) == len(old.keys() - _CHANGING)


def _new_finalizers(new: Iterable[str], old: Iterable[str]) -> list[str]:
    return sorted(set(new) - set(old))


def validate_object_meta_update(meta: Obj, old: Obj, path: str = "metadata") -> list[FieldError]:
    """Judge how metadata changed. Fields that only the server sets must be as they were."""
    if _is_settled(meta, old):
        return []
    faults: list[FieldError] = []
    if not meta.get("resourceVersion"):
        faults.append(invalid(f"{path}.resourceVersion", "", "must be specified for an update"))
    if (meta.get("generation") or 0) < (old.get("generation") or 0):
        faults.append(invalid(f"{path}.generation", meta.get("generation") or 0, "must not be decremented"))
    added = _new_finalizers(meta.get("finalizers") or (), old.get("finalizers") or ())
    if old.get("deletionTimestamp") and added:
        listed = ", ".join(f'"{name}"' for name in added)
        detail = f"no new finalizers can be added if the object is being deleted, found new finalizers []string{{{listed}}}"
        faults.append(forbidden_field(f"{path}.finalizers", detail))
    for field in ("name", "namespace", "uid", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds"):
        faults += immutable(f"{path}.{field}", meta.get(field), old.get(field))
    faults += validate_labels(meta.get("labels"), f"{path}.labels")
    faults += validate_annotations(meta.get("annotations"), f"{path}.annotations")
    return faults + _validate_owner_references(meta.get("ownerReferences") or [], f"{path}.ownerReferences")
