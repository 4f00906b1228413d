"""GET and POST breakpoints: what is set, and where in the log it came true."""

from __future__ import annotations

import asyncio

import orjson
import pytest
from django.test import AsyncClient

from cluster.machinery.meta import Obj
from tests.unit.dashboard.builders import pod, pod_key
from tests.unit.dashboard.fake_host import FakeHost

URL = "/clusters/demo/breakpoints"


@pytest.fixture
def told(host: FakeHost) -> FakeHost:
    """A Pod that comes (its write is hop 2), is bound (5) and goes (8)."""
    host.write(pod_key(), pod())
    host.write(pod_key(), pod(node="n1"))
    host.write(pod_key(), None)
    return host


def post(client: AsyncClient, document: Obj) -> tuple[int, Obj]:
    response = asyncio.run(client.post(URL, orjson.dumps(document), content_type="application/json"))
    return response.status_code, orjson.loads(response.content)


def rows(document: Obj) -> list[tuple[str, list[int]]]:
    return [(row["text"], row["seqs"]) for row in document["breakpoints"]]


def test_a_breakpoint_that_is_set_is_answered_with_where_it_came_true(told: FakeHost, client: AsyncClient) -> None:
    assert rows(post(client, {"text": "pod web bound"})[1]) == [("pod web bound", [5])]
    code, document = post(client, {"text": "Hop etcd".lower()})
    assert (code, rows(document)) == (200, [("pod web bound", [5]), ("hop etcd", [2, 5, 8])])
    told.write(pod_key("web"), pod(node="n2"))
    document = orjson.loads(asyncio.run(client.get(URL)).content)
    assert rows(document) == [("pod web bound", [5, 11]), ("hop etcd", [2, 5, 8, 11])]
    assert rows(post(client, {"text": "hop etcd", "set": False})[1]) == [("pod web bound", [5, 11])]


@pytest.mark.parametrize(
    ("document", "code", "message"),
    [
        ({"text": "pot web bound"}, 400, "This is not understood as a condition: pot."),
        ({"text": 7}, 400, "This is not understood as a condition: ."),
        ({}, 400, "This is not understood as a condition: ."),
    ],
)
def test_what_is_no_condition_is_refused_with_examples(host: FakeHost, client: AsyncClient, document: Obj, code: int, message: str) -> None:
    found, answer = post(client, document)
    assert (found, answer["message"], answer["try"].startswith("Examples: pod web-* bound; ")) == (code, message, True)


def test_too_many_are_refused(host: FakeHost, client: AsyncClient) -> None:
    for text in ("pod a bound", "pod b bound"):
        post(client, {"text": text})
    code, answer = post(client, {"text": "pod c bound"})
    assert (code, answer) == (409, {"message": "There are too many breakpoints.", "try": "Take one away first."})
