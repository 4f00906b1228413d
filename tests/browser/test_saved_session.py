"""A session saved as one file, opened from the disk: it replays without a server, and nothing in it runs but its own script."""

from __future__ import annotations

import base64
import gzip
import json
import re
import struct
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from cluster.machinery.meta import Obj
from dashboard.export import single_file
from dashboard.views import pages
from tests.browser.offline import CONTROL, render
from tests.browser.payloads import PAYLOADS
from tests.browser.recording import POD_NAMES, cluster, deployment_of_two
from tests.browser.test_payloads import FOREIGN
from tests.browser.test_payloads import cards as cards_of_payloads
from tests.browser.test_payloads import hops as hops_of_payloads

pytestmark = pytest.mark.browser

ALL = "\n".join(PAYLOADS)
LAST = len(deployment_of_two())
Open = Callable[..., Page]


def lines(cards: dict[str, Obj], hops: list[Obj], manifest: str) -> list[Obj]:
    """What ``dashboard/export/recording.py`` would write of these hops; every write has the same manifest."""
    place = {"seq": 0, "head": len(hops), "began": hops[0]["at"], "now": hops[0]["at"], "revision": 1280}
    changes = [{"op": "+", "text": text} for text in manifest.splitlines()]
    found: list[Obj] = [{"state": {"type": "state", **place, "objects": cards, "control": {**CONTROL, "paused": True}}}]
    for hop in hops:
        found.append({"hop": hop, "manifest": manifest, "changes": changes} if hop["change"] else {"hop": hop})
    return found


def save(path: Path, recorded: list[Obj], *, language: str = "en") -> Path:
    """Write the file that a server would send."""
    before, behind = single_file.shell(render("stage.html", language, {**pages.stage_context("demo"), "language": language}))
    data = base64.b64encode(gzip.compress("\n".join(json.dumps(line) for line in recorded).encode())).decode()
    path.write_text(before + data + behind)
    return path


@pytest.fixture
def opened(chromium: Browser, tmp_path: Path) -> Iterator[Open]:
    """``opened(path, width=, height=)`` opens a file where there is no network; at the end nothing has gone wrong or been asked for."""
    asked: list[str] = []
    said: list[str] = []
    contexts = []

    def visit(path: Path, *, width: int = 1920, height: int = 1080) -> Page:
        context = chromium.new_context(viewport={"width": width, "height": height}, offline=True)
        contexts.append(context)
        context.on("request", lambda request: asked.append(request.url) if not request.url.startswith(("data:", "blob:")) else None)
        context.on("console", lambda message: said.append(message.text) if message.type in ("error", "warning") else None)
        context.on("weberror", lambda error: said.append(str(error.error)))
        page = context.new_page()
        page.goto(path.as_uri())
        if path.suffix == ".html":
            expect(page.locator("#badge")).to_have_attribute("data-state", "recorded")
        return page

    yield visit
    assert ([url for url in asked if not url.startswith("file:")], said) == ([], [])
    assert len(asked) <= 2, f"the files themselves: {asked}"
    for context in contexts:
        context.close()


def test_a_saved_session_replays_from_its_beginning(opened: Open, tmp_path: Path) -> None:
    page = opened(save(tmp_path / "a.html", lines(cluster(), deployment_of_two(), "spec:\n  nodeName: worker-1\n")))
    badge, number, pod = page.locator("#badge"), page.locator("#caption-number"), page.locator(f"[data-key$='{POD_NAMES[0]}']")
    expect(badge).to_have_text(f"RECORDING · 1 OF {LAST}")
    expect(page.locator(".inspector-title")).to_have_text("POST deployments/web")
    page.keyboard.press("ArrowRight")
    expect(number).to_have_text("2")
    for _ in range(2):
        page.keyboard.press("]")
    expect(page.locator("#rate")).to_have_text("4×")
    expect(page.locator("#play")).to_have_attribute("data-state", "paused")
    page.keyboard.press("Space")
    expect(number).to_have_text(re.compile("[5-9]|..+"))
    page.keyboard.press("Space")
    page.keyboard.press("End")
    expect(badge).to_have_text(f"RECORDING · {LAST} OF {LAST}")
    expect(pod).to_have_attribute("data-state", "running")
    pod.click()
    expect(page.locator(".inspector-title")).to_have_text(POD_NAMES[0])
    expect(page.locator("#inspector .yaml")).to_contain_text("nodeName: worker-1")
    page.keyboard.press("Home")
    expect(pod).to_have_count(0)
    page.keyboard.press("End")
    page.keyboard.press("t")
    expect(page.locator(".lane-hop[data-here]")).to_have_attribute("data-seq", str(LAST))


def test_what_needs_a_server_is_not_offered(opened: Open, tmp_path: Path) -> None:
    page = opened(save(tmp_path / "a.html", lines(cluster(), deployment_of_two(), "x"), language="ko"), width=390, height=844)
    expect(page.locator("#badge")).to_have_text(f"녹화본 · {LAST} 중 1")
    for command in ("manifest", "breakpoints", "fork"):
        expect(page.locator(f"[data-command={command}]")).to_be_hidden()
    page.locator("[data-command=export]").click()
    expect(page.locator("[data-export=svg]")).to_be_visible()
    expect(page.locator("[data-export='log.jsonl']")).to_be_hidden()
    page.keyboard.press("Escape")
    page.keyboard.press("e")
    expect(page.locator("#toast")).to_have_text("녹화본입니다. 볼 수만 있고 바꿀 수 없습니다.")
    expect(page.locator("#etcd")).to_be_hidden()
    page.evaluate("() => document.getElementById('toast').replaceChildren()")
    page.keyboard.press("y")
    expect(page.locator("#toast")).to_have_text("녹화본입니다. 볼 수만 있고 바꿀 수 없습니다.")
    assert page.evaluate("() => document.documentElement.scrollWidth - window.innerWidth") <= 0


def test_the_picture_is_taken_as_svg_and_as_png(opened: Open, tmp_path: Path) -> None:
    page = opened(save(tmp_path / "a.html", lines(cluster(), deployment_of_two(), "x")))
    page.keyboard.press("End")
    expect(page.locator(".pod")).to_have_count(5)
    page.keyboard.press("o")
    drawn = {}
    for kind in ("svg", "png"):
        with page.expect_download() as download:
            page.locator(f"[data-export={kind}]").click()
        assert download.value.suggested_filename == f"demo-{LAST}.{kind}"
        download.value.save_as(tmp_path / f"picture.{kind}")
        drawn[kind] = (tmp_path / f"picture.{kind}").read_bytes()
    text = drawn["svg"].decode()
    assert f"<title>demo · {LAST}. " in text
    assert "kube-scheduler" in text
    assert re.findall(r"(?:href|src)=|class=|url\((?!\"data:)", text) == []
    assert len(re.findall(r'url\("data:font/woff2;base64,', text)) == 3
    assert drawn["png"][:8] == b"\x89PNG\r\n\x1a\n"
    assert struct.unpack(">I", drawn["png"][16:20])[0] >= 1920
    picture = opened(tmp_path / "picture.svg")
    assert picture.evaluate("() => document.documentElement.querySelectorAll('text').length") > 30
    look = "() => getComputedStyle([...document.querySelectorAll('text')].find((text) => text.textContent === 'etcd'))"
    assert picture.evaluate(f"{look[:6]}{{ const look = {look[6:]}; return [look.fill, look.fontSize, look.fontWeight]; }}") == [
        "rgb(0, 101, 74)",
        "32px",
        "700",
    ]


def test_nothing_that_a_session_says_runs(opened: Open, tmp_path: Path) -> None:
    recorded = lines(cards_of_payloads(), hops_of_payloads(), ALL)
    recorded[1:1] = [{"about": {"key": text, "manifest": text}} for text in PAYLOADS]
    page = opened(save(tmp_path / "a.html", recorded))
    for key in ("End", "t", "l", "-"):
        page.keyboard.press(key)
    expect(page.locator(".lane-hop[data-here]")).to_have_attribute("data-seq", str(LAST))
    page.keyboard.press("t")
    page.locator(".pod").first.click()
    expect(page.locator("#inspector")).to_contain_text("window.ran=1")
    page.keyboard.press("w")
    page.keyboard.press("Home")
    page.keyboard.press("o")
    with page.expect_download() as download:
        page.locator("[data-export=svg]").click()
    download.value.save_as(tmp_path / "picture.svg")
    assert page.evaluate("(foreign) => [window.ran ?? 0, document.querySelectorAll(foreign).length]", FOREIGN) == [0, 0]
    assert page.evaluate("() => [...document.scripts].filter(({ type }) => !/json|plain/.test(type)).length") == 1
    picture = opened(tmp_path / "picture.svg")
    assert picture.evaluate("(foreign) => [window.ran ?? 0, document.querySelectorAll(foreign + ', script').length]", FOREIGN) == [0, 0]
