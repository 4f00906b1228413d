"""Rules for access reviews: each asks one question, about a resource or about a path.

Upstream: ``pkg/apis/authorization/validation/validation.go``.
"""

from __future__ import annotations

from cluster.apiserver.validation import names
from cluster.apiserver.validation.fields import each_invalid, invalid_text, struct_text
from cluster.machinery.errors import FieldError, forbidden_field, invalid, required
from cluster.machinery.kinds.authorization import LOCALSUBJECTACCESSREVIEWS, SELFSUBJECTACCESSREVIEWS
from cluster.machinery.kinds.model import Kind
from cluster.machinery.meta import Obj

_PATH = "spec.nonResourceAttributes"
_RESOURCE = "spec.resourceAttributes"


def validate(kind: Kind, review: Obj) -> list[FieldError]:
    """Judge a SubjectAccessReview, a SelfSubjectAccessReview or a LocalSubjectAccessReview."""
    spec = review["spec"]
    faults = _validate_question(spec)
    if kind is not SELFSUBJECTACCESSREVIEWS and not spec.get("user") and not spec.get("groups"):
        faults.append(invalid("spec.user", "", "at least one of user or group must be specified"))
    faults += _validate_selectors(spec.get("resourceAttributes") or {})
    if kind is LOCALSUBJECTACCESSREVIEWS:
        return faults + _validate_local(review)
    return faults + _validate_metadata(review["metadata"], "must be empty")


def _validate_question(spec: Obj) -> list[FieldError]:
    path = spec.get("nonResourceAttributes")
    if path is not None and "resourceAttributes" in spec:
        return [invalid_text(_PATH, _path_text(path), "cannot be specified in combination with resourceAttributes")]
    if path is None and "resourceAttributes" not in spec:
        return [invalid(_RESOURCE, "null", "exactly one of nonResourceAttributes or resourceAttributes must be specified")]
    return []


def _validate_local(review: Obj) -> list[FieldError]:
    meta, spec = review["metadata"], review["spec"]
    faults = _validate_metadata({**meta, "namespace": ""}, "must be empty except for namespace")
    if "resourceAttributes" in spec:
        namespace = spec["resourceAttributes"].get("namespace", "")
        if namespace != meta.get("namespace", ""):
            faults.append(invalid(f"{_RESOURCE}.namespace", namespace, "must match metadata.namespace"))
    if "nonResourceAttributes" in spec:
        faults.append(invalid_text(_PATH, _path_text(spec["nonResourceAttributes"]), "disallowed on this kind of request"))
    return faults


def _validate_metadata(meta: Obj, complaint: str) -> list[FieldError]:
    given = {field: value for field, value in meta.items() if value and field != "managedFields"}
    return [invalid("metadata", given, complaint)] if given else []


def _validate_selectors(attributes: Obj) -> list[FieldError]:
    faults: list[FieldError] = []
    for field in ("fieldSelector", "labelSelector"):
        if field in attributes:
            faults += _validate_selector(attributes[field], f"{_RESOURCE}.{field}", is_label=field == "labelSelector")
    return faults


def _validate_selector(selector: Obj, path: str, *, is_label: bool) -> list[FieldError]:
    raw, requirements = selector.get("rawSelector", ""), selector.get("requirements") or []
    faults: list[FieldError] = []
    if raw and requirements:
        faults.append(invalid(f"{path}.rawSelector", raw, "may not specified at the same time as requirements"))
    if not raw and not requirements:
        faults.append(required(f"{path}.requirements", f"when {path} is specified, requirements or rawSelector is required"))
    for index, requirement in enumerate(requirements):
        faults += _validate_requirement(requirement, f"{path}.requirements[{index}]", is_label=is_label)
    return faults


def _validate_requirement(requirement: Obj, path: str, *, is_label: bool) -> list[FieldError]:
    """An operator that is not known may be one of a newer client."""
    key, operator, values = requirement.get("key", ""), requirement.get("operator", ""), requirement.get("values")
    faults: list[FieldError] = []
    if not is_label and not key:
        faults.append(required(f"{path}.key", "must be specified"))
    if operator in ("In", "NotIn") and not values:
        faults.append(required(f"{path}.values", "must be specified when `operator` is 'In' or 'NotIn'"))
    elif operator in ("Exists", "DoesNotExist") and values:
        faults.append(forbidden_field(f"{path}.values", "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"))
    return faults + each_invalid(f"{path}.key", key, names.qualified_name(key)) if is_label else faults


def _path_text(attributes: Obj) -> str:
    return struct_text(("Path", attributes.get("path", "")), ("Verb", attributes.get("verb", "")))
