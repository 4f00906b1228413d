"""The page of the browser at which one seat after the other is taken.

A page of its own for each test would take a second of the processor's time more than one that is opened anew: what a browser has read
and compiled, it keeps. What a page may remember is taken away in between.
"""

from __future__ import annotations

from typing import Literal

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

from tests.browser.measure import FORGET
from tests.browser.offline import CLUSTER, ORIGIN, Offline

BETWEEN = "/between"


class Desk:
    """``complaints``: the console's errors and what was raised since the page was opened last."""

    def __init__(self, chromium: Browser) -> None:
        self._chromium = chromium
        self._context: BrowserContext | None = None
        self._server: Offline | None = None
        self.complaints: list[str] = []

    def open(
        self,
        server: Offline,
        address: str = CLUSTER,
        *,
        width: int = 1920,
        height: int = 1080,
        motion: Literal["reduce", "no-preference"] = "no-preference",
    ) -> Page:
        """The page at an address of this server, and of no other any more."""
        self._server = server
        context = self._context = self._context or self._furnish()
        (page,) = context.pages
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(reduced_motion=motion)
        page.goto(address)
        return page

    def tidy(self) -> None:
        """Leave nothing of what was done to the page for whoever opens it next."""
        if self._context is None or self._server is None:
            return
        (page,) = self._context.pages
        self._server.pages[BETWEEN] = ""
        page.goto(f"{ORIGIN}{BETWEEN}")
        page.evaluate(FORGET)
        self._context.clear_cookies()
        self._server = None
        self.complaints.clear()

    def close(self) -> None:
        """Take the page away: the next one is a new one."""
        if self._context is not None:
            self._context.close()
        self._context = self._server = None
        self.complaints.clear()

    def _furnish(self) -> BrowserContext:
        context = self._chromium.new_context()
        context.route("**/*", lambda route: self._here.answer(route))
        context.route_web_socket("**/socket*", lambda socket: self._here.accept(socket))
        context.on("console", self._note)
        context.on("weberror", lambda error: self.complaints.append(str(error.error)))
        context.new_page()
        return context

    @property
    def _here(self) -> Offline:
        assert self._server, "nobody has opened the page"
        return self._server

    def _note(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)
