"""The certificate that the API server is known by, in every namespace."""

from __future__ import annotations

import pytest

from cluster.controller_manager.keys import Keys
from cluster.controller_manager.rootcacertpublisher.controller import ANNOTATION, DESCRIPTION, NAME
from cluster.machinery.kinds.core import CONFIGMAPS, NAMESPACES
from cluster.machinery.meta import Obj
from tests.unit.controller_manager.authority import AUTHORITY
from tests.unit.controller_manager.cluster_rig import ControlledRig

RIGHT: Obj = {"annotations": {ANNOTATION: DESCRIPTION}, "data": {"ca.crt": AUTHORITY.pem}}


def rig() -> ControlledRig:
    return ControlledRig(keys=Keys(authority=AUTHORITY))


def published(rig: ControlledRig, namespace: str) -> Obj:
    """Return annotations and data of what is published in a namespace."""
    found = rig.admin.get(CONFIGMAPS, NAME, namespace)
    return {"annotations": found["metadata"].get("annotations"), "data": found.get("data")}


@pytest.mark.parametrize("namespace", ["default", "kube-system"])
def test_every_namespace_has_the_certificate(namespace: str) -> None:
    assert published(rig(), namespace) == RIGHT


def test_a_new_namespace_gets_it() -> None:
    controlled = rig()
    controlled.admin.create(NAMESPACES, {"metadata": {"name": "shop"}})
    controlled.run()
    assert published(controlled, "shop") == RIGHT


CHANGES: dict[str, tuple[Obj, Obj]] = {
    "other data are put right": ({"data": {"ca.crt": "x"}}, RIGHT),
    "what was added is taken away": ({"data": {"ca.crt": AUTHORITY.pem, "more": "x"}}, RIGHT),
    "the description comes back": ({"metadata": {"annotations": None}}, RIGHT),
    "another description stays": (
        {"metadata": {"annotations": {ANNOTATION: "mine"}}},
        {"annotations": {ANNOTATION: "mine"}, "data": RIGHT["data"]},
    ),
    "other annotations stay": (
        {"data": {}, "metadata": {"annotations": {"a": "b"}}},
        {"annotations": {ANNOTATION: DESCRIPTION, "a": "b"}, "data": RIGHT["data"]},
    ),
}


@pytest.mark.parametrize(("change", "outcome"), CHANGES.values(), ids=CHANGES.keys())
def test_a_changed_certificate_is_put_right(change: Obj, outcome: Obj) -> None:
    controlled = rig()
    current = controlled.admin.get(CONFIGMAPS, NAME, "default")
    meta = {**current["metadata"], **change.get("metadata", {})}
    if meta.get("annotations") is None:
        meta.pop("annotations", None)
    controlled.admin.update(CONFIGMAPS, {**current, **change, "metadata": meta})
    controlled.run()
    assert published(controlled, "default") == outcome


def test_a_deleted_certificate_comes_back() -> None:
    controlled = rig()
    controlled.admin.delete(CONFIGMAPS, NAME, "default")
    controlled.run()
    assert published(controlled, "default") == RIGHT


def test_without_an_authority_nothing_is_published() -> None:
    assert ControlledRig().admin.list(CONFIGMAPS) == []
