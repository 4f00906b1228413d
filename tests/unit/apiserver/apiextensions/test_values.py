"""Values against a schema: one row a rule."""

from __future__ import annotations

import pytest

from cluster.apiserver.apiextensions.list_types import validate_lists
from cluster.apiserver.apiextensions.values import validate_value
from cluster.machinery.meta import Obj

_SET = {"type": "array", "items": {"type": "string"}, "x-kubernetes-list-type": "set"}
_MAP: Obj = {
    "type": "array",
    "items": {"type": "object", "properties": {"name": {"type": "string"}, "port": {"type": "integer", "default": 80}}},
    "x-kubernetes-list-type": "map",
    "x-kubernetes-list-map-keys": ["name", "port"],
}


@pytest.mark.parametrize(
    ("schema", "value", "faults"),
    [
        pytest.param({"type": "integer"}, 3, [], id="a value of its type"),
        pytest.param(
            {"type": "integer"},
            "3",
            ['spec.x: Invalid value: "string": spec.x in body must be of type integer: "string"'],
            id="a string for a number",
        ),
        pytest.param({"type": "integer"}, 3.0, [], id="a fraction without one"),
        pytest.param(
            {"type": "integer"},
            3.5,
            ['spec.x: Invalid value: "number": spec.x in body must be of type integer: "number"'],
            id="a real fraction",
        ),
        pytest.param({"type": "number"}, 3, [], id="an integer where fractions may be"),
        pytest.param({"type": "string"}, None, ['spec.x: Invalid value: "null": spec.x in body must be of type string: "null"'], id="null"),
        pytest.param({"type": "string", "nullable": True}, None, [], id="null where it may be"),
        pytest.param({"x-kubernetes-int-or-string": True}, "25%", [], id="a string for either"),
        pytest.param(
            {"x-kubernetes-int-or-string": True},
            True,
            ['spec.x: Invalid value: "boolean": spec.x in body must be of type integer,string: "boolean"'],
            id="neither number nor string",
        ),
        pytest.param(
            {"enum": ["a", "b"]}, "c", ['spec.x: Unsupported value: "c": supported values: "a", "b"'], id="outside of an enumeration"
        ),
        pytest.param({"minimum": 1}, 0, ["spec.x: Invalid value: 0: spec.x in body should be greater than or equal to 1"], id="too small"),
        pytest.param(
            {"maximum": 5, "exclusiveMaximum": True},
            5,
            ["spec.x: Invalid value: 5: spec.x in body should be less than 5"],
            id="at an excluded bound",
        ),
        pytest.param({"multipleOf": 5}, 7, ["spec.x: Invalid value: 7: spec.x in body should be a multiple of 5"], id="no multiple"),
        pytest.param({"maxLength": 2}, "abc", ["spec.x: Too long: may not be more than 2 bytes"], id="too long"),
        pytest.param({"minLength": 2}, "a", ['spec.x: Invalid value: "a": spec.x in body should be at least 2 chars long'], id="too short"),
        pytest.param(
            {"pattern": "^a+$"},
            "b",
            ["spec.x: Invalid value: \"b\": spec.x in body should match '^a+$'"],
            id="a pattern that does not match",
        ),
        pytest.param({"format": "date-time"}, "2026-01-01T00:00:00Z", [], id="a moment"),
        pytest.param(
            {"format": "date-time"},
            "today",
            ['spec.x: Invalid value: "today": spec.x in body must be of type date-time: "today"'],
            id="no moment",
        ),
        pytest.param({"format": "ipv4"}, "10.0.0.1", [], id="an address"),
        pytest.param({"format": "no-such-format"}, "?", [], id="a format that nobody knows"),
        pytest.param(
            {"items": {"type": "string"}},
            ["a", 1],
            ['spec.x[1]: Invalid value: "integer": spec.x[1] in body must be of type string: "integer"'],
            id="an item of a wrong type",
        ),
        pytest.param({"maxItems": 1}, [1, 2], ["spec.x: Too many: 2: must have at most 1 items"], id="too many items"),
        pytest.param({"minItems": 1}, [], ["spec.x: Invalid value: 0: spec.x in body should have at least 1 items"], id="too few items"),
        pytest.param({"required": ["a"]}, {}, ["spec.x.a: Required value"], id="a field that is missing"),
        pytest.param({"maxProperties": 0}, {"a": 1}, ["spec.x: Too many: 1: must have at most 0 items"], id="too many fields"),
        pytest.param(
            {"additionalProperties": {"type": "string"}},
            {"a": 1},
            ['spec.x.a: Invalid value: "integer": spec.x.a in body must be of type string: "integer"'],
            id="a value of a map of a wrong type",
        ),
        pytest.param(
            {"oneOf": [{"required": ["a"]}, {"required": ["b"]}]},
            {"a": 1, "b": 1},
            ['<nil>: Invalid value: "": "spec.x" must validate one and only one schema (oneOf). Found 2 valid alternatives'],
            id="two of one",
        ),
        pytest.param(
            {"anyOf": [{"required": ["a"]}, {"required": ["b"]}]},
            {},
            ['<nil>: Invalid value: "": "spec.x" must validate at least one schema (anyOf)', "spec.x.a: Required value"],
            id="none of any",
        ),
        pytest.param(
            {"not": {"required": ["a"]}},
            {"a": 1},
            ['<nil>: Invalid value: "": "spec.x" must not validate the schema (not)'],
            id="what must not be",
        ),
    ],
)
def test_a_value_is_judged_by_its_schema(schema: Obj, value: object, faults: list[str]) -> None:
    whole = {"properties": {"spec": {"properties": {"x": schema}}}}
    assert [str(fault) for fault in validate_value({"spec": {"x": value}}, whole)] == faults


@pytest.mark.parametrize(
    ("schema", "value", "faults"),
    [
        pytest.param(_SET, ["a", "b"], [], id="a set"),
        pytest.param(_SET, ["a", "b", "a"], ['x[2]: Duplicate value: "a"'], id="a set with one twice"),
        pytest.param(_MAP, [{"name": "a"}, {"name": "a", "port": 81}], [], id="a map whose keys differ"),
        pytest.param(
            _MAP,
            [{"name": "a"}, {"name": "a", "port": 80}],
            ['x[1]: Duplicate value: {"name":"a","port":80}'],
            id="a key that is a default",
        ),
    ],
)
def test_sets_and_maps_have_nothing_twice(schema: Obj, value: list[object], faults: list[str]) -> None:
    assert [str(fault) for fault in validate_lists({"x": value}, {"properties": {"x": schema}})] == faults
