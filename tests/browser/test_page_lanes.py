"""The lanes: the steps as a space-time diagram, by keys, pointer and fingers, in both languages and at every size."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.recording import deployment_of_two
from tests.browser.seat import Seat

pytestmark = pytest.mark.browser

LAST = len(deployment_of_two())
SHOWN = """() => [...document.querySelectorAll('.lane-hop')].map((arrow) => Number(arrow.dataset.seq)).sort((a, b) => a - b)"""
TOUCHING = """() => {
  const boxes = [...document.querySelectorAll('.lane-text, .lane-name, .lane-chip, .lane-moment text')].map((text) => [
    text.textContent, text.getBoundingClientRect()]);
  const meet = (a, b) => a.left < b.right - 1 && b.left < a.right - 1 && a.top + 3 < b.bottom - 3 && b.top + 3 < a.bottom - 3;
  return boxes.flatMap(([text, box], index) =>
    boxes.slice(index + 1).filter(([, other]) => meet(box, other)).map(([other]) => [text, other]));
}"""


def lanes_of(seat: Seat) -> Seat:
    """Everything has been shown; the lanes are open."""
    seat.play_all()
    seat.page.keyboard.press("t")
    expect(here(seat)).to_have_attribute("data-seq", str(LAST))
    return seat


def here(seat: Seat) -> Locator:
    """The arrow of the hop on the screen."""
    return seat.page.locator(".lane-hop[data-here]")


def shown(seat: Seat) -> list[int]:
    """The hops that have an arrow."""
    seat.settle()
    return list(seat.page.evaluate(SHOWN))


def test_every_component_has_a_lane_in_the_order_of_the_diagram(take_seat) -> None:  # type: ignore[no-untyped-def]
    seat = lanes_of(take_seat())
    for _ in range(5):
        seat.page.keyboard.press("-")
    assert shown(seat)[-1] == LAST
    names = seat.page.locator(".lane-name").all_text_contents()
    control_plane = ["User", "kube-apiserver", "etcd", "kube-scheduler", "kube-controller-manager", "CoreDNS"]
    parts = [f"worker-{number} {part}" for number in (1, 3) for part in ("kubelet", "containerd", "cni")]
    assert names == control_plane + parts
    expect(seat.page.locator("#stage")).to_be_hidden()
    seat.page.reload()
    expect(here(seat)).to_have_attribute("data-seq", str(LAST))
    seat.page.keyboard.press("t")
    expect(seat.page.locator("#stage")).to_be_visible()


def test_an_arrow_says_its_step_and_leads_there(take_seat) -> None:  # type: ignore[no-untyped-def]
    seat = lanes_of(take_seat())
    arrow = seat.page.locator(f".lane-hop[data-seq='{LAST - 3}']")
    expect(arrow).to_have_attribute("aria-label", f"{LAST - 3}. {seat.server.hops[LAST - 4]['caption']['en']}")
    arrow.locator(".lane-glyph").click()
    expect(seat.page.locator("#caption-number")).to_have_text(str(LAST - 3))
    expect(seat.page.locator("#badge")).to_have_attribute("data-state", "rewound")
    expect(here(seat)).to_have_attribute("data-seq", str(LAST - 3))
    expect(seat.page.locator(".lane-hop[data-ahead]")).to_have_count(3)
    seat.page.keyboard.press("ArrowRight")
    expect(here(seat)).to_have_attribute("data-seq", str(LAST - 2))


def test_the_keyboard_walks_from_arrow_to_arrow(take_seat) -> None:  # type: ignore[no-untyped-def]
    seat = lanes_of(take_seat())
    seat.page.locator("#lanes-map").focus()
    for key in ("ArrowUp", *["ArrowUp"] * 15):
        seat.page.keyboard.press(key)
    expect(seat.page.locator(".lane-hop:focus")).to_have_attribute("data-seq", str(LAST - 15))
    expect(seat.page.locator("#lanes-line")).to_have_text(f"{LAST - 15}. {seat.server.hops[LAST - 16]['caption']['en']}")
    seat.page.keyboard.press("Enter")
    expect(seat.page.locator("#caption-number")).to_have_text(str(LAST - 15))


def test_keys_move_and_zoom_the_window(take_seat) -> None:  # type: ignore[no-untyped-def]
    seat = lanes_of(take_seat())
    usual = shown(seat)
    seat.page.keyboard.press("+")
    assert set(shown(seat)) < set(usual)
    seat.page.keyboard.press("-")
    assert shown(seat) == usual
    seat.page.keyboard.press("a")
    earlier = shown(seat)
    assert earlier[0] < usual[0]
    seat.page.keyboard.press("d")
    assert shown(seat)[-1] == LAST
    assert seat.text("#caption-number") == str(LAST)


def test_wheel_and_pointer_move_and_zoom_the_window(take_seat) -> None:  # type: ignore[no-untyped-def]
    seat = lanes_of(take_seat())
    usual = shown(seat)
    box = seat.page.locator("#lanes-map").bounding_box()
    assert box
    seat.page.mouse.move(box["x"] + box["width"] * 0.7, box["y"] + 300)
    seat.page.mouse.wheel(0, 400)
    seat.until(lambda: len(shown(seat)) > len(usual), "the wheel does not show more")
    seat.page.mouse.wheel(0, -400)
    seat.until(lambda: shown(seat) == usual, "the wheel does not go back")
    seat.page.mouse.down()
    seat.page.mouse.move(box["x"] + box["width"] * 0.95, box["y"] + 320, steps=4)
    seat.page.mouse.up()
    seat.until(lambda: shown(seat)[0] < usual[0], "the window does not go with the pointer")
    assert seat.text("#caption-number") == str(LAST)


def test_two_fingers_zoom_the_window_whichever_way_they_part(take_seat) -> None:  # type: ignore[no-untyped-def]
    seat = lanes_of(take_seat())
    fingers = seat.page.context.new_cdp_session(seat.page)
    fingers.send("Emulation.setTouchEmulationEnabled", {"enabled": True, "maxTouchPoints": 2})
    usual, found = len(shown(seat)), []

    def part(x: int, y: int, *aways: int) -> int:
        for away in aways:
            points = [{"x": 900 + side * x * away, "y": 400 + side * y * away, "id": side} for side in (0, 1)]
            fingers.send("Input.dispatchTouchEvent", {"type": "touchStart" if away == aways[0] else "touchMove", "touchPoints": points})
        fingers.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
        return len(shown(seat))

    for x, y in ((1, 0), (0, 1), (1, 1)):
        near = part(x, y, 60, 90, 120)
        found.append((near < usual, part(x, y, 120, 90, 60) > near))
    fingers.detach()
    assert found == [(True, True)] * 3


def test_the_window_goes_with_the_steps(take_seat) -> None:  # type: ignore[no-untyped-def]
    seat = take_seat()
    seat.page.keyboard.press("t")
    expect(seat.page.locator(".lane-hop")).to_have_count(0)
    seat.play_all()
    expect(here(seat)).to_have_attribute("data-seq", str(LAST))
    seat.page.keyboard.press("Home")
    expect(seat.page.locator(".lane-hop[data-seq='1']")).to_have_attribute("data-ahead", "")
    seat.page.keyboard.press("PageDown")
    expect(here(seat)).to_have_attribute("data-seq", "1")
    seat.page.keyboard.press("l")
    expect(seat.page.locator(".lane-name").first).to_have_text("사용자")
    expect(here(seat)).to_have_attribute("aria-label", f"1. {seat.server.hops[0]['caption']['ko']}")


@pytest.mark.parametrize(("width", "height", "view"), [(1920, 1080, "projector"), (1366, 768, "presenter"), (390, 844, "presenter")])
def test_no_words_touch_each_other(take_seat, width: int, height: int, view: str) -> None:  # type: ignore[no-untyped-def]
    seat = lanes_of(take_seat(width=width, height=height, view=view, language="ko", motion="reduce"))
    for key in ("Shift", "+", "+", "-", "-", "-", "-", "a"):
        seat.page.keyboard.press(key)
        seat.settle()
        assert seat.page.evaluate(TOUCHING) == []
        assert "reply" not in seat.page.locator(".lane-text").all_text_contents()
    assert seat.page.evaluate("() => document.documentElement.scrollWidth - window.innerWidth") <= 0
    edge = "() => Math.min(...[...document.querySelectorAll('.lane-name')].map((each) => each.getBoundingClientRect().left))"
    assert seat.page.evaluate(edge) >= (seat.page.locator("#lanes-map").bounding_box() or {"x": 0})["x"], "a name is not cut off"
    size = 24 if view == "projector" else 9
    fonts = "() => [...document.querySelectorAll('.lane-name, .lane-text')].map((each) => parseFloat(getComputedStyle(each).fontSize))"
    assert min(seat.page.evaluate(fonts)) >= size
