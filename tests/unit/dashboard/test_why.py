"""GET why: which write last changed a field, and what led to it."""

from __future__ import annotations

import asyncio

import orjson
import pytest
from django.test import AsyncClient

from cluster.machinery.meta import Obj
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
