"""Whether a configuration is of its type, in upstream's words.

Upstream: ``sigs.k8s.io/structured-merge-diff/v6/typed/validate.go``.
"""

from __future__ import annotations

from collections.abc import Iterator

from cluster.machinery.apply.items import BadItem, step_to
from cluster.machinery.apply.path import field, index, show
from cluster.machinery.apply.types import MergeType, Shape
from cluster.machinery.errors import quote
from cluster.machinery.meta import Obj
from cluster.machinery.patch.errors import go_format, go_type

_EXPECTED = {
    "numeric": ((int, float), "numeric (int or float)"),
    "string": ((str,), "string"),
    "boolean": ((bool,), "boolean"),
    "untyped": ((str, int, float, bool), "any scalar"),
}


class InvalidObject(Exception):  # noqa: N818
    """An object that is not of its type; the message names every fault."""


def validate(type: MergeType, obj: Obj) -> None:
    """Hold an object against its type. Raises InvalidObject."""
    faults = list(_faults(type, obj))
    if faults:
        raise InvalidObject(faults[0] if len(faults) == 1 else "\n".join(["errors:", *(f"  {fault}" for fault in faults)]))


def _faults(type: MergeType, value: object) -> Iterator[str]:
    """Yield what is wrong, each with the path from here: ``.spec.replicas: expected numeric ...``."""
    if value is None:
        return
    shape = type.shape
    if shape is Shape.ANY:
        return
    if shape is Shape.MAP:
        yield from _map_faults(type, value)
    elif shape is Shape.LIST:
        yield from _list_faults(type, value)
    else:
        yield from _scalar_faults(type.scalar, value)


def _map_faults(type: MergeType, value: object) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f": expected map, got &{{{go_format(value)}}}"
        return
    for name, item in value.items():
        prefix = show((field(name),))
        below = type.field(name)
        if below is None:
            yield f"{prefix}: field not declared in schema"
            return
        yield from (prefix + fault for fault in _faults(below, item))


def _list_faults(type: MergeType, value: object) -> Iterator[str]:
    if not isinstance(value, list):
        yield f": expected list, got &{{{go_format(value)}}}"
        return
    seen: set[str] = set()
    for position, item in enumerate(value):
        step = index(position)
        if not type.is_atomic:
            try:
                step = step_to(type, item)
            except BadItem as error:
                yield f": element {position}: {error}"
                return
            if step in seen:
                yield f": duplicate entries for key {show((step,))}"
            seen.add(step)
        yield from (show((step,)) + fault for fault in _faults(type.item, item))


def _scalar_faults(scalar: str, value: object) -> Iterator[str]:
    classes, name = _EXPECTED[scalar]
    if isinstance(value, classes) and (bool in classes or not isinstance(value, bool)):
        return
    if scalar == "numeric":
        yield f": expected {name}, got {go_type(value)}"
    elif scalar == "string":
        yield f": expected {name}, got &value.valueUnstructured{{Value:{_go_literal(value)}}}"
    else:
        yield f": expected {name}, got &{{{go_format(value)}}}"


def _go_literal(value: object) -> str:
    """Write a value as Go's ``%#v`` does."""
    if isinstance(value, dict):
        return f"map[string]interface {{}}{{{', '.join(f'{quote(k)}:{_go_literal(v)}' for k, v in sorted(value.items()))}}}"
    if isinstance(value, list):
        return f"[]interface {{}}{{{', '.join(_go_literal(item) for item in value)}}}"
    return "interface {}(nil)" if value is None else quote(value)
