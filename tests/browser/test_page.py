"""The page by itself: real templates, styles and modules in a real browser, the server's side played from a recording."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest
from playwright.sync_api import Request, expect

from cluster.machinery.meta import Obj
from dashboard.modules import modules_of
from dashboard.page_files import STAGE
from tests.browser.offline import render
from tests.browser.recording import POD_NAMES
from tests.browser.seat import FAST, FLOOD

pytestmark = pytest.mark.browser

POD_KEY = f"pods/default/{POD_NAMES[0]}"


def test_a_deployment_travels_the_diagram_in_the_order_of_the_log(take_seat) -> None:  # type: ignore[no-untyped-def]
    seat = take_seat()
    seat.page.locator("summary", has_text="All steps").click()
    seat.play_all()
    lines = seat.page.locator("#log > li").all_inner_texts()
    assert lines == [hop["caption"]["en"] for hop in seat.server.hops]
    cell = seat.page.locator(f"[data-key='{POD_KEY}']")
    expect(cell).to_have_attribute("data-state", "running")
    assert seat.text("[data-slot=revision]") == "rev 1288"


def test_the_page_works_from_its_modules_one_by_one(take_seat) -> None:  # type: ignore[no-untyped-def]
    seat = take_seat(files=replace(STAGE, modules=modules_of(STAGE.script)))
    seat.play_all()
    expect(seat.page.locator(f"[data-key='{POD_KEY}']")).to_have_attribute("data-state", "running")


def test_a_chip_carries_words_and_the_cards_change_with_their_hop(take_seat) -> None:  # type: ignore[no-untyped-def]
    seat = take_seat()
    seat.hold_time()
    seat.server.play(1)
    seat.show(1)
    expect(seat.page.locator(".chip-text")).to_have_text("POST deployments/web")
    assert seat.text("[data-slot=revision]") == "rev 1280"
    expect(seat.page.locator("[data-actor=outside]")).to_have_attribute("data-lit", "source")


def test_a_chip_that_is_on_its_way_when_somebody_pauses_goes_on(take_seat) -> None:  # type: ignore[no-untyped-def]
    seat = take_seat()
    seat.hold_time()
    seat.server.play(1)
    seat.show(1)
    seat.page.keyboard.press("Space")
    seat.until(lambda: seat.server.received, "nobody pauses the cluster")
    assert len(seat.places_of_the_chip(every_ms=60, times=4)) == 4


def test_the_stages_light_up_one_after_another(take_seat) -> None:  # type: ignore[no-untyped-def]
    seat = take_seat()
    seat.server.control["rate"] = 0.5
    seat.hold_time()
    seat.server.play(6)
    for seq, stage in enumerate(("authentication", "authorization", "admission", "validation"), start=2):
        seat.show(seq)
        seat.pass_time(500)
        expect(seat.page.locator(f"[data-part='kube-apiserver/{stage}']")).to_have_attribute("data-lit", "target")
        assert seat.page.locator(".part[data-lit]").count() == 1


@pytest.mark.parametrize("motion", ["reduce", "no-preference"])
def test_with_reduced_motion_an_arrow_appears_and_nothing_travels(take_seat, motion: str) -> None:  # type: ignore[no-untyped-def]
    seat = take_seat(motion=motion)
    seat.hold_time()
    seat.server.play(1)
    seat.show(1)
    expect(seat.page.locator(".chip")).to_be_visible()
    assert len(seat.places_of_the_chip(every_ms=60, times=8)) == (1 if motion == "reduce" else 8)
    assert (seat.page.locator(".trail").first.get_attribute("marker-end") is not None) == (motion == "reduce")


def test_language_switches_everywhere_without_a_request(take_seat) -> None:  # type: ignore[no-untyped-def]
    seat = take_seat()
    seat.play_all()
    requests: list[str] = []

    def note(request: Request) -> None:
        if "/hops/" not in request.url and not request.url.endswith(("/branches", "/breakpoints")):
            requests.append(request.url)

    seat.page.on("request", note)
    seat.page.keyboard.press("l")
    expect(seat.page.locator("#caption-text")).to_have_text(seat.server.hops[-1]["caption"]["ko"])
    assert "컨트롤 플레인" in (seat.page.locator("#stage").text_content() or "")
    assert seat.page.locator("html").get_attribute("lang") == "ko"
    english = re.compile(r"Manifest|Keys|Ready now|Just now|Why")
    assert not english.search(seat.page.locator("body").inner_text())
    seat.page.remove_listener("request", note)
    assert requests == []


def test_rewind_reads_the_past_and_end_comes_back(take_seat) -> None:  # type: ignore[no-untyped-def]
    seat = take_seat()
    seat.play_all()
    seat.page.keyboard.press("Home")
    expect(seat.page.locator("#badge")).to_have_attribute("data-state", "rewound")
    expect(seat.page.locator(f"[data-key='{POD_KEY}']")).to_have_count(0)
    expect(seat.page.locator("#caption-text")).to_have_text("The log begins here. Play it, or go on step by step.")
    expect(seat.page.locator("#inspector > *")).to_have_count(0)
    seat.page.keyboard.press("PageDown")
    expect(seat.page.locator("#caption-number")).to_have_text("1")
    seat.page.keyboard.press("End")
    expect(seat.page.locator("#badge")).to_have_attribute("data-state", "live")
    expect(seat.page.locator(f"[data-key='{POD_KEY}']")).to_have_count(1)
    assert seat.server.received == []


def test_a_reload_comes_back_to_the_place_in_the_past_and_then_to_the_present(take_seat) -> None:  # type: ignore[no-untyped-def]
    seat = take_seat()
    seat.play_all()
    place = [seat.go("PageUp") for _ in range(3)][-1]
    expect(seat.page.locator("#badge")).to_have_attribute("data-state", "rewound")
    seat.page.reload()
    expect(seat.page.locator("#badge")).to_have_attribute("data-state", "rewound")
    expect(seat.page.locator("#caption-number")).to_have_text(str(place))
    seat.page.keyboard.press("End")
    expect(seat.page.locator("#badge")).to_have_attribute("data-state", "live")
    seat.page.reload()
    expect(seat.page.locator("#badge")).to_have_attribute("data-state", "live")


def test_a_chain_that_is_too_long_says_how_much_is_left_out(take_seat) -> None:  # type: ignore[no-untyped-def]
    about = {
        "at": 12.0,
        "step": 0,
        "source": "kubelet",
        "target": "kube-apiserver",
        "verb": "PATCH",
        "key": POD_KEY,
        "outcome": "",
        "revision": 0,
    }
    words = {"caption": {"en": "A step.", "ko": "한 단계."}, "ms": 900, "quiet": False, "change": None}
    causes = [{**about, **words, "seq": seq, "cause": seq - 1} for seq in range(1, 21)]
    seat = take_seat(answers={"why": {"key": POD_KEY, "field": "", "value": "", "before": "", "seq": 20, "causes": causes}})
    seat.play_all()
    seat.page.locator(f"[data-key='{POD_KEY}'] > rect").first.click()
    seat.page.keyboard.press("w")
    expect(seat.page.locator(".why-chain > li")).to_have_text(
        ["1A step.", "4 steps in between", *(f"{number}A step." for number in range(2, 17))]
    )


@pytest.mark.parametrize(("width", "height"), [(1920, 1080), (390, 844)])
def test_a_message_stands_above_the_caption_with_branches_below_it(take_seat, width: int, height: int) -> None:  # type: ignore[no-untyped-def]
    row = {"name": "demo", "parent": "", "began": 0, "head": 9, "address": "/", "here": True}
    family = [row, {**row, "name": "demo-2", "parent": "demo", "began": 1, "here": False}]
    seat = take_seat(width=width, height=height, answers={"branches": {"branches": family, "made": ""}})
    seat.play_all()
    expect(seat.page.locator(".branch")).to_have_count(2)
    seat.page.evaluate("() => Object.assign(document.getElementById('toast'), { hidden: false, textContent: 'Told.' })")
    toast, caption = (seat.page.locator(f"#{each}").bounding_box() for each in ("toast", "caption"))
    assert toast
    assert caption
    assert toast["y"] + toast["height"] <= caption["y"]


def test_a_click_on_the_timeline_goes_there(take_seat) -> None:  # type: ignore[no-untyped-def]
    seat = take_seat()
    seat.play_all()
    ticks = seat.page.locator(".tick")
    box = ticks.nth(9).bounding_box()
    assert box
    seat.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + 10)
    expect(seat.page.locator("#caption-number")).to_have_text("10")


@pytest.mark.parametrize(
    ("paused", "key", "message"),
    [
        (False, " ", {"type": "control", "action": "pause"}),
        (True, " ", {"type": "control", "action": "play"}),
        (True, "PageDown", {"type": "control", "action": "step"}),
        (False, "PageDown", {"type": "control", "action": "pause"}),
        (False, "]", {"type": "control", "action": "rate", "value": 2}),
        (False, "[", {"type": "control", "action": "rate", "value": 0.5}),
    ],
)
def test_keys_steer_the_cluster(take_seat, paused: bool, key: str, message: Obj) -> None:  # type: ignore[no-untyped-def]
    seat = take_seat()
    seat.server.send({"type": "control", "control": {"pace": "lecture", "rate": 1, "paused": paused}})
    expect(seat.page.locator("#badge")).to_have_attribute("data-state", "paused" if paused else "live")
    seat.page.keyboard.press(key)
    seat.until(lambda: seat.server.received, "the key says nothing to the server")
    assert seat.server.received == [message]


def test_keys_are_silent_while_somebody_types(take_seat) -> None:  # type: ignore[no-untyped-def]
    seat = take_seat()
    seat.page.keyboard.press("m")
    seat.page.click(".cm-content")
    seat.page.keyboard.type("# lcb")
    expect(seat.page.locator(".cm-content")).to_contain_text("# lcb")
    assert seat.page.locator("html").get_attribute("lang") == "en"


def test_an_object_is_inspected_and_acted_on_from_the_diagram(take_seat) -> None:  # type: ignore[no-untyped-def]
    seat = take_seat()
    seat.play_all()
    seat.server.answers["actions"] = {"message": "pod deleted"}
    seat.page.click(f"[data-key='{POD_KEY}']")
    expect(seat.page.locator(".inspector-title")).to_have_text(POD_NAMES[0])
    seat.page.click("[data-action=delete]")
    expect(seat.page.locator("#toast")).to_have_text("pod deleted")
    assert seat.server.posted == [{"key": POD_KEY, "action": "delete"}]


def test_a_lost_connection_is_seen_and_resumed_behind_the_last_hop(take_seat) -> None:  # type: ignore[no-untyped-def]
    seat = take_seat()
    seat.server.control["rate"] = FAST
    seat.hold_time()
    seat.server.play(10)
    seat.show(10)
    seat.server.sockets[-1].close()
    seat.pass_until("() => document.getElementById('badge').dataset.state === 'reconnecting'")
    seat.pass_time(250)
    seat.pass_until("() => document.getElementById('badge').dataset.state === 'live'")
    assert seat.server.sockets[-1].url.endswith("after=10")
    seat.play_all()
    assert seat.page.locator("#log > li").count() == len(seat.server.hops)


def test_the_projector_has_no_controls_and_no_pointer(take_seat) -> None:  # type: ignore[no-untyped-def]
    seat = take_seat(view="projector", language="ko")
    assert seat.page.locator("button:visible").count() == 0
    assert seat.page.evaluate("() => getComputedStyle(document.body).cursor") == "none"


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize(("width", "height"), [(1920, 1080), (1366, 768), (390, 844)])
def test_nothing_is_cut(take_seat, width: int, height: int, language: str) -> None:  # type: ignore[no-untyped-def]
    seat = take_seat(width=width, height=height, language=language)
    seat.play_all()
    overflow = seat.page.evaluate("() => document.documentElement.scrollWidth - window.innerWidth")
    stage = seat.page.locator("#stage").bounding_box()
    assert stage
    assert overflow <= 0
    assert stage["x"] >= 0
    assert stage["x"] + stage["width"] <= width
    narrow = """() => [...document.querySelectorAll('.part, .pod[data-mode=cell], .actor')].filter((group) => {
      const room = group.querySelector('rect, ellipse').getBoundingClientRect();
      return [...group.querySelectorAll(':scope > text')].some((text) => text.getBoundingClientRect().width > room.width);
    }).map((group) => group.textContent)"""
    assert seat.page.evaluate(narrow) == []


SMALLEST_TEXT = """() => [...document.querySelectorAll('body *')].flatMap((element) => {
  const words = [...element.childNodes].filter((node) => node.nodeType === 3).map((node) => node.textContent.trim()).join('');
  if (!words || element.closest('option, .hidden-label') || !element.checkVisibility({visibilityProperty: true})) return [];
  const box = element.getBoundingClientRect();
  if (box.bottom < 0 || box.top > innerHeight) return [];
  const scale = element.ownerSVGElement ? element.ownerSVGElement.getScreenCTM().a : 1;
  return [[parseFloat(getComputedStyle(element).fontSize) * scale, words]];
}).sort(([one], [other]) => one - other)[0]"""


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize(
    ("view", "width", "height", "least"),
    [("projector", 1920, 1080, 24), ("presenter", 390, 844, 12)],
    ids=["on the wall, from the back row", "on a phone"],
)
def test_every_word_is_large_enough(take_seat, view: str, width: int, height: int, least: int, language: str) -> None:  # type: ignore[no-untyped-def]
    branch = {"name": "demo", "parent": "", "began": 0, "head": 9, "address": "/", "here": True}
    family = [branch, *({**branch, "name": f"demo-{n}", "parent": "demo", "began": 1, "here": False} for n in range(2, 6))]
    seat = take_seat(
        width=width, height=height, view=view, language=language, pods=2, answers={"branches": {"branches": family, "made": ""}}
    )
    expect(seat.page.locator(".branch-note").last).to_contain_text("3")
    seat.server.cards["faults/kube-scheduler"] = {"kind": "Fault", "name": "kube-scheduler", "fault": "stopped", "seconds": 0.0}
    seat.server.send(seat.server.state(0))
    expect(seat.page.locator(".fault-badge-text")).to_have_count(1)
    seat.play_all()
    size, words = seat.page.evaluate(SMALLEST_TEXT)
    assert round(size, 1) >= least, words


def test_on_a_phone_the_inspector_is_a_sheet_that_opens_and_closes(take_seat) -> None:  # type: ignore[no-untyped-def]
    seat = take_seat(width=390, height=844)
    seat.play_all()
    sheet = seat.page.locator(".inspector")
    expect(sheet).to_be_hidden()
    seat.page.locator(".caption-why").click()
    expect(sheet).to_be_visible()
    seat.page.locator(".inspector-close").click()
    expect(sheet).to_be_hidden()
    seat.page.locator(f'[data-key="{POD_KEY}"]').click()
    expect(sheet).to_contain_text(POD_NAMES[0])


def test_in_fast_traffic_the_words_stay_long_enough_to_be_read_and_nothing_flashes(take_seat) -> None:  # type: ignore[no-untyped-def]
    seat = take_seat()
    seat.page.evaluate("""() => {
      window.seen = {words: 0, chips: 0};
      const count = (selector, what) => new MutationObserver(() => { window.seen[what] += 1; })
        .observe(document.querySelector(selector), {childList: true});
      count('#caption-text', 'words');
      count('.chips', 'chips');
    }""")
    seat.play_all(rate=FLOOD)
    seen = seat.page.evaluate("() => window.seen")
    assert 1 <= seen["words"] <= len(seat.server.hops) / 4
    assert seen["chips"] == 0


@pytest.mark.parametrize("workers", [1, 4, 12, 100])
def test_pods_fit_at_any_number_of_nodes(take_seat, workers: int) -> None:  # type: ignore[no-untyped-def]
    seat = take_seat(workers=workers, pods=30)
    expect(seat.page.locator(".node:not([data-mode=spot]) .pod")).to_have_count(workers * 30)


@pytest.mark.parametrize("language", ["en", "ko"])
def test_every_text_is_there_in_both_languages(language: str) -> None:
    page = render("stage.html", language, {"cluster": "demo", "view": "presenter", "diagram": {}, "samples": []})
    found = re.search(r'<script type="application/json" id="strings">(.*?)</script>', page, re.DOTALL)
    assert found
    strings = json.loads(found[1])
    assert strings["en"].keys() == strings["ko"].keys()
    untranslated = {name for name, text in strings["ko"].items() if text == strings["en"][name]}
    assert untranslated == {"live", "simulated", "node-ready", "node-unready", "node-cordoned", "cpu"}
    assert set(re.findall(r'data-(?:text|label)="([^"]+)"', page)) <= strings["en"].keys()


@pytest.mark.parametrize(
    ("template", "words"), [("index.html", ("demo", "노드 4개")), ("404.html", ("없는 페이지",)), ("500.html", ("문제가 생겼습니다",))]
)
def test_the_plain_pages_speak_korean(template: str, words: tuple[str, ...]) -> None:
    page = render(template, "ko", {"clusters": [{"name": "demo", "nodes": 4, "revision": 7}]})
    assert [word for word in words if word not in page] == []


CHANGES = (
    " metadata:",
    "+  annotations:",
    "+    a: 1",
    "   name: web",
    " ...",
    "   - env:",
    "     image: old",
    "+    stdin: true",
    "-status: {}",
)
LINES = """() => {
  const [body, causes] = ['.inspector-body', '.causes'].map((name) => document.querySelector(name).getBoundingClientRect());
  const lines = [...document.querySelectorAll('.diff-line')].map(({ textContent }) => textContent);
  return { lines, stands: causes.bottom <= body.bottom };
}"""


@pytest.mark.parametrize("view", ["presenter", "projector"])
def test_changed_lines_stand_under_what_they_belong_to_and_leave_the_reason_its_place(take_seat, view: str) -> None:  # type: ignore[no-untyped-def]
    seat = take_seat(view=view)
    more = [f"+line{number}: 1" for number in range(30)]
    detail = {"changes": [{"op": line[0], "text": line[1:]} for line in (*CHANGES, *more)]}
    hops = seat.server.hops
    older = {**hops[0], "seq": 0}
    seat.server.answers = {f"hops/{hop['seq']}": {**detail, "causes": [older, *hops[: hop["seq"]]]} for hop in hops}
    seat.play_all()
    expect(seat.page.locator(".diff")).to_be_visible()
    expect(seat.page.locator(".cause[aria-current=step]:last-child")).to_be_visible()
    told = seat.page.evaluate(LINES)
    shown = [" metadata:", "+  annotations:", "+    a: 1", "   - env:", "+    stdin: true", "-status: {}", *more]
    kept = len(told["lines"]) - 1
    assert (told["stands"], told["lines"]) == (True, [*shown[:kept], f"… {len(shown) - kept}"])
    assert 2 <= kept <= 8
