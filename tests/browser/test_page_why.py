"""Why: the numbers of a chain on the picture, which touch neither each other nor the words of a node."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.recording import POD_NAMES, deployment_of_two

pytestmark = pytest.mark.browser

POD, OTHER = POD_NAMES
KEY = f"pods/default/{POD}"
TOUCHING = """() => {
  const boxes = [...document.querySelectorAll('.why-mark rect, [data-focus] .bar-label')].map((each) => [
    each.parentElement.textContent, each.getBoundingClientRect()]);
  const meet = (a, b) => a.left < b.right && b.left < a.right && a.top + 6 < b.bottom && b.top + 6 < a.bottom;
  return boxes.flatMap(([text, box], index) =>
    boxes.slice(index + 1).filter(([, other]) => meet(box, other)).map(([other]) => [text, other]));
}"""


def test_steps_that_share_a_way_are_numbered_as_one_beside_the_words(take_seat) -> None:  # type: ignore[no-untyped-def]
    causes = [hop for hop in deployment_of_two() if OTHER not in hop["key"]]
    seat = take_seat(answers={"why": {"key": KEY, "field": "", "value": "", "before": "", "seq": 3, "causes": causes}})
    seat.play_all()
    seat.page.locator(f"[data-key='{KEY}'] > rect").first.click()
    seat.page.keyboard.press("w")
    expect(seat.page.locator(".why-mark")).to_have_text(["1", "2–4", "5", "8", "9", "15–16", "10, 12–14", "11"])
    assert seat.page.locator("[data-focus] .bar-label").count() == 2
    assert seat.page.evaluate(TOUCHING) == []
