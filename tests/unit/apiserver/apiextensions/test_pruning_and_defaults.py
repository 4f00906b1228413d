"""What a structural schema drops and fills in."""

from __future__ import annotations

import pytest

from cluster.apiserver.apiextensions.defaulting import set_defaults
from cluster.apiserver.apiextensions.pruning import prune
from cluster.machinery.meta import Obj

_PRESERVE = {"x-kubernetes-preserve-unknown-fields": True}


@pytest.mark.parametrize(
    ("schema", "value", "left", "lost"),
    [
        pytest.param({"properties": {"a": {}}}, {"a": 1, "b": 2}, {"a": 1}, ["b"], id="an unknown field goes"),
        pytest.param(_PRESERVE, {"b": {"c": 1}}, {"b": {"c": 1}}, [], id="where unknown fields are kept it stays"),
        pytest.param(
            {"properties": {"a": {"properties": {"b": {}}}}, **_PRESERVE},
            {"a": {"c": 1}, "d": {"e": 1}},
            {"a": {}, "d": {"e": 1}},
            ["a.c"],
            id="a known field is pruned even so",
        ),
        pytest.param(
            {"properties": {"l": {"items": {"properties": {"a": {}}}}}},
            {"l": [{"a": 1}, {"b": 1}]},
            {"l": [{"a": 1}, {}]},
            ["l[1].b"],
            id="in lists",
        ),
        pytest.param(
            {"additionalProperties": {"properties": {"a": {}}}},
            {"k": {"a": 1, "b": 1}},
            {"k": {"a": 1}},
            ["k.b"],
            id="in the values of a map",
        ),
        pytest.param(
            {"properties": {"t": {"x-kubernetes-embedded-resource": True, "properties": {"spec": {}}}}},
            {"t": {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "x"}, "other": 1}},
            {"t": {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "x"}}},
            ["t.other"],
            id="an object inside keeps what makes it one",
        ),
        pytest.param(
            {},
            {"apiVersion": "v1", "kind": "X", "metadata": {}, "spec": 1},
            {"apiVersion": "v1", "kind": "X", "metadata": {}},
            ["spec"],
            id="at the root, too",
        ),
    ],
)
def test_pruning(schema: Obj, value: Obj, left: Obj, lost: list[str]) -> None:
    assert (prune(value, schema, is_resource=True), value) == (lost, left)


@pytest.mark.parametrize(
    ("schema", "value", "filled"),
    [
        pytest.param({"properties": {"a": {"default": 1}}}, {}, {"a": 1}, id="a missing field"),
        pytest.param({"properties": {"a": {"default": 1}}}, {"a": 2}, {"a": 2}, id="a field that is there"),
        pytest.param({"properties": {"a": {"default": 1}}}, {"a": None}, {"a": 1}, id="a null that may not be"),
        pytest.param({"properties": {"a": {"default": 1, "nullable": True}}}, {"a": None}, {"a": None}, id="a null that may be"),
        pytest.param({"properties": {"a": {}}}, {"a": None}, {}, id="a null that may not be and has no default"),
        pytest.param(
            {"properties": {"a": {"default": {}, "properties": {"b": {"default": 2}}}}},
            {},
            {"a": {"b": 2}},
            id="a default within a default",
        ),
        pytest.param({"properties": {"a": {"properties": {"b": {"default": 2}}}}}, {}, {}, id="nothing is made for a default further in"),
        pytest.param(
            {"properties": {"l": {"items": {"properties": {"b": {"default": 2}}}}}},
            {"l": [{}]},
            {"l": [{"b": 2}]},
            id="in the items of a list",
        ),
        pytest.param(
            {"additionalProperties": {"properties": {"b": {"default": 2}}}}, {"k": {}}, {"k": {"b": 2}}, id="in the values of a map"
        ),
    ],
)
def test_defaults(schema: Obj, value: Obj, filled: Obj) -> None:
    set_defaults(value, schema)
    assert value == filled
