"""Decoding: from what a client sent to an object of its kind, pruned and canonical, with upstream's complaints.

The real API server decodes JSON into Go structs, so unknown fields vanish, wrong types are a 400, quantities and
moments come back in one form. Here the published definitions are compiled into closures that do the same to dicts.
Fields that stand in a body twice are noticed before, where it is parsed (``cluster/http/duplicates.py``).

Upstream: ``staging/src/k8s.io/apiserver/pkg/endpoints/handlers/create.go``, ``rest.go``
(``transformDecodeError``).
"""

from __future__ import annotations

import functools

from cluster.apiserver.schema.decoder import struct_decoder, unknown_fields
from cluster.apiserver.schema.definitions import Typed, TypeName, definition_name, definitions, is_registered
from cluster.apiserver.schema.scalars import BadValue, Mismatch, json_kind
from cluster.machinery.errors import ApiError, FieldError, bad_request, quote, unprocessable
from cluster.machinery.meta import Obj
from cluster.machinery.patch.schema import OpenApiSchema, PatchSchema

__all__ = ["DecodeError", "decode", "decode_patched", "parse", "patch_schema", "unpatchable"]

_SCHEME = 'scheme "k8s.io/kubernetes/pkg/api/legacyscheme/scheme.go:30"'
_LEGACY_GROUP_VERSIONS = frozenset(
    {"extensions/v1beta1", "apps/v1beta1", "apps/v1beta2", "batch/v1beta1", "autoscaling/v2beta1", "autoscaling/v2beta2", "policy/v1beta1"}
)
"""No longer served, and still known to the API server's decoder."""


NOTHING: Obj = {}
"""Shared: never change it."""


class DecodeError(Exception):
    """An object that is not of its kind; the message is what Go's decoder says."""


def _go_package(api_version: str) -> str:
    return api_version.rpartition("/")[2]


def _internal_package(group: str) -> str:
    return group.partition(".")[0] or "core"


def _check_type(typed: Typed, obj: Obj) -> None:
    """Refuse an object that says it is of another kind. An object that says nothing is taken as asked for."""
    for field in ("apiVersion", "kind"):
        if not isinstance(obj.get(field) or "", str):
            parse_error = f"json parse error: json: cannot unmarshal {json_kind(obj[field])} into Go struct field .{field} of type string"
            raise bad_request(
                f"the object provided is unrecognized (must be of type {typed.kind}): couldn't get version/kind; {parse_error}"
            )
    wanted = f"{typed.group}/{typed.version}" if typed.group else typed.version
    api_version, kind = obj.get("apiVersion") or wanted, obj.get("kind") or typed.kind
    if (api_version, kind) == (wanted, typed.kind):
        return
    group, _, version = api_version.rpartition("/")
    prefix = f'{kind} in version "{version}" cannot be handled as a {typed.kind}: '
    if not is_registered(group, version, kind) and api_version not in _LEGACY_GROUP_VERSIONS:
        raise bad_request(f'{prefix}no kind "{kind}" is registered for version "{api_version}" in {_SCHEME}')
    if kind != typed.kind:
        raise bad_request(prefix + _unknown_conversion(typed, api_version, kind))
    raise bad_request(f"the API version in the data ({api_version}) does not match the expected API version ({wanted})")


def parse(typed: Typed, obj: Obj, field_validation: str, settled: Obj = NOTHING) -> tuple[Obj, tuple[str, ...]]:
    """Return ``obj`` as its type has it (a new object), and a warning for each field that the type lacks.

    ``field_validation``: ``Strict`` refuses unknown fields, ``Ignore`` drops them silently, ``Warn`` (and the empty
    string) drops them with a warning. ``settled``: fields of ``obj`` that were decoded before; they are taken as they are, shared.
    Raises DecodeError.
    """
    definition = definition_name(typed)
    lost: list[str] = []
    try:
        decoded = struct_decoder(definition)({**obj, **dict.fromkeys(settled, NOTHING)} if settled else obj, lost)
    except (Mismatch, BadValue) as error:
        raise DecodeError(str(error)) from None
    assert isinstance(decoded, dict)
    type_meta = {"apiVersion": f"{typed.group}/{typed.version}" if typed.group else typed.version, "kind": typed.kind}
    decoded = {**type_meta, **decoded, **type_meta, **settled}
    if not lost or field_validation == "Ignore":
        return decoded, ()
    warnings = tuple(f'unknown field "{path}"' for path in unknown_fields(definition, obj))
    if field_validation == "Strict":
        raise DecodeError(f"strict decoding error: {', '.join(warnings)}")
    return decoded, warnings


def decode(typed: Typed, obj: Obj, field_validation: str = "") -> tuple[Obj, tuple[str, ...]]:
    """Return the object a request's body stands for, and warnings; see ``parse``.

    ``typed``: the kind asked for, or the subresource whose body this is. Raises ApiError 400 when the body is of
    another kind or does not decode. ``obj`` is not changed, and nothing of it is shared with what is returned.
    """
    _check_type(typed, obj)
    try:
        return parse(typed, obj, field_validation)
    except DecodeError as error:
        raise bad_request(f'{typed.kind} in version "{typed.version}" cannot be handled as a {typed.kind}: {error}') from None


def decode_patched(typed: Typed, obj: Obj, field_validation: str = "", settled: Obj = NOTHING) -> tuple[Obj, tuple[str, ...]]:
    """As ``decode``, for an object that a patch was applied to; ``settled``: see ``parse``. Raises ApiError 422 in the wording of patches.

    What a patch has made another kind is read as one of that kind, and then is not of the kind that is wanted.
    """
    try:
        _check_patched_type(typed, obj)
        return parse(typed, obj, field_validation, settled)
    except DecodeError as error:
        raise unpatchable(obj, str(error)) from None


def _check_patched_type(typed: Typed, obj: Obj) -> None:
    wanted = f"{typed.group}/{typed.version}" if typed.group else typed.version
    api_version, kind = str(obj.get("apiVersion") or wanted), str(obj.get("kind") or typed.kind)
    if (api_version, kind) == (wanted, typed.kind):
        return
    group, _, version = api_version.rpartition("/")
    if not is_registered(group, version, kind):
        raise DecodeError(f'no kind "{kind}" is registered for version "{api_version}" in {_SCHEME}')
    parse(TypeName(group, version, kind), obj, "Ignore")
    raise DecodeError(_unknown_conversion(typed, api_version, kind))


def _unknown_conversion(typed: Typed, api_version: str, kind: str) -> str:
    return f"converting ({_go_package(api_version)}.{kind}) to ({_internal_package(typed.group)}.{typed.kind}): unknown conversion"


def unpatchable(obj: Obj, detail: str) -> ApiError:
    """422: what a patch made of an object does not decode."""
    fault = FieldError("patch", "FieldValueInvalid", f"Invalid value: {quote(quote(obj))}: {detail}")
    return unprocessable("", "", "", [fault])


def patch_schema(typed: Typed) -> PatchSchema:
    """Return how a strategic merge patch merges objects of this kind, list by list."""
    return _patch_schema(definition_name(typed))


@functools.cache
def _patch_schema(definition: str) -> PatchSchema:
    return OpenApiSchema.of(definitions(), definition)
