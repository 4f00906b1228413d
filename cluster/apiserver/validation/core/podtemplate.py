"""Rules for PodTemplates. Upstream: ``pkg/apis/core/validation/validation.go`` (``ValidatePodTemplate``)."""

from __future__ import annotations

from cluster.apiserver.validation.metadata import validate_object_meta, validate_object_meta_update
from cluster.apiserver.validation.pod_spec import validate_pod_template
from cluster.machinery.errors import FieldError
from cluster.machinery.meta import Obj


def validate(pod_template: Obj) -> list[FieldError]:
    """Judge a PodTemplate to be created."""
    return validate_object_meta(pod_template["metadata"], namespaced=True) + validate_pod_template(pod_template["template"], "template")


def validate_update(pod_template: Obj, old: Obj) -> list[FieldError]:
    """Judge a change of a PodTemplate."""
    faults = validate_object_meta_update(pod_template["metadata"], old["metadata"])
    return faults + validate_pod_template(pod_template["template"], "template")
