"""Rules for CustomResourceDefinitions.

What all versions have in common is judged as upstream's internal form has it: at ``spec.validation``, ``spec.subresources``,
``spec.additionalPrinterColumns`` and ``spec.selectableFields`` instead of version by version.

Upstream: ``staging/src/k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/validation/validation.go``,
``.../v1/conversion.go``.
"""

from __future__ import annotations

from collections.abc import Sequence

from cluster.apiserver.apiextensions.approval import ANNOTATION, Approval, approval_of, is_protected
from cluster.apiserver.apiextensions.conditions import ESTABLISHED, is_true
from cluster.apiserver.validation import names as shapes
from cluster.apiserver.validation.apiextensions.conversion import validate_conversion
from cluster.apiserver.validation.apiextensions.names import dns_1035_label, validate_names
from cluster.apiserver.validation.apiextensions.schema import validate_schema
from cluster.apiserver.validation.apiextensions.version import (
    validate_columns,
    validate_deprecation,
    validate_selectable_fields,
    validate_subresources,
)
from cluster.apiserver.validation.fields import immutable, invalid_text, struct_text
from cluster.apiserver.validation.metadata import validate_object_meta, validate_object_meta_update
from cluster.machinery.errors import FieldError, invalid, not_supported, required
from cluster.machinery.meta import Obj

_SCOPES = ("Cluster", "Namespaced")
_PRESERVE = (
    "cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead. "
    "See https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#field-pruning for details"
)
_PER_VERSION = ("schema", "subresources", "additionalPrinterColumns", "selectableFields")


def validate(definition: Obj) -> list[FieldError]:
    """Judge a definition to be created."""
    spec = definition["spec"]
    wanted = f"{spec['names'].get('plural') or ''}.{spec.get('group') or ''}"

    def name_check(name: str) -> list[str]:
        return shapes.dns_subdomain(name) + ([] if name == wanted else ['must be spec.names.plural+"."+spec.group'])

    faults = validate_object_meta(definition["metadata"], namespaced=False, name_check=name_check)
    faults += _spec(spec)
    faults += _status(definition, spec)
    faults += _approval(definition, None)
    return faults + _preserves_unknown_fields(spec, {})


def validate_update(definition: Obj, old: Obj) -> list[FieldError]:
    """Judge a change of a definition. Once it is established, its scope and its kind stay."""
    spec, old_spec = definition["spec"], old["spec"]
    faults = validate_object_meta_update(definition["metadata"], old["metadata"])
    faults += _spec(spec)
    if is_true(old, ESTABLISHED):
        faults += immutable("spec.scope", spec.get("scope"), old_spec.get("scope"))
        faults += immutable("spec.names.kind", spec["names"].get("kind"), old_spec["names"].get("kind"))
    faults += immutable("spec.group", spec.get("group"), old_spec.get("group"))
    faults += immutable("spec.names.plural", spec["names"].get("plural"), old_spec["names"].get("plural"))
    faults += _status(definition, spec)
    faults += _approval(definition, old)
    return faults + _preserves_unknown_fields(spec, old_spec)


def validate_status_update(definition: Obj, old: Obj) -> list[FieldError]:
    """Judge a change of the status."""
    return validate_object_meta_update(definition["metadata"], old["metadata"]) + _accepted_names(definition)


def _spec(spec: Obj) -> list[FieldError]:
    versions: Sequence[Obj] = spec.get("versions") or ()
    shared = {field for field in _PER_VERSION if versions and all(v.get(field) == versions[0].get(field) for v in versions)}
    faults = _group(spec.get("group") or "") + _scope(spec.get("scope") or "")
    for index, version in enumerate(versions):
        if not (version.get("schema") or {}).get("openAPIV3Schema"):
            faults.append(required(f"spec.versions[{index}].schema.openAPIV3Schema", "schemas are required"))
    for index, version in enumerate(versions):
        complaint = dns_1035_label(version.get("name") or "")
        if complaint:
            faults.append(invalid(f"spec.versions[{index}].name", version.get("name") or "", complaint))
        faults += validate_deprecation(version, f"spec.versions[{index}]")
        faults += _parts(version, f"spec.versions[{index}]", "schema", [field for field in _PER_VERSION if field not in shared])
    faults += _set_of_versions(versions, shared)
    for field in ("plural", "singular", "kind", "listKind"):
        if not spec["names"].get(field):
            faults.append(required(f"spec.names.{field}"))
    faults += validate_names(spec["names"], "spec.names")
    if versions:
        faults += _parts(versions[0], "spec", "validation", sorted(shared, key=_PER_VERSION.index))
    return faults + validate_conversion(spec["conversion"], "spec.conversion")


def _parts(version: Obj, path: str, schema_field: str, fields: Sequence[str]) -> list[FieldError]:
    faults: list[FieldError] = []
    schema, subresources = (version.get("schema") or {}).get("openAPIV3Schema"), version.get("subresources") or {}
    if "schema" in fields and schema is not None:
        faults += validate_schema(schema, f"{path}.{schema_field}.openAPIV3Schema", has_status="status" in subresources)
    if "subresources" in fields:
        faults += validate_subresources(subresources, f"{path}.subresources")
    if "additionalPrinterColumns" in fields:
        faults += validate_columns(version.get("additionalPrinterColumns") or (), f"{path}.additionalPrinterColumns")
    if "selectableFields" in fields:
        faults += validate_selectable_fields(version.get("selectableFields") or (), schema, f"{path}.selectableFields")
    return faults


def _group(group: str) -> list[FieldError]:
    if not group:
        return [required("spec.group")]
    complaints = shapes.dns_subdomain(group)
    if complaints:
        return [invalid("spec.group", group, ",".join(complaints))]
    return [] if "." in group else [invalid("spec.group", group, "should be a domain with at least one dot")]


def _scope(scope: str) -> list[FieldError]:
    if not scope:
        return [required("spec.scope")]
    return [] if scope in _SCOPES else [not_supported("spec.scope", scope, _SCOPES)]


def _set_of_versions(versions: Sequence[Obj], shared: set[str]) -> list[FieldError]:
    faults: list[FieldError] = []
    names = [version.get("name") or "" for version in versions]
    text = "[" + ",".join(_version_text(version, shared) for version in versions) + "]" if versions else "null"
    if len(set(names)) < len(names):
        faults.append(invalid_text("spec.versions", text, "must contain unique version names"))
    if sum(bool(version.get("storage")) for version in versions) != 1:
        faults.append(invalid_text("spec.versions", text, "must have exactly one version marked as storage version"))
    return faults


def _version_text(version: Obj, shared: set[str]) -> str:
    """A version as upstream's internal type writes it: what all versions share has left it."""
    own = {field: None if field in shared else version.get(field) for field in _PER_VERSION}
    return struct_text(
        ("Name", version.get("name") or ""),
        ("Served", bool(version.get("served"))),
        ("Storage", bool(version.get("storage"))),
        ("Deprecated", bool(version.get("deprecated"))),
        ("DeprecationWarning", version.get("deprecationWarning")),
        ("Schema", own["schema"]),
        ("Subresources", own["subresources"]),
        ("AdditionalPrinterColumns", own["additionalPrinterColumns"]),
        ("SelectableFields", own["selectableFields"]),
    )


def _accepted_names(definition: Obj) -> list[FieldError]:
    accepted = (definition.get("status") or {}).get("acceptedNames") or {}
    return validate_names(accepted, "status.acceptedNames")


def _status(definition: Obj, spec: Obj) -> list[FieldError]:
    served = {version.get("name") for version in spec.get("versions") or ()}
    stored = (definition.get("status") or {}).get("storedVersions") or ()
    lost = [(index, name) for index, name in enumerate(stored) if name not in served]
    return _accepted_names(definition) + [
        invalid(
            f"status.storedVersions[{index}]",
            name,
            "missing from spec.versions; "
            f"{name} was previously a storage version, and must remain in spec.versions until a storage migration ensures no data "
            f"remains persisted in {name} and removes {name} from status.storedVersions",
        )
        for index, name in lost
    ]


def _approval(definition: Obj, old: Obj | None) -> list[FieldError]:
    if not is_protected(definition):
        return []
    state, reason = approval_of(definition)
    if state in (Approval.APPROVED, Approval.BYPASSED) or (old is not None and approval_of(old)[0] is state):
        return []
    path = f"metadata.annotations[{ANNOTATION}]"
    if state is Approval.MISSING:
        return [required(path, reason)]
    return [invalid(path, definition["metadata"]["annotations"][ANNOTATION], reason)]


def _preserves_unknown_fields(spec: Obj, old: Obj) -> list[FieldError]:
    if not spec.get("preserveUnknownFields") or old.get("preserveUnknownFields"):
        return []
    return [invalid("spec.preserveUnknownFields", True, _PRESERVE)]
