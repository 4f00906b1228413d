"""GET why: which write last changed a field, and what led to it."""

from __future__ import annotations

import asyncio

import orjson
import pytest
from django.test import AsyncClient

from cluster.machinery.meta import Obj
from cluster.runner.family import Relative
from dashboard.inspector import manifest
from dashboard.why import path_at, written
from tests.unit.dashboard.builders import pod, pod_key
from tests.unit.dashboard.fake_host import FakeHost


@pytest.fixture
def told(host: FakeHost) -> FakeHost:
    """A Pod that is created (its write is hop 2), bound by the scheduler (5) and run by its kubelet (8, 11)."""
    host.write(pod_key(), pod(), resource="pods/default/web")
    host.write(pod_key(), pod(node="n1"), source="kube-scheduler", resource="pods/default/web/binding")
    host.write(pod_key(), pod(node="n1", phase="Running"), source="node/n1/kubelet", resource="pods/default/web/status")
    host.write(pod_key(), pod(node="n1", phase="Running", message="x"), source="node/n1/kubelet", resource="pods/default/web/status")
    return host


def ask(client: AsyncClient, query: str) -> tuple[int, Obj]:
    response = asyncio.run(client.get(f"/clusters/demo/why?{query}"))
    return response.status_code, orjson.loads(response.content)


def line_of(text: str) -> int:
    lines = manifest(pod(node="n1", phase="Running", message="x")).splitlines()
    (found,) = [number for number, line in enumerate(lines, 1) if line.strip().removeprefix("- ").startswith(text)]
    return found


@pytest.mark.parametrize(
    ("line", "field", "value", "before", "seq", "source"),
    [
        ("nodeName:", "spec.nodeName", "n1", "", 5, "kube-scheduler"),
        ("phase:", "status.phase", "Running", "Pending", 8, "node/n1/kubelet"),
        ("message:", "status.message", "x", "", 11, "node/n1/kubelet"),
        ("image:", "spec.containers[0].image", "nginx", "", 2, "kubectl"),
        ("memory:", "spec.containers[0].resources.requests.memory", "64Mi", "", 2, "kubectl"),
        ("kind:", "kind", "Pod", "", 2, "kubectl"),
    ],
)
def test_a_field_leads_to_the_write_that_gave_it_its_value(
    told: FakeHost, client: AsyncClient, line: str, field: str, value: str, before: str, seq: int, source: str
) -> None:
    # resourceVersion is one line more in what is stored than in what the test writes
    number = line_of(line) + (1 if line not in ("kind:",) else 0)
    code, answer = ask(client, f"key=pods/default/web&line={number}")
    found = (code, answer["field"], answer["value"], answer["before"], answer["seq"])
    assert found == (200, field, value, before, seq)
    assert [(hop["seq"], hop["source"]) for hop in answer["causes"]] == [(seq - 1, source), (seq, "kube-apiserver")]


def test_an_object_leads_to_its_last_write_until_the_moment_that_is_looked_at(told: FakeHost, client: AsyncClient) -> None:
    assert [ask(client, f"key=pods/default/web&at={at}")[1]["seq"] for at in (12, 9, 6, 3)] == [11, 8, 5, 2]


def test_an_object_that_is_not_there_is_refused(told: FakeHost, client: AsyncClient) -> None:
    code, answer = ask(client, "key=pods/default/other")
    assert (code, answer["message"]) == (404, "pods/default/other does not exist at this moment.")


def replica_set() -> Obj:
    meta = {"namespace": "default", "name": "rs", "uid": "uid-rs"}
    return {"apiVersion": "apps/v1", "kind": "ReplicaSet", "metadata": meta, "spec": {"replicas": 1}, "status": {}}


def owned() -> Obj:
    made = pod("new")
    made["metadata"]["ownerReferences"] = [
        {"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "rs", "uid": "uid-rs", "controller": True}
    ]
    return made


REPLICASET = "kube-controller-manager/replicaset"
IN_A_BRANCH: dict[str, tuple[str, Obj, str, list[int]]] = {
    "a component goes on with what it finds": ("kube-scheduler", pod(node="n1"), "pods/default/web/binding", [1, 2, 7, 8]),
    "a controller makes what an object that it finds shall own": (
        "kube-controller-manager/replicaset",
        owned(),
        "pods/default/new",
        [4, 5, 7, 8],
    ),
    "a person needs no cause": ("kubectl", pod(node="n1"), "pods/default/web", [7, 8]),
    "nobody wrote it before": ("kube-scheduler", pod("other"), "pods/default/other", [7, 8]),
}


@pytest.mark.parametrize(("source", "written_", "resource", "causes"), IN_A_BRANCH.values(), ids=IN_A_BRANCH.keys())
def test_in_a_branch_the_chain_goes_on_in_the_log_that_it_shares_with_its_parent(
    host: FakeHost, client: AsyncClient, source: str, written_: Obj, resource: str, causes: list[int]
) -> None:
    host.write(pod_key(), pod(), resource="pods/default/web")
    host.write("/registry/replicasets/default/rs", replica_set(), resource="replicasets/default/rs")
    host.relatives = [Relative("first", "", 0, 6), Relative("demo", "first", 6, 6)]
    name = written_["metadata"]["name"]
    host.write(pod_key(name), written_, source=source, resource=resource)
    code, answer = ask(client, f"key=pods/default/{name}")
    assert (code, [hop["seq"] for hop in answer["causes"]]) == (200, causes)


TEXT = """\
a: 1
b:
  c:
  - d: 2
    e: 3
  - f
g: |
  one
  two
"""


@pytest.mark.parametrize(
    ("line", "path"),
    [(1, "a"), (2, "b"), (3, "b.c"), (4, "b.c[0].d"), (5, "b.c[0].e"), (6, "b.c[1]"), (7, "g"), (8, "g"), (99, "g")],
)
def test_a_line_is_that_of_a_field(line: int, path: str) -> None:
    assert written(path_at(TEXT, line)) == path
