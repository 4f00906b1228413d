"""From a stored definition to the kinds that it adds, and the order of versions that everybody sees.

Upstream: ``staging/src/k8s.io/apiextensions-apiserver/pkg/apiserver/customresource_handler.go``,
``staging/src/k8s.io/apimachinery/pkg/version/helpers.go``.
"""

from __future__ import annotations

import re

from cluster.machinery.kinds.custom import CustomKind
from cluster.machinery.kinds.model import SCALE, Subresource, status_of
from cluster.machinery.meta import Obj

_VERSION = re.compile(r"v([1-9][0-9]*)(?:(alpha|beta)([1-9][0-9]*))?", re.ASCII)
_STAGES = {"alpha": 0, "beta": 1, None: 2}


def version_order(version: str) -> tuple[int, int, int, int, str]:
    """Return a key that sorts versions as discovery lists them: ``v10``, ``v2``, ``v1beta1``, ``v1alpha1``, then other names."""
    found = _VERSION.fullmatch(version)
    if found is None:
        return 1, 0, 0, 0, version
    return 0, -_STAGES[found[2]], -int(found[1]), -int(found[3] or 0), ""


def storage_version(definition: Obj) -> str:
    """Return the version that objects are kept in."""
    return str(next((version["name"] for version in definition["spec"]["versions"] if version.get("storage")), ""))


def version_named(definition: Obj, name: str) -> Obj:
    """Return what a definition says of a version. Raises StopIteration."""
    found: Obj = next(version for version in definition["spec"]["versions"] if version["name"] == name)
    return found


def kinds_of(definition: Obj) -> list[CustomKind]:
    """Return a kind for each served version under the names that were accepted, best version first. Nothing is copied."""
    spec = definition["spec"]
    served = sorted((version for version in spec["versions"] if version.get("served")), key=lambda version: version_order(version["name"]))
    kept = storage_version(definition)
    listed = kept if any(version["name"] == kept for version in served) else next((version["name"] for version in served), "")
    return [_kind(definition, version, is_storage_version=version["name"] == listed) for version in served]


def _kind(definition: Obj, version: Obj, *, is_storage_version: bool) -> CustomKind:
    spec, names, name = definition["spec"], definition["status"]["acceptedNames"], version["name"]
    return CustomKind(
        spec["group"],
        name,
        names["kind"],
        names["plural"],
        names.get("singular") or "",
        spec["scope"] == "Namespaced",
        f"{spec['group']}/{names['plural']}",
        tuple(names.get("shortNames") or ()),
        tuple(names.get("categories") or ()),
        subresources=_subresources(spec["group"], name, names["kind"], version.get("subresources") or {}),
        is_storage_version=is_storage_version,
        schema=version["schema"]["openAPIV3Schema"],
        columns=tuple(version.get("additionalPrinterColumns") or ()),
        list_kind=names.get("listKind") or "",
        deprecation=_deprecation(f"{spec['group']}/{name} {names['kind']}", version),
    )


def _subresources(group: str, version: str, kind: str, wanted: Obj) -> tuple[Subresource, ...]:
    found = (SCALE,) if wanted.get("scale") is not None else ()
    return (*found, status_of(group, version, kind)) if wanted.get("status") is not None else found


def _deprecation(what: str, version: Obj) -> str:
    if not version.get("deprecated"):
        return ""
    warning: str | None = version.get("deprecationWarning")
    return f"{what} is deprecated" if warning is None else warning
