"""What a row of the table of kinds says.

Upstream: ``staging/src/k8s.io/apimachinery/pkg/apis/meta/v1/types.go`` (``APIResource``).
"""

from __future__ import annotations

from dataclasses import dataclass, field

READ_VERBS = ("get", "list", "watch")
ALL_VERBS = ("create", "delete", "deletecollection", "get", "list", "patch", "update", "watch")


@dataclass(frozen=True, slots=True)
class Subresource:
    """``pods/binding`` and its like. ``kind``: what its body is, in ``group``/``version``; ``is_text``: it is answered with text, and its
    query has options of its own, as that of one with ``is_connect`` has, which leads on to something that is no object."""

    name: str
    verbs: tuple[str, ...]
    kind: str
    group: str
    version: str
    is_text: bool = False
    is_connect: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Kind:
    """One row, compared by identity: it is a key of many tables.

    ``prefix``: the folder under ``/registry/`` that etcd keeps its objects in, empty for a kind that is never kept (a review, say).
    ``is_storage_version``: whether they are kept in this version; of several versions of a kind, which share a prefix, one is.
    ``deprecation``: what everybody is warned of who asks for such objects.
    """

    group: str
    version: str
    kind: str
    plural: str
    singular: str
    namespaced: bool
    prefix: str
    short_names: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    verbs: tuple[str, ...] = ALL_VERBS
    subresources: tuple[Subresource, ...] = field(default=())
    is_storage_version: bool = True
    deprecation: str = ""

    @property
    def is_stored(self) -> bool:
        """Whether etcd has objects of this kind in this version."""
        return bool(self.prefix) and self.is_storage_version

    @property
    def api_version(self) -> str:
        """``v1`` or ``apps/v1``."""
        return f"{self.group}/{self.version}" if self.group else self.version

    @property
    def qualified(self) -> str:
        """``deployments.apps``: the name upstream uses in messages."""
        return f"{self.plural}.{self.group}" if self.group else self.plural

    def connects(self, subresource: str) -> bool:
        """Whether a subresource leads on to something that is no object."""
        return any(each.is_connect for each in self.subresources if each.name == subresource)

    def storage_key(self, namespace: str, name: str) -> str:
        """The key in etcd; an empty ``name`` gives the prefix of a list (with its final slash)."""
        if self.namespaced and namespace:
            return f"/registry/{self.prefix}/{namespace}/{name}"
        return f"/registry/{self.prefix}/{name}"


def status_of(group: str, version: str, kind: str) -> Subresource:
    return Subresource("status", ("get", "patch", "update"), kind, group, version)


SCALE = Subresource("scale", ("get", "patch", "update"), "Scale", "autoscaling", "v1")
