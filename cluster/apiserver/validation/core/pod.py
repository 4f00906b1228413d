"""Rules for pods: created, changed, and changed in their status.

Upstream: ``pkg/apis/core/validation/validation.go`` (``ValidatePodCreate``, ``ValidatePodUpdate``,
``ValidatePodStatusUpdate``). It differs in the text of the difference that follows the refusal of a change: upstream
prints the fields of Go structs, this prints lines of JSON; both in the unified form.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable

import orjson

from cluster.apiserver.validation import names
from cluster.apiserver.validation.fields import each_invalid
from cluster.apiserver.validation.metadata import validate_object_meta, validate_object_meta_update
from cluster.apiserver.validation.pod_spec import validate_pod_spec
from cluster.machinery.errors import FieldError, forbidden_field, invalid, required
from cluster.machinery.meta import Obj

_UPDATABLE = ",".join(
    (
        "`spec.containers[*].image`",
        "`spec.initContainers[*].image`",
        "`spec.activeDeadlineSeconds`",
        "`spec.tolerations` (only additions to existing tolerations)",
        "`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)",
    )
)


def _validate_pod(pod: Obj) -> list[FieldError]:
    faults = validate_object_meta(pod["metadata"], namespaced=True)
    return faults + validate_pod_spec(pod["spec"], "spec", is_pod=True)


def validate(pod: Obj) -> list[FieldError]:
    """Judge a pod to be created."""
    faults = _validate_pod(pod)
    spec = pod["spec"]
    if spec.get("ephemeralContainers"):
        faults.append(forbidden_field("spec.ephemeralContainers", "cannot be set on create"))
    if spec.get("nodeName") and spec.get("schedulingGates"):
        faults.append(forbidden_field("spec.nodeName", "cannot be set until all schedulingGates have been cleared"))
    return faults


def _validate_container_images(new: list[Obj], old: list[Obj], path: str) -> list[FieldError]:
    return [
        required(f"{path}[{index}].image") for index, container in enumerate(new) if not container.get("image") and old[index].get("image")
    ]


def _validate_deadline(new: Obj, old: Obj) -> list[FieldError]:
    path = "spec.activeDeadlineSeconds"
    wanted, before = new.get("activeDeadlineSeconds"), old.get("activeDeadlineSeconds")
    if wanted is None:
        detail = "must not update from a positive integer to nil value"
        return [] if before is None else [invalid(path, None, detail)]
    if not 0 <= wanted <= 2**31 - 1:
        return [invalid(path, wanted, "must be between 0 and 2147483647, inclusive")]
    if before is not None and before < wanted:
        return [invalid(path, wanted, "must be less than or equal to previous value")]
    return []


def _without_seconds(toleration: Obj) -> Obj:
    return {key: value for key, value in toleration.items() if key != "tolerationSeconds"}


def _validate_tolerations_added(new: Iterable[Obj], old: Iterable[Obj]) -> list[FieldError]:
    kept = [_without_seconds(toleration) for toleration in new]
    if all(_without_seconds(toleration) in kept for toleration in old):
        return []
    return [forbidden_field("spec.tolerations", "existing toleration can not be modified except its tolerationSeconds")]


def _validate_gates_removed(new: Iterable[Obj], old: Iterable[Obj]) -> list[FieldError]:
    before = [gate.get("name") for gate in old]
    added = [gate.get("name") for gate in new if gate.get("name") not in before]
    return [forbidden_field("spec.schedulingGates", f"only deletion is allowed, but found new scheduling gate '{name}'") for name in added]


def _with_old_images(new: list[Obj], old: list[Obj]) -> list[Obj]:
    return [{**container, "image": before.get("image")} for container, before in zip(new, old, strict=True)]


def _with_changeable_fields_of(new: Obj, old: Obj) -> Obj:
    """Return the new spec with every field that may change as it was; what still differs may not change."""
    munged = dict(new)
    for field in ("containers", "initContainers"):
        if field in new:
            munged[field] = _with_old_images(new[field], old.get(field) or [])
    for field in ("activeDeadlineSeconds", "tolerations", "schedulingGates"):
        munged.pop(field, None)
        if field in old:
            munged[field] = old[field]
    if old.get("terminationGracePeriodSeconds", 0) < 0 and new.get("terminationGracePeriodSeconds") == 1:
        munged["terminationGracePeriodSeconds"] = old["terminationGracePeriodSeconds"]
    return munged


def _pretty(spec: Obj) -> list[str]:
    return orjson.dumps(spec, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS).decode().splitlines()


def _difference(old: Obj, new: Obj) -> str:
    _from, _to, *hunks = difflib.unified_diff(_pretty(old), _pretty(new), lineterm="", n=2)
    return "\n".join(hunks)


def validate_update(pod: Obj, old: Obj) -> list[FieldError]:
    """Judge a change of a pod: hardly anything of its spec may change."""
    faults = validate_object_meta_update(pod["metadata"], old["metadata"])
    faults += _validate_pod(pod)
    new_spec, old_spec = pod["spec"], old["spec"]
    for field in ("containers", "initContainers"):
        new_list, old_list = new_spec.get(field) or [], old_spec.get(field) or []
        if len(new_list) != len(old_list):
            return [*faults, forbidden_field(f"spec.{field}", "pod updates may not add or remove containers")]
        faults += _validate_container_images(new_list, old_list, f"spec.{field}")
    faults += _validate_deadline(new_spec, old_spec)
    faults += _validate_gates_removed(new_spec.get("schedulingGates") or (), old_spec.get("schedulingGates") or ())
    faults += _validate_tolerations_added(new_spec.get("tolerations") or (), old_spec.get("tolerations") or ())
    munged = _with_changeable_fields_of(new_spec, old_spec)
    if munged != old_spec:
        detail = f"pod updates may not change fields other than {_UPDATABLE}\n{_difference(old_spec, munged)}"
        faults.append(forbidden_field("spec", detail))
    return faults


def validate_status_update(pod: Obj, old: Obj) -> list[FieldError]:
    """Judge a change of a pod's status."""
    faults = validate_object_meta_update(pod["metadata"], old["metadata"])
    nominated = pod.get("status", {}).get("nominatedNodeName")
    if nominated:
        faults += each_invalid("status.nominatedNodeName", nominated, names.dns_subdomain(nominated))
    if pod["spec"].get("nodeName") != old["spec"].get("nodeName"):
        faults.append(forbidden_field("status.nodeName", "may not be changed directly"))
    return faults
