"""Fields and items taken out of an object.

Upstream: ``sigs.k8s.io/structured-merge-diff/v6/typed/remove.go``, ``fieldpath/set.go`` (``EnsureNamedFieldsAreMembers``).
"""

from __future__ import annotations

from cluster.machinery.apply.field_set import SELF, FieldSet, is_member, node
from cluster.machinery.apply.items import is_leaf, step_to
from cluster.machinery.apply.path import field
from cluster.machinery.apply.types import OPAQUE, MergeType
from cluster.machinery.meta import Obj


def remove(type: MergeType, obj: Obj, fields: FieldSet) -> Obj:
    """Return an object without the members of a set; it shares parts with ``obj``, which is not changed."""
    removed = _remove(type, obj, fields)
    return removed if isinstance(removed, dict) else {}


def _remove(type: MergeType, value: object, fields: FieldSet) -> object:
    """What loses all that was in it becomes null."""
    if not fields or is_leaf(type, value):
        return value
    if isinstance(value, list):
        return _remove_items(type, value, fields) or None
    assert isinstance(value, dict)
    left: Obj = {}
    for name, item in value.items():
        below = fields.get(field(name))
        if below is None:
            left[name] = item
        elif not is_member(below):
            left[name] = _remove(type.field(name) or OPAQUE, item, below)
    return left or None


def _remove_items(type: MergeType, items: list[object], fields: FieldSet) -> list[object]:
    left = []
    for item in items:
        below = fields.get(step_to(type, item))
        if below is None:
            left.append(item)
        elif not is_member(below):
            left.append(_remove(type.item, item, below))
    return left


def with_named_fields(type: MergeType, fields: FieldSet) -> FieldSet:
    """Return a set in which declared fields that have members below them are members, too: ``a.b.c`` brings ``a`` and ``a.b``, but not an
    item or an undeclared key between them."""
    return {step: below for step, child in fields.items() if (below := _named_below(type, step, child)) is not None}


def _named_below(type: MergeType, step: str, child: FieldSet) -> FieldSet | None:
    if not child:
        return child
    name = step[2:]
    is_field = step.startswith("f:")
    below = (type.field(name) or OPAQUE) if is_field else type.item
    children = with_named_fields(below, {deeper: rest for deeper, rest in child.items() if deeper != SELF})
    return node(is_member(child) or (is_field and type.declares(name)), children)
