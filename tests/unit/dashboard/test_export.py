"""GET export/session.html and export/log.jsonl: what a session leaves behind."""

from __future__ import annotations

import asyncio
import base64
import gzip
import hashlib
import re

import orjson
import pytest
from django.test import AsyncClient

from cluster.etcd import log_file
from cluster.machinery.meta import Obj
from dashboard.export.single_file import base64_of
from dashboard.views.recordings import can_be_shown
from tests.unit.dashboard.builders import deployment, pod, pod_key
from tests.unit.dashboard.fake_host import FakeHost

BASE = "/clusters/demo/export/"


@pytest.fixture
def told(host: FakeHost) -> FakeHost:
    """A Pod that is created (hops 1 to 3), runs (4 to 6) and goes (7 to 9), beside a Deployment (10 to 12)."""
    host.write(pod_key(), pod(), resource="pods/default/web")
    host.write(pod_key(), pod(phase="Running"), source="node/n1/kubelet", resource="pods/default/web/status")
    host.write(pod_key(), None, resource="pods/default/web")
    host.write("/registry/deployments/default/web", deployment(), resource="deployments/default/web")
    return host


def get(client: AsyncClient, path: str) -> tuple[int, bytes]:
    async def fetch() -> tuple[int, bytes]:
        response = await client.get(BASE + path)
        if not response.streaming:
            return response.status_code, response.content
        return response.status_code, b"".join([piece async for piece in response.streaming_content])

    return asyncio.run(fetch())


def recorded(page: str) -> list[Obj]:
    """The lines that a saved page carries."""
    (data,) = re.findall(r'<script type="text/plain" id="recording">([^<]*)</script>', page)
    return [orjson.loads(line) for line in gzip.decompress(base64.b64decode(data)).splitlines()]


def test_the_file_names_nothing_outside_and_runs_nothing_but_its_own_script(told: FakeHost, client: AsyncClient) -> None:
    code, content = get(client, "session.html")
    page = content.decode()
    (script,) = re.findall(r'<script type="module">(.*?)</script>', page, re.DOTALL)
    (style,) = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)
    (policy,) = re.findall(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)">', page)
    digests = [base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in (script, style)]
    assert code == 200
    assert re.findall(r"(?:script|style)-src '([^']*)'", policy) == [f"sha256-{digest}" for digest in digests]
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    assert re.findall(r'(?:src|href)="(?!data:|#|/#import)([^"]*)"', page.replace(script, "")) == []
    assert re.findall(r"url\((?!\"data:)[^)]*\)", style) == []
    assert '<meta name="csrf-token"' not in page


def test_a_session_has_the_picture_before_it_and_what_every_step_changed(told: FakeHost, client: AsyncClient) -> None:
    first, about, *hops = recorded(get(client, "session.html?from=4&to=9")[1].decode())
    state = first["state"]
    assert {name: state[name] for name in ("type", "seq", "head", "revision")} == {"type": "state", "seq": 0, "head": 6, "revision": 1}
    assert {key: card["status"] for key, card in state["objects"].items()} == {"pods/default/web": "Pending"}
    assert (about["about"]["key"], "phase: Pending" in about["about"]["manifest"]) == ("pods/default/web", True)
    assert [(line["hop"]["seq"], line["hop"]["cause"]) for line in hops] == [(1, 0), (2, 1), (3, 1), (4, 0), (5, 4), (6, 4)]
    written = {line["hop"]["seq"]: [change for change in line["changes"] if change["op"] != " "] for line in hops if "changes" in line}
    assert [change["text"] for change in written[2] if "phase" in change["text"]] == ["  phase: Pending", "  phase: Running"]
    assert {change["op"] for change in written[5]} == {"-"}
    assert list(written) == [2, 5]


@pytest.mark.parametrize(
    ("query", "first", "values", "seqs", "revisions"),
    [
        ("", 1, [], list(range(1, 13)), [1, 2, 3, 4]),
        ("?from=4&to=9", 4, ["/registry/pods/default/web"], list(range(1, 7)), [2, 3]),
        ("?from=12", 12, ["/registry/deployments/default/web"], [1], []),
    ],
)
def test_an_exported_log_is_read_again(
    told: FakeHost, client: AsyncClient, query: str, first: int, values: list[str], seqs: list[int], revisions: list[int]
) -> None:
    _, content = get(client, f"log.jsonl{query}")
    log = log_file.read(log_file.lines_of([content]), can_be_shown)
    assert (log.header.name, log.header.seed, log.header.first) == ("demo", 1, first)
    assert [kv.key for kv in log.values] == values
    assert [hop.seq for hop in log.hops] == seqs
    assert [event.revision for event in log.writes] == revisions
    source = told.store.hops[first - 1 : first - 1 + len(seqs)]
    assert [(hop.at, hop.source, hop.key, hop.revision, hop.outcome) for hop in log.hops] == [
        (hop.at, hop.source, hop.key, hop.revision, hop.outcome) for hop in source
    ]
    events = {event.revision: event for event in told.store.events("", after=0)}
    same = [events[event.revision] for event in log.writes]
    assert [(event.key, event.kv and event.kv.obj) for event in log.writes] == [(event.key, event.kv and event.kv.obj) for event in same]


@pytest.mark.parametrize("path", ["session.html", "log.jsonl"])
@pytest.mark.parametrize(
    ("query", "code", "message"),
    [
        ("?from=0", 400, "Hops 0 to 12 are not in the log: it has 1 to 12."),
        ("?to=13", 400, "Hops 1 to 13 are not in the log: it has 1 to 12."),
        ("?from=5&to=4", 400, "Hops 5 to 4 are not in the log: it has 1 to 12."),
        ("?from=x", 400, "from must be a whole number of 0 or more."),
    ],
)
def test_a_stretch_that_is_none_is_refused(told: FakeHost, client: AsyncClient, path: str, query: str, code: int, message: str) -> None:
    found, content = get(client, path + query)
    assert (found, orjson.loads(content)["message"]) == (code, message)


def test_a_page_asks_first_whether_a_session_can_be_had(told: FakeHost, client: AsyncClient) -> None:
    told.store.compact(2)
    assert get(client, "session.html?check=1&from=7") == (200, b'{"from":7,"to":12}')
    assert get(client, "session.html?check=1&from=3")[0] == 410
    assert get(client, "session.html?from=3")[0] == 410
    assert get(client, "log.jsonl?check=1&from=3") == (200, b'{"from":3,"to":12}')


@pytest.mark.parametrize("sizes", [[0], [1], [2], [3], [1, 1, 1], [5, 2, 4], [100, 1]])
def test_a_stream_in_base64_is_one_text(sizes: list[int]) -> None:
    async def pieces():  # type: ignore[no-untyped-def]
        for size in sizes:
            yield bytes(range(size))

    async def encoded() -> bytes:
        return b"".join([piece async for piece in base64_of(pieces())])

    assert asyncio.run(encoded()) == base64.b64encode(b"".join(bytes(range(size)) for size in sizes))
