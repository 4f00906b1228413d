"""JSON patch (RFC 6902), by the ``jsonpatch`` library.

Upstream: ``staging/src/k8s.io/apiserver/pkg/endpoints/handlers/patch.go`` (jsonPatcher).
"""

from __future__ import annotations

import jsonpatch

from cluster.machinery.meta import Obj
from cluster.machinery.patch.errors import BadPatchFormat, PatchError, PatchNotApplicable, json_type

MAX_OPERATIONS = 10_000


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
        patched = jsonpatch.apply_patch(obj, operations)
    except (jsonpatch.JsonPatchException, jsonpatch.JsonPointerException, TypeError) as error:
        # TypeError: the library indexes into a plain value when a path leads through one
        raise PatchNotApplicable(str(error)) from error
    if not isinstance(patched, dict):
        raise PatchNotApplicable("the patched value is not an object")
    return patched
