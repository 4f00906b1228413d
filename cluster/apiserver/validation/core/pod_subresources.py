"""Rules for the two parts of a pod that change through doors of their own: its ephemeral containers and its size.

Upstream: ``pkg/apis/core/validation/validation.go`` (``ValidatePodEphemeralContainersUpdate``, ``ValidatePodResize``).
"""

from __future__ import annotations

from cluster.apiserver.registry.qos import qos_class
from cluster.apiserver.validation.difference import difference
from cluster.apiserver.validation.metadata import validate_object_meta, validate_object_meta_update
from cluster.apiserver.validation.pod_spec import validate_pod_spec
from cluster.machinery.errors import FieldError, forbidden_field, invalid, quote
from cluster.machinery.meta import Obj

MIRROR = "kubernetes.io/config.mirror"
_RESIZED = ("cpu", "memory")
_CONTAINERS = ("containers", "initContainers")


def _is_static(pod: Obj) -> bool:
    return MIRROR in (pod["metadata"].get("annotations") or {})


def _validate_pod(pod: Obj) -> list[FieldError]:
    return validate_object_meta(pod["metadata"], namespaced=True) + validate_pod_spec(pod["spec"], "spec", is_pod=True)


def validate_ephemeral_containers_update(pod: Obj, old: Obj) -> list[FieldError]:
    """Judge a pod with more ephemeral containers; those that are there stay as they are."""
    if _is_static(old):
        return [forbidden_field("", "static pods do not support ephemeral containers")]
    faults = validate_object_meta_update(pod["metadata"], old["metadata"]) + _validate_pod(pod)
    new = {container.get("name", ""): container for container in pod["spec"].get("ephemeralContainers") or ()}
    for container in old["spec"].get("ephemeralContainers") or ():
        existing, path = f"existing ephemeral containers {quote(container['name'])} may not be", "spec.ephemeralContainers"
        changed = new.get(container["name"])
        if changed is None:
            faults.append(forbidden_field(path, f"{existing} removed\n"))
        elif changed != container:
            faults.append(forbidden_field(path, f"{existing} changed\n{difference(container, changed)}"))
    return faults


def validate_resize(pod: Obj, old: Obj) -> list[FieldError]:
    """Judge a pod of another size: CPU and memory of its containers, nothing else, and its quality of service stays."""
    if _is_static(old):
        return [forbidden_field("", "static pods cannot be resized")]
    new_spec, old_spec = pod["spec"], old["spec"]
    if (old_spec.get("os") or {}).get("name") == "windows":
        return [forbidden_field("", "windows pods cannot be resized")]
    faults = validate_object_meta_update(pod["metadata"], old["metadata"]) + _validate_pod(pod)
    if qos_class(new_spec) != qos_class(old_spec):
        quality = pod["status"].get("qosClass", "")
        faults.append(invalid("spec", quality, "Pod QOS Class may not change as a result of resizing"))
    if not _can_be_resized(old):
        faults.append(forbidden_field("spec", "Pod running on node without support for resize"))
    order = [fault for field in _CONTAINERS for fault in _validate_order(new_spec.get(field) or [], old_spec.get(field) or [], field)]
    if order:
        return faults + order
    for field in _CONTAINERS:
        faults += _validate_kept(new_spec.get(field) or [], old_spec.get(field) or [], f"spec.{field}")
    if _unsized(new_spec) != _unsized(old_spec):
        faults.append(forbidden_field("spec", "only cpu and memory resources are mutable"))
    return faults


def _can_be_resized(pod: Obj) -> bool:
    """Whether the node of a running pod says what its containers have been given."""
    running = [each for each in pod["status"].get("containerStatuses") or () if "running" in (each.get("state") or {})]
    return not running or "resources" in running[0]


def _validate_order(new: list[Obj], old: list[Obj], field: str) -> list[FieldError]:
    if len(new) != len(old):
        return [forbidden_field(f"spec.{field}", f"{field} may not be added or removed on resize")]
    return [
        forbidden_field(f"spec.{field}[{index}].name", f"{field} may not be renamed or reordered on resize")
        for index, (container, before) in enumerate(zip(new, old, strict=True))
        if container.get("name") != before.get("name")
    ]


def _validate_kept(new: list[Obj], old: list[Obj], path: str) -> list[FieldError]:
    """What was requested or limited stays so, whatever the amount."""
    faults: list[FieldError] = []
    for index, (container, before) in enumerate(zip(new, old, strict=True)):
        for side in ("requests", "limits"):
            left = (container.get("resources") or {}).get(side) or {}
            if any(name not in left for name in (before.get("resources") or {}).get(side) or {}):
                faults.append(forbidden_field(f"{path}[{index}].resources.{side}", f"resource {side} cannot be removed"))
    return faults


def _unsized(spec: Obj) -> Obj:
    """Return a pod spec without the CPU and memory of its containers that may be resized: all but those that run to an end first."""
    out = dict(spec)
    for field in _CONTAINERS:
        if field in spec:
            is_init = field == "initContainers"
            out[field] = [each if is_init and each.get("restartPolicy") != "Always" else _unsized_container(each) for each in spec[field]]
    return out


def _unsized_container(container: Obj) -> Obj:
    resources = dict(container.get("resources") or {})
    for side in ("requests", "limits"):
        kept = {name: amount for name, amount in (resources.pop(side, None) or {}).items() if name not in _RESIZED}
        if kept:
            resources[side] = kept
    return {**container, "resources": resources}
