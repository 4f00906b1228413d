"""The kinds that a cluster serves at a moment: those of the table, and those that its CustomResourceDefinitions add.

Upstream: ``staging/src/k8s.io/apiextensions-apiserver/pkg/apiserver/customresource_handler.go`` (``crdStorageMap``).
"""

from __future__ import annotations

from collections.abc import Iterable

from cluster.machinery.kinds.model import Kind


class ServedKinds:
    """An unchanging set of kinds; when a definition comes or goes, another set takes its place. Compared by identity."""

    def __init__(self, kinds: Iterable[Kind]) -> None:
        self.all = tuple(kinds)
        self._by_resource = {(kind.group, kind.version, kind.plural): kind for kind in self.all}
        self._by_kind = {(kind.api_version, kind.kind): kind for kind in self.all}

    @property
    def stored(self) -> tuple[Kind, ...]:
        """The kinds that objects are kept as: of a kind in several versions only the one that etcd has."""
        return tuple(kind for kind in self.all if kind.is_stored)

    def by_resource(self, group: str, version: str, plural: str) -> Kind | None:
        """Return the kind served at a path, or None."""
        return self._by_resource.get((group, version, plural))

    def by_kind(self, api_version: str, kind: str) -> Kind | None:
        """Return the kind that an object's ``apiVersion`` and ``kind`` name, or None."""
        return self._by_kind.get((api_version, kind))
