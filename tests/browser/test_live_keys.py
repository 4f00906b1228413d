"""Breakpoints, phases, branches, etcd and the reasons of things before a real server, by the keyboard alone."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.live import Viewer, objects, wait_until

pytestmark = pytest.mark.browser

KEYS = "→ ← ⇧→ ⇧← N ⇧N S E J T + − A D O V Y W Space B [ ] Home End 0 M L C ? Esc"
HELP = """() => [...document.querySelectorAll(".help-row")].map(
  (row) => [row.querySelector("dt").textContent, row.querySelector("dd").textContent])"""


def press(viewer: Viewer, *keys: str) -> None:
    for key in keys:
        viewer.page.keyboard.press(key)


def number(viewer: Viewer) -> int:
    """The number of the step on the screen."""
    return int(viewer.text("#caption-number") or 0)


def go(viewer: Viewer, key: str) -> int:
    """Press a key that leads to another step, and wait until nothing moves any more; returns the step's number."""
    before = viewer.text("#caption-number")
    press(viewer, key)
    viewer.until(
        """(before) => document.getElementById("caption-number").textContent !== before
          && document.getElementById("play").dataset.state === "paused" """,
        before,
    )
    return number(viewer)


def set_breakpoint(viewer: Viewer, name: str) -> None:
    """``pod <name> bound``, by the drawer: what it offers first."""
    press(viewer, "s")
    expect(viewer.page.locator("#breakpoints")).to_be_focused()
    press(viewer, "Tab", "Tab", "Tab", "Control+A")
    viewer.page.keyboard.type(name)
    press(viewer, "Enter")
    expect(viewer.page.locator(".break-text")).to_have_text(f"⚑ pod {name} bound")
    press(viewer, "Escape")
    expect(viewer.page.locator("#breakpoints")).to_be_hidden()


def bound(viewer: Viewer) -> int:
    return sum("nodeName" in pod["spec"] for pod in objects(viewer.kubectl, "pods"))


def flags(viewer: Viewer) -> list[int]:
    """Where the only breakpoint came true, as the server says."""
    (found,) = viewer.page.request.get(f"{viewer.server.stage}breakpoints").json()["breakpoints"]
    return list(found["seqs"])


@pytest.fixture
def stopped(viewer: Viewer) -> Iterator[Viewer]:
    """A cluster that has stopped where the first of two pods was bound."""
    set_breakpoint(viewer, "keys-*")
    viewer.kubectl("create", "deployment", "keys", "--image=nginx:1.27", "--replicas=2")
    viewer.expect_badge("paused")
    expect(viewer.page.locator("#wait")).to_have_text("pod keys-* bound")
    viewer.catch_up()
    yield viewer
    press(viewer, "s")
    expect(viewer.page.locator("#breakpoints")).to_be_focused()
    viewer.page.locator("#breakpoints-set button").focus()
    press(viewer, "Enter")
    expect(viewer.page.locator("#breakpoints-none")).to_be_visible()
    press(viewer, "Escape")


def test_the_help_lists_every_key_in_both_languages(viewer: Viewer) -> None:
    press(viewer, "?")
    english = dict(viewer.page.evaluate(HELP))
    press(viewer, "l")
    expect(viewer.page.locator("html")).to_have_attribute("lang", "ko")
    korean = dict(viewer.page.evaluate(HELP))
    press(viewer, "l", "Escape")
    expect(viewer.page.locator("#help")).to_be_hidden()
    assert list(english) == list(korean)
    listed = set("".join(english).replace("Shift", "⇧"))
    assert [key for key in KEYS.split() if not set(key) <= listed] == []
    assert [says for says in korean.values() if not re.search("[가-힣]", says)] == []
    assert [says for says in english.values() if re.search("[가-힣]", says)] == []


def test_a_breakpoint_stops_the_cluster_and_flags_are_gone_to(stopped: Viewer) -> None:
    assert bound(stopped) == 1
    press(stopped, "Shift+ArrowRight")
    wait_until(stopped, lambda: bound(stopped) == 2, "the cluster does not run on to the next breakpoint")
    stopped.expect_badge("paused")
    stopped.catch_up()
    first, second = flags(stopped)
    expect(stopped.page.locator(".flag")).to_have_count(2)
    assert [go(stopped, key) for key in ("Shift+ArrowLeft", "Shift+ArrowLeft", "Shift+ArrowRight")] == [second, first, second]
    assert len(stopped.pods()) == 2
    press(stopped, "End")
    stopped.expect_badge("paused")


def test_phases_are_stepped_and_the_screen_shows_what_stood_there(stopped: Viewer) -> None:
    begun = number(stopped)
    stops = [go(stopped, "n") for _ in range(3)]
    assert begun < stops[0] < stops[1] < stops[2]
    back = go(stopped, "Shift+N")
    assert back < stops[2]
    state = stopped.page.request.get(f"{stopped.server.stage}state?at={back}").json()
    placed = {key: (card["status"], card["node"]) for key, card in state["objects"].items() if card["kind"] == "Pod" and card["node"]}
    assert stopped.pods() == placed
    press(stopped, "End")


def test_the_reason_of_what_is_on_the_screen_is_asked_and_gone_back_to(stopped: Viewer) -> None:
    go(stopped, "Shift+ArrowLeft")
    press(stopped, "w")
    expect(stopped.page.locator(".inspector-why .inspector-title")).to_contain_text("keys-")
    steps = stopped.page.locator(".why-text")
    assert "create the Deployment keys" in (steps.first.text_content() or "")
    steps.first.focus()
    before = number(stopped)
    press(stopped, "Enter")
    stopped.until("(before) => Number(document.getElementById('caption-number').textContent) < before", before)
    expect(stopped.page.locator(".inspector-why .inspector-title")).to_contain_text("keys-")
    press(stopped, "Escape")
    expect(stopped.page.locator(".inspector-why")).to_have_count(0)
    press(stopped, "End")


def test_what_etcd_keeps_is_looked_through(stopped: Viewer) -> None:
    press(stopped, "e")
    expect(stopped.page.locator("#etcd")).to_be_focused()
    press(stopped, "Tab", "Tab", "Control+A")
    stopped.page.keyboard.type("/registry/pods/")
    keys = stopped.page.locator(".etcd-key")
    expect(keys.first).to_have_text(re.compile("^/registry/pods/default/keys-"))
    assert {key.rsplit("/", 1)[0] for key in keys.all_text_contents()} == {"/registry/pods/default"}
    press(stopped, "Tab", "Enter")
    expect(stopped.page.locator("#etcd-value .etcd-facts")).to_contain_text("mod_revision")
    stopped.page.locator("[data-etcd=snapshot]").focus()
    press(stopped, "Enter")
    expect(stopped.page.locator("#etcd-output")).to_have_text("Snapshot saved at snapshot.db")
    press(stopped, "Escape")
    expect(stopped.page.locator("#etcd")).to_be_hidden()


def images_are_reported(viewer: Viewer) -> bool:
    """Whether the nodes of the pods tell of nginx: what comes later is told in one of two branches and not in the other."""
    images = {node["metadata"]["name"]: str(node["status"].get("images")) for node in objects(viewer.kubectl, "nodes")}
    return all("nginx" in images[pod["spec"]["nodeName"]] for pod in objects(viewer.kubectl, "pods"))


def test_a_branch_is_made_and_laid_beside_its_parent_from_what_was_done_in_it(viewer: Viewer) -> None:
    viewer.kubectl("create", "deployment", "both", "--image=nginx:1.27", "--replicas=2")
    viewer.skip_rollout("both")
    wait_until(viewer, lambda: images_are_reported(viewer), "the kubelets do not report the image that they have pulled")
    viewer.catch_up()
    press(viewer, "y")
    viewer.page.wait_for_url("**/clusters/demo-2/")
    viewer.expect_badge("live")
    expect(viewer.page.locator(".branch-name")).to_have_text(["demo", "demo-2"])
    viewer.apply_form(name="mine", labels="app=mine", replicas="1")
    viewer.soon("() => document.querySelectorAll('.pod[data-state=running]').length === 3")
    press(viewer, "v")
    viewer.page.wait_for_url("**/clusters/demo-2/compare/demo/")
    expect(viewer.page.locator("#left-caption")).to_contain_text("create the Deployment mine")
    expect(viewer.page.locator("#right-caption")).to_have_text("Nothing happens on this side.")
    expect(viewer.page.locator("#pair-place")).to_have_text(re.compile("^step 1 of [0-9]+: different$"))
    press(viewer, "ArrowRight")
    expect(viewer.page.locator("#pair-place")).to_have_text(re.compile("^step 2 of "))
    press(viewer, "l", "c")
    expect(viewer.page.locator(".pair-title")).to_have_text("두 분기를 나란히 보기")
    expect(viewer.page.locator("#pair-place")).to_have_text(re.compile("^[0-9]+단계 중 2단계"))
    expect(viewer.page.locator("html")).to_have_attribute("data-theme", "dark")
    press(viewer, "l", "c", "c", "Home")
    expect(viewer.page.locator("#left-caption")).to_have_text("Both are the same here.")
    press(viewer, "Shift+ArrowRight")
    expect(viewer.page.locator("#pair-place")).to_have_text(re.compile("^step 1 of "))
    press(viewer, "Escape")
    viewer.page.wait_for_url("**/clusters/demo-2/")
    viewer.expect_badge("live")
