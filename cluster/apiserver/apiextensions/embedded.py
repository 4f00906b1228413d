"""Metadata in custom resources: their own, and that of whole objects inside of them.

Upstream: ``staging/src/k8s.io/apiextensions-apiserver/pkg/apiserver/schema/objectmeta/{coerce,validation}.go``.
"""

from __future__ import annotations

from collections.abc import Iterator

from cluster.apiserver.apiextensions.pruning import EMBEDDED
from cluster.apiserver.schema.decoder import struct_decoder, unknown_fields
from cluster.apiserver.validation import names
from cluster.apiserver.validation.metadata import validate_annotations, validate_labels
from cluster.machinery.errors import FieldError, invalid, required
from cluster.machinery.meta import Obj

_OBJECT_META = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"


def decoded_meta(meta: object, path: str = "metadata") -> tuple[Obj, list[str]]:
    """Return metadata as its Go type has it, and the paths of fields that it lacks. Raises Mismatch, BadValue."""
    lost: list[str] = []
    decoded = struct_decoder(_OBJECT_META)(meta, lost)
    assert isinstance(decoded, dict)
    return decoded, [f"{path}.{field}" for field in unknown_fields(_OBJECT_META, meta)] if lost else []


def embedded_objects(value: object, schema: Obj, path: str = "") -> Iterator[tuple[Obj, str]]:
    """Yield the objects inside of a custom resource, each with its path."""
    if isinstance(value, list):
        items = schema.get("items")
        if isinstance(items, dict):
            for index, item in enumerate(value):
                yield from _embedded(item, items, f"{path}[{index}]")
    elif isinstance(value, dict):
        properties, additional = schema.get("properties") or {}, schema.get("additionalProperties")
        for key, item in value.items():
            if key in properties:
                yield from _embedded(item, properties[key], f"{path}.{key}" if path else key)
            elif isinstance(additional, dict):
                yield from _embedded(item, additional, f"{path}[{key}]")


def _embedded(value: object, schema: Obj, path: str) -> Iterator[tuple[Obj, str]]:
    if schema.get(EMBEDDED) and isinstance(value, dict):
        yield value, path
    yield from embedded_objects(value, schema, path)


def validate_embedded(obj: Obj, path: str) -> list[FieldError]:
    """Judge an object inside of another: it must say what it is."""
    faults = [required(f"{path}.{field}", "must not be empty") for field in ("apiVersion", "kind") if not obj.get(field)]
    group, _, _ = str(obj.get("apiVersion") or "").rpartition("/")
    if group:
        faults += [invalid(f"{path}.apiVersion", obj["apiVersion"], each) for each in names.dns_subdomain(group)]
    meta = obj.get("metadata")
    if isinstance(meta, dict):
        faults += validate_labels(meta.get("labels"), f"{path}.metadata.labels")
        faults += validate_annotations(meta.get("annotations"), f"{path}.metadata.annotations")
    return faults
