"""A workload's load is shared by its running pods."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from cluster.apiserver.subresources.loads import stated_usage
from cluster.machinery.kinds.apps import DEPLOYMENTS, REPLICASETS, STATEFULSETS
from cluster.machinery.kinds.model import Kind
from cluster.machinery.meta import Obj


def workload(name: str, load: str = "", owner: str = "") -> Obj:
    meta: Obj = {"name": name, "uid": name, "annotations": {"simulation.podium/load": load} if load else {}}
    return {"metadata": meta | ({"ownerReferences": [{"uid": owner, "controller": True}]} if owner else {})}


def pod(name: str, owner: str, phase: str = "Running", containers: int = 1) -> Obj:
    meta = workload(name, owner=owner)["metadata"]
    return {"metadata": meta, "spec": {"containers": [{"name": str(n)} for n in range(containers)]}, "status": {"phase": phase}}


class Objects:
    """A reader of what it was given."""

    def __init__(self, objects: dict[Kind, list[Obj]]) -> None:
        self._objects = objects

    def get(self, kind: Kind, namespace: str, name: str) -> Obj | None:
        return next((obj for obj in self._objects.get(kind, []) if obj["metadata"]["name"] == name), None)

    def list(self, kind: Kind, namespace: str = "") -> Sequence[Obj]:
        return self._objects.get(kind, [])


LOADED: dict[Kind, list[Obj]] = {STATEFULSETS: [workload("s", "300m")]}
CASES: list[tuple[str, dict[Kind, list[Obj]], list[Obj], dict[str, str]]] = [
    ("without a load nobody is told anything", {DEPLOYMENTS: [workload("d")]}, [pod("a", "d")], {}),
    ("two pods have half of it each", LOADED, [pod("a", "s"), pod("b", "s")], {"a": "150000000n", "b": "150000000n"}),
    (
        "pods of all ReplicaSets of a Deployment share it",
        {DEPLOYMENTS: [workload("d", "1")], REPLICASETS: [workload("old", owner="d"), workload("new", owner="d")]},
        [pod("a", "old"), pod("b", "new")],
        {"a": "500000000n", "b": "500000000n"},
    ),
    ("a pod that does not run carries nothing", LOADED, [pod("a", "s"), pod("b", "s", "Pending")], {"a": "300000000n"}),
    ("containers of a pod share its part", LOADED, [pod("a", "s", containers=3)], {"a": "100000000n"}),
    ("pods of others have none", LOADED, [pod("a", "x"), pod("b", "s")], {"b": "300000000n"}),
    ("a load that cannot be read is none", {STATEFULSETS: [workload("s", "much")]}, [pod("a", "s")], {}),
]  # fmt: skip


@pytest.mark.parametrize(("objects", "pods", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_stated_usage(objects: dict[Kind, list[Obj]], pods: list[Obj], expected: dict[str, str]) -> None:
    found = stated_usage(Objects(objects), "", pods)
    assert found == {uid: {"simulation.podium/cpu": used} for uid, used in expected.items()}
