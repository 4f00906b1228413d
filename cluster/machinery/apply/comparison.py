"""What a write changed, field by field.

Parts that are equal are not walked: the comparison costs as much as the change is large, whatever the size of the object.

Upstream: ``sigs.k8s.io/structured-merge-diff/v6/typed/compare.go``.
"""

from __future__ import annotations

from dataclasses import dataclass

from cluster.machinery.apply.extraction import all_below
from cluster.machinery.apply.field_set import FieldSet, difference, recursive_difference, union
from cluster.machinery.apply.items import by_step, is_leaf
from cluster.machinery.apply.path import field
from cluster.machinery.apply.types import OPAQUE, MergeType
from cluster.machinery.meta import Obj

_Below = FieldSet | None
_EQUAL: tuple[_Below, _Below, _Below] = (None, None, None)
_CHANGED: tuple[_Below, _Below, _Below] = (None, {}, None)


@dataclass(frozen=True, slots=True)
class Comparison:
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
        if not ignored:
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
    added: FieldSet = {}
    modified: FieldSet = {}
    removed: FieldSet = {}
    is_list = isinstance(old or new, list)
    before, after = (by_step(type, old or ()), by_step(type, new or ())) if is_list else (old or {}, new or {})  # type: ignore[arg-type]
    assert isinstance(before, dict)
    assert isinstance(after, dict)
    for name, value in after.items():
        if name not in before:
            step = name if is_list else field(name)
            added[step] = all_below(_below_type(type, name, is_list=is_list), value)
        elif (was := before[name]) is not value and was != value:
            step = name if is_list else field(name)
            below = _differences(_below_type(type, name, is_list=is_list), was, value)
            for result, part in zip((added, modified, removed), below, strict=True):
                if part is not None:
                    result[step] = part
    for name, value in before.items():
        if name not in after:
            step = name if is_list else field(name)
            removed[step] = all_below(_below_type(type, name, is_list=is_list), value)
    return added or None, modified or None, removed or None


def _below_type(type: MergeType, name: str, *, is_list: bool) -> MergeType:
    return type.item if is_list else type.field(name) or OPAQUE
