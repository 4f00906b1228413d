"""Who owns what after a row of writes: upstream's own kind of cases."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from cluster.machinery.apply import Conflicts, FieldSet, Managers, Updater, VersionedSet, Versions
from cluster.machinery.apply.path import show
from cluster.machinery.meta import Obj
from tests.unit.machinery.apply.schemas import OneVersion, Renamed


@dataclass(frozen=True)
class Apply:
    manager: str
    obj: Obj
    force: bool = False
    version: str = "v1"


@dataclass(frozen=True)
class Update:
    manager: str
    obj: Obj
    version: str = "v1"


Owned = dict[str, FieldSet]


def after(*writes: Apply | Update, versions: Versions | None = None, ignored: FieldSet | None = None) -> tuple[Obj, Managers[str]]:
    """Return the object and its managers after some writes; the object is in ``v1``."""
    versions = versions or OneVersion()
    live: Obj = {}
    managers: Managers[str] = {}
    for write in writes:
        updater = Updater(versions, write.version, ignored or {})
        current = versions.convert(live, "v1", write.version)
        if isinstance(write, Apply):
            new, managers = updater.apply(current, write.obj, managers, write.manager, is_forced=write.force)
        else:
            new, (managers, _) = write.obj, updater.update(current, write.obj, managers, write.manager)
        live = versions.convert(new, write.version, "v1")
    return live, managers


def item(name: str, **fields: object) -> Obj:
    return {"name": name, **fields}


@pytest.mark.parametrize(
    ("writes", "obj", "owned"),
    [
        pytest.param([Apply("a", {"name": "x"})], {"name": "x"}, {"a": {"f:name": {}}}, id="an applier owns what it mentions"),
        pytest.param([Update("u", {"name": "x"})], {"name": "x"}, {"u": {"f:name": {}}}, id="an updater owns what it changed"),
        pytest.param(
            [Update("u", {"name": "x"}), Update("v", {"name": "x", "number": 1})],
            {"name": "x", "number": 1},
            {"u": {"f:name": {}}, "v": {"f:number": {}}},
            id="and not what it only repeats",
        ),
        pytest.param(
            [Apply("a", {"name": "x"}), Update("u", {"name": "y"})],
            {"name": "y"},
            {"u": {"f:name": {}}},
            id="an updater takes what it changes",
        ),
        pytest.param(
            [Apply("a", {"name": "x"}), Apply("b", {"name": "x"})],
            {"name": "x"},
            {"a": {"f:name": {}}, "b": {"f:name": {}}},
            id="two may own a field that they agree on",
        ),
        pytest.param(
            [Apply("a", {"name": "x", "number": 1}), Apply("b", {"name": "y"}, force=True)],
            {"name": "y", "number": 1},
            {"a": {"f:number": {}}, "b": {"f:name": {}}},
            id="force takes what differs",
        ),
        pytest.param(
            [Apply("a", {"name": "x", "number": 1}), Apply("a", {"name": "x"})],
            {"name": "x"},
            {"a": {"f:name": {}}},
            id="what an applier no longer has is removed",
        ),
        pytest.param(
            [Apply("a", {"name": "x", "number": 1}), Apply("b", {"number": 1}), Apply("a", {"name": "x"})],
            {"name": "x", "number": 1},
            {"a": {"f:name": {}}, "b": {"f:number": {}}},
            id="unless another applier has it",
        ),
        pytest.param(
            [Apply("a", {"name": "x", "number": 1}), Update("u", {"name": "x", "number": 2}), Apply("a", {"name": "x"})],
            {"name": "x", "number": 2},
            {"a": {"f:name": {}}, "u": {"f:number": {}}},
            id="or an updater has changed it since",
        ),
        pytest.param([Apply("a", {"name": "x"}), Update("u", {})], {}, {}, id="who owned what an updater removed owns nothing"),
        pytest.param(
            [Apply("a", {"list": [item("p", value=1), item("q")]}), Apply("b", {"list": [item("r")]}), Apply("a", {"list": [item("q")]})],
            {"list": [item("q"), item("r")]},
            {"a": {"f:list": {'k:{"name":"q"}': {".": {}, "f:name": {}}}}, "b": {"f:list": {'k:{"name":"r"}': {".": {}, "f:name": {}}}}},
            id="items of a list have owners of their own",
        ),
        pytest.param(
            [
                Apply("a", {"list": [item("p", value=1)]}),
                Update("u", {"list": [item("p", value=1, args=["x"])]}),
                Apply("a", {"name": "x"}),
            ],
            {"name": "x"},
            {"a": {"f:name": {}}},
            id="an item goes with all that others own in it",
        ),
        pytest.param(
            [Apply("a", {"set": ["p", "q"]}), Apply("a", {"set": ["q"]})],
            {"set": ["q"]},
            {"a": {"f:set": {'v:"q"': {}}}},
            id="items of a set leave",
        ),
        pytest.param(
            [Apply("a", {"struct": {"a": "1", "b": "2"}}), Apply("a", {})], {}, {}, id="a struct that loses all its fields goes, too"
        ),
        pytest.param(
            [Apply("a", {"labels": {"p": "1"}}), Apply("b", {"labels": {"q": "2"}}), Apply("a", {"labels": {}})],
            {"labels": {"q": "2"}},
            {"a": {"f:labels": {}}, "b": {"f:labels": {"f:q": {}}}},
            id="keys of a map have owners of their own",
        ),
        pytest.param(
            [Apply("a", {"atomic": ["x", "y"]}), Apply("a", {"atomic": ["x"]})],
            {"atomic": ["x"]},
            {"a": {"f:atomic": {}}},
            id="an atomic list is replaced",
        ),
        pytest.param(
            [Update("u", {"name": "x"}), Update("u", {"name": "y", "flag": False})],
            {"name": "y", "flag": False},
            {"u": {"f:name": {}, "f:flag": {}}},
            id="an updater's fields add up",
        ),
    ],
)
def test_a_row_of_writes(writes: list[Apply | Update], obj: Obj, owned: Owned) -> None:
    live, managers = after(*writes)
    left = {name: value for name, value in live.items() if value is not None}
    assert (left, {name: owned.fields for name, owned in managers.items()}) == (obj, owned)


@pytest.mark.parametrize(
    ("writes", "conflicts"),
    [
        pytest.param([Apply("a", {"name": "x"}), Apply("b", {"name": "y"})], [("a", ".name")], id="another value for an applied field"),
        pytest.param([Update("u", {"name": "x"}), Apply("b", {"name": "y"})], [("u", ".name")], id="another value for an updated field"),
        pytest.param(
            [
                Apply("a", {"name": "x", "number": 1}),
                Update("u", {"name": "x", "number": 1, "list": [item("p", value=1)]}),
                Apply("b", {"number": 2, "list": [item("p", value=2)]}),
            ],
            [("a", ".number"), ("u", '.list[name="p"].value')],
            id="fields of two managers",
        ),
        pytest.param([Apply("a", {"atomic": ["x"]}), Apply("b", {"atomic": ["y"]})], [("a", ".atomic")], id="an atomic list"),
        pytest.param(
            [Apply("a", {"set": ["x"]}), Apply("b", {"set": ["y"]}), Apply("c", {"name": "z"}), Apply("d", {"name": "w"})],
            [("c", ".name")],
            id="and no item of a set",
        ),
    ],
)
def test_a_conflict(writes: list[Apply | Update], conflicts: list[tuple[str, str]]) -> None:
    with pytest.raises(Conflicts) as refusal:
        after(*writes)
    assert [(conflict.manager, show(conflict.path)) for conflict in refusal.value.conflicts] == conflicts


def test_managers_of_other_versions_lose_what_is_changed_under_another_name() -> None:
    writes = (Update("u", {"name": "x", "number": 1}), Apply("a", {"title": "y"}, force=True, version="v2"))
    assert after(*writes, versions=Renamed()) == (
        {"name": "y", "number": 1},
        {"u": VersionedSet({"f:number": {}}, "v1", is_applied=False), "a": VersionedSet({"f:title": {}}, "v2", is_applied=True)},
    )


def test_what_was_applied_in_one_version_is_removed_in_another() -> None:
    writes = [Apply("a", {"name": "x", "number": 1}), Apply("a", {"number": 1}, version="v2")]
    live, managers = after(*writes, versions=Renamed())
    assert (live, managers) == ({"number": 1}, {"a": VersionedSet({"f:number": {}}, "v2", is_applied=True)})


def test_managers_of_a_version_that_is_gone_are_forgotten() -> None:
    updater = Updater(OneVersion(), "v1", {})
    old: Managers[str] = {"o": VersionedSet({"f:name": {}}, "v0", is_applied=False)}
    assert updater.update({}, {"name": "x"}, old, "u") == ({"u": VersionedSet({"f:name": {}}, "v1", is_applied=False)}, True)


def test_what_a_write_resets_is_owned_by_nobody() -> None:
    _, managers = after(Update("u", {"name": "x", "struct": {"a": "1"}}), ignored={"f:struct": {}})
    assert managers == {"u": VersionedSet({"f:name": {}}, "v1", is_applied=False)}
