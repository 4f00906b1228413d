"""Decoding of definitions, and of custom resources: their metadata is typed like everybody's, all else is kept as the schema knows it.

Upstream: ``staging/src/k8s.io/apiextensions-apiserver/pkg/apiserver/customresource_handler.go`` (``schemaCoercingDecoder``).
"""

from __future__ import annotations

from functools import cached_property

import orjson

from cluster.apiserver.apiextensions.embedded import decoded_meta, embedded_objects
from cluster.apiserver.apiextensions.nesting import check_nesting
from cluster.apiserver.apiextensions.pruning import prune
from cluster.apiserver.codec import PublishedCodec
from cluster.apiserver.schema.definitions import definitions
from cluster.apiserver.schema.scalars import BadValue, Mismatch
from cluster.machinery.apply import MergeType
from cluster.machinery.apply.openapi import type_of
from cluster.machinery.errors import ApiError, FieldError, bad_request, invalid, quote, unprocessable
from cluster.machinery.kinds.apiextensions import CUSTOMRESOURCEDEFINITIONS
from cluster.machinery.kinds.custom import CustomKind
from cluster.machinery.meta import Obj
from cluster.machinery.patch import PatchSchema

_OBJECT_FIELDS: Obj = {
    "apiVersion": {"type": "string"},
    "kind": {"type": "string"},
    "metadata": {"$ref": "#/$defs/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"},
}


class DefinitionCodec(PublishedCodec):
    """Decodes definitions, whose schemas may be nested as deep as anybody likes."""

    def __init__(self) -> None:
        super().__init__(CUSTOMRESOURCEDEFINITIONS)

    def decode(self, obj: Obj, field_validation: str) -> tuple[Obj, tuple[str, ...]]:
        """See ``schema.decode``."""
        check_nesting(obj)
        return super().decode(obj, field_validation)

    def decode_patched(self, obj: Obj, field_validation: str, settled: Obj) -> tuple[Obj, tuple[str, ...]]:
        """See ``schema.decode_patched``."""
        check_nesting(obj)
        return super().decode_patched(obj, field_validation, settled)


class CustomCodec:
    """Implements ``Codec`` for one version of a custom resource."""

    def __init__(self, kind: CustomKind) -> None:
        self._kind = kind

    def decode(self, obj: Obj, field_validation: str) -> tuple[Obj, tuple[str, ...]]:
        """Return the object a body stands for and warnings. Raises ApiError 400, 422 for another kind of the group."""
        kind = self._kind
        self._check_type(obj)
        try:
            decoded, lost = self._parse(obj)
        except (Mismatch, BadValue) as error:
            raise bad_request(f'{kind.kind} in version "{kind.version}" cannot be handled as a {kind.kind}: {error}') from None
        if lost and field_validation == "Strict":
            found = f'{kind.kind} in version "{kind.version}" cannot be handled as a {kind.kind}'
            raise bad_request(f"{found}: strict decoding error: {', '.join(lost)}")
        return decoded, () if field_validation == "Ignore" else lost

    def decode_patched(self, obj: Obj, field_validation: str, settled: Obj) -> tuple[Obj, tuple[str, ...]]:
        """As ``decode``, for an object that a patch was applied to, ``settled`` too: a schema may have changed. Raises ApiError 422."""
        self._check_type(obj)
        try:
            decoded, lost = self._parse(obj)
        except (Mismatch, BadValue) as error:
            raise _unpatchable(obj, str(error)) from None
        if lost and field_validation == "Strict":
            raise _unpatchable(obj, f"strict decoding error: {', '.join(lost)}")
        return decoded, () if field_validation == "Ignore" else lost

    @property
    def patch_schema(self) -> PatchSchema | None:
        """Custom resources have no strategic merge patches."""
        return None

    @cached_property
    def merge_type(self) -> MergeType:
        """The structural schema, with the metadata that every object has."""
        schema = self._kind.schema
        return type_of(definitions(), {**schema, "properties": {**(schema.get("properties") or {}), **_OBJECT_FIELDS}})

    @cached_property
    def empty(self) -> Obj:
        """Nothing but the type."""
        return {"apiVersion": self._kind.api_version, "kind": self._kind.kind, "metadata": {}}

    def _check_type(self, obj: Obj) -> None:
        check_nesting(obj)
        wanted = self._kind
        for field in ("kind", "apiVersion"):
            if not isinstance(obj.get(field), str) or not obj[field]:
                text = orjson.dumps(obj).decode()
                missing = f"Object '{field[0].upper()}{field[1:]}' is missing in '{text}'"
                raise bad_request(f"the object provided is unrecognized (must be of type {wanted.kind}): {missing}")
        if obj["apiVersion"] != wanted.api_version:
            found = f"the API version in the data ({obj['apiVersion']}) does not match the expected API version ({wanted.api_version})"
            raise bad_request(found)
        if obj["kind"] != wanted.kind:
            name = obj["metadata"].get("name", "") if isinstance(obj.get("metadata"), dict) else ""
            raise unprocessable(wanted.group, wanted.kind, name, [invalid("kind", obj["kind"], f"must be {wanted.kind}")])

    def _parse(self, obj: Obj) -> tuple[Obj, tuple[str, ...]]:
        """Return a new object and what was dropped, as warnings. Raises Mismatch, BadValue."""
        meta, lost = decoded_meta(obj.get("metadata"))
        rest = {key: value for key, value in obj.items() if key not in ("apiVersion", "kind", "metadata")}
        decoded: Obj = {"apiVersion": obj["apiVersion"], "kind": obj["kind"], "metadata": meta, **orjson.loads(orjson.dumps(rest))}
        lost += prune(decoded, self._kind.schema, is_resource=True)
        for inner, path in embedded_objects(decoded, self._kind.schema):
            if isinstance(inner.get("metadata"), dict):
                inner["metadata"], unknown = decoded_meta(inner["metadata"], f"{path}.metadata")
                lost += unknown
        return decoded, tuple(f'unknown field "{path}"' for path in lost)


def _unpatchable(obj: Obj, detail: str) -> ApiError:
    return unprocessable("", "", "", [FieldError("patch", "FieldValueInvalid", f"Invalid value: {quote(quote(obj))}: {detail}")])
