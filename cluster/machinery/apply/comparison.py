"""What a write changed, field by field.

Parts that are equal are not walked: the comparison costs as much as the change is large, whatever the size of the object.

Upstream: ``sigs.k8s.io/structured-merge-diff/v6/typed/compare.go``.
"""

from __future__ import annotations

from typing import NamedTuple

from cluster.machinery.apply.extraction import all_below
from cluster.machinery.apply.field_set import FieldSet, difference, recursive_difference, union
from cluster.machinery.apply.items import by_step, is_leaf
from cluster.machinery.apply.types import OPAQUE, MergeType
from cluster.machinery.meta import Obj

_Below = FieldSet | None
_ABSENT = object()
_CONTAINERS = (dict, list)
_EQUAL: tuple[_Below, _Below, _Below] = (None, None, None)
_CHANGED: tuple[_Below, _Below, _Below] = (None, {}, None)


class Comparison(NamedTuple):
    """The fields that a new object has and the old one had not, those that differ, and those that it has no longer."""

    added: FieldSet
    modified: FieldSet
    removed: FieldSet

    @property
    def written(self) -> FieldSet:
        """What was added or modified."""
        return union(self.added, self.modified)

    def without(self, ignored: FieldSet) -> Comparison:
        """Leave fields, and all that is below them, out of account."""
        if all(ignored.keys().isdisjoint(fields) for fields in (self.added, self.modified, self.removed)):
            return self
        return Comparison(*(recursive_difference(fields, ignored) for fields in (self.added, self.modified, self.removed)))


def compare(type: MergeType, old: Obj, new: Obj) -> Comparison:
    """Compare two objects of a type. Raises BadItem; never changes either."""
    added, modified, removed = _differences(type, old, new)
    return Comparison(added or {}, modified or {}, removed or {})


def unchanged(fields: FieldSet, comparison: Comparison) -> FieldSet:
    """Return the fields of a set that a comparison has found the same on both sides."""
    for changed in (comparison.modified, comparison.added, comparison.removed):
        fields = difference(fields, changed)
    return fields


def _differences(type: MergeType, old: object, new: object) -> tuple[_Below, _Below, _Below]:
    if is_leaf(type, old, new):
        return _CHANGED if old != new else _EQUAL
    is_list = isinstance(old or new, list)
    prefix = "" if is_list else "f:"
    before, after = (by_step(type, old), by_step(type, new)) if is_list else (old or {}, new or {})
    assert isinstance(before, dict)
    assert isinstance(after, dict)
    added: FieldSet = {}
    modified: FieldSet = {}
    removed: FieldSet = {}
    for name, value in after.items():
        was = before.get(name, _ABSENT)
        if was is value or was == value:
            continue
        has_parts = isinstance(value, _CONTAINERS)
        if was is _ABSENT:
            added[prefix + name] = all_below(_type_at(type, name, is_list), value) if has_parts else {}
        elif has_parts or isinstance(was, _CONTAINERS):
            in_added, in_modified, in_removed = _differences(_type_at(type, name, is_list), was, value)
            if in_added is not None:
                added[prefix + name] = in_added
            if in_modified is not None:
                modified[prefix + name] = in_modified
            if in_removed is not None:
                removed[prefix + name] = in_removed
        else:
            modified[prefix + name] = {}
    for name in before.keys() - after.keys():
        removed[prefix + name] = all_below(_type_at(type, name, is_list), before[name])
    return added or None, modified or None, removed or None


def _type_at(type: MergeType, name: str, is_list: bool) -> MergeType:
    return type.item if is_list else type.field(name) or OPAQUE
