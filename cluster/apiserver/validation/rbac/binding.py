"""Rules for RoleBindings and ClusterRoleBindings: whom a role may be given to. Which role it is never changes.

Upstream: ``pkg/apis/rbac/validation/validation.go`` (``ValidateRoleBinding``, ``ValidateClusterRoleBinding``).
"""

from __future__ import annotations

from cluster.apiserver.validation import names
from cluster.apiserver.validation.fields import each_invalid, invalid_text, one_of, struct_text
from cluster.apiserver.validation.metadata import validate_object_meta, validate_object_meta_update
from cluster.machinery.errors import FieldError, invalid, required
from cluster.machinery.kinds.rbac import GROUP
from cluster.machinery.meta import Obj

_SUBJECT_KINDS = ("ServiceAccount", "User", "Group")


def _validate_role_ref(role_ref: Obj, *, namespaced: bool) -> list[FieldError]:
    kinds = ("Role", "ClusterRole") if namespaced else ("ClusterRole",)
    faults = one_of("roleRef.apiGroup", role_ref.get("apiGroup", ""), (GROUP,))
    faults += one_of("roleRef.kind", role_ref.get("kind", ""), kinds)
    name = role_ref.get("name", "")
    return faults + (each_invalid("roleRef.name", name, names.path_segment(name)) if name else [required("roleRef.name")])


def _validate_subject(subject: Obj, path: str, *, namespaced: bool) -> list[FieldError]:
    kind, name, group = subject.get("kind", ""), subject.get("name", ""), subject.get("apiGroup", "")
    faults = [] if name else [required(f"{path}.name")]
    if kind == "ServiceAccount":
        if name:
            faults += each_invalid(f"{path}.name", name, names.dns_subdomain(name))
        faults += one_of(f"{path}.apiGroup", group, ("",))
        if not namespaced and not subject.get("namespace"):
            faults.append(required(f"{path}.namespace"))
    elif kind in _SUBJECT_KINDS:
        if not name:
            faults.append(invalid(f"{path}.name", name, f"{kind.lower()} name cannot be empty"))
        faults += one_of(f"{path}.apiGroup", group, (GROUP,))
    else:
        faults += one_of(f"{path}.kind", kind, _SUBJECT_KINDS)
    return faults


def validate(binding: Obj, *, namespaced: bool) -> list[FieldError]:
    """Judge a RoleBinding, or a ClusterRoleBinding if not ``namespaced``."""
    faults = validate_object_meta(binding["metadata"], namespaced=namespaced, name_check=names.path_segment)
    faults += _validate_role_ref(binding["roleRef"], namespaced=namespaced)
    for index, subject in enumerate(binding.get("subjects") or ()):
        faults += _validate_subject(subject, f"subjects[{index}]", namespaced=namespaced)
    return faults


def validate_update(binding: Obj, old: Obj, *, namespaced: bool) -> list[FieldError]:
    """Judge a change: the binding as it will be, how its metadata changed, and that it still gives the same role."""
    faults = validate(binding, namespaced=namespaced)
    faults += validate_object_meta_update(binding["metadata"], old["metadata"])
    role_ref = binding["roleRef"]
    if role_ref != old["roleRef"]:
        fields = (("APIGroup", "apiGroup"), ("Kind", "kind"), ("Name", "name"))
        text = struct_text(*((go_name, role_ref.get(field, "")) for go_name, field in fields))
        faults.append(invalid_text("roleRef", text, "cannot change roleRef"))
    return faults
