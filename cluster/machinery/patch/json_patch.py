"""JSON patch (RFC 6902), by the ``jsonpatch`` library.

A short patch can copy a document into itself until no memory holds it; so what is copied is counted, as upstream counts it.

Upstream: ``staging/src/k8s.io/apiserver/pkg/endpoints/handlers/patch.go`` (jsonPatcher), ``.../pkg/server/config.go``
(``JSONPatchMaxCopyBytes``).
"""

from __future__ import annotations

from copy import deepcopy

import jsonpatch
import orjson

from cluster.machinery.meta import Obj
from cluster.machinery.patch.errors import BadPatchFormat, PatchError, PatchNotApplicable, json_type

MAX_OPERATIONS = 10_000
MAX_COPIED = 3 * 1024 * 1024
"""Bytes of JSON that the ``copy`` operations of one patch may add."""


class PatchTooLarge(PatchError):  # noqa: N818
    """More operations than a request may have: 413 with this message."""


def apply_json_patch(obj: Obj, operations: object) -> Obj:
    """Return a copy of ``obj`` with the operations applied in order; changes neither input.

    Raises BadPatchFormat (not a list of operations), PatchTooLarge, PatchNotApplicable (a path that is not there,
    an operation that is not known, a failed ``test``).
    """
    if not isinstance(operations, list):
        raise BadPatchFormat(
            f"error decoding patch: json: cannot unmarshal {json_type(operations)} into Go value of type []handlers.jsonPatchOp"
        )
    for operation in operations:
        if not isinstance(operation, dict):
            kind = json_type(operation)
            raise BadPatchFormat(f"error decoding patch: json: cannot unmarshal {kind} into Go value of type handlers.jsonPatchOp")
    if len(operations) > MAX_OPERATIONS:
        raise PatchTooLarge(f"The allowed maximum operations in a JSON patch is {MAX_OPERATIONS}, got {len(operations)}")
    try:
        patched = _applied(obj, operations)
    except (jsonpatch.JsonPatchException, jsonpatch.JsonPointerException, TypeError) as error:
        # TypeError: the library indexes into a plain value when a path leads through one; or what is copied is too deep to be JSON
        raise PatchNotApplicable(str(error)) from error
    if not isinstance(patched, dict):
        raise PatchNotApplicable("the patched value is not an object")
    return patched


def _tests_absence(operation: Obj, patched: object) -> bool:
    """Whether an operation tests for null what an object does not have: that holds."""
    if operation.get("op") != "test" or operation.get("value", ...) is not None or "path" not in operation:
        return False
    parent, member = jsonpatch.JsonPointer(operation["path"]).to_last(patched)
    return isinstance(parent, dict) and member is not None and member not in parent


def _applied(obj: Obj, operations: list[Obj]) -> object:
    patched: object = deepcopy(obj)
    copied = 0
    for operation in operations:
        if operation.get("op") == "copy" and "from" in operation:
            content = orjson.dumps(jsonpatch.JsonPointer(operation["from"]).resolve(patched))
            copied += len(content)
            if copied > MAX_COPIED:
                raise PatchNotApplicable(f"the copies add {copied} bytes, more than {MAX_COPIED}")
            operation = {**operation, "op": "add", "value": orjson.loads(content)}
        if _tests_absence(operation, patched):
            continue
        patched = jsonpatch.apply_patch(patched, [operation], in_place=True)
    return patched
