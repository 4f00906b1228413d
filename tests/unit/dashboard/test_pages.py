"""The pages: the list of clusters and the stage, in the browser's language."""

from __future__ import annotations

import asyncio
import re

import orjson
import pytest
from django.test import AsyncClient

from cluster.runner.conditions import states
from cluster.runner.family import Relative
from dashboard import hub, log
from dashboard.views import pages
from tests.unit.dashboard.builders import node, pod, pod_key
from tests.unit.dashboard.fake_host import FakeHost


def test_the_list_names_every_cluster_with_its_nodes(host: FakeHost, client: AsyncClient) -> None:
    host.write("/registry/minions/n1", node())
    response = asyncio.run(client.get("/"))
    assert response.status_code == 200
    assert response.context["clusters"] == [{"name": "demo", "nodes": 1, "revision": 1, "parent": "", "recorded": False}]
    assert 'href="/clusters/demo/"' in response.content.decode()


@pytest.mark.parametrize(
    ("query", "headers", "view", "language"),
    [
        ("", {}, "presenter", "en"),
        ("?view=projector", {"accept-language": "ko-KR,ko;q=0.9"}, "projector", "ko"),
        ("?view=anything", {"accept-language": "fr"}, "presenter", "en"),
        ("", {"accept-language": "ko"}, "presenter", "ko"),
    ],
)
def test_the_stage_gets_what_it_needs(
    host: FakeHost, client: AsyncClient, query: str, headers: dict[str, str], view: str, language: str
) -> None:
    response = asyncio.run(client.get(f"/clusters/demo/{query}", headers=headers))
    assert response.status_code == 200
    context = response.context
    assert (context["cluster"], context["view"], context["language"]) == ("demo", view, language)
    assert (context["diagram"]["name"], len(context["samples"])) == ("components", 6)
    assert context["states"] == states()
    assert response.cookies["csrftoken"].value
    text = response.content.decode()
    assert f'<html lang="{language}"' in text
    assert "style=" not in text, "inline style"
    assert " on" + "click=" not in text, "inline code"


def test_the_stage_comes_with_the_state_that_a_follower_begins_with(host: FakeHost, client: AsyncClient) -> None:
    name = "<!--<script>&"
    host.write(pod_key(name), pod(name))
    response = asyncio.run(client.get("/clusters/demo/"))
    found = re.search(r'<script type="application/json" id="opening">([^<>&]*)</script>', response.content.decode())
    assert found
    assert orjson.loads(found[1]) == orjson.loads(orjson.dumps(asyncio.run(log.state_at(host, host.position.seq))))
    assert orjson.loads(found[1])["objects"][f"pods/default/{name}"]["name"] == name
    assert "no-store" in response.headers["Cache-Control"]


@pytest.mark.parametrize(("beyond", "comes"), [(0, True), (1, False)], ids=["as large as the limit", "a byte larger"])
def test_the_stage_comes_without_a_state_beyond_the_limit(
    host: FakeHost, client: AsyncClient, monkeypatch: pytest.MonkeyPatch, beyond: int, comes: bool
) -> None:
    host.write(pod_key("파드"), pod("파드"))
    monkeypatch.setattr(pages, "OPENING_LIMIT", len(asyncio.run(hub.opening(host)).encode()) - beyond)
    response = asyncio.run(client.get("/clusters/demo/"))
    assert (response.status_code, 'id="opening"' in response.content.decode()) == (200, comes)


def test_the_language_that_was_chosen_on_the_page_goes_before_the_browsers(host: FakeHost, client: AsyncClient) -> None:
    client.cookies["django_language"] = "en"
    response = asyncio.run(client.get("/clusters/demo/", headers={"accept-language": "ko"}))
    assert response.context["language"] == "en"


def test_a_stage_that_does_not_exist_is_a_page_that_says_so(host: FakeHost, client: AsyncClient) -> None:
    response = asyncio.run(client.get("/clusters/nowhere/", headers={"accept-language": "ko"}))
    assert (response.status_code, "없는 페이지입니다." in response.content.decode()) == (404, True)


@pytest.mark.parametrize(
    ("path", "code"),
    [("demo/compare/demo-2/", 200), ("demo/compare/demo/", 404), ("demo/compare/other/", 404), ("nowhere/compare/demo/", 404)],
)
def test_two_of_a_family_can_be_laid_side_by_side(host: FakeHost, client: AsyncClient, path: str, code: int) -> None:
    host.relatives.append(Relative("demo-2", "demo", 3, 9))
    response = asyncio.run(client.get(f"/clusters/{path}"))
    assert response.status_code == code
    if code == 200:
        left, right = {"name": "demo", "address": "/clusters/demo/"}, {"name": "demo-2", "address": "/clusters/demo-2/"}
        assert response.context["pair"] == {"left": left, "right": right}
