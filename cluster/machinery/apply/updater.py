"""Who owns which field after a write: the heart of server-side apply.

An *update* owns what it changed and takes it from whoever owned it. An *apply* says everything that its manager wants: it owns all that it
mentions, others' differing values are conflicts unless it is forced, and what it mentioned last time and no longer does is removed
if nobody else owns it.

Upstream: ``sigs.k8s.io/structured-merge-diff/v6/merge/{update,conflict}.go``.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Generic, NamedTuple, Protocol, TypeVar

from cluster.machinery.apply import field_set
from cluster.machinery.apply.comparison import Comparison, compare
from cluster.machinery.apply.extraction import fields_of
from cluster.machinery.apply.field_set import FieldSet
from cluster.machinery.apply.merging import merge
from cluster.machinery.apply.path import Path
from cluster.machinery.apply.removal import remove, with_named_fields
from cluster.machinery.apply.shape import Shape, shape_of
from cluster.machinery.apply.types import MergeType
from cluster.machinery.meta import Obj


class VersionedSet(NamedTuple):
    """What one manager owns, in the version that it spoke; ``is_applied``: by applying."""

    fields: FieldSet
    api_version: str
    is_applied: bool


MOST_SHAPES = 1000
"""Shapes of new objects that are remembered with the fields that their creators own."""
M = TypeVar("M", bound=Hashable)
"""Whatever tells managers apart."""
Managers = dict[M, VersionedSet]
"""What each manager owns; no function here changes one that it was given."""


class Versions(Protocol):
    """The versions of one kind."""

    def type_at(self, api_version: str) -> MergeType | None:
        """Return the type of the kind's objects in a version; None when there is no such version any more."""
        ...

    def convert(self, obj: Obj, source: str, target: str) -> Obj:
        """Return an object of one version as another has it; ``obj`` is not changed."""
        ...


@dataclass(frozen=True, slots=True)
class Conflict(Generic[M]):
    """A field that an apply wants to change and that another manager owns."""

    manager: M
    path: Path


class Conflicts(Exception, Generic[M]):  # noqa: N818
    """An apply that was not forced met other managers' fields. ``fields``: by manager."""

    def __init__(self, fields: Mapping[M, FieldSet]) -> None:
        super().__init__()
        self.fields = dict(fields)

    @property
    def conflicts(self) -> list[Conflict[M]]:
        """Every field in conflict, manager by manager."""
        return [Conflict(manager, steps) for manager, fields in self.fields.items() for steps in field_set.paths(fields)]


class Updater:
    """Computes the managers of one kind's objects. ``version``: the one that a request speaks. ``ignored``: the fields, and all
    below them, that the write resets and so nobody comes to own through it."""

    def __init__(self, versions: Versions, version: str, ignored: FieldSet) -> None:
        self._versions, self._version, self._ignored = versions, version, ignored
        self._first: dict[Shape, VersionedSet] = {}

    def update(self, live: Obj, new: Obj, managers: Managers[M], manager: M) -> tuple[Managers[M], bool]:
        """Return the managers after a write made ``new`` of ``live`` (of an empty object when it is a create), and whether the write added
        or modified what ``manager`` owns now. Raises BadItem."""
        shape = None if managers else shape_of(live, new)
        if shape is not None and shape in self._first:
            return {manager: self._first[shape]}, True
        comparison = compare(self._type(self._version), live, new)
        remaining = self._taken(live, new, comparison, managers, manager, is_forced=True)
        mine = remaining.pop(manager, None)
        kept = field_set.difference(mine.fields, comparison.removed) if mine else {}
        written = field_set.recursive_difference(comparison.written, self._ignored)
        fields = field_set.union(kept, written)
        if fields:
            remaining[manager] = VersionedSet(fields, self._version, is_applied=False)
            if shape is not None:
                self._remember(shape, remaining[manager])
        return remaining, bool(written)

    def apply(self, live: Obj, config: Obj, managers: Managers[M], manager: M, *, is_forced: bool) -> tuple[Obj, Managers[M]]:
        """Return the object with the configuration applied, and the managers. Raises Conflicts, BadItem."""
        type = self._type(self._version)
        merged = merge(type, live, config)
        last = managers.get(manager)
        wanted = field_set.recursive_difference(fields_of(type, config), self._ignored)
        managers = {**managers, manager: VersionedSet(wanted, self._version, is_applied=True)}
        new = self._prune(merged, managers, last) if last is not None else merged
        comparison = compare(type, live, new)
        return new, self._taken(live, new, comparison, managers, manager, is_forced=is_forced)

    def _remember(self, shape: Shape, owned: VersionedSet) -> None:
        if len(self._first) >= MOST_SHAPES:
            del self._first[next(iter(self._first))]
        self._first[shape] = owned

    def _type(self, version: str) -> MergeType:
        found = self._versions.type_at(version)
        if found is None:
            raise LookupError(version)
        return found

    def _taken(self, live: Obj, new: Obj, comparison: Comparison, managers: Managers[M], manager: M, *, is_forced: bool) -> Managers[M]:
        """Return the managers without what the write took from those beside ``manager``; who is left with nothing goes."""
        if managers.keys() <= {manager}:
            return {other: owned for other, owned in managers.items() if owned.fields}
        comparisons = {self._version: comparison.without(self._ignored)}
        remaining: Managers[M] = {}
        conflicts: dict[M, FieldSet] = {}
        for other, owned in managers.items():
            if other == manager:
                remaining[other] = owned
                continue
            changed = comparisons.get(owned.api_version) or self._compared_at(owned.api_version, live, new)
            if changed is None:
                continue
            comparisons[owned.api_version] = changed
            conflict = field_set.intersection(owned.fields, changed.written)
            if conflict:
                conflicts[other] = conflict
            left = field_set.difference(field_set.difference(owned.fields, conflict), changed.removed)
            if left is owned.fields:
                remaining[other] = owned
            elif left:
                remaining[other] = owned._replace(fields=left)
        if conflicts and not is_forced:
            raise Conflicts(conflicts)
        return {other: owned for other, owned in remaining.items() if owned.fields}

    def _compared_at(self, version: str, live: Obj, new: Obj) -> Comparison | None:
        type = self._versions.type_at(version)
        if type is None:
            return None
        before, after = (self._versions.convert(obj, self._version, version) for obj in (live, new))
        return compare(type, before, after).without(self._ignored)

    def _prune(self, merged: Obj, managers: Managers[M], last: VersionedSet) -> Obj:
        """Remove what ``last`` owned and nobody owns now."""
        version = last.api_version
        type = self._versions.type_at(version)
        if type is None or not last.fields:
            return merged
        merged = self._versions.convert(merged, self._version, version)
        last_fields = with_named_fields(type, last.fields)
        pruned = remove(type, merged, last_fields)
        by_version: dict[str, FieldSet] = {}
        for owned in managers.values():
            by_version[owned.api_version] = field_set.union(by_version.get(owned.api_version, {}), owned.fields)
        at, whole = version, merged
        for other in sorted(by_version, key=lambda name: (name != version, name)):
            other_type = self._versions.type_at(other)
            if other_type is None:
                continue
            whole, pruned = (self._versions.convert(obj, at, other) for obj in (whole, pruned))
            at = other
            gone = _gone(other_type, whole, pruned)
            pruned = remove(other_type, whole, field_set.difference(gone, with_named_fields(other_type, by_version[other])))
        pruned = self._versions.convert(pruned, at, version)
        pruned = remove(type, merged, field_set.intersection(_gone(type, merged, pruned), last_fields))
        return self._versions.convert(pruned, version, self._version)


def _gone(type: MergeType, whole: Obj, pruned: Obj) -> FieldSet:
    before, after = (with_named_fields(type, fields_of(type, obj)) for obj in (whole, pruned))
    return field_set.difference(before, after)
