"""The set of all fields that an object mentions: what its applier means to own.

Upstream: ``sigs.k8s.io/structured-merge-diff/v6/typed/tofieldset.go``.
"""

from __future__ import annotations

from cluster.machinery.apply.field_set import SELF, FieldSet, node, without_self
from cluster.machinery.apply.items import by_step
from cluster.machinery.apply.path import field
from cluster.machinery.apply.types import OPAQUE, MergeType, Shape
from cluster.machinery.meta import Obj

_CONTAINERS = (dict, list)


def fields_of(type: MergeType, obj: Obj) -> FieldSet:
    """Return the set of every leaf, item and undeclared field of an object of a type. Raises BadItem; never changes the object."""
    return without_self(_below(type, obj, is_member=False) or {})


def all_below(type: MergeType, value: object) -> FieldSet:
    """Return what stands below the step to a value that appeared or vanished with all that is in it. Raises BadItem."""
    children: FieldSet = {}
    if isinstance(value, dict) and _is_map(type):
        children = {
            "f:" + name: all_below(_field_type(type, name), item) if isinstance(item, _CONTAINERS) else {} for name, item in value.items()
        }
    elif isinstance(value, list) and _is_list(type):
        children = {step: all_below(type.item, item) for step, item in by_step(type, value).items()}
    return {SELF: {}, **children} if children else {}


def _below(type: MergeType, value: object, *, is_member: bool) -> FieldSet | None:
    """``is_member``: a field that is declared, and has something in it, is known by what is below it."""
    if isinstance(value, dict) and value and _is_map(type):
        found = {field(name): _below(_field_type(type, name), item, is_member=not type.declares(name)) for name, item in value.items()}
    elif isinstance(value, list) and _is_list(type):
        found = {step: _below(type.item, item, is_member=True) for step, item in by_step(type, value).items()}
    else:
        return {}
    return node(is_member, {step: below for step, below in found.items() if below is not None})


def _is_map(type: MergeType) -> bool:
    return not type.is_atomic and type.shape in (Shape.MAP, Shape.ANY)


def _is_list(type: MergeType) -> bool:
    return not type.is_atomic and type.shape is Shape.LIST


def _field_type(type: MergeType, name: str) -> MergeType:
    from_schema = type.field(name)
    return from_schema if from_schema is not None else OPAQUE
