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
from cluster.machinery.errors import bad_request
from cluster.machinery.meta import Obj

Wanted = Callable[[Obj], Obj]
"""Makes the wanted object, decoded, out of the current one."""


def body_of(call: Call, codec: Codec) -> Obj:
    """Decode the body. Raises ApiError 400."""
    request = call.request
    body = request.body if isinstance(request.body, dict) else {}
    obj, warnings = codec.decode(body, request.options.field_validation)
    call.warnings += warnings
    return obj


def wanted_by(call: Call, codec: Codec) -> Wanted:
    """Return what an update or a patch makes of the current object. Raises ApiError, now or when called."""
    request = call.request
    if request.verb != "patch":
        body = named(body_of(call, codec), request)
        return lambda current: body

    def patched(current: Obj) -> Obj:
        changed = apply_patch(current, request.body, request.patch_type or PatchType.STRATEGIC, codec.patch_schema)
        obj, warnings = codec.decode_patched(changed, request.options.field_validation)
        call.warnings += warnings
        return named(obj, request)

    return patched


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
