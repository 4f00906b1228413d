"""Every key of the help, and what it does before one's eyes or asks of the server."""

from __future__ import annotations

import pytest
from playwright.sync_api import TimeoutError, expect

from tests.browser.crowd import busy, crowd
from tests.browser.recording import POD_NAMES, deployment_of_two
from tests.browser.seat import PATIENCE_MS

pytestmark = pytest.mark.browser

LAST = len(deployment_of_two())
MIDDLE = LAST // 2
AT = "document.getElementById('caption-number').textContent"
ONES = "() => import('/static/js/core/keys.js').then(({BINDINGS}) => BINDINGS.map((each) => [each.command, each.shown.at(-1)]))"

SEEN: dict[str, tuple[str, str]] = {
    "next": ("ArrowRight", f"() => {AT} === '{MIDDLE + 1}'"),
    "back": ("ArrowLeft", f"() => {AT} === '{MIDDLE - 1}'"),
    "phase-next": ("n", f"() => Number({AT}) > {MIDDLE} && document.getElementById('play').dataset.state === 'paused'"),
    "phase-back": ("Shift+N", f"() => Number({AT}) < {MIDDLE}"),
    "flag-next": ("Shift+ArrowRight", f"() => {AT} === '{LAST - 2}'"),
    "flag-back": ("Shift+ArrowLeft", f"() => {AT} === '3'"),
    "breakpoints": ("s", "() => !document.getElementById('breakpoints').hidden"),
    "etcd": ("e", "() => !document.getElementById('etcd').hidden"),
    "kubectl": ("/", "() => document.activeElement.id === 'kubectl-line'"),
    "join": ("j", "() => !document.getElementById('join').hidden"),
    "export": ("o", "() => !document.getElementById('export').hidden"),
    "faults": ("x", "() => document.querySelector('.inspector-faults') !== null"),
    "lanes": ("t", "() => document.querySelector('.lane-hop[data-here]') !== null"),
    "why": ("w", "() => document.querySelector('.inspector-why') !== null"),
    "play": ("Space", f"() => Number({AT}) > {MIDDLE}"),
    "blank": ("b", "() => document.documentElement.hasAttribute('data-blank')"),
    "start": ("Home", f"() => ['', '0', '1'].includes({AT})"),
    "live": ("End", f"() => {AT} === '{LAST}' && document.getElementById('badge').dataset.state === 'live'"),
    "manifest": ("m", "() => !document.getElementById('manifest').hidden"),
    "language": ("l", "() => document.documentElement.lang === 'ko'"),
    "contrast": ("c", "() => document.documentElement.dataset.theme !== window.theme"),
    "help": ("?", "() => !document.getElementById('help').hidden"),
}
"""A command, its key, and what is true behind it. Each is pressed where the middle of the log is on the screen."""
TOGGLES = {"lanes", "language"}
"""Those whose key takes back what it has done."""
ELSEWHERE = {"slower", "faster", "zoom-in", "zoom-out", "pan-back", "pan-on", "compare", "fork"}
"""What is asked of the server is tested with the page, what belongs to the lanes with them, the diagram's below; branches need a server."""
AROUND = {"close", "whole"}
"""They undo what another key has done."""


def test_each_key_does_on_the_screen_what_the_help_says(take_seat) -> None:  # type: ignore[no-untyped-def]
    flags = {"breakpoints": {"breakpoints": [{"text": "hop etcd", "seqs": [3, LAST - 2]}]}}
    why = {"why": {"key": f"pods/default/{POD_NAMES[0]}", "field": "", "value": "", "before": "", "seq": 3, "causes": []}}
    seat = take_seat(answers={**flags, **why})
    seat.play_all()
    expect(seat.page.locator(".flag")).to_have_count(2)
    seat.page.evaluate("() => { window.theme = document.documentElement.dataset.theme; }")
    blind = []
    for command, (key, is_seen) in SEEN.items():
        box = seat.page.locator(".tick").nth(MIDDLE - 1).bounding_box()
        assert box
        seat.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + 10)
        expect(seat.page.locator("#caption-number")).to_have_text(str(MIDDLE))
        seat.page.keyboard.press(key)
        try:
            seat.page.wait_for_function(is_seen, timeout=PATIENCE_MS)
        except TimeoutError:
            blind.append(command)
        for again in (key if command in TOGGLES else "", "Escape"):
            if again:
                seat.page.keyboard.press(again)
    assert blind == []


def test_a_digit_shows_one_component_and_nought_the_whole_again(take_seat) -> None:  # type: ignore[no-untyped-def]
    seat = take_seat()
    seat.page.keyboard.press("3")
    expect(seat.page.locator("[data-focus][data-actor=etcd]")).to_have_count(1)
    expect(seat.page.locator("[data-focus][data-actor=kube-scheduler]")).to_have_count(0)
    seat.page.keyboard.press("0")
    expect(seat.page.locator("[data-focused]")).to_have_count(0)


VIEW = "() => document.getElementById('stage').getAttribute('viewBox').split(' ').map(Math.round)"
CELLS = """() => {
  const { left, width } = document.querySelector('.crowd-canvas').getBoundingClientRect();
  const matrix = document.getElementById('stage').getScreenCTM();
  return [(left - matrix.e) / matrix.a, width / matrix.a].map(Math.round);
}"""
"""Where the canvas of the cells stands in the diagram."""


def test_plus_and_minus_look_at_a_part_of_the_diagram_and_a_reload_keeps_it(take_seat) -> None:  # type: ignore[no-untyped-def]
    seat = take_seat(cards=crowd(600, 1_800), hops=busy(600, 1))
    page, stage = seat.page, seat.page.locator("#stage").bounding_box()
    assert stage
    views = [(page.evaluate(VIEW), page.evaluate(CELLS))]
    page.mouse.move(stage["x"] + stage["width"] / 2, stage["y"] + stage["height"] / 2)
    for key in ("+", "+", "d", "-"):
        page.keyboard.press(key)
        views.append((page.evaluate(VIEW), page.evaluate(CELLS)))
    page.reload()
    expect(page.locator("#badge")).to_have_attribute("data-state", "live")
    expect(page.locator(".crowd-canvas")).to_be_visible()
    views.append((page.evaluate(VIEW), page.evaluate(CELLS)))
    page.keyboard.press("0")
    views.append((page.evaluate(VIEW), page.evaluate(CELLS)))
    whole, cells = [0, 0, 1400, 836], [12, 1376]
    part, near, right = [233, 139, 933, 557], [389, 232, 622, 372], [544, 232, 622, 372]
    assert views == [(view, cells) for view in (whole, part, near, right, [389, 139, 933, 557], [389, 139, 933, 557], whole)]


def test_what_is_broken_is_shown_with_the_whole_picture(take_seat) -> None:  # type: ignore[no-untyped-def]
    seat = take_seat()
    seat.page.keyboard.press("3")
    expect(seat.page.locator("[data-focus][data-actor=etcd]")).to_have_count(1)
    seat.page.keyboard.press("x")
    expect(seat.page.locator(".inspector-faults")).to_be_visible()
    expect(seat.page.locator("[data-focused], [data-focus]")).to_have_count(0)


@pytest.mark.parametrize(("nodes", "one"), [(60, ".tiles > [tabindex='0']"), (600, ".cell")], ids=["tiles", "cells"])
def test_arrows_lead_through_a_crowd_and_enter_opens_its_node(take_seat, nodes: int, one: str) -> None:  # type: ignore[no-untyped-def]
    seat = take_seat(cards=crowd(nodes, 3 * nodes), hops=busy(nodes, 1))
    seat.play_all()
    cursor = seat.page.locator(one)
    expect(cursor).to_have_attribute("aria-label", "worker-1: Ready, 4 pods")
    step = seat.page.locator("#caption-number").inner_text()
    cursor.focus()
    seat.page.keyboard.press("ArrowRight")
    seat.page.keyboard.press("ArrowRight")
    seat.page.keyboard.press("ArrowLeft")
    expect(cursor).to_be_focused()
    expect(cursor).to_have_attribute("aria-label", "worker-2: Ready, 3 pods")
    assert seat.page.locator("#caption-number").inner_text() == step, "the arrows of a crowd do not step"
    seat.page.keyboard.press("Enter")
    expect(seat.page.locator(".inspector-title")).to_have_text("worker-2")
    seat.page.keyboard.press("PageUp")
    expect(seat.page.locator("#caption-number")).not_to_have_text(step)


def test_escape_closes_what_is_open(take_seat) -> None:  # type: ignore[no-untyped-def]
    seat = take_seat()
    for key, sheet in (("?", "#help"), ("s", "#breakpoints"), ("e", "#etcd"), ("m", "#manifest")):
        seat.page.keyboard.press(key)
        expect(seat.page.locator(sheet)).to_be_visible()
        seat.page.keyboard.press("Escape")
        expect(seat.page.locator(sheet)).to_be_hidden()


def test_no_key_of_the_help_is_without_a_test(take_seat) -> None:  # type: ignore[no-untyped-def]
    commands = {command for command, _ in take_seat().page.evaluate(ONES)}
    assert commands == SEEN.keys() | ELSEWHERE | AROUND
