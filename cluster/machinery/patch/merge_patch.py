"""JSON merge patch (RFC 7386): objects merge, null deletes, everything else replaces.

Upstream: ``gopkg.in/evanphx/json-patch.v4`` (merge.go), called from ``staging/src/k8s.io/apiserver/pkg/endpoints/handlers/patch.go``.
"""

from __future__ import annotations

from cluster.machinery.meta import Obj
from cluster.machinery.patch.errors import BadPatchFormat, json_type


def apply_merge_patch(obj: Obj, patch: object) -> Obj:
    """Return ``obj`` with ``patch`` merged in. Shares unchanged parts with its inputs and changes neither.

    Raises BadPatchFormat when the patch is not an object.
    """
    if not isinstance(patch, dict):
        raise BadPatchFormat(
            f"error decoding patch: json: cannot unmarshal {json_type(patch)} into Go value of type map[string]interface {{}}"
        )
    return _merge(obj, patch)


def _merge(target: Obj, patch: Obj) -> Obj:
    merged = dict(target)
    for key, value in patch.items():
        if value is None:
            merged.pop(key, None)
        elif isinstance(value, dict):
            below = merged.get(key)
            merged[key] = _merge(below if isinstance(below, dict) else {}, value)
        else:
            merged[key] = value
    return merged
