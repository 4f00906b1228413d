"""Rules for Events of the core group. Upstream: ``pkg/apis/core/validation/events.go`` (``legacyValidateEvent``)."""

from __future__ import annotations

from cluster.apiserver.validation import names
from cluster.apiserver.validation.fields import each_invalid
from cluster.apiserver.validation.metadata import validate_object_meta, validate_object_meta_update
from cluster.machinery.errors import FieldError, invalid, required
from cluster.machinery.meta import Obj

_ELSEWHERE = "does not match event.namespace"
_ACTION_LENGTH = 128


def validate(event: Obj) -> list[FieldError]:
    """Judge an Event: it lives in the namespace of what it is about (``default`` for what has none).

    Its metadata is judged only when the rest is in order: by the generic registry, and not by the rules of the kind.
    """
    namespace = event["metadata"].get("namespace", "")
    about = event.get("involvedObject", {}).get("namespace", "")
    faults: list[FieldError] = []
    if about != namespace and (about or namespace not in ("", "default")):
        faults.append(invalid("involvedObject.namespace", about, _ELSEWHERE))
    faults += each_invalid("namespace", namespace, names.dns_subdomain(namespace)) if namespace else []
    faults += _validate_new_style(event) if event.get("eventTime") else []
    return faults or validate_object_meta(event["metadata"], namespaced=True, name_check=names.path_segment)


def _validate_new_style(event: Obj) -> list[FieldError]:
    """An Event that says when it happened (``eventTime``) also says who reports it and what was done."""
    faults: list[FieldError] = []
    controller, instance = event.get("reportingComponent", ""), event.get("reportingInstance", "")
    if not controller:
        faults.append(required("reportingComponent"))
    faults += each_invalid("reportingComponent", controller, names.qualified_name(controller))
    if not instance:
        faults.append(required("reportingInstance"))
    for field in ("action", "reason"):
        if not event.get(field):
            faults.append(required(field))
        if len(event.get(field, "")) > _ACTION_LENGTH:
            faults.append(invalid(field, "", f"can have at most {_ACTION_LENGTH} characters"))
    return faults


def validate_update(event: Obj, old: Obj) -> list[FieldError]:
    """Judge a change of an Event (its count and last moment)."""
    return validate(event) or validate_object_meta_update(event["metadata"], old["metadata"])
