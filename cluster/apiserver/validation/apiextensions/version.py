"""Rules for what one version of a custom resource has beside its schema: subresources, columns, selectable fields, deprecation.

Upstream: ``staging/src/k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/validation/validation.go``.
"""

from __future__ import annotations

from collections.abc import Sequence

from cluster.apiserver.apiextensions.paths import FieldPathError, field_at, field_path
from cluster.machinery.errors import FieldError, duplicate, invalid, required, too_many
from cluster.machinery.meta import Obj

_COLUMN_TYPES = ("boolean", "date", "integer", "number", "string")
_COLUMN_FORMATS = ("byte", "date", "date-time", "double", "float", "int32", "int64", "password")
_SELECTABLE_TYPES = ("string", "boolean", "integer")
MAX_SELECTABLE_FIELDS = 8
WARNING_LENGTH = 256


def validate_deprecation(version: Obj, path: str) -> list[FieldError]:
    """Judge a version's deprecation warning."""
    warning: str | None = version.get("deprecationWarning")
    if warning is None:
        return []
    complaints: list[str] = []
    if not version.get("deprecated"):
        complaints.append("can only be set for deprecated versions")
    if len(warning.encode()) > WARNING_LENGTH:
        complaints.append(f"must be <= {WARNING_LENGTH} characters long")
    if not warning:
        complaints.append("must not be an empty string")
    hidden = next((index for index, char in enumerate(warning) if not char.isprintable()), None)
    if hidden is not None:
        index = len(warning[:hidden].encode())
        complaints.append(f"must only contain printable UTF-8 characters; non-printable character found at index {index}")
    return [invalid(f"{path}.deprecationWarning", warning, complaint) for complaint in complaints]


def validate_subresources(subresources: Obj, path: str) -> list[FieldError]:
    """Judge the paths of the scale subresource."""
    scale = subresources.get("scale")
    if scale is None:
        return []
    faults: list[FieldError] = []
    for field, roots in (("specReplicasPath", (".spec.",)), ("statusReplicasPath", (".status.",))):
        text = scale.get(field) or ""
        faults += _path_under(text, roots, f"{path}.scale.{field}") if text else [required(f"{path}.scale.{field}")]
    selector = scale.get("labelSelectorPath")
    return faults + (_path_under(selector, (".spec.", ".status."), f"{path}.scale.labelSelectorPath") if selector else [])


def _path_under(text: str, roots: tuple[str, ...], path: str) -> list[FieldError]:
    faults = _simple_path(text, path)
    if faults or text.startswith(roots):
        return faults
    named = " or ".join(root.rstrip(".") for root in roots)
    either = "either " if len(roots) > 1 else ""
    return [invalid(path, text, f"should be a json path under {either}{named}")]


def _simple_path(text: str, path: str) -> list[FieldError]:
    return [] if text.startswith(".") else [invalid(path, text, "must be a simple json path starting with .")]


def validate_columns(columns: Sequence[Obj], path: str) -> list[FieldError]:
    """Judge the columns that the kind is printed with."""
    faults: list[FieldError] = []
    for index, column in enumerate(columns):
        faults += _column(column, f"{path}[{index}]")
    return faults


def _column(column: Obj, path: str) -> list[FieldError]:
    faults = [] if column.get("name") else [required(f"{path}.name")]
    kind, form, json_path = column.get("type") or "", column.get("format") or "", column.get("jsonPath") or ""
    known = f"must be one of {','.join(_COLUMN_TYPES)}"
    if not kind:
        faults.append(required(f"{path}.type", known))
    elif kind not in _COLUMN_TYPES:
        faults.append(invalid(f"{path}.type", kind, known))
    if form and form not in _COLUMN_FORMATS:
        faults.append(invalid(f"{path}.format", form, f"must be one of {','.join(_COLUMN_FORMATS)}"))
    return faults + (_simple_path(json_path, f"{path}.JSONPath") if json_path else [required(f"{path}.JSONPath")])


def validate_selectable_fields(fields: Sequence[Obj], schema: Obj | None, path: str) -> list[FieldError]:
    """Judge the fields that a field selector may ask for. ``schema``: the version's."""
    if not fields:
        return []
    if schema is None:
        return [invalid(path, "", "selectableFields may only be set when version.schema.openAPIV3Schema is not included")]
    faults: list[FieldError] = []
    seen: list[str] = []
    for index, entry in enumerate(fields):
        text, here = entry.get("jsonPath") or "", f"{path}[{index}].jsonPath"
        if not text:
            faults.append(required(here))
            continue
        try:
            steps = field_path(text, arrays=False)
            found = field_at(schema, steps)
        except FieldPathError as error:
            faults.append(invalid(here, text, f"is an invalid path: {error}"))
            continue
        if steps[0] == "metadata":
            faults.append(invalid(here, text, "must not point to fields in metadata"))
        if found.get("type") not in _SELECTABLE_TYPES:
            detail = "must point to a field of type string, boolean or integer. Enum string fields and strings with formats are allowed."
            faults.append(invalid(here, text, detail))
        if ".".join(steps) in seen:
            faults.append(duplicate(here, text))
        else:
            seen.append(".".join(steps))
    if len(seen) > MAX_SELECTABLE_FIELDS:
        faults.append(too_many(path, len(seen), MAX_SELECTABLE_FIELDS))
    return faults
