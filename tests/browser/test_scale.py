"""The page at three scales, from 1024x768 to 3840x2160 and on a phone: every word has its place, and what does not change is left alone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from cluster.machinery.meta import Obj
from tests.browser.crowd import busy, crowd, worker
from tests.browser.measure import TOUCHED, WORDS
from tests.browser.recording import Recording, cluster, deployment_of_two
from tests.browser.seat import FAST, FLOOD

pytestmark = pytest.mark.browser

SIZES = ((1024, 768), (1366, 768), (1920, 1080), (2560, 1440), (3840, 2160), (390, 844))
SCALES = {"3 nodes": (3, 12), "100 nodes": (100, 1_500), "5,000 nodes": (5_000, 50_000)}
MOST_ELEMENTS = 8_000
"""A browser without a GPU has to walk through all of them."""


def seen_at(scale: str) -> dict[str, list[Obj] | dict[str, Obj]]:
    """The cards and hops of a cluster of that scale."""
    nodes, pods = SCALES[scale]
    return {"cards": crowd(nodes, pods), "hops": busy(nodes, 3)}


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize(("scale", "view"), [("3 nodes", "presenter"), ("100 nodes", "projector"), ("5,000 nodes", "presenter")])
def test_no_word_stands_on_another_or_is_cut(take_seat, scale: str, view: str, language: str) -> None:  # type: ignore[no-untyped-def]
    seat = take_seat(language=language, view=view, **seen_at(scale))
    seat.play_all()
    wrong = {}
    for width, height in SIZES:
        seat.page.set_viewport_size({"width": width, "height": height})
        seat.settle()
        wrong[width, height] = seat.page.evaluate(WORDS)
    assert {size: words for size, words in wrong.items() if words} == {}


def test_a_word_that_has_no_room_is_found(take_seat) -> None:  # type: ignore[no-untyped-def]
    seat = take_seat()
    long = "a-name-that-is-too-long-for-its-card"
    seat.page.evaluate("(name) => { document.querySelector('.node-name').textContent = name; }", long)
    assert seat.page.evaluate(WORDS) == [f"sticks out: {long}", f"overlap: {long} | Ready", f"overlap: {long} | worker-2"]


@pytest.mark.parametrize("scale", SCALES)
def test_the_picture_is_there_with_few_elements_and_chips_move(take_seat, scale: str) -> None:  # type: ignore[no-untyped-def]
    seat = take_seat(**seen_at(scale))
    nodes = SCALES[scale][0]
    seat.hold_time()
    seat.server.play(4)
    seat.show(1)
    assert len(seat.places_of_the_chip(every_ms=100, times=5)) == 5
    assert seat.page.locator("*").count() < MOST_ELEMENTS
    words = seat.page.locator(".zone-name").all_text_contents()
    told = sum(int("".join(filter(str.isdigit, re.split("·|✕", text)[1]))) for text in words)
    assert told == (nodes if nodes > 3 else 0)


@pytest.mark.parametrize("nodes", [100, 5_000])
def test_a_node_at_which_something_happens_comes_into_the_spotlight(take_seat, nodes: int) -> None:  # type: ignore[no-untyped-def]
    seat = take_seat(cards=crowd(nodes, 1_200), hops=busy(nodes, 3))
    seat.play_all()
    names = seat.page.locator(".node[data-mode=spot] .node-name").all_text_contents()
    assert (worker(2 * 4241 % nodes) in names, len(set(names))) == (True, 3)
    expect(seat.page.locator(".outline")).to_have_count(3)


def test_packets_pass_the_rules_of_a_node_in_the_spotlight_and_not_its_kube_proxy(take_seat) -> None:  # type: ignore[no-untyped-def]
    run = Recording()
    client, rules = f"node/{worker(1)}/pod/default/client", f"node/{worker(1)}/netfilter"
    run.add(client, rules, "TCP", "services/default/web", outcome="10.244.1.7:80", detail={"endpoints": ["10.244.1.7:80", "10.244.2.4:80"]})
    seat = take_seat(cards=crowd(100, 3_000), hops=run.hops, view="projector")
    seat.hold_time()
    seat.server.play()
    seat.show(1)
    seat.pass_time(700)
    told = "The Pod client sends to the Service web, and the packet rules on worker-2 choose one of 2 endpoints: 10.244.1.7:80."
    expect(seat.page.locator("#caption-text")).to_have_text(told)
    expect(seat.page.locator(".part[data-lit]")).to_have_attribute("data-part", f"node/{worker(1)}/netfilter")
    expect(seat.page.locator("[data-mode=spot] [data-tone=netfilter] > .part-label")).to_have_text(["netfilter"] * 3)


def test_a_cell_of_the_field_leads_to_its_node(take_seat) -> None:  # type: ignore[no-untyped-def]
    seat = take_seat(cards=crowd(1_000, 1_200))
    box = seat.page.locator(".field-ground").bounding_box()
    seat.page.mouse.click(box["x"] + box["width"] - 4, box["y"] + 4)
    title = seat.page.locator(".inspector-title")
    expect(title).to_contain_text("worker-")
    spots = seat.page.locator(".node[data-mode=spot] .node-name")
    expect(spots.filter(has_text=re.compile(f"^{title.inner_text()}$")).first).to_be_visible()


FAMILY = [
    {"name": "demo", "parent": "", "began": 0, "head": 40, "address": "/clusters/demo/", "here": True},
    {"name": "demo-2", "parent": "demo", "began": 20, "head": 60, "address": "/clusters/demo-2/", "here": False},
]


@pytest.mark.parametrize("scale", SCALES)
def test_nothing_is_touched_while_nothing_happens(take_seat, scale: str) -> None:  # type: ignore[no-untyped-def]
    nodes, pods = SCALES[scale]
    seat = take_seat(cards=crowd(nodes, min(pods, 5_000)), hops=busy(nodes, 2), answers={"branches": {"branches": FAMILY, "made": ""}})
    seat.hold_time()
    seat.play_all()
    expect(seat.page.locator(".branch")).to_have_count(2)
    seat.page.locator(".branch-name").first.focus()
    seat.pass_time(6_000)
    expect(seat.page.locator(".trail")).to_have_count(0)
    seat.page.evaluate(TOUCHED)
    asked = len(seat.server.asked)
    seat.pass_time(20_000)
    seat.until(lambda: len(seat.server.asked) > asked, "the branches are not looked at now and then")
    seat.settle()
    assert seat.page.evaluate("() => [window.touched, document.activeElement.className]") == [[], "branch-name"]


MANY = "() => [...document.querySelectorAll('.ribbon-count')].some(({ textContent }) => /^([6-9]|[1-9][0-9])[/]s$/.test(textContent))"


@pytest.mark.parametrize(("nodes", "language"), [(3, "en"), (100, "ko")])
def test_a_flood_is_ribbons_with_their_numbers_and_ends_with_it(take_seat, nodes: int, language: str) -> None:  # type: ignore[no-untyped-def]
    seat = take_seat(cards=crowd(nodes, 4 * nodes), hops=busy(nodes, 20), language=language)
    seat.server.control["rate"] = FLOOD
    seat.hold_time()
    seat.server.play()
    seat.pass_until(MANY)
    wrong = {}
    for width, height in ((1024, 768), (1920, 1080), (390, 844)):
        seat.page.set_viewport_size({"width": width, "height": height})
        seat.settle()
        seat.pass_until("() => document.querySelectorAll('.ribbon-count').length > 1")
        wrong[width, height] = seat.page.evaluate(WORDS)
    assert {size: words for size, words in wrong.items() if words} == {}
    seat.show(len(seat.server.hops))
    seat.pass_time(2_000)
    expect(seat.page.locator(".ribbon, .ribbon-count")).to_have_count(0)
    listed = seat.page.locator("#log > li").evaluate_all("(lines) => lines.map(({ value }) => value)")
    assert listed == list(range(len(seat.server.hops) - 199, len(seat.server.hops) + 1)), "every hop has its line, the last 200 are kept"


def test_a_hop_touches_only_what_it_changes(take_seat) -> None:  # type: ignore[no-untyped-def]
    hops = deployment_of_two()
    seat = take_seat(cards=cluster(3, 2), hops=hops)
    bound = next(hop["seq"] for hop in hops if hop["change"] and hop["change"]["card"].get("node") == "worker-1")
    seat.server.control["rate"] = FAST
    seat.hold_time()
    seat.server.play(bound - 1)
    seat.show(bound - 1)
    seat.pass_time(1_000)
    seat.page.evaluate(TOUCHED)
    seat.server.play(1)
    seat.show(bound)
    seat.pass_time(1_000)
    drawn = {line.split(" ")[-1] for line in seat.page.evaluate("() => window.touched") if line.startswith("childList")}
    assert {name for name in drawn if name.startswith(("node/", "kube-", "coredns"))} <= {"node/worker-1", "kube-scheduler"}


FLASHES = """() => [...document.querySelectorAll('.actor, .node, .pod')].flatMap((element) => {
  element.setAttribute('data-lit', 'target');
  element.setAttribute('data-changed', '');
  const boxes = element.querySelectorAll(':scope > :is(.actor-box, .actor-lid, .node-box, .pod-box)');
  return [...boxes].map((box) => getComputedStyle(box).fill).filter((fill) => Math.max(...fill.match(/[0-9]+/g)) < 90);
})"""


def test_what_is_reached_flashes_in_a_colour_on_which_its_words_can_be_read(take_seat) -> None:  # type: ignore[no-untyped-def]
    assert take_seat().page.evaluate(FLASHES) == []
