"""Rules for RuntimeClasses.

Upstream: ``pkg/apis/node/validation/validation.go`` (``ValidateRuntimeClass``), ``pkg/api/node/util.go`` (the warnings).
"""

from __future__ import annotations

from cluster.apiserver.validation import names
from cluster.apiserver.validation.fields import each_invalid, immutable
from cluster.apiserver.validation.metadata import validate_labels, validate_object_meta, validate_object_meta_update
from cluster.apiserver.validation.node_labels import deprecation
from cluster.apiserver.validation.placement import validate_tolerations
from cluster.apiserver.validation.resources import validate_resource_requirements
from cluster.machinery.errors import FieldError
from cluster.machinery.meta import Obj


def validate(runtime_class: Obj) -> list[FieldError]:
    """Judge a RuntimeClass to be created."""
    handler, scheduling = runtime_class.get("handler", ""), runtime_class.get("scheduling") or {}
    faults = validate_object_meta(runtime_class["metadata"], namespaced=False)
    faults += each_invalid("handler", handler, names.dns_label(handler))
    if runtime_class.get("overhead") is not None:
        faults += validate_resource_requirements({"limits": runtime_class["overhead"].get("podFixed")}, "overhead")
    faults += validate_labels(scheduling.get("nodeSelector"), "scheduling.nodeSelector")
    return faults + validate_tolerations(scheduling.get("tolerations") or [], "scheduling.tolerations")


def validate_update(runtime_class: Obj, old: Obj) -> list[FieldError]:
    """Judge a change of a RuntimeClass: the handler stays."""
    faults = validate_object_meta_update(runtime_class["metadata"], old["metadata"])
    return faults + immutable("handler", runtime_class.get("handler", ""), old.get("handler", ""))


def warnings(runtime_class: Obj) -> list[str]:
    """Return what is accepted in a RuntimeClass and out of date."""
    selector = (runtime_class.get("scheduling") or {}).get("nodeSelector") or {}
    return [f"scheduling.nodeSelector: {key} is {text}" for key in sorted(selector) if (text := deprecation(key))]
