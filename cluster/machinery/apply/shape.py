"""What two new objects have in common when their creators own the same fields: Events, above all, are created by the thousand.

The fields that the creator of an object owns follow from the names of its fields; what their values are does not matter, unless the object
that nothing was said in has the field, too: what is the same there was not said, and so it matters whether it is the same. Items of lists
are told apart by values, so a list stands in the shape as it is: the pods of one ReplicaSet have the same containers.

Upstream has no counterpart.
"""

from __future__ import annotations

from collections.abc import Hashable

from cluster.machinery.meta import Obj

Shape = tuple[Hashable, ...]


def shape_of(empty: Obj, obj: Obj) -> Shape | None:
    """Return the shape of a new object beside one in which nothing was said; None: it has none that says enough."""
    parts: list[Hashable] = []
    for name, value in obj.items():
        if type(value) is dict:
            below = empty.get(name)
            inner = shape_of(below or _NOTHING, value) if below is None or type(below) is dict else None
            if inner is None:
                return None
            parts.append((name, inner))
        elif type(value) is list:
            parts.append((name, repr(value)))
        elif name not in empty:
            parts.append(name)
        elif type(empty[name]) in _PARTS:
            return None
        else:
            parts.append((name, value == empty[name]))
    return tuple(parts)


_NOTHING: Obj = {}
_PARTS = (dict, list)
