"""GET and POST branches: the family of a cluster, and a new one of it."""

from __future__ import annotations

import asyncio

import orjson
import pytest
from django.test import AsyncClient

from cluster.machinery.meta import Obj
from tests.unit.dashboard.builders import pod, pod_key
from tests.unit.dashboard.fake_host import FakeHost

URL = "/clusters/demo/branches"
FIRST = {"name": "demo", "parent": "", "began": 0, "head": 9, "address": "/clusters/demo/", "here": True}


def post(client: AsyncClient, document: Obj) -> tuple[int, Obj]:
    response = asyncio.run(client.post(URL, orjson.dumps(document), content_type="application/json"))
    return response.status_code, orjson.loads(response.content)


def test_a_branch_is_made_at_a_hop_and_told_with_its_family(host: FakeHost, client: AsyncClient) -> None:
    host.write(pod_key(), pod())
    assert orjson.loads(asyncio.run(client.get(URL)).content) == {"branches": [FIRST], "made": ""}
    second = {"name": "demo-2", "parent": "demo", "began": 2, "head": 2, "address": "/clusters/demo-2/", "here": False}
    assert post(client, {"at": 2}) == (200, {"branches": [FIRST, second], "made": "/clusters/demo-2/"})


@pytest.mark.parametrize(
    ("document", "code", "message"),
    [
        ({"at": 5}, 404, "There is no hop 5."),
        ({"at": 0}, 404, "There is no hop 0."),
        ({"at": -1}, 400, "at must be a whole number of 0 or more."),
        ({"at": True}, 400, "at must be a whole number of 0 or more."),
        ({}, 400, "at must be a whole number of 0 or more."),
    ],
)
def test_there_is_no_branch_of_what_is_no_hop(host: FakeHost, client: AsyncClient, document: Obj, code: int, message: str) -> None:
    found, answer = post(client, document)
    assert (found, answer["message"]) == (code, message)
