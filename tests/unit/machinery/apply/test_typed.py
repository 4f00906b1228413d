"""What a type makes of values: the fields they mention, how two differ, how they merge, what is wrong with them."""

from __future__ import annotations

import pytest

from cluster.machinery.apply import FieldSet, InvalidObject, validate
from cluster.machinery.apply.comparison import Comparison, compare
from cluster.machinery.apply.extraction import fields_of
from cluster.machinery.apply.merging import merge
from cluster.machinery.apply.removal import remove, with_named_fields
from cluster.machinery.meta import Obj
from tests.unit.machinery.apply.schemas import TYPE


@pytest.mark.parametrize(
    ("obj", "expected"),
    [
        pytest.param({"name": "x", "number": 1}, {"f:name": {}, "f:number": {}}, id="scalars are leaves"),
        pytest.param({"atomic": ["a"]}, {"f:atomic": {}}, id="an atomic list is one"),
        pytest.param({"selector": {"a": "b"}}, {"f:selector": {}}, id="so is an atomic map"),
        pytest.param({"set": ["a", "b"]}, {"f:set": {'v:"a"': {}, 'v:"b"': {}}}, id="items of a set are known by their value"),
        pytest.param(
            {"list": [{"name": "a", "value": 1}]},
            {"f:list": {'k:{"name":"a"}': {".": {}, "f:name": {}, "f:value": {}}}},
            id="items of a keyed list by their keys, and their keys are fields, too",
        ),
        pytest.param(
            {"ports": [{"value": 80}]},
            {"f:ports": {'k:{"protocol":"TCP","value":80}': {".": {}, "f:value": {}}}},
            id="a key that is left out has its default",
        ),
        pytest.param({"labels": {"a": "b"}}, {"f:labels": {"f:a": {}}}, id="a map's keys are fields"),
        pytest.param({"labels": {}}, {"f:labels": {}}, id="an empty map is a leaf"),
        pytest.param({"set": []}, {}, id="an empty list says nothing"),
        pytest.param({"struct": None, "list": None}, {"f:struct": {}, "f:list": {}}, id="null is a leaf"),
        pytest.param({"struct": {"a": "x"}}, {"f:struct": {"f:a": {}}}, id="a struct is known by its fields"),
        pytest.param({"opaque": {"a": {"b": 1}}}, {"f:opaque": {}}, id="what nobody describes is one leaf"),
        pytest.param(
            {"free": {"a": {"b": [1]}, "c": {}}},
            {"f:free": {"f:a": {".": {}, "f:b": {}}, "f:c": {}}},
            id="fields that are kept without a schema are owned one by one, their lists as a whole",
        ),
        pytest.param(
            {"list": [{"name": "a", "value": 1}, {"name": "a", "value": 2}]},
            {"f:list": {'k:{"name":"a"}': {}}},
            id="duplicates are one leaf",
        ),
    ],
)
def test_the_fields_of_an_object(obj: Obj, expected: FieldSet) -> None:
    assert fields_of(TYPE, obj) == expected


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        pytest.param({"name": "a"}, {"name": "a"}, Comparison({}, {}, {}), id="nothing changed"),
        pytest.param(
            {"name": "a", "number": 1},
            {"name": "b", "flag": True},
            Comparison({"f:flag": {}}, {"f:name": {}}, {"f:number": {}}),
            id="one of each",
        ),
        pytest.param(
            {},
            {"labels": {"a": "b"}},
            Comparison({"f:labels": {".": {}, "f:a": {}}}, {}, {}),
            id="a map that appears is added, and its keys",
        ),
        pytest.param(
            {"labels": None}, {"labels": {"a": "b"}}, Comparison({"f:labels": {"f:a": {}}}, {}, {}), id="where null was, only what is in it"
        ),
        pytest.param(
            {"labels": {}}, {"labels": {"a": "b"}}, Comparison({"f:labels": {"f:a": {}}}, {}, {}), id="likewise where nothing was in it"
        ),
        pytest.param(
            {"atomic": ["a"]}, {"atomic": ["a", "b"]}, Comparison({}, {"f:atomic": {}}, {}), id="an atomic list changes as a whole"
        ),
        pytest.param(
            {"set": ["a", "b"]},
            {"set": ["b", "c"]},
            Comparison({"f:set": {'v:"c"': {}}}, {}, {"f:set": {'v:"a"': {}}}),
            id="items of a set come and go",
        ),
        pytest.param({"set": ["a", "b"]}, {"set": ["b", "a"]}, Comparison({}, {}, {}), id="their order is nobody's"),
        pytest.param(
            {"list": [{"name": "a", "value": 1}, {"name": "b"}]},
            {"list": [{"name": "a", "value": 2}, {"name": "c", "args": ["x"]}]},
            Comparison(
                {"f:list": {'k:{"name":"c"}': {".": {}, "f:name": {}, "f:args": {}}}},
                {"f:list": {'k:{"name":"a"}': {"f:value": {}}}},
                {"f:list": {'k:{"name":"b"}': {".": {}, "f:name": {}}}},
            ),
            id="items of a keyed list come, change and go",
        ),
        pytest.param(
            {"list": [{"name": "a"}]},
            {"list": [{"name": "a"}, {"name": "a"}]},
            Comparison({}, {"f:list": {'k:{"name":"a"}': {}}}, {}),
            id="a duplicate changes its item",
        ),
    ],
)
def test_how_two_objects_differ(old: Obj, new: Obj, expected: Comparison) -> None:
    assert compare(TYPE, old, new) == expected


def named(*names: str) -> Obj:
    return {"list": [{"name": name} for name in names]}


@pytest.mark.parametrize(
    ("live", "config", "expected"),
    [
        pytest.param({"name": "a", "number": 1}, {"name": "b"}, {"name": "b", "number": 1}, id="a leaf is set, the rest stays"),
        pytest.param({"atomic": ["a", "b"]}, {"atomic": ["c"]}, {"atomic": ["c"]}, id="an atomic list is replaced"),
        pytest.param({"labels": {"a": "1"}}, {"labels": {"b": "2"}}, {"labels": {"a": "1", "b": "2"}}, id="maps merge"),
        pytest.param({"labels": {"a": "1"}}, {"labels": None}, {"labels": {"a": "1"}}, id="null removes nothing"),
        pytest.param(
            {"list": [{"name": "a", "value": 1}]},
            {"list": [{"name": "a", "args": ["x"]}]},
            {"list": [{"name": "a", "value": 1, "args": ["x"]}]},
            id="items merge",
        ),
        pytest.param(named("a", "b"), named("c"), named("a", "b", "c"), id="a new item comes last"),
        pytest.param(named("a", "b", "c"), named("c", "a"), named("b", "c", "a"), id="the configuration's order wins"),
        pytest.param(named("a", "x", "b"), named("b", "n", "a"), named("x", "b", "n", "a"), id="others stay where they were"),
        pytest.param(named("a", "b"), named("n", "a", "b"), named("n", "a", "b"), id="a new item may come first"),
        pytest.param({"set": ["a", "b"]}, {"set": ["c", "b"]}, {"set": ["a", "c", "b"]}, id="sets keep their order, too"),
        pytest.param(named("a", "a"), named("b"), named("a", "a", "b"), id="duplicates stay as they are"),
        pytest.param(named("a", "a"), named("a"), named("a"), id="unless the configuration has that item"),
    ],
)
def test_how_a_configuration_merges(live: Obj, config: Obj, expected: Obj) -> None:
    assert merge(TYPE, live, config) == expected


def test_what_is_removed() -> None:
    obj = {
        "name": "a",
        "labels": {"a": "1"},
        "set": ["a", "b"],
        "list": [{"name": "a", "value": 1}, {"name": "b"}],
        "struct": {"a": "x", "b": "y"},
    }
    fields: FieldSet = {
        "f:name": {},
        "f:labels": {"f:a": {}},
        "f:set": {'v:"a"': {}},
        "f:list": {'k:{"name":"a"}': {"f:value": {}}, 'k:{"name":"b"}': {".": {}}},
        "f:struct": {"f:a": {}},
    }
    assert remove(TYPE, obj, fields) == {"labels": None, "set": ["b"], "list": [{"name": "a"}], "struct": {"b": "y"}}


def test_declared_fields_between_become_members() -> None:
    fields: FieldSet = {"f:struct": {"f:a": {}}, "f:list": {'k:{"name":"a"}': {"f:value": {}}}, "f:free": {"f:x": {"f:y": {}}}}
    assert with_named_fields(TYPE, fields) == {
        "f:struct": {".": {}, "f:a": {}},
        "f:list": {".": {}, 'k:{"name":"a"}': {"f:value": {}}},
        "f:free": {".": {}, "f:x": {"f:y": {}}},
    }


@pytest.mark.parametrize(
    ("obj", "message"),
    [
        pytest.param({"other": 1}, ".other: field not declared in schema", id="an unknown field"),
        pytest.param({"number": "1"}, ".number: expected numeric (int or float), got string", id="text for a number"),
        pytest.param({"name": 1}, ".name: expected string, got &value.valueUnstructured{Value:1}", id="a number for text"),
        pytest.param({"flag": "x"}, ".flag: expected boolean, got &{x}", id="text for a boolean"),
        pytest.param({"either": {}}, ".either: expected any scalar, got &{map[]}", id="an object for a scalar"),
        pytest.param({"struct": [1]}, ".struct: expected map, got &{[1]}", id="a list for a map"),
        pytest.param({"list": {"a": 1}}, ".list: expected list, got &{map[a:1]}", id="a map for a list"),
        pytest.param(
            {"ports": [{"protocol": "UDP"}]},
            '.ports: element 0: associative list with keys has an element that omits key field "value" (and doesn\'t have default value)',
            id="an item without its key",
        ),
        pytest.param({"set": [{}]}, ".set: element 0: associative list without keys has an element that's a map type", id="a map in a set"),
        pytest.param({"list": [None]}, ".list: element 0: associative list with keys may not have a null element", id="null in a list"),
        pytest.param(named("a", "a"), '.list: duplicate entries for key [name="a"]', id="a duplicate"),
        pytest.param(
            {"list": [{"name": "a", "value": True}]}, '.list[name="a"].value: expected numeric (int or float), got bool', id="deep down"
        ),
        pytest.param(
            {"number": "1", "flag": "x"},
            "errors:\n  .number: expected numeric (int or float), got string\n  .flag: expected boolean, got &{x}",
            id="two faults",
        ),
    ],
)
def test_what_is_wrong_with_an_object(obj: Obj, message: str) -> None:
    with pytest.raises(InvalidObject) as refusal:
        validate(TYPE, obj)
    assert str(refusal.value) == message
