"""Going back in the log of a real server reads; it changes nothing. Languages and reloads keep the place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.live import Viewer, objects, watching
from tests.parity.conftest import Kubectl
from tests.server import Server, kubectl_path

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def grown(presenters_page: Page, demo: Server) -> Kubectl:
    """A cluster in which a Deployment of two has come up."""
    kubectl = Kubectl(kubectl_path(), demo.kubeconfig, "default")
    with watching(presenters_page, demo, kubectl) as viewer:
        viewer.apply_form(name="past", labels="app=past", replicas="2")
        viewer.skip_rollout("past")
    return kubectl


@pytest.fixture
def past(presenters_page: Page, demo: Server, grown: Kubectl) -> Iterator[Viewer]:
    """A viewer of what is there now, who may look back. No test changes the cluster."""
    with watching(presenters_page, demo, grown) as viewer:
        viewer.settle()
        yield viewer


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
    past.expect_badge("rewound")
    expect(past.page.locator("#caption-number")).to_have_text(str(seq))
    expect(past.page.locator("html")).to_have_attribute("lang", "ko")
    past.page.keyboard.press("End")
    past.expect_badge("live")
    past.until("(count) => document.querySelectorAll('.pod').length === count", 2)
    past.settle()
    assert past.pods() == {
        f"pods/default/{pod['metadata']['name']}": ("Running", pod["spec"]["nodeName"]) for pod in objects(past.kubectl, "pods")
    }
    assert re.search("[가-힣]", past.text("#caption-text"))


def test_a_log_is_exported_and_comes_back_as_a_recording_that_can_be_gone_through(past: Viewer, tmp_path: Path) -> None:
    head = past.settle()
    cells = past.pods()
    past.page.keyboard.press("o")
    expect(past.page.locator("#export-to")).to_have_value(re.compile("[0-9]+"))
    files = {}
    for kind in ("session.html", "log.jsonl"):
        with past.page.expect_download() as download:
            past.page.locator(f"[data-export='{kind}']").click()
        files[kind] = tmp_path / download.value.suggested_filename
        download.value.save_as(files[kind])
    past.page.keyboard.press("Escape")
    bad = tmp_path / "bad.jsonl"
    lines = files["log.jsonl"].read_text().splitlines(keepends=True)
    bad.write_text("".join(lines[:-1]))
    past.page.goto(f"{past.server.page}/")
    past.page.locator("[name=log]").set_input_files(bad)
    past.page.locator(".import-button").click()
    expect(past.page.locator("[role=alert]")).to_have_text(
        f"Line {len(lines) - 1}: The file ends here, and its last line is missing: it was cut off."
    )
    assert past.complaints == ["Failed to load resource: the server responded with a status of 400 (Bad Request)"]
    past.complaints.clear()
    past.page.locator("[name=log]").set_input_files(files["log.jsonl"])
    past.page.locator(".import-button").click()
    past.page.wait_for_url("**/clusters/demo-recording/")
    expect(past.page.locator("#badge")).to_have_attribute("data-state", "recorded")
    token = past.page.locator("meta[name=csrf-token]").get_attribute("content") or ""
    headers = {"X-CSRFToken": token, "Origin": past.server.page}
    acted = past.page.request.post(f"{past.page.url}actions", data={"action": "cordon", "key": "nodes/worker-1"}, headers=headers)
    assert (acted.status, acted.json()["message"].split(":")[0]) == (405, "This cluster is a recording")
    past.page.keyboard.press("End")
    expect(past.page.locator("#caption-number")).to_have_text(str(head))
    assert past.pods() == cells
    past.page.keyboard.press("Home")
    past.until("() => !document.querySelector('.pod')")
    past.page.keyboard.press("End")
    past.until("(count) => document.querySelectorAll('.pod').length === count", len(cells))
    past.apply_form(name="after", labels="app=after", replicas="1")
    past.page.wait_for_url("**/clusters/demo-recording-2/")
    expect(past.page.locator("#badge")).to_have_attribute("data-state", "paused")
    past.run(pace="instant")
    past.soon("(count) => document.querySelectorAll('.pod[data-state=running]').length === count", len(cells) + 1)
