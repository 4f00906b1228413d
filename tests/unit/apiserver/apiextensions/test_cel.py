"""Rules in CEL: what they see, and what is said when they are broken."""

from __future__ import annotations

import pytest

from cluster.apiserver.apiextensions.cel import check_rules
from cluster.machinery.meta import Obj

_INTEGER, _STRING = {"type": "integer"}, {"type": "string"}


def _schema(rule: Obj, **fields: Obj) -> Obj:
    return {"type": "object", "properties": {"spec": {"type": "object", "properties": fields, "x-kubernetes-validations": [rule]}}}


@pytest.mark.parametrize(
    ("rule", "fields", "spec", "old", "faults"),
    [
        pytest.param({"rule": "self.a <= self.b"}, {"a": _INTEGER, "b": _INTEGER}, {"a": 1, "b": 2}, None, [], id="a rule that is kept"),
        pytest.param(
            {"rule": "self.a <= self.b"},
            {"a": _INTEGER, "b": _INTEGER},
            {"a": 3, "b": 2},
            None,
            ['spec: Invalid value: "object": failed rule: self.a <= self.b'],
            id="a rule that is broken",
        ),
        pytest.param(
            {"rule": "self.a > 5", "message": "a is small", "fieldPath": ".a", "reason": "FieldValueForbidden"},
            {"a": _INTEGER},
            {"a": 3},
            None,
            ["spec.a: Forbidden: a is small"],
            id="with its own message, place and reason",
        ),
        pytest.param(
            {"rule": "self.a > 5", "messageExpression": "'a is ' + string(self.a)"},
            {"a": _INTEGER},
            {"a": 3},
            None,
            ['spec: Invalid value: "object": a is 3'],
            id="with a message that is computed",
        ),
        pytest.param({"rule": "self.a == oldSelf.a"}, {"a": _INTEGER}, {"a": 3}, None, [], id="a rule about changes is silent on creation"),
        pytest.param(
            {"rule": "self.a == oldSelf.a", "message": "a is immutable"},
            {"a": _INTEGER},
            {"a": 3},
            {"a": 2},
            ['spec: Invalid value: "object": a is immutable'],
            id="a change that is refused",
        ),
        pytest.param(
            {"rule": "oldSelf.hasValue() || self.a == 1", "optionalOldSelf": True, "message": "begin with 1"},
            {"a": _INTEGER},
            {"a": 3},
            None,
            ['spec: Invalid value: "object": begin with 1'],
            id="an optional old value that is not there",
        ),
        pytest.param(
            {"rule": "self.first__dash__name.startsWith('A')"},
            {"first-name": _STRING},
            {"first-name": "Ann"},
            None,
            [],
            id="a name with a dash",
        ),
        pytest.param(
            {"rule": "self.l.all(x, x.matches('^[a-z]+$')) && self.l.isSorted()"},
            {"l": {"type": "array", "items": _STRING}},
            {"l": ["a", "b"]},
            None,
            [],
            id="macros and the library",
        ),
        pytest.param({"rule": "quantity(self.q).isGreaterThan(quantity('1Gi'))"}, {"q": _STRING}, {"q": "2Gi"}, None, [], id="quantities"),
        pytest.param(
            {"rule": "self.a > 1"},
            {"a": _INTEGER},
            {},
            None,
            ['spec: Invalid value: "object": no such key: a evaluating rule: failed rule: self.a > 1'],
            id="a field that is not there",
        ),
    ],
)
def test_a_rule(rule: Obj, fields: dict[str, Obj], spec: Obj, old: Obj | None, faults: list[str]) -> None:
    before = None if old is None else {"metadata": {}, "spec": old}
    assert [str(fault) for fault in check_rules({"metadata": {}, "spec": spec}, _schema(rule, **fields), before, [])] == faults


def test_items_of_a_map_like_list_are_compared_with_their_own_past() -> None:
    item = {"type": "object", "properties": {"n": _STRING, "v": _INTEGER}, "x-kubernetes-validations": [{"rule": "self.v >= oldSelf.v"}]}
    items = {"type": "array", "items": item, "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["n"]}
    schema = {"type": "object", "properties": {"l": items}}
    old, new = {"l": [{"n": "a", "v": 5}, {"n": "b", "v": 1}]}, {"l": [{"n": "b", "v": 2}, {"n": "a", "v": 4}, {"n": "c", "v": 0}]}
    found = [str(fault) for fault in check_rules(new, schema, old, [])]
    assert found == ['l[1]: Invalid value: "object": failed rule: self.v >= oldSelf.v']


def test_rules_that_look_at_too_much_are_given_up() -> None:
    rule = {"rule": "self.l.all(a, self.l.all(b, self.l.all(c, a + b + c >= 0)))"}
    schema = _schema(rule, l={"type": "array", "items": _INTEGER})
    (fault,) = check_rules({"metadata": {}, "spec": {"l": list(range(100))}}, schema, None, [])
    detail = "validation failed due to running out of cost budget, no further validation rules will be run"
    assert str(fault) == f'<nil>: Invalid value: "object": {detail}'
