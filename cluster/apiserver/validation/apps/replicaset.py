"""Rules for ReplicaSets.

Upstream: ``pkg/apis/apps/validation/validation.go`` (``ValidateReplicaSet``), ``pkg/registry/apps/replicaset/strategy.go``.
"""

from __future__ import annotations

from cluster.apiserver.validation.fields import immutable, not_negative
from cluster.apiserver.validation.metadata import validate_object_meta, validate_object_meta_update
from cluster.apiserver.validation.selectors import invalid_selector
from cluster.apiserver.validation.workload import parsed_selector, validate_counts, validate_replicated_template, validate_selector
from cluster.machinery.errors import FieldError
from cluster.machinery.meta import Obj

_COUNTS = ("replicas", "fullyLabeledReplicas", "readyReplicas", "availableReplicas", "observedGeneration")


def _validate_spec(spec: Obj) -> list[FieldError]:
    faults = not_negative("spec.replicas", spec.get("replicas"))
    faults += not_negative("spec.minReadySeconds", spec.get("minReadySeconds"))
    faults += validate_selector(spec.get("selector"), "spec.selector", "deployment")  # sic: upstream shares the message
    selector = parsed_selector(spec)
    if selector is None:
        return [*faults, invalid_selector("spec.selector", spec["selector"], "invalid label selector")]
    return faults + validate_replicated_template(selector, spec, "spec.template", "ReplicaSet")


def validate(replica_set: Obj) -> list[FieldError]:
    """Judge a ReplicaSet to be created."""
    return validate_object_meta(replica_set["metadata"], namespaced=True) + _validate_spec(replica_set["spec"])


def validate_update(replica_set: Obj, old: Obj) -> list[FieldError]:
    """Judge a change of a ReplicaSet; its selector may not change."""
    faults = validate_object_meta_update(replica_set["metadata"], old["metadata"])
    faults += _validate_spec(replica_set["spec"])
    return faults + immutable("spec.selector", replica_set["spec"].get("selector"), old["spec"].get("selector"))


def validate_status_update(replica_set: Obj, old: Obj) -> list[FieldError]:
    """Judge a change of a ReplicaSet's status."""
    status = replica_set.get("status", {})
    faults = validate_object_meta_update(replica_set["metadata"], old["metadata"])
    for field in _COUNTS:
        faults += not_negative(f"status.{field}", status.get(field))
    return faults + validate_counts(status, ("fullyLabeledReplicas", "readyReplicas", "availableReplicas"))
