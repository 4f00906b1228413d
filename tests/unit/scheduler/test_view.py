"""Who does the same work as a pod: what pods without constraints of their own are spread with."""

from __future__ import annotations

import pytest

from cluster.machinery.meta import Obj
from cluster.scheduler.view import services_of, spreading_selector

LABELS = {"app": "web", "tier": "front"}
POD: Obj = {"metadata": {"name": "web-1", "namespace": "default", "labels": LABELS}, "spec": {}}


def service(name: str, selector: dict[str, str] | None) -> Obj:
    return {"metadata": {"name": name}, "spec": {"selector": selector}}


def owner(kind: str, selector: Obj) -> Obj:
    return {"kind": kind, "metadata": {"name": "web"}, "spec": {"selector": selector}}


@pytest.mark.parametrize(
    ("services", "controller", "expected"),
    [
        pytest.param([], None, "", id="a pod of its own is spread with nobody"),
        pytest.param([service("web", {"app": "web"})], None, "app=web", id="the pods of its Service"),
        pytest.param(
            [service("web", {"app": "web"}), service("front", {"tier": "front"})],
            None,
            "app=web,tier=front",
            id="of all its Services",
        ),
        pytest.param([service("db", {"app": "db"}), service("none", None)], None, "", id="Services that do not select it say nothing"),
        pytest.param([], owner("ReplicaSet", {"matchLabels": {"app": "web"}}), "app=web", id="the pods of its ReplicaSet"),
        pytest.param(
            [service("front", {"tier": "front"})],
            owner("StatefulSet", {"matchExpressions": [{"key": "app", "operator": "Exists"}]}),
            "app,tier=front",
            id="both together",
        ),
        pytest.param(
            [service("front", {"tier": "front"})],
            owner("ReplicationController", {"app": "web"}),
            "app=web,tier=front",
            id="a ReplicationController's selector is a map",
        ),
    ],
)
def test_spreading_selector(services: list[Obj], controller: Obj | None, expected: str) -> None:
    assert str(spreading_selector(POD, services, controller)) == expected


def test_services_of() -> None:
    mine, other = service("web", {"app": "web"}), service("db", {"app": "db"})
    assert services_of(POD, [mine, other, service("headless", None)]) == [mine]
