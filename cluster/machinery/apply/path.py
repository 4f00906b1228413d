"""Path elements: how one step into an object is written in ``managedFields``, and how messages show a path.

A step is a string, as FieldsV1 has it: ``f:replicas`` a field, ``k:{"name":"web"}`` the item of a list that has these keys, ``v:"x"`` the
item of a set that has this value, ``i:0`` an index. Keys are sorted, and JSON is written as Go does, so that equal steps are equal strings.

Upstream: ``sigs.k8s.io/structured-merge-diff/v6/fieldpath/{element,path,serialize-pe}.go``.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence

import orjson

from cluster.machinery.errors import quote

Path = tuple[str, ...]
"""Steps from the object to one of its fields. An empty one is the object itself."""

_ESCAPES = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"})
_RANKS = {"f": 0, "k": 1, "v": 2, "i": 3}


class BadPathElement(Exception):  # noqa: N818 - a refusal, not a fault of the program
    """Text that is no path element."""


def field(name: str) -> str:
    """Return the step into a field of an object or into a key of a map."""
    return f"f:{name}"


@functools.lru_cache(maxsize=8192, typed=True)
def key(names: tuple[str, ...], *values: object) -> str:
    """Return the step to the item of a list whose fields ``names`` have ``values``."""
    return f"k:{_json(dict(sorted(zip(names, values, strict=True))))}"


def value(item: object) -> str:
    """Return the step to an item of a set."""
    return f"v:{_json(item)}"


def index(position: int) -> str:
    """Return the step to an item by its position."""
    return f"i:{position}"


def parse(text: str) -> str:
    """Return a step in its one form. Raises BadPathElement."""
    kind, content = text[:2], text[2:]
    if kind == "f:":
        return text
    try:
        if kind == "k:" and isinstance(keys := orjson.loads(content), dict):
            return f"k:{_json(dict(sorted(keys.items())))}"
        if kind == "v:":
            return value(orjson.loads(content))
        if kind == "i:":
            return index(int(content))
    except ValueError:
        pass
    raise BadPathElement(f"unknown path element type: {text}")


def show(path: Iterable[str]) -> str:
    """Write a path as messages do: ``.spec.template.spec.containers[name="web"].image``."""
    return "".join(_show_element(element) for element in path)


def ordered(elements: Iterable[str]) -> list[str]:
    """Return steps in upstream's order: fields by name, then keys, then values, then indices."""
    return sorted(elements, key=_order)


def _show_element(element: str) -> str:
    kind, content = element[:1], element[2:]
    if kind == "f":
        return f".{content}"
    if kind == "k":
        return f"[{','.join(f'{name}={quote(part)}' for name, part in orjson.loads(content).items())}]"
    return f"[={quote(orjson.loads(content))}]" if kind == "v" else f"[{content}]"


@functools.lru_cache(maxsize=8192)
def _order(element: str) -> tuple[int, Sequence[tuple[str, int, object]]]:
    kind, content = element[:1], element[2:]
    if kind == "f":
        return 0, (("", 0, content),)
    decoded = orjson.loads(content)
    parts = decoded.items() if kind == "k" else [("", decoded)]
    return _RANKS[kind], tuple((name, *_order_of_value(part)) for name, part in parts)


def _order_of_value(item: object) -> tuple[int, object]:
    if isinstance(item, bool):
        return 2, item
    if isinstance(item, int | float):
        return 0, item
    return (1, item) if isinstance(item, str) else (3, _json(item))


def _json(content: object) -> str:
    return orjson.dumps(content).decode().translate(_ESCAPES)
