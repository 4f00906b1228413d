"""What two new objects have in common when their creators own the same fields: Events, above all, are created by the thousand.

The fields that the creator of an object owns follow from the names of its fields; what their values are does not matter, unless the object
that nothing was said in has the field, too: what is the same there was not said, and so it matters whether it is the same. Objects with
lists are left out, whose items are told apart by values.

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
        if isinstance(value, dict):
            below = empty.get(name, _NOTHING)
            inner = shape_of(below, value) if isinstance(below, dict) else None
            if inner is None:
                return None
            parts.append((name, inner))
        elif isinstance(value, list) or isinstance(empty.get(name), (dict, list)):
            return None
        elif name in empty:
            parts.append((name, value == empty[name]))
        else:
            parts.append(name)
    return tuple(parts)


_NOTHING: Obj = {}
