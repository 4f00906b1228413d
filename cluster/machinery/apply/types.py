"""What structured merge asks of a type: which fields it has, and what is owned one by one and what as a whole.

The seam between the algorithms of this folder and whoever knows types: ``openapi.py`` reads published definitions and the structural
schemas of custom resources; a test may bring a type of its own.

Upstream: ``sigs.k8s.io/structured-merge-diff/v6/schema/elements.go``.
"""

from __future__ import annotations

from enum import Enum
from typing import Protocol


class Shape(Enum):
    """What values of a type are. ``ANY``: a scalar, a list or a map, as each value shows."""

    SCALAR = "scalar"
    LIST = "list"
    MAP = "map"
    ANY = "any"


class MergeType(Protocol):
    """One type. Types are values that never change: an algorithm may keep them.

    A scalar is one leaf. An *atomic* list or map is one leaf, too: who changes a part of it changes all of it. In a list that is not
    atomic each item is owned by itself, and is known by the values of its ``keys``, or, without keys, by its own value (a set of
    scalars). In a map that is not atomic each field is owned by itself.
    """

    @property
    def shape(self) -> Shape:
        """What its values are."""
        ...

    @property
    def scalar(self) -> str:
        """Of a scalar: ``string``, ``numeric``, ``boolean``, or ``untyped`` for any of them."""
        ...

    @property
    def is_atomic(self) -> bool:
        """Whether a list or a map is owned as a whole. Of a type that may be anything: what holds for its maps; its lists are atomic."""
        ...

    @property
    def keys(self) -> tuple[str, ...]:
        """Of a list that is not atomic: the fields that tell its items apart."""
        ...

    @property
    def item(self) -> MergeType:
        """Of a list: the type of its items."""
        ...

    def declares(self, name: str) -> bool:
        """Of a map: whether it has a field of its own under this name (and not only values of one common type)."""
        ...

    def field(self, name: str) -> MergeType | None:
        """Of a map: the type of the value under a name; None when no such field may be there."""
        ...

    def default_of(self, name: str) -> object:
        """Return the value that a key field of an item has when it is left out; None: it may not be left out."""
        ...


class AnyType:
    """A type of which nothing is known. ``is_atomic``: whether its maps are owned as a whole."""

    shape = Shape.ANY
    scalar = "untyped"
    keys: tuple[str, ...] = ()

    def __init__(self, *, is_atomic: bool) -> None:
        self.is_atomic = is_atomic

    @property
    def item(self) -> MergeType:
        """Items are as little known."""
        return self

    def declares(self, name: str) -> bool:
        """Declare nothing."""
        return False

    def field(self, name: str) -> MergeType | None:
        """Take any field."""
        return self

    def default_of(self, name: str) -> object:
        """Know no default."""
        return None


DEDUCED = AnyType(is_atomic=False)
"""Of fields that no schema describes and that are kept (``x-kubernetes-preserve-unknown-fields``)."""
OPAQUE = AnyType(is_atomic=True)
"""Of content that is nobody's business: an object of which no field is published."""
