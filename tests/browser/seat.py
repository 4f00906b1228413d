"""One viewer of the page without a server.

What stands on the screen for a moment only (a chip, a lit part, a trail) is looked at while the page's time is held: a look that comes
late on a busy machine would miss it.
"""

from __future__ import annotations

from dataclasses import dataclass

from playwright.sync_api import Page, expect

from tests.browser.offline import Offline

FAST = 40.0
FRAME_MS = 16
PATIENCE_FRAMES = 2_000
HOUR_MS = 3_600_000


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

    def hold_time(self) -> None:
        """From now on the page's time passes by ``pass_time`` alone: its frames come one by one, and what is on the screen stays there."""
        self.page.clock.install(time=0)
        self.page.clock.pause_at(HOUR_MS)

    def pass_time(self, ms: int) -> None:
        """Let the held page live for so long: every timer and every frame of that time comes, however slow the machine is."""
        self.page.clock.run_for(ms)

    def show(self, seq: int) -> None:
        """Let the held page live frame by frame until a hop comes on the screen: a message takes a moment of its own to get there."""
        for _ in range(PATIENCE_FRAMES):
            if self.text("#caption-number") == str(seq):
                return
            self.pass_time(FRAME_MS)
        raise AssertionError(f"the hop {seq} does not come on the screen")
