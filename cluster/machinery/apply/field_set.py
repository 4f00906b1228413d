"""Sets of fields, in the very form in which ``managedFields`` keeps them (FieldsV1).

A set is a dict of steps (see ``path.py``), each with the set below it: ``{"f:spec": {"f:replicas": {}}}`` has one member,
``spec.replicas``. A step with nothing below is a member; one with something below is a member only if ``.`` is there too. Upstream decodes
FieldsV1 into sorted slices and encodes them again for every write; here the wire form is the set. No function changes a set that it was
given; results share parts with them.

Upstream: ``sigs.k8s.io/structured-merge-diff/v6/fieldpath/{set,serialize}.go``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from cluster.machinery.apply import path
from cluster.machinery.apply.path import Path

FieldSet = dict[str, "FieldSet"]
"""A set of fields, or what is below one step of it."""

SELF = "."
"""Says, below a step that has more below it, that the step is a member, too."""


def of(*paths: Path) -> FieldSet:
    """Return the set of these paths."""
    result: FieldSet = {}
    for steps in paths:
        below: FieldSet = {}
        for step in reversed(steps):
            below = {step: below}
        result = union(result, below)
    return result


def is_member(below: FieldSet) -> bool:
    """Whether the step that has ``below`` below it is itself in the set."""
    return not below or SELF in below


def node(is_member: bool, children: FieldSet) -> FieldSet | None:
    """Return what stands below a step; None when the step is not needed. ``children``: without ``.``."""
    if not children:
        return {} if is_member else None
    return {SELF: {}, **children} if is_member else children


def union(a: FieldSet, b: FieldSet) -> FieldSet:
    """Return what is in either set; ``a`` itself where ``b`` brings nothing new."""
    if not a or not b:
        return a or b
    result = a
    for step, below in b.items():
        mine = a.get(step)
        joined = below if mine is None else _union_below(mine, below)
        if joined is not mine:
            if result is a:
                result = dict(a)
            result[step] = joined
    return result


def _union_below(a: FieldSet, b: FieldSet) -> FieldSet:
    if a is b or (not b and is_member(a)):
        return a
    if a and b:
        return union(a, b)
    other = a or b
    return other if SELF in other else {SELF: {}, **other}


def intersection(a: FieldSet, b: FieldSet) -> FieldSet:
    """Return what is in both sets."""
    if a.keys().isdisjoint(b):
        return {}
    result: FieldSet = {}
    for step, below in a.items():
        other = b.get(step)
        if other is None or step == SELF:
            continue
        kept = node(is_member(below) and is_member(other), intersection(below, other))
        if kept is not None:
            result[step] = kept
    return result


def difference(a: FieldSet, b: FieldSet) -> FieldSet:
    """Return what is in ``a`` and not in ``b``. A step's own membership says nothing about what is below it."""
    if a.keys().isdisjoint(b):
        return a
    result: FieldSet = {}
    for step, below in a.items():
        if step == SELF:
            continue
        other = b.get(step)
        if other is None:
            result[step] = below
            continue
        kept = node(is_member(below) and not is_member(other), difference(_children(below), other))
        if kept is not None:
            result[step] = kept
    return result


def recursive_difference(a: FieldSet, b: FieldSet) -> FieldSet:
    """Return what is in ``a``, without the members of ``b`` and all that is below them."""
    if a.keys().isdisjoint(b):
        return a
    result: FieldSet = {}
    for step, below in a.items():
        other = b.get(step)
        if other is None:
            result[step] = below
        elif step != SELF and not is_member(other):
            kept = node(is_member(below), recursive_difference(_children(below), other))
            if kept is not None:
                result[step] = kept
    return result


def contains(fields: FieldSet, steps: Path) -> bool:
    """Whether a path is a member."""
    below: FieldSet | None = fields
    for step in steps:
        below = below.get(step) if below else None
        if below is None:
            return False
    return bool(steps) and below is not None and is_member(below)


def paths(fields: FieldSet, prefix: Path = ()) -> Iterator[Path]:
    """Yield every member in upstream's order: the members of a level, then what is below them."""
    steps = path.ordered(step for step in fields if step != SELF)
    for step in steps:
        if is_member(fields[step]):
            yield (*prefix, step)
    for step in steps:
        yield from paths(fields[step], (*prefix, step))


def parse(content: object) -> FieldSet:
    """Return FieldsV1 that a client sent as a set in its one form. Raises BadPathElement."""
    if not isinstance(content, dict):
        raise path.BadPathElement("not an object")
    return {step if step == SELF else path.parse(step): parse(below) for step, below in content.items()}


def without_self(fields: FieldSet) -> FieldSet:
    """Return a set without the object itself: nobody owns it as a whole."""
    return _children(fields)


def union_of(sets: Iterable[FieldSet]) -> FieldSet:
    """Return what is in any of the sets."""
    result: FieldSet = {}
    for fields in sets:
        result = union(result, fields)
    return result


def _children(below: FieldSet) -> FieldSet:
    if SELF not in below:
        return below
    return {step: deeper for step, deeper in below.items() if step != SELF}
