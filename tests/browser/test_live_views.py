"""The wall and the phone before a real server: in Korean, nothing cut, nothing on top of anything, controls where they belong."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.browser import course
from tests.browser.live import Viewer, objects, viewing

pytestmark = pytest.mark.browser

CONTROLS = "[data-command]:visible, [data-action]:visible, .inspector-follow:visible, select:visible, input:visible, summary:visible"
"""What steers. The causes in the inspector are told on the wall, too, as text that happens to be a button."""

# Held at every caption that comes: texts in their boxes (a ribbon's number stands beside it), no text on another, the caption whole, the
# picture in the window.
WATCH = """() => {
  const visible = (element) => element.getClientRects().length > 0 && getComputedStyle(element).visibility !== "hidden";
  const inside = (a, b) => a.left >= b.left - 1 && a.right <= b.right + 1 && a.top >= b.top - 1 && a.bottom <= b.bottom + 1;
  const shared = (low, high, lowOther, highOther) => Math.min(high, highOther) - Math.max(low, lowOther);
  // A line's box is higher than its letters: a third of it may reach into the next line's.
  const overlap = (a, b) =>
    shared(a.left, a.right, b.left, b.right) > 1 && shared(a.top, a.bottom, b.top, b.bottom) > Math.min(a.height, b.height) / 3;
  const rect = (element) => element.getBoundingClientRect();
  window.faults = [];
  window.looks = 0;
  const look = () => {
    window.looks += 1;
    const drawn = [...document.querySelectorAll("#stage text")].filter((text) => !text.closest(".chips"));
    const texts = drawn.filter((text) => visible(text) && text.textContent);
    for (const text of texts) {
      const box = text.parentElement.querySelector(":scope > rect, :scope > path:not(.ribbon)");
      if (box && !inside(rect(text), rect(box))) window.faults.push(`sticks out: ${text.textContent}`);
    }
    texts.forEach((text, index) => {
      for (const other of texts.slice(index + 1)) {
        if (overlap(rect(text), rect(other))) window.faults.push(`overlap: ${text.textContent} | ${other.textContent}`);
      }
    });
    const screen = { left: 0, top: 0, right: innerWidth, bottom: innerHeight };
    for (const element of [...texts, ...document.querySelectorAll(".chip, .strip > *, .caption, .caption-text, .inspector, .timeline")]) {
      if (visible(element) && !inside(rect(element), screen)) window.faults.push(`off the screen: ${element.textContent.slice(0, 60)}`);
    }
    const caption = document.querySelector(".caption");
    if (!inside(rect(document.getElementById("caption-text")), rect(caption)) || caption.scrollHeight > caption.clientHeight + 1)
      window.faults.push(`cut: ${caption.textContent}`);
    const strip = [...document.querySelectorAll(".strip > *")].filter(visible);
    strip.forEach((one, index) => strip.slice(index + 1).forEach((other) => {
      if (overlap(rect(one), rect(other))) window.faults.push(`overlap: ${one.textContent} | ${other.textContent}`);
    }));
    if (document.documentElement.scrollWidth > innerWidth) window.faults.push("the page is wider than the window");
  };
  new MutationObserver(() => requestAnimationFrame(look)).observe(document.getElementById("caption-text"), { childList: true });
  look();
}"""


def test_the_wall_shows_the_rollout_in_korean_with_nothing_cut_and_no_controls(chromium: Browser, viewer: Viewer) -> None:
    with viewing(chromium, viewer.server, viewer.kubectl, query="?view=projector", locale="ko-KR") as wall:
        wall.page.evaluate(WATCH)
        viewer.run(pace="lecture")
        viewer.apply_form(name="wall", labels="app=wall", replicas="2")
        wall.wait_for_rollout("wall")
        assert sorted(set(wall.page.evaluate("() => window.faults"))) == []
        assert wall.page.evaluate("() => window.looks") > 15
        assert wall.page.locator("html").get_attribute("lang") == "ko"
        log = wall.log()
        hops = wall.hops(log[0][0], log[-1][0])
        assert log == [(hop["seq"], hop["caption"]["ko"]) for hop in hops]
        made = [pod["metadata"]["name"] for pod in objects(wall.kubectl, "pods")]
        made.sort(key=lambda name: course.where([hop["caption"]["en"] for hop in hops], "create the Pod {pod}[.]$", pod=name))
        names = {"web": "wall", "rs": made[0].rpartition("-")[0], "first": made[0], "second": made[1]}
        assert course.missing([hop["caption"]["en"] for hop in hops], course.PICTURES_8_TO_10, **names) == ""
        assert [sentence for _, sentence in log if not re.search("[가-힣]", sentence)] == []
        assert wall.page.locator(CONTROLS).count() == 0
        assert wall.pods() == viewer.pods()


def test_a_phone_reaches_every_control_and_cuts_nothing(chromium: Browser, viewer: Viewer) -> None:
    options: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
    with viewing(chromium, viewer.server, viewer.kubectl, **options) as phone:
        wide = "() => document.documentElement.scrollWidth - window.innerWidth"
        assert phone.page.evaluate(wide) <= 0
        for name in ("play", "next", "back", "live", "faster", "slower", "language", "manifest"):
            button = phone.page.locator(f"[data-command={name}]").first
            button.scroll_into_view_if_needed()
            box = button.bounding_box()
            assert box, name
            assert box["x"] >= 0, name
            assert box["x"] + box["width"] <= 390, name
        phone.page.locator("[data-command=manifest]").tap()
        phone.page.fill("[name=name]", "pocket")
        assert phone.page.evaluate(wide) <= 0
        phone.page.locator("#manifest-apply").tap()
        expect(phone.page.locator("#manifest")).to_be_hidden()
        phone.wait_for_rollout("pocket")
        key = sorted(phone.pods())[0]
        phone.page.locator(f"[data-key='{key}']").tap()
        expect(phone.page.locator(".inspector-object .inspector-title")).to_be_visible()
        expect(phone.page.locator("[data-action=delete]")).to_be_visible()
        assert phone.page.evaluate(wide) <= 0
