"""The items of a list that is not atomic, each under the step that leads to it.

Upstream: ``sigs.k8s.io/structured-merge-diff/v6/typed/helpers.go`` (``listItemToPathElement``).
"""

from __future__ import annotations

from cluster.machinery.apply import path
from cluster.machinery.apply.types import MergeType, Shape
from cluster.machinery.errors import quote


class BadItem(Exception):  # noqa: N818
    """An item that cannot be told apart from the others; the message is upstream's."""


def step_to(list_type: MergeType, item: object) -> str:
    """Return the step to an item of a list of this type. Raises BadItem."""
    names = list_type.keys
    if not names:
        return path.value(_scalar(item))
    if item is None:
        raise BadItem("associative list with keys may not have a null element")
    if not isinstance(item, dict):
        raise BadItem("associative list with keys may not have non-map elements")
    values = []
    for name in names:
        found = item[name] if name in item else list_type.item.default_of(name)
        if found is None and name not in item:
            raise BadItem(f"associative list with keys has an element that omits key field {quote(name)} (and doesn't have default value)")
        values.append(found)
    try:
        return path.key(names, *values)
    except TypeError:
        raise BadItem(f"associative list with keys has an element whose key field {quote(name)} is no scalar") from None


def by_step(list_type: MergeType, items: object) -> dict[str, object]:
    """Return the items of a list (null is one without any) by their steps, in order; items that share a step are a tuple.

    Raises BadItem.
    """
    found: dict[str, object] = {}
    for item in items if isinstance(items, list) else ():
        step = step_to(list_type, item)
        if step not in found:
            found[step] = item
            continue
        before = found[step]
        found[step] = (*before, item) if isinstance(before, tuple) else (before, item)
    return found


def is_leaf(type: MergeType, *values: object) -> bool:
    """Whether values of a type are owned as a whole: scalars, atomic lists and maps, and those that have nothing in them."""
    if type.is_atomic or type.shape is Shape.SCALAR:
        return True
    container = list if type.shape is Shape.LIST else dict
    is_filled = False
    for value in values:
        if value:
            if not isinstance(value, container):
                return True
            is_filled = True
    return not is_filled


def _scalar(item: object) -> object:
    if isinstance(item, dict):
        raise BadItem("associative list without keys has an element that's a map type")
    if isinstance(item, list):
        raise BadItem("not supported: associative list with lists as elements")
    if item is None:
        raise BadItem("associative list without keys has an element that's an explicit null")
    return item
