"""Whatever a client sends, as long as it decodes: the rules answer with faults and never fail themselves."""

from __future__ import annotations

import random

import pytest

from cluster.apiserver import schema
from cluster.apiserver.printers import table
from cluster.apiserver.registry import strategies
from cluster.apiserver.request import Options
from cluster.apiserver.schema.definitions import definition_name, definitions, reference, type_of
from cluster.machinery.kinds import KINDS
from cluster.machinery.kinds.model import Kind
from cluster.machinery.meta import Obj, parse_timestamp

_OBJECTS = 150
_WORDS = ("", "a", "A b", "x" * 70, "Always", "Exists", "In", "TCP", "/a", "..", "0", "10Gi", "RollingUpdate", "25%", "Recreate", "None")
_RESOURCES = ("cpu", "memory", "tea", "example.com/gpu", "hugepages-2Mi")
_SPECIAL: dict[str, tuple[object, ...]] = {
    "Quantity": ("1", "100m", "0", 2, "1.5Gi", "-1"),
    "IntOrString": (0, 1, -1, "25%", "x", "http"),
    "Time": ("2026-01-01T00:00:00Z", "2026-01-01T00:00:00+09:00"),
    "MicroTime": ("2026-01-01T00:00:00.123456Z",),
}
_SCALARS: dict[str, tuple[object, ...]] = {
    "string": _WORDS,
    "integer": (0, 1, -1, 30, 80, 70000),
    "boolean": (True, False),
    "number": (1.5,),
}


class _Author:
    """Writes objects of any type, from a seed."""

    def __init__(self, seed: str) -> None:
        self._draw = random.Random(seed)

    def struct(self, definition: str, depth: int = 0) -> Obj:
        share = 0.9 if depth < 2 else 0.35 if depth < 9 else 0.0
        properties = definitions()[definition].get("properties") or {}
        return {field: self._value(node, depth + 1) for field, node in properties.items() if self._draw.random() < share}

    def _value(self, node: Obj, depth: int) -> object:
        if self._draw.random() < 0.03:
            return None
        target, kind = reference(node), type_of(node)
        if target:
            special = _SPECIAL.get(target.rpartition(".")[2])
            return self._draw.choice(special) if special else self.struct(target, depth)
        if kind == "array":
            return [self._value(node["items"], depth) for _ in range(self._draw.choice((0, 1, 1, 2)))]
        if kind == "object":
            inner = node.get("additionalProperties")
            keys = self._draw.sample(_WORDS + _RESOURCES, self._draw.choice((0, 1, 2)))
            return {key: self._value(inner, depth) for key in keys} if isinstance(inner, dict) else {}
        return "eA==" if node.get("format") == "byte" else self._draw.choice(_SCALARS[kind])


def _judge(kind: Kind, obj: Obj, old: Obj) -> None:
    strategy = strategies[kind]
    for fault in (*strategy.validate(obj), *strategy.validate_update(obj, old), *strategy.validate_status_update(obj, old)):
        assert str(fault)
    strategy.warnings(obj)
    strategy.graceful_seconds(obj, Options())
    table(kind, [obj], parse_timestamp("2026-01-02T00:00:00Z"), list_meta={})
    strategy.prepare_for_update(obj, old)
    strategy.prepare_for_status_update(obj, old)
    strategy.prepare_for_create(obj)
    strategy.selectable_fields({**obj, "metadata": {"name": "x", **obj["metadata"]}})


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.prefix], ids=lambda kind: kind.plural)
def test_any_object_is_judged_and_decodes_to_itself(kind: Kind) -> None:
    author = _Author(kind.plural)
    old: Obj | None = None
    for _ in range(_OBJECTS):
        sent = {**author.struct(definition_name(kind)), "apiVersion": kind.api_version, "kind": kind.kind}
        obj, _ = schema.decode(kind, sent)
        assert schema.decode(kind, obj)[0] == obj
        strategies[kind].default(obj)
        again, _ = schema.decode(kind, obj)
        strategies[kind].default(again)
        assert again == obj
        _judge(kind, obj, old or again)
        old = again
