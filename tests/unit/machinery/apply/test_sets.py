"""Sets of fields and the steps that they are made of."""

from __future__ import annotations

import pytest

from cluster.machinery.apply import BadPathElement, FieldSet, field_set, path
from cluster.machinery.meta import Obj

A: FieldSet = {"f:spec": {"f:replicas": {}, "f:template": {".": {}, "f:x": {}}}, "f:name": {}}
B: FieldSet = {"f:spec": {".": {}, "f:replicas": {}, "f:template": {"f:x": {}, "f:y": {}}}}


@pytest.mark.parametrize(
    ("operation", "expected"),
    [
        pytest.param(
            field_set.union,
            {"f:spec": {".": {}, "f:replicas": {}, "f:template": {".": {}, "f:x": {}, "f:y": {}}}, "f:name": {}},
            id="a union has what either has",
        ),
        pytest.param(
            field_set.intersection, {"f:spec": {"f:replicas": {}, "f:template": {"f:x": {}}}}, id="an intersection has what both have"
        ),
        pytest.param(field_set.difference, {"f:spec": {"f:template": {}}, "f:name": {}}, id="a difference keeps what only the first has"),
        pytest.param(field_set.recursive_difference, {"f:name": {}}, id="a recursive difference takes what is below, too"),
    ],
)
def test_an_operation(operation: object, expected: FieldSet) -> None:
    assert callable(operation)
    before = repr((A, B))
    assert (operation(A, B), repr((A, B))) == (expected, before)


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        pytest.param({"f:a": {}}, {"f:a": {"f:b": {}}}, {"f:a": {".": {}, "f:b": {}}}, id="a leaf and what is below it"),
        pytest.param({"f:a": {"f:b": {}}}, {"f:a": {}}, {"f:a": {".": {}, "f:b": {}}}, id="what is below, and the leaf"),
        pytest.param({}, {"f:a": {}}, {"f:a": {}}, id="nothing and something"),
    ],
)
def test_a_union_keeps_a_parent_apart_from_its_children(a: FieldSet, b: FieldSet, expected: FieldSet) -> None:
    assert field_set.union(a, b) == expected


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        pytest.param({"f:a": {"f:b": {}}}, {"f:a": {}}, {"f:a": {"f:b": {}}}, id="a child stays without its parent"),
        pytest.param({"f:a": {".": {}, "f:b": {}}}, {"f:a": {"f:b": {}}}, {"f:a": {}}, id="a parent stays without its child"),
        pytest.param({"f:a": {"f:b": {}}}, {"f:a": {"f:b": {}}}, {}, id="nothing is left of equals"),
    ],
)
def test_a_difference_goes_member_by_member(a: FieldSet, b: FieldSet, expected: FieldSet) -> None:
    assert field_set.difference(a, b) == expected


def test_members_come_in_upstreams_order() -> None:
    fields = field_set.of(
        ("f:ports", path.key(("port", "protocol"), 443, "TCP"), "f:name"),
        ("f:ports", path.key(("port", "protocol"), 80, "UDP")),
        ("f:ports", path.key(("port", "protocol"), 80, "TCP")),
        ("f:set", path.value("b")),
        ("f:set", path.value(2)),
        ("f:set", path.index(0)),
        ("f:a",),
    )
    assert [path.show(steps) for steps in field_set.paths(fields)] == [
        ".a",
        '.ports[port=80,protocol="TCP"]',
        '.ports[port=80,protocol="UDP"]',
        '.ports[port=443,protocol="TCP"].name',
        ".set[=2]",
        '.set[="b"]',
        ".set[0]",
    ]


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        pytest.param(("f:spec", "f:replicas"), True, id="a leaf"),
        pytest.param(("f:spec",), False, id="a parent that is no member"),
        pytest.param(("f:spec", "f:template"), True, id="a parent that is one"),
        pytest.param(("f:spec", "f:replicas", "f:x"), False, id="below a leaf"),
        pytest.param((), False, id="the object itself"),
    ],
)
def test_what_a_set_contains(steps: tuple[str, ...], expected: bool) -> None:
    assert field_set.contains(A, steps) is expected


def test_what_a_client_sends_is_put_into_its_one_form() -> None:
    sent: Obj = {"f:ports": {'k:{ "protocol": "TCP", "port": 80 }': {".": {}}, 'v: "a<b"': {}, "i:01": {}}}
    assert field_set.parse(sent) == {"f:ports": {'k:{"port":80,"protocol":"TCP"}': {".": {}}, 'v:"a\\u003cb"': {}, "i:1": {}}}


@pytest.mark.parametrize("sent", [{"x:a": {}}, {"f:a": []}, {"k:[]": {}}, {"v:{": {}}, {"i:a": {}}, {"": {}}, None])
def test_a_set_that_is_none_is_refused(sent: object) -> None:
    with pytest.raises(BadPathElement):
        field_set.parse(sent)
