"""Every page and every sheet of the stage before axe-core, in both languages: nothing serious."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from cluster.machinery.meta import Obj
from tests.browser.crowd import busy, crowd
from tests.browser.desk import Desk
from tests.browser.offline import ORIGIN, Offline, render
from tests.browser.recording import POD_NAMES, cluster, deployment_of_two

pytestmark = pytest.mark.browser

SERIOUS = ("serious", "critical")
SHEETS = {
    "the stage": "",
    "help": "?",
    "breakpoints": "s",
    "etcd": "e",
    "a machine that joins": "j",
    "faults": "x",
    "a manifest": "m",
    "lanes": "t",
    "kubectl's line": "/",
    "export": "o",
    "why": "w",
}
PAGES: dict[str, tuple[str, Obj]] = {
    "the list of clusters": ("index.html", {"clusters": [{"name": "demo", "nodes": 4, "revision": 7, "parent": ""}]}),
    "a page that does not exist": ("404.html", {}),
    "an error": ("500.html", {}),
}


def complaints(page: Page) -> list[str]:
    """What axe-core finds serious, each with the place and what is wrong there."""
    found = Axe().run(page).response["violations"]
    return [
        f"{violation['id']}: {node['target']} {node['failureSummary'].splitlines()[-1].strip()}"
        for violation in found
        if violation["impact"] in SERIOUS
        for node in violation["nodes"]
    ]


@pytest.mark.parametrize(("language", "width", "height"), [("en", 1920, 1080), ("ko", 390, 844)])
def test_the_stage_and_its_sheets(take_seat, language: str, width: int, height: int) -> None:  # type: ignore[no-untyped-def]
    why = {"key": f"pods/default/{POD_NAMES[0]}", "field": "", "value": "", "before": "", "seq": 3, "causes": []}
    seat = take_seat(width=width, height=height, language=language, answers={"why": why})
    seat.play_all()
    found: dict[str, list[str]] = {}
    for name, key in SHEETS.items():
        if key:
            seat.open_sheet(key)
        found[name] = complaints(seat.page)
        seat.page.keyboard.press("Escape")
    assert {name: wrong for name, wrong in found.items() if wrong} == {}


@pytest.mark.parametrize(("nodes", "language"), [(60, "en"), (600, "ko")], ids=["tiles", "cells"])
def test_a_crowd_of_nodes(take_seat, nodes: int, language: str) -> None:  # type: ignore[no-untyped-def]
    seat = take_seat(cards=crowd(nodes, 4 * nodes), hops=busy(nodes, 2), language=language)
    seat.play_all()
    seat.page.locator(".tiles > [tabindex='0'], .cell").focus()
    seat.page.keyboard.press("ArrowRight")
    seat.settle()
    assert complaints(seat.page) == []


@pytest.mark.parametrize("view", ["projector", "presenter"])
def test_the_projector_and_the_dark_room(take_seat, view: str) -> None:  # type: ignore[no-untyped-def]
    seat = take_seat(view=view)
    seat.page.keyboard.press("c")
    seat.play_all()
    seat.settle()
    assert complaints(seat.page) == []


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("name", PAGES)
def test_the_plain_pages(desk: Desk, name: str, language: str) -> None:
    template, context = PAGES[name]
    server = Offline(cluster(), deployment_of_two(), pages={"/": render(template, language, context)})
    assert complaints(desk.open(server, f"{ORIGIN}/")) == []
