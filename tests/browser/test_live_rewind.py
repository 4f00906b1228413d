"""Going back in the log of a real server reads; it changes nothing. Languages and reloads keep the place."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.live import Viewer, objects

pytestmark = pytest.mark.browser


@pytest.fixture
def past(viewer: Viewer) -> Viewer:
    """A viewer who has seen a Deployment of two come up."""
    viewer.run(pace="instant")
    viewer.apply_form(name="past", labels="app=past", replicas="2")
    viewer.wait_for_rollout("past")
    return viewer


def scrub_to(viewer: Viewer, key: str) -> int:
    """Press a key that goes back, wait until the picture has moved; returns the number of the step."""
    before = viewer.text("#caption-number")
    viewer.page.keyboard.press(key)
    viewer.until("(before) => document.getElementById('caption-number').textContent !== before", before)
    return int(viewer.text("#caption-number") or 0)


def test_scrubbing_back_shows_the_past_and_changes_nothing(past: Viewer) -> None:
    head = past.settle()
    revision = past.text("[data-slot=revision]")
    live, cells = objects(past.kubectl, "pods", "replicasets", "deployments"), past.pods()
    visited = [scrub_to(past, "ArrowLeft") for _ in range(5)]
    past.expect_badge("rewound")
    marks = [hop["seq"] for hop in past.hops(head - 200, head)]
    assert visited == marks[-2:-7:-1]
    past.page.keyboard.press("Home")
    past.until("() => !document.querySelector('.pod')")
    past.expect_badge("rewound")
    assert past.text("[data-slot=revision]") != revision
    assert objects(past.kubectl, "pods", "replicasets", "deployments") == live
    past.page.keyboard.press("End")
    past.expect_badge("live")
    past.settle()
    assert past.pods() == cells


def test_every_step_back_shows_what_the_server_says_was_there(past: Viewer) -> None:
    for _ in range(6):
        seq = scrub_to(past, "PageUp")
        state = past.page.request.get(f"{past.server.stage}state?at={seq}").json()
        placed = {key: (card["status"], card["node"]) for key, card in state["objects"].items() if card["kind"] == "Pod" and card["node"]}
        assert past.pods() == placed
        assert past.text("[data-slot=revision]") == f"rev {state['revision']}"


def test_the_language_switches_without_losing_the_place_and_survives_a_reload(past: Viewer) -> None:
    for _ in range(3):
        seq = scrub_to(past, "ArrowLeft")
    cells = past.pods()
    past.page.keyboard.press("l")
    expect(past.page.locator("html")).to_have_attribute("lang", "ko")
    assert int(past.text("#caption-number")) == seq
    assert re.search("[가-힣]", past.text("#caption-text"))
    assert past.pods() == cells
    past.expect_badge("rewound")
    past.page.reload()
    past.expect_badge("live")
    expect(past.page.locator("html")).to_have_attribute("lang", "ko")
    past.until("(count) => document.querySelectorAll('.pod').length === count", 2)
    past.settle()
    assert past.pods() == {
        f"pods/default/{pod['metadata']['name']}": ("Running", pod["spec"]["nodeName"]) for pod in objects(past.kubectl, "pods")
    }
    assert re.search("[가-힣]", past.text("#caption-text"))
