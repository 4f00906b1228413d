"""Objects of one shape are owned alike by their creators, whatever was remembered."""

from __future__ import annotations

import pytest

from cluster.machinery.apply import Updater
from cluster.machinery.apply.shape import Shape, shape_of
from cluster.machinery.meta import Obj
from tests.unit.machinery.apply.schemas import OneVersion

EMPTY: Obj = {"metadata": {"creationTimestamp": None}, "count": 0, "spec": {}, "involvedObject": None}


@pytest.mark.parametrize(
    ("obj", "shape"),
    [
        pytest.param({"name": "x"}, ("name",), id="the value of a field says nothing"),
        pytest.param({"count": 0}, (("count", True),), id="but for whether it is the same as when nothing was said"),
        pytest.param({"count": 2}, (("count", False),), id="or is not"),
        pytest.param({"count": 3}, (("count", False),), id="and then it says nothing"),
        pytest.param({"spec": {"a": {"b": 1}}}, (("spec", (("a", ("b",)),)),), id="what is below counts, too"),
        pytest.param({"spec": {"a": {}}}, (("spec", (("a", ()),)),), id="an empty part is no plain value"),
        pytest.param(
            {"metadata": {"creationTimestamp": None, "name": "x"}}, (("metadata", (("creationTimestamp", True), "name")),), id="depth"
        ),
        pytest.param({"count": {"a": 1}}, None, id="a part in the place of a value has no shape"),
        pytest.param({"spec": 1}, None, id="nor has a value in the place of a part"),
        pytest.param({"involvedObject": {"name": "x"}}, (("involvedObject", ("name",)),), id="null is a part of which nothing was said"),
        pytest.param({"spec": {"items": [{"a": 1}]}}, (("spec", (("items", "[{'a': 1}]"),)),), id="a list stands in it as it is"),
        pytest.param({"metadata": {"creationTimestamp": []}}, (("metadata", (("creationTimestamp", "[]"),)),), id="whatever was there"),
        pytest.param({"spec": []}, (("spec", "[]"),), id="also in the place of a part"),
    ],
)
def test_the_shape_of_a_new_object(obj: Obj, shape: Shape | None) -> None:
    assert shape_of(EMPTY, obj) == shape


@pytest.mark.parametrize(
    "obj",
    [
        pytest.param({"name": "y"}, id="of the same shape as the one before"),
        pytest.param({"name": "y", "number": 1}, id="with one field more"),
        pytest.param({"number": 1}, id="with another field"),
        pytest.param({"struct": {"a": "y"}}, id="with a part"),
        pytest.param({"list": [{"name": "a"}]}, id="with a list of items"),
        pytest.param({"list": [{"name": "b"}]}, id="with a list of others"),
    ],
)
def test_what_was_remembered_changes_nothing(obj: Obj) -> None:
    known = Updater(OneVersion(), "v1", {})
    for before in ({"name": "x"}, {"struct": {"a": "x"}}, {"list": [{"name": "a"}]}):
        known.update({}, before, {}, "u")
    assert known.update({}, obj, {}, "w") == Updater(OneVersion(), "v1", {}).update({}, obj, {}, "w")
