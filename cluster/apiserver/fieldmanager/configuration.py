"""Whether what somebody applies is what the path serves.

Upstream: ``staging/src/k8s.io/apimachinery/pkg/util/managedfields/internal/{versioncheck,structuredmerge}.go``.
"""

from __future__ import annotations

from cluster.apiserver.schema.definitions import Typed
from cluster.machinery.apply import InvalidObject, MergeType, validate
from cluster.machinery.errors import ApiError, bad_request
from cluster.machinery.meta import Obj


def check(config: Obj, typed: Typed, type: MergeType) -> None:
    """Refuse a configuration that is of another kind or version, or not of its type. Raises ApiError 400, 500."""
    api_version = f"{typed.group}/{typed.version}" if typed.group else typed.version
    if (config.get("apiVersion") or "", config.get("kind") or "") != (api_version, typed.kind):
        raise bad_request(f"invalid object type: {_kind_of(config)}")
    meta = config.get("metadata")
    if isinstance(meta, dict) and meta.get("managedFields") is not None:
        raise bad_request("metadata.managedFields must be nil")
    try:
        validate(type, config)
    except InvalidObject as error:
        raise ApiError(500, "", f"failed to create typed patch object ({named(config)}): {error}") from None


def named(obj: Obj) -> str:
    """Name an object as messages of the field manager do: ``default/web; apps/v1, Kind=Deployment``."""
    meta = obj.get("metadata")
    meta = meta if isinstance(meta, dict) else {}
    return f"{meta.get('namespace') or ''}/{meta.get('name') or ''}; {_kind_of(obj)}"


def _kind_of(obj: Obj) -> str:
    group, _, version = str(obj.get("apiVersion") or "").rpartition("/")
    return f"{group}/{version}, Kind={obj.get('kind') or ''}"
