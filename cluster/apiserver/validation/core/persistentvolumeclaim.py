"""Rules for PersistentVolumeClaims, and for the templates that claims are made from.

Upstream: ``pkg/apis/core/validation/validation.go`` (``ValidatePersistentVolumeClaim`` and its variants),
``pkg/api/persistentvolumeclaim/util.go`` (the warnings).
"""

from __future__ import annotations

from cluster.apiserver.validation import names
from cluster.apiserver.validation.core.persistentvolume import CLASS_ANNOTATION, VOLUME_MODES
from cluster.apiserver.validation.difference import difference
from cluster.apiserver.validation.fields import each_invalid, immutable, one_of
from cluster.apiserver.validation.metadata import validate_object_meta, validate_object_meta_update
from cluster.apiserver.validation.resources import validate_resource_quantity
from cluster.apiserver.validation.selectors import validate_label_selector
from cluster.apiserver.validation.storage_requests import fractional_bytes, validate_access_modes, validate_positive
from cluster.machinery.errors import FieldError, forbidden_field, invalid, not_supported, required
from cluster.machinery.meta import Obj
from cluster.machinery.quantity import parse_quantity, value

_IMMUTABLE = "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims"
_RESIZE_STATUSES = (
    "ControllerResizeInProgress",
    "ControllerResizeInfeasible",
    "NodeResizeInProgress",
    "NodeResizeInfeasible",
    "NodeResizePending",
)
_SHRUNK = "field can not be less than status.capacity"


def _validate_data_source(source: Obj, path: str, *, is_group_judged: bool) -> list[FieldError]:
    faults = [required(f"{path}.{field}") for field in ("name", "kind") if not source.get(field)]
    group, kind = source.get("apiGroup") or "", source.get("kind", "")
    if not group and kind != "PersistentVolumeClaim":
        faults.append(invalid(path, kind, "must be 'PersistentVolumeClaim' when referencing the default apiGroup"))
    if group and is_group_judged:
        faults += each_invalid(f"{path}.apiGroup", group, names.dns_subdomain(group))
    namespace = source.get("namespace") or ""
    return faults + (each_invalid(f"{path}.namespace", namespace, names.dns_label(namespace)) if namespace else [])


def _validate_data_sources(spec: Obj, path: str, *, is_group_judged: bool) -> list[FieldError]:
    """``dataSource`` and ``dataSourceRef`` say the same, unless the second one names a namespace."""
    faults: list[FieldError] = []
    for field in ("dataSource", "dataSourceRef"):
        if field in spec:
            faults += _validate_data_source(spec[field], f"{path}.{field}", is_group_judged=is_group_judged)
    if "dataSource" not in spec or "dataSourceRef" not in spec:
        return faults
    # Upstream hands the path of the field over where the bad value belongs, and a path has no public part to print.
    local, reference = spec["dataSource"], spec["dataSourceRef"]
    if reference.get("namespace"):
        faults.append(
            FieldError(path, "FieldValueInvalid", "Invalid value: {}: may not be specified when dataSourceRef.namespace is specified")
        )
    elif any(local.get(field) != reference.get(field) for field in ("apiGroup", "kind", "name")):
        faults.append(FieldError(path, "FieldValueInvalid", "Invalid value: {}: must match dataSourceRef"))
    return faults


def _validate_class(spec: Obj, field: str, path: str) -> list[FieldError]:
    name = spec.get(field) or ""
    return each_invalid(f"{path}.{field}", name, names.dns_subdomain(name)) if name else []


def validate_spec(spec: Obj, path: str, *, is_group_judged: bool = True) -> list[FieldError]:
    """Judge the spec of a claim. ``is_group_judged``: whether the group of a data source must be well formed."""
    modes = spec.get("accessModes") or []
    faults = [] if modes else [required(f"{path}.accessModes", "at least 1 access mode is required")]
    faults += validate_label_selector(spec.get("selector"), f"{path}.selector")
    faults += validate_access_modes(modes, path) if modes else []
    amount, here = (spec.get("resources", {}).get("requests") or {}).get("storage"), f"{path}.resources[storage]"
    if amount is None:
        faults.append(required(here))
    else:
        faults += validate_positive(amount, here) or validate_resource_quantity("storage", amount, here)
    faults += _validate_class(spec, "storageClassName", path)
    if "volumeMode" in spec:
        faults += one_of(f"{path}.volumeMode", spec["volumeMode"], VOLUME_MODES)
    faults += _validate_data_sources(spec, path, is_group_judged=is_group_judged)
    return faults + _validate_class(spec, "volumeAttributesClassName", path)


def validate(claim: Obj, old: Obj | None = None) -> list[FieldError]:
    """Judge a claim to be created or, when there is an ``old`` one, one to be changed."""
    before = old["spec"] if old else {}
    has_group = any("apiGroup" in before.get(field, {}) for field in ("dataSource", "dataSourceRef"))
    return validate_object_meta(claim["metadata"], namespaced=True) + validate_spec(claim["spec"], "spec", is_group_judged=not has_group)


def _class_annotation(claim: Obj) -> str | None:
    found: str | None = (claim["metadata"].get("annotations") or {}).get(CLASS_ANNOTATION)
    return found


def _is_class_moved(claim: Obj, old: Obj) -> bool:
    """Whether the class only moves from the annotation of old into its field."""
    said, before = claim["spec"].get("storageClassName"), _class_annotation(old)
    if before is None or "storageClassName" in old["spec"] or said != before:
        return False
    return _class_annotation(claim) in (None, before)


def _is_class_given(claim: Obj, old: Obj) -> bool:
    """Whether a claim without a class is given one."""
    said, before = claim["spec"].get("storageClassName"), _class_annotation(old)
    return said is not None and "storageClassName" not in old["spec"] and before in (None, said)


def _storage(amounts: Obj | None) -> str:
    return str((amounts or {}).get("storage", "0"))


def _with_changeable_fields_of(claim: Obj, old: Obj) -> Obj:
    """Return the new spec with every field that may change as it was; what still differs may not change."""
    spec, before = dict(claim["spec"]), old["spec"]
    changeable = [] if before.get("volumeName") else ["volumeName"]
    if _is_class_moved(claim, old) or _is_class_given(claim, old):
        changeable.append("storageClassName")
    is_bound = claim.get("status", {}).get("phase") == "Bound"
    if is_bound and "volumeAttributesClassName" in spec:
        changeable.append("volumeAttributesClassName")
    for field in changeable:
        spec.pop(field, None)
        if field in before:
            spec[field] = before[field]
    requests = spec.get("resources", {}).get("requests")
    if is_bound and requests:
        spec["resources"] = {**spec["resources"], "requests": {**requests, "storage": _storage(before["resources"].get("requests"))}}
    return spec


def _validate_size(claim: Obj, old: Obj) -> list[FieldError]:
    """A claim may shrink to recover from an expansion that failed, but stays larger than the volume it has."""
    size = parse_quantity(_storage(claim["spec"].get("resources", {}).get("requests")))
    before = parse_quantity(_storage(old["spec"].get("resources", {}).get("requests")))
    if size.compare(before) >= 0 or size.compare(parse_quantity(_storage(old.get("status", {}).get("capacity")))) > 0:
        return []
    return [forbidden_field("spec.resources.requests.storage", _SHRUNK)]


def _validate_attributes_class(spec: Obj, old: Obj) -> list[FieldError]:
    wanted, path = spec.get("volumeAttributesClassName"), "spec.volumeAttributesClassName"
    if old.get("volumeAttributesClassName") in (None, wanted):
        return []
    if wanted is None:
        return [forbidden_field(path, "update from non-nil value to nil is forbidden")]
    return [] if wanted else [forbidden_field(path, "update from non-nil value to an empty string is forbidden")]


def validate_update(claim: Obj, old: Obj) -> list[FieldError]:
    """Judge a change of a claim: hardly anything of its spec may change."""
    faults = validate_object_meta_update(claim["metadata"], old["metadata"]) + validate(claim, old)
    if not _is_class_moved(claim, old):
        annotation = f"metadata.annotations[{CLASS_ANNOTATION}]"
        faults += immutable(annotation, _class_annotation(claim) or "", _class_annotation(old) or "")
    munged = _with_changeable_fields_of(claim, old)
    if munged != old["spec"]:
        faults.append(forbidden_field("spec", f"{_IMMUTABLE}\n{difference(old['spec'], munged)}"))
    faults += _validate_size(claim, old)
    faults += immutable("volumeMode", claim["spec"].get("volumeMode"), old["spec"].get("volumeMode"))
    return faults + _validate_attributes_class(claim["spec"], old["spec"])


def _validate_resource_key(name: str, path: str) -> list[FieldError]:
    complaints = names.qualified_name(name)
    if complaints:
        return each_invalid(path, name, complaints)
    is_native = "/" not in name or "kubernetes.io/" in name
    return [not_supported(path, name, ("storage",))] if is_native and name != "storage" else []


def _validate_amount(amount: str, path: str) -> list[FieldError]:
    return [] if value(amount) >= 0 else [invalid(path, value(amount), "must be a valid resource quantity")]


def validate_status_update(claim: Obj, old: Obj) -> list[FieldError]:
    """Judge a change of a claim's status."""
    faults = validate_object_meta_update(claim["metadata"], old["metadata"])
    status = claim.get("status", {})
    if not claim["spec"].get("accessModes"):
        faults.append(required("Spec.accessModes"))
    for name, amount in sorted((status.get("capacity") or {}).items()):
        faults += _validate_amount(amount, f"status.capacity[{name}]")
    for name, state in sorted((status.get("allocatedResourceStatuses") or {}).items()):
        path = "status.allocatedResourceStatus"
        faults += _validate_resource_key(name, path)
        if state not in _RESIZE_STATUSES:
            faults.append(not_supported(path, name, _RESIZE_STATUSES))
    for name, amount in sorted((status.get("allocatedResources") or {}).items()):
        path = "status.allocatedResources"
        found = _validate_resource_key(name, path) or _validate_amount(amount, f"{path}[{name}]")
        faults += found or validate_resource_quantity("storage", amount, f"{path}[{name}]")
    return faults


def warnings(claim: Obj) -> list[str]:
    """Return what is accepted in a claim and out of date or probably a mistake."""
    found: list[str] = []
    if _class_annotation(claim) is not None:
        found.append(f'metadata.annotations[{CLASS_ANNOTATION}]: deprecated since v1.8; use "storageClassName" attribute instead')
    resources = claim["spec"].get("resources", {})
    for side in ("requests", "limits"):
        found += fractional_bytes(resources.get(side), f"spec.resources.{side}")
    return found
