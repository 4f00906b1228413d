"""The three ways to write down which object is meant, and how they become one another.

A hop of a request names ``plural/namespace/name[/subresource]``, a hop into etcd the storage key
``/registry/pods/default/web``, a card ``plural/namespace/name``. The objects of CustomResourceDefinitions lie under their group,
``/registry/example.com/widgets/default/a``: that much is known of them without asking for the definition.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass

from cluster.machinery.kinds import BUILT_IN, KINDS
from cluster.machinery.kinds.model import Kind
from cluster.machinery.kinds.served import ServedKinds

REGISTRY = "/registry/"
_BY_PREFIX = {kind.prefix: kind for kind in KINDS if kind.is_stored}


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


@functools.lru_cache(8)
def _by_plural(kinds: ServedKinds) -> dict[str, Kind]:
    return {kind.plural: kind for kind in reversed(kinds.stored)}


@functools.lru_cache(256)
def _custom_kind(group: str, plural: str, *, namespaced: bool) -> Kind:
    return Kind(group, "", plural, plural, plural, namespaced, f"{group}/{plural}")


def is_custom(kind: Kind) -> bool:
    """Whether a kind was read from a key under a definition's group."""
    return not kind.version


def custom_resource(key: str) -> ObjectKey:
    """Read the key of a request for a kind that is not in the table: who does not ask for its definition knows its plural only."""
    plural, *parts = key.split("/")
    return _of(_custom_kind("", plural, namespaced=len(parts) > 1), parts)


def parse(key: str, kinds: ServedKinds = BUILT_IN) -> ObjectKey | None:
    """Read a key in any of its three forms; None when no served kind is meant. ``kinds``: where plurals are looked up."""
    if not key.startswith(REGISTRY):
        plural, *parts = key.split("/")
        kind = _by_plural(kinds).get(plural)
        return _of(kind, parts) if kind else None
    parts = key.removeprefix(REGISTRY).split("/")
    for length in (2, 1):  # some kinds lie two folders deep, as services/specs does
        kind = _BY_PREFIX.get("/".join(parts[:length]))
        if kind is not None:
            return _of(kind, parts[length:])
    if "." in parts[0] and len(parts) > 2:
        return _of(_custom_kind(parts[0], parts[1], namespaced=len(parts) > 3), parts[2:])
    return None
