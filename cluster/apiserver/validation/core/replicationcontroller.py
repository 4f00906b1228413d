"""Rules for ReplicationControllers. Upstream: ``pkg/apis/core/validation/validation.go`` (``ValidateReplicationController``)."""

from __future__ import annotations

from cluster.apiserver.validation.fields import not_negative
from cluster.apiserver.validation.metadata import validate_object_meta, validate_object_meta_update
from cluster.apiserver.validation.workload import validate_counts, validate_replicated_template
from cluster.machinery.errors import FieldError, required
from cluster.machinery.label_requirement import SelectorError
from cluster.machinery.labels import NOTHING, Selector, selector_from_labels
from cluster.machinery.meta import Obj

_COUNTS = ("replicas", "fullyLabeledReplicas", "readyReplicas", "availableReplicas", "observedGeneration")


def _selector(labels: dict[str, str]) -> Selector:
    """Return what a map of labels selects; labels that are none select nothing."""
    try:
        return selector_from_labels(labels)
    except SelectorError:
        return NOTHING


def _validate_spec(spec: Obj) -> list[FieldError]:
    labels = spec.get("selector") or {}
    faults = not_negative("spec.minReadySeconds", spec.get("minReadySeconds"))
    faults += [] if labels else [required("spec.selector")]
    faults += not_negative("spec.replicas", spec.get("replicas"))
    if spec.get("template") is None:
        return [*faults, required("spec.template")]
    return faults + validate_replicated_template(_selector(labels), spec, "spec.template", "ReplicationController")


def validate(controller: Obj) -> list[FieldError]:
    """Judge a ReplicationController to be created."""
    return validate_object_meta(controller["metadata"], namespaced=True) + _validate_spec(controller["spec"])


def validate_update(controller: Obj, old: Obj) -> list[FieldError]:
    """Judge a change of a ReplicationController; even its selector may change."""
    return validate_object_meta_update(controller["metadata"], old["metadata"]) + _validate_spec(controller["spec"])


def validate_status_update(controller: Obj, old: Obj) -> list[FieldError]:
    """Judge a change of a ReplicationController's status."""
    status = controller.get("status", {})
    faults = validate_object_meta_update(controller["metadata"], old["metadata"])
    for field in _COUNTS:
        faults += not_negative(f"status.{field}", status.get(field))
    return faults + validate_counts(status, ("fullyLabeledReplicas", "readyReplicas", "availableReplicas"))
