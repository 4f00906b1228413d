"""A phone before a real server: nothing cut, and every control within reach of a finger."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.live import Viewer, viewing

pytestmark = pytest.mark.browser


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
        phone.skip_rollout("pocket")
        key = sorted(phone.pods())[0]
        phone.page.locator(f"[data-key='{key}']").tap()
        expect(phone.page.locator(".inspector-object .inspector-title")).to_be_visible()
        expect(phone.page.locator("[data-action=delete]")).to_be_visible()
        assert phone.page.evaluate(wide) <= 0
