"""One viewer of the page without a server."""

from __future__ import annotations

from dataclasses import dataclass

from playwright.sync_api import Page, expect

from tests.browser.offline import Offline

FAST = 40.0


@dataclass
class Seat:
    """One viewer: the page, and the server it believes in."""

    page: Page
    server: Offline
    complaints: list[str]

    def text(self, selector: str) -> str:
        return self.page.locator(selector).text_content() or ""

    def play_all(self) -> None:
        """Everything that is left, quickly, until the last hop is on the screen."""
        self.server.control["rate"] = FAST
        self.server.play()
        expect(self.page.locator("#caption-number")).to_have_text(str(self.server.hops[-1]["seq"]), timeout=20_000)
