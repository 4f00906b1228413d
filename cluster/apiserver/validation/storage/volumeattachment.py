"""Rules for VolumeAttachments. Upstream: ``pkg/apis/storage/validation/validation.go`` (``ValidateVolumeAttachment``)."""

from __future__ import annotations

from cluster.apiserver.validation import names
from cluster.apiserver.validation.core.persistentvolume import validate_inline_spec
from cluster.apiserver.validation.fields import IMMUTABLE, each_invalid
from cluster.apiserver.validation.metadata import validate_object_meta, validate_object_meta_update
from cluster.apiserver.validation.persistent_volume_sources import validate_csi_driver_name
from cluster.machinery.errors import FieldError, forbidden_field, invalid, required, too_long
from cluster.machinery.meta import Obj

_METADATA_SIZE, _MESSAGE_SIZE = 256 * 1024, 1024
_ONE_SOURCE = "must specify exactly one of inlineVolumeSpec and persistentVolumeName"


def _validate_source(source: Obj, path: str) -> list[FieldError]:
    name, inline = source.get("persistentVolumeName"), source.get("inlineVolumeSpec")
    if name is None and inline is None:
        return [required(path, _ONE_SOURCE)]
    if name is not None and inline is not None:
        return [forbidden_field(path, _ONE_SOURCE)]
    if inline is not None:
        return validate_inline_spec(inline, f"{path}.inlineVolumeSpec")
    return [] if name else [required(f"{path}.persistentVolumeName", "must specify non empty persistentVolumeName")]


def _validate_error(error: Obj, path: str) -> list[FieldError]:
    faults = [too_long(f"{path}.message", _METADATA_SIZE)] if len(error.get("message", "").encode()) > _MESSAGE_SIZE else []
    code = error.get("errorCode")
    if code is not None and code < 0:
        faults.append(invalid(f"{path}.errorCode", code, "must be between 0 and 2147483647, inclusive"))
    return faults


def _validate_status(status: Obj, path: str) -> list[FieldError]:
    facts = status.get("attachmentMetadata") or {}
    size = sum(len(key.encode()) + len(value.encode()) for key, value in facts.items())
    faults = [too_long(f"{path}.attachmentMetadata", _METADATA_SIZE)] if size > _METADATA_SIZE else []
    for field in ("attachError", "detachError"):
        faults += _validate_error(status.get(field) or {}, f"{path}.{field}")
    return faults


def _validate(attachment: Obj) -> list[FieldError]:
    spec = attachment["spec"]
    faults = validate_object_meta(attachment["metadata"], namespaced=False)
    if not spec.get("attacher"):
        faults.append(required("spec.attacher"))
    faults += _validate_source(spec.get("source") or {}, "spec.source")
    node = spec.get("nodeName", "")
    faults += each_invalid("spec.nodeName", node, names.dns_subdomain(node))
    return faults + _validate_status(attachment["status"], "status")


def validate(attachment: Obj) -> list[FieldError]:
    """Judge a VolumeAttachment to be created: what all versions ask for, and what v1 asks for beyond it."""
    spec = attachment["spec"]
    faults = _validate(attachment) + validate_csi_driver_name(spec.get("attacher", ""), "spec.attacher")
    name = (spec.get("source") or {}).get("persistentVolumeName")
    if name is not None:
        faults += each_invalid("spec.source.persistentVolumeName", name, names.dns_subdomain(name))
    return faults


def validate_update(attachment: Obj, old: Obj) -> list[FieldError]:
    """Judge a change of a VolumeAttachment: its spec stays."""
    faults = validate_object_meta_update(attachment["metadata"], old["metadata"]) + _validate(attachment)
    return [*faults, invalid("spec", attachment["spec"], IMMUTABLE)] if attachment["spec"] != old["spec"] else faults
