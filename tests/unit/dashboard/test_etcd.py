"""GET etcd/keys and etcd/key: what etcd kept at any moment; POST etcd: what is asked of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import orjson
import pytest
from django.test import AsyncClient

from cluster.machinery.meta import Obj
from cluster.runner.etcd_admin import EtcdAdmin, TooManySnapshots
from dashboard import forms
from dashboard.forms import EtcdWork, Refusal
from tests.unit.dashboard.builders import node, pod, pod_key
from tests.unit.dashboard.fake_host import FakeHost

BASE = "/clusters/demo/etcd/"


@pytest.fixture
def told(host: FakeHost) -> FakeHost:
    """A Pod that is created (its write is hop 2), bound (5) and deleted (8), and a node (11)."""
    host.write(pod_key(), pod())
    host.write(pod_key(), pod(node="n1"))
    host.write(pod_key(), None)
    host.write("/registry/minions/n1", node())
    return host


def get(client: AsyncClient, path: str) -> tuple[int, Obj]:
    response = asyncio.run(client.get(BASE + path))
    return response.status_code, orjson.loads(response.content)


@pytest.mark.parametrize(
    ("query", "revision", "keys"),
    [
        ("", 4, [("/registry/minions/n1", 4, 4, 1)]),
        ("?at=0", 0, []),
        ("?at=2", 1, [("/registry/pods/default/web", 1, 1, 1)]),
        ("?at=6", 2, [("/registry/pods/default/web", 1, 2, 2)]),
        ("?at=6&prefix=/registry/minions/", 2, []),
        ("?prefix=/registry/&after=/registry/minions/n1", 4, []),
    ],
)
def test_the_keys_of_a_moment_come_with_their_revisions(
    told: FakeHost, client: AsyncClient, query: str, revision: int, keys: list[tuple[str, int, int, int]]
) -> None:
    code, answer = get(client, f"keys{query}")
    found = [(row["key"], row["create"], row["mod"], row["version"]) for row in answer["keys"]]
    assert (code, answer["revision"], found, answer["remaining"]) == (200, revision, keys, 0)


def test_a_key_comes_with_its_value_and_what_each_write_changed(told: FakeHost, client: AsyncClient) -> None:
    code, answer = get(client, f"key?key={pod_key()}&at=6")
    assert (code, answer["create"], answer["mod"], answer["version"]) == (200, 1, 2, 2)
    assert "nodeName: n1" in answer["value"]
    bound, created = answer["history"]
    assert [line for line in bound["changes"] if line["op"] != " " and "resourceVersion" not in line["text"]] == [
        {"op": "+", "text": "  nodeName: n1"}
    ]
    assert (bound["revision"], bound["seq"], bound["version"]) == (2, 5, 2)
    assert ({line["op"] for line in created["changes"]}, created["seq"]) == ({"+"}, 2)


@pytest.mark.parametrize("query", [f"key={pod_key()}&at=8", f"key={pod_key()}&at=0", "key=", "at=2"])
def test_a_key_that_was_not_there_is_refused(told: FakeHost, client: AsyncClient, query: str) -> None:
    code, answer = get(client, f"key?{query}")
    assert (code, answer["try"]) == (404, "Choose another key, or another moment.")


@pytest.mark.parametrize(
    ("document", "work"),
    [
        ({"action": "snapshot", "name": "a.db", "revision": 7}, EtcdWork("snapshot", "a.db")),
        ({"action": "restore", "name": "a.db"}, EtcdWork("restore", "a.db")),
        ({"action": "compact", "revision": 7}, EtcdWork("compact", "", 7)),
        ({"action": "defrag"}, EtcdWork("defrag")),
    ],
)
def test_what_is_asked_of_etcd_is_read(document: Obj, work: EtcdWork) -> None:
    assert forms.etcd_work(document) == work


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"action": "melt"},
        {"action": "snapshot"},
        {"action": "restore", "name": "../a.db"},
        {"action": "snapshot", "name": "x" * 101},
        {"action": "compact"},
        {"action": "compact", "revision": 0},
        {"action": "compact", "revision": True},
        {"action": "compact", "revision": 2**63},
    ],
    ids=str,
)
def test_what_cannot_be_asked_of_etcd_is_refused(document: Obj) -> None:
    with pytest.raises(Refusal):
        forms.etcd_work(document)


@pytest.mark.parametrize(
    ("language", "message", "hint"),
    [
        ("en", "There are 20 snapshots already.", "Give the name of one of them: it is replaced."),
        ("ko", "스냅샷이 이미 20개 있습니다.", "있는 스냅샷의 이름을 쓰면 그 스냅샷을 바꿔 저장합니다."),
    ],
)
def test_one_snapshot_too_many_is_refused_in_the_language_of_the_page(
    host: FakeHost, client: AsyncClient, monkeypatch: pytest.MonkeyPatch, language: str, message: str, hint: str
) -> None:
    async def full(call: Callable[[EtcdAdmin], list[str]]) -> list[str]:
        raise TooManySnapshots

    monkeypatch.setattr(host, "etcd", full)
    body = orjson.dumps({"action": "snapshot", "name": "a.db"})
    response = asyncio.run(client.post("/clusters/demo/etcd", body, content_type="application/json", headers={"accept-language": language}))
    assert (response.status_code, orjson.loads(response.content)) == (409, {"message": message, "try": hint})
