"""One viewer of the page without a server.

What stands on the screen for a moment only (a chip, a lit part, a ribbon, a badge) is looked at while the page's time is held: a look that
comes late on a busy machine would miss it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page, expect

from tests.browser.measure import DRAWN, SETTLED
from tests.browser.offline import Offline

FAST = 1_000.0
"""A rate at which the whole of a recording is there at once."""
FLOOD = 40.0
"""A rate at which hops come too fast to be followed, for some seconds."""
FRAME_MS = 16
HOUR_MS = 3_600_000
PATIENCE_MS = 30_000
"""Until what should be seen counts as missing; a busy machine is no fault of the page."""
POLL_MS = 20
NUMBER = "#caption-number"
SHEETS = {
    "?": "#help",
    "s": "#breakpoints",
    "e": ".etcd-key",
    "j": "#join-line",
    "x": ".inspector-faults",
    "m": ".cm-content",
    "t": "#lanes-map",
    "/": "#kubectl-line",
    "o": "[data-export=svg]",
    "w": ".inspector-why",
}
"""What a key opens, told by the last of it to come."""
IS_SHOWN = "(seq) => document.getElementById('caption-number').textContent === seq"


@dataclass
class Seat:
    """One viewer: the page, and the server it believes in. ``is_held``: the page's time passes by ``pass_time`` alone."""

    page: Page
    server: Offline
    complaints: list[str]
    is_held: bool = False

    def text(self, selector: str) -> str:
        return self.page.locator(selector).text_content() or ""

    def play_all(self, *, rate: float = FAST) -> None:
        """Everything that is left, quickly, until the last hop is on the screen and in the list of steps."""
        last = str(self.server.hops[-1]["seq"])
        self.server.control["rate"] = rate
        self.server.play()
        if self.is_held:
            self.show(int(last))
        expect(self.page.locator(NUMBER)).to_have_text(last)
        expect(self.page.locator("#log > li").last).to_have_attribute("value", last)

    def go(self, key: str) -> int:
        """Press a key that leads to another step, and wait until its number has changed; returns it."""
        before = self.text(NUMBER)
        self.page.keyboard.press(key)
        expect(self.page.locator(NUMBER)).not_to_have_text(before)
        return int(self.text(NUMBER) or 0)

    def open_sheet(self, key: str) -> None:
        """Press the key of a sheet and wait until all of it is there."""
        self.page.keyboard.press(key)
        expect(self.page.locator(SHEETS[key]).first).to_be_visible()
        self.settle()

    def until(self, is_so: Callable[[], object], sentence: str) -> None:
        """Ask again and again, while the page goes on; fails with the sentence."""
        for _ in range(PATIENCE_MS // POLL_MS):
            if is_so():
                return
            self.page.wait_for_timeout(POLL_MS)
        raise AssertionError(sentence)

    def settle(self) -> None:
        """Wait until the page has taken in what has happened to its window or its sheets."""
        self.page.evaluate(DRAWN)
        if self.is_held:
            self.pass_time(4 * FRAME_MS)
        self.page.evaluate(SETTLED)

    def hold_time(self) -> None:
        """From now on the page's time passes by ``pass_time`` alone: its frames come one by one, and what is on the screen stays there.

        The frame that the page has asked for already still comes by itself, with the moment of another clock: it is waited for.
        """
        self.page.clock.install(time=0)
        self.page.evaluate(DRAWN)
        self.page.clock.pause_at(HOUR_MS)
        self.is_held = True

    def pass_time(self, ms: int) -> None:
        """Let the held page live for so long: every timer and every frame of that time comes, however slow the machine is."""
        self.page.clock.run_for(ms)

    def pass_until(self, script: str, argument: object = None) -> None:
        """Let the held page live frame by frame until a JavaScript function returns something true."""
        for _ in range(PATIENCE_MS // FRAME_MS):
            self.pass_time(FRAME_MS)
            if self.page.evaluate(script, argument):
                return
        raise AssertionError(f"this does not come about: {script}")

    def show(self, seq: int) -> None:
        """Let the held page live frame by frame until a hop comes on the screen: a message takes a moment of its own to get there."""
        self.pass_until(IS_SHOWN, str(seq))

    def places_of_the_chip(self, *, every_ms: int, times: int) -> set[str | None]:
        """The places at which the chip of a held page is seen."""
        places = set()
        for _ in range(times):
            places.add(self.page.locator(".chip").get_attribute("transform"))
            self.pass_time(every_ms)
        return places
