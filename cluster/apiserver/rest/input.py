"""From a request's body to the object that it wants.

Upstream: ``staging/src/k8s.io/apiserver/pkg/endpoints/handlers/{create,update,patch}.go``.
"""

from __future__ import annotations

from collections.abc import Callable

from cluster.apiserver.call import Call
from cluster.apiserver.codec import Codec
from cluster.apiserver.patching import apply_patch
from cluster.apiserver.registry.store import place
from cluster.apiserver.request import PatchType, Request
from cluster.apiserver.schema import unpatchable
from cluster.machinery.errors import ApiError, bad_request
from cluster.machinery.meta import Obj

_STRICT = "strict decoding error: "
Wanted = Callable[[Obj], Obj]
"""Makes the wanted object, decoded, out of the current one."""


def body_of(call: Call, codec: Codec) -> Obj:
    """Decode the body. Raises ApiError 400."""
    request = call.request
    body = request.body if isinstance(request.body, dict) else {}
    is_strict = request.options.field_validation == "Strict"
    try:
        obj, warnings = codec.decode(body, request.options.field_validation)
    except ApiError as error:
        if request.duplicates and is_strict and _STRICT in error.message:
            error.message = error.message.replace(_STRICT, f"{_STRICT}{', '.join(request.duplicates)}, ", 1)
        raise
    if request.duplicates and is_strict:
        version = request.kind.version
        fault = f"{_STRICT}{', '.join(request.duplicates)}"
        raise bad_request(f'{obj["kind"]} in version "{version}" cannot be handled as a {obj["kind"]}: {fault}')
    _warn(call, warnings)
    return _with_reset(obj, body)


def wanted_by(call: Call, codec: Codec, *, kept: str = "") -> Wanted:
    """Return what an update or a patch makes of the current object. Raises ApiError, now or when called.

    ``kept``: a field that the write has no say in. What a patch leaves alone of it is not decoded anew, and may be shared.
    """
    request = call.request
    if request.verb != "patch":
        body = named(body_of(call, codec), request)
        return lambda current: body

    def patched(current: Obj) -> Obj:
        changed = apply_patch(
            _patched_part(current, request.body), request.body, request.patch_type or PatchType.STRATEGIC, codec.patch_schema
        )
        if request.patch_type is PatchType.STRATEGIC:
            changed |= {field: current[field] for field in ("apiVersion", "kind")}  # it is merged into a typed object
        settled = {kept: changed[kept]} if kept in changed and changed[kept] is current.get(kept) else {}
        obj, warnings = codec.decode_patched(changed, request.options.field_validation, settled)
        if request.duplicates and request.options.field_validation == "Strict":
            raise unpatchable(changed, f"{_STRICT}{', '.join(request.duplicates)}")
        _warn(call, warnings)
        return named(_with_reset(obj, changed), request)

    return patched


def _patched_part(current: Obj, patch: object) -> Obj:
    """Spare a patch of the usual kind the managed fields, which are kept anyway: they can be as large as the rest."""
    meta = current.get("metadata") or {}
    patched = patch.get("metadata") or {} if isinstance(patch, dict) else None
    if not isinstance(patched, dict) or "managedFields" in patched or "managedFields" not in meta:
        return current
    return {**current, "metadata": {name: value for name, value in meta.items() if name != "managedFields"}}


def _warn(call: Call, unknown: tuple[str, ...]) -> None:
    if call.request.options.field_validation != "Ignore":
        call.warnings += (*call.request.duplicates, *unknown)


def _with_reset(obj: Obj, sent: Obj) -> Obj:
    """Keep an empty list of managed fields, which decoding drops: it says that nobody is to own anything."""
    meta = sent.get("metadata")
    if isinstance(meta, dict) and meta.get("managedFields") == []:
        obj["metadata"]["managedFields"] = []
    return obj


def named(obj: Obj, request: Request) -> Obj:
    """Hold an object's name and namespace against the path's. Raises ApiError 400."""
    meta = obj["metadata"]
    name = meta.get("name", "")
    if not name:
        raise bad_request(f"the name of the object ({request.name} based on URL) was undeterminable: name must be provided")
    if name != request.name:
        raise bad_request(f"the name of the object ({name}) does not match the name on the URL ({request.name})")
    said = meta.get("namespace", "")
    place(
        meta, request.namespace, f"the namespace of the object ({said}) does not match the namespace on the request ({request.namespace})"
    )
    return obj
