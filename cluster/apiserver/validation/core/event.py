"""Rules for Events of the core group. Upstream: ``pkg/apis/core/validation/events.go`` (``legacyValidateEvent``)."""

from __future__ import annotations

from cluster.apiserver.validation import names
from cluster.apiserver.validation.fields import each_invalid
from cluster.apiserver.validation.metadata import validate_object_meta, validate_object_meta_update
from cluster.machinery.errors import FieldError, invalid, required
from cluster.machinery.meta import Obj

_ELSEWHERE = "does not match event.namespace"
_LENGTHS = {"reportingInstance": 128, "action": 128, "reason": 128}
_MESSAGE_LENGTH = 1024


def validate(event: Obj) -> list[FieldError]:
    """Judge an Event. Its metadata is judged only when the rest is in order: by the generic registry, and not by the rules of the kind."""
    faults = validate_in_itself(event, "reportingComponent")
    return faults or validate_object_meta(event["metadata"], namespaced=True, name_check=names.path_segment)


def validate_in_itself(event: Obj, reporter: str) -> list[FieldError]:
    """Judge what an Event says. ``reporter``: what the request's group calls the field of the controller that reports it.

    An Event lives in the namespace of what it is about; what has none has its Events in ``default``, and may in the new style (with
    ``eventTime``) have them in ``kube-system``.
    """
    namespace = event["metadata"].get("namespace", "")
    about = (event.get("involvedObject") or {}).get("namespace", "")
    faults: list[FieldError] = []
    if event.get("eventTime"):
        if not about and namespace not in ("default", "kube-system"):
            faults.append(invalid("involvedObject.namespace", about, _ELSEWHERE))
        faults += _validate_new_style(event, reporter)
    elif about != namespace and (about or namespace not in ("", "default")):
        faults.append(invalid("involvedObject.namespace", about, _ELSEWHERE))
    return faults + each_invalid("namespace", namespace, names.dns_subdomain(namespace))


def _validate_new_style(event: Obj, reporter: str) -> list[FieldError]:
    """An Event that says when it happened (``eventTime``) also says who reports it and what was done."""
    controller = event.get("reportingComponent", "")
    faults = [] if controller else [required(reporter)]
    faults += each_invalid(reporter, controller, names.qualified_name(controller))
    for field, limit in _LENGTHS.items():
        if not event.get(field):
            faults.append(required(field))
        if len(event.get(field, "").encode()) > limit:
            faults.append(invalid(field, "", f"can have at most {limit} characters"))
    if len(event.get("message", "").encode()) > _MESSAGE_LENGTH:
        faults.append(invalid("message", "", f"can have at most {_MESSAGE_LENGTH} characters"))
    return faults


def validate_update(event: Obj, old: Obj) -> list[FieldError]:
    """Judge a change of an Event (its count and last moment)."""
    return validate(event) or validate_object_meta_update(event["metadata"], old["metadata"])
