"""The three ways to write down which object is meant, and how they become one another.

A hop of a request names ``plural/namespace/name[/subresource]``, a hop into etcd the storage key
``/registry/pods/default/web``, a card ``plural/namespace/name``.
"""

from __future__ import annotations

from dataclasses import dataclass

from cluster.machinery.kinds import KINDS
from cluster.machinery.kinds.model import Kind

REGISTRY = "/registry/"
_BY_PREFIX = {kind.prefix: kind for kind in KINDS if kind.is_stored}
_BY_PLURAL = {kind.plural: kind for kind in KINDS if kind.is_stored}


@dataclass(frozen=True, slots=True)
class ObjectKey:
    """One object, or a collection where ``name`` is empty."""

    kind: Kind
    namespace: str
    name: str
    subresource: str = ""

    def __str__(self) -> str:
        """The key of the object's card."""
        return "/".join(part for part in (self.kind.plural, self.namespace, self.name) if part)

    @property
    def storage_key(self) -> str:
        """Where etcd has it."""
        return self.kind.storage_key(self.namespace, self.name)


def _of(kind: Kind, parts: list[str]) -> ObjectKey:
    if kind.namespaced:
        namespace, name, *rest = [*parts, "", ""]
    else:
        namespace, (name, *rest) = "", [*parts, ""]
    return ObjectKey(kind, namespace, name, "/".join(part for part in rest if part))


def parse(key: str) -> ObjectKey | None:
    """Read a key in any of its three forms; None when no served kind is meant."""
    if not key.startswith(REGISTRY):
        plural, *parts = key.split("/")
        kind = _BY_PLURAL.get(plural)
        return _of(kind, parts) if kind else None
    parts = key.removeprefix(REGISTRY).split("/")
    for length in (2, 1):  # some kinds lie two folders deep, as services/specs does
        kind = _BY_PREFIX.get("/".join(parts[:length]))
        if kind is not None:
            return _of(kind, parts[length:])
    return None
