"""What the page says of time while it passes: steps with nothing to do, long waits, and in which language."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def test_a_step_that_has_nothing_to_do_says_so(take_seat) -> None:  # type: ignore[no-untyped-def]
    seat = take_seat()
    seat.server.control["paused"] = True
    seat.play_all()
    seat.page.keyboard.press("ArrowRight")
    expect(seat.page.locator("#toast")).to_have_text("Nothing is left to do but routine, until somebody does something.")


def test_an_open_sheet_changes_its_language_with_the_page(take_seat) -> None:  # type: ignore[no-untyped-def]
    seat = take_seat(answers={"breakpoints": {"breakpoints": [{"text": "hop etcd", "seqs": []}]}})
    seat.page.keyboard.press("s")
    remove = seat.page.locator("#breakpoints-set button")
    expect(remove).to_have_text("Do not stop")
    seat.page.keyboard.press("l")
    expect(remove).to_have_text("멈추지 않기")


def test_a_wait_says_what_it_is_for_and_the_clock_runs_through_it(take_seat) -> None:  # type: ignore[no-untyped-def]
    seat = take_seat()
    seat.play_all()
    clock = seat.text("#clock")
    waits = {"waitingFor": {"en": "grace period of Pod web", "ko": "web 파드의 종료 유예 기간"}, "waitingSeconds": 40.0, "running": True}
    seat.server.send({"type": "control", "control": {**seat.server.control, **waits}})
    expect(seat.page.locator("#wait")).to_have_text("wait 40 s: grace period of Pod web")
    seat.page.wait_for_function("(clock) => document.getElementById('clock').textContent > clock", arg=clock)
    seat.server.send({"type": "control", "control": seat.server.control})
    expect(seat.page.locator("#wait")).to_be_hidden()
