"""The sheets beside the picture: a manifest, breakpoints, a machine that joins, etcd, a line of kubectl."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

MEETING = """() => {
  const sheets = [...document.querySelectorAll('.drawer:not([hidden]), #help:not([hidden]), .inspector-body')];
  const parts = sheets.flatMap((sheet) => [...sheet.querySelectorAll('label, button, p, h2, h3, pre, li, dt, dd, summary')])
    .filter((part) => part.checkVisibility() && !part.querySelector('label, button, p, h2, h3, pre, li, dt, dd, summary'))
    .map((part) => [part, part.getBoundingClientRect()]).filter(([, box]) => box.width > 0 && box.height > 0);
  const meet = (a, b) => a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1;
  return parts.flatMap(([part, box], index) => parts.slice(index + 1)
    .filter(([other, its]) => meet(box, its) && !part.contains(other) && !other.contains(part))
    .map(([other]) => [part.textContent, other.textContent]));
}"""


def test_errors_of_the_server_stand_on_their_line(take_seat) -> None:  # type: ignore[no-untyped-def]
    seat = take_seat()
    message = "spec.replicas: Invalid value: -1: must be greater than or equal to 0"
    error = {"line": 8, "message": message, "hint": "Write 0 or more."}
    seat.server.answers["manifests"] = {
        "documents": [
            {"line": 1, "kind": "Deployment", "namespace": "default", "name": "web", "result": "", "errors": [error], "warnings": []}
        ]
    }
    seat.page.keyboard.press("m")
    seat.page.fill("[name=replicas]", "-1")
    seat.until(lambda: any("  replicas: -1\n" in post["text"] for post in seat.server.posted), "what was written is not checked")
    expect(seat.page.locator("#manifest-results")).to_contain_text(message)
    expect(seat.page.locator(".cm-lintRange-error")).to_have_text("replicas: -1")
    assert {post["dryRun"] for post in seat.server.posted} == {True}


def test_applying_the_form_says_what_became_of_it_and_clears_the_view(take_seat) -> None:  # type: ignore[no-untyped-def]
    seat = take_seat()
    seat.server.answers["manifests"] = {
        "documents": [
            {"line": 1, "kind": "Deployment", "namespace": "default", "name": "shop", "result": "created", "errors": [], "warnings": []}
        ]
    }
    seat.page.keyboard.press("m")
    seat.page.fill("[name=name]", "shop")
    seat.page.click("#manifest-apply")
    expect(seat.page.locator("#toast")).to_have_text("deployment/shop created")
    expect(seat.page.locator("#manifest")).to_be_hidden()
    assert seat.server.posted[-1]["dryRun"] is False


def test_a_warning_stays_to_be_read_when_an_object_was_made(take_seat) -> None:  # type: ignore[no-untyped-def]
    seat = take_seat(language="ko")
    warning = {"line": 8, "message": "spec.replicas: are many", "hint": ""}
    names = {"line": 1, "kind": "Deployment", "namespace": "default", "name": "shop"}
    seat.server.answers["manifests"] = {"documents": [{**names, "result": "created", "errors": [], "warnings": [warning]}]}
    seat.page.keyboard.press("m")
    seat.page.click("#manifest-apply")
    expect(seat.page.locator("#toast")).to_have_text("deployment/shop created")
    expect(seat.page.locator("#manifest-results .result")).to_have_text(
        ["✓ deployment/shop created", "⚠ 8번째 줄: spec.replicas: are many"]
    )
    expect(seat.page.locator(".cm-lintRange-warning")).to_have_count(1)


def test_a_component_is_stopped_at_from_its_panel_and_no_longer(take_seat) -> None:  # type: ignore[no-untyped-def]
    seat = take_seat(answers={"breakpoints": {"breakpoints": []}})
    seat.page.click("[data-actor='etcd'] > .actor-label")
    switch = seat.page.locator("[data-breaks='hop etcd']")
    seat.server.answers["breakpoints"] = {"breakpoints": [{"text": "hop etcd", "seqs": []}]}
    switch.click()
    expect(switch).to_have_text("⚑ Do not stop")
    seat.server.answers["breakpoints"] = {"breakpoints": []}
    switch.click()
    expect(switch).to_have_text("⚑ Stop at its next step")
    assert seat.server.posted == [{"text": "hop etcd", "set": True}, {"text": "hop etcd", "set": False}]


def test_the_button_of_a_breakpoint_keeps_the_focus_while_answers_come_in(take_seat) -> None:  # type: ignore[no-untyped-def]
    seat = take_seat(answers={"breakpoints": {"breakpoints": [{"text": "hop etcd", "seqs": []}]}})
    seat.open_sheet("s")
    seat.page.locator("#breakpoints-set button").focus()
    seat.server.answers["breakpoints"] = {"breakpoints": [{"text": "hop etcd", "seqs": [3]}]}
    seat.play_all()
    expect(seat.page.locator(".break-count")).to_have_text("1×")
    expect(seat.page.locator("#breakpoints-set button")).to_be_focused()


def test_what_is_chosen_in_the_drawer_of_breakpoints_stays_while_answers_come_in(take_seat) -> None:  # type: ignore[no-untyped-def]
    seat = take_seat(answers={"breakpoints": {"breakpoints": [{"text": "hop etcd", "seqs": []}]}})
    seat.page.keyboard.press("s")
    kind, component = seat.page.locator("#breakpoint-kind"), seat.page.locator("#breakpoint-component")
    expect(kind).to_have_value("pod")
    kind.select_option("hop")
    component.select_option("etcd")
    kept = component.locator("option").first.element_handle()
    seat.play_all()
    expect(seat.page.locator(".break-text")).to_have_text("⚑ hop etcd")
    assert (kind.input_value(), component.input_value(), kept.evaluate("(option) => option.isConnected")) == ("hop", "etcd", True)


def test_a_machine_joins_by_the_line_that_the_form_says(take_seat) -> None:  # type: ignore[no-untyped-def]
    seat = take_seat()
    seat.server.answers["join"] = {"message": "Node worker-9 joins."}
    seat.page.keyboard.press("j")
    form = seat.page.locator("#join-form")
    expect(form.locator("[name=name]")).to_have_value("worker-4")
    form.locator("[name=name]").fill("worker-9")
    form.locator("[name=token]").fill("bcdefg.0123456789abcdef")
    line = seat.text("#join-line")
    form.locator("[type=submit]").click()
    expect(seat.page.locator("#toast")).to_have_text("Node worker-9 joins.")
    expect(seat.page.locator("#join")).to_be_hidden()
    pin = "sha256:" + "0" * 64
    assert (line, seat.server.posted) == (
        f"kubeadm join 192.168.0.10:6443 --token bcdefg.0123456789abcdef --discovery-token-ca-cert-hash {pin}",
        [{"name": "worker-9", "cpu": "4", "memory": "8Gi", "token": "bcdefg.0123456789abcdef", "hash": pin}],
    )


def test_etcd_is_looked_at_again_while_the_cluster_goes_on(take_seat) -> None:  # type: ignore[no-untyped-def]
    seat = take_seat()
    key = {"key": "/registry/pods/a/b", "create": 1, "mod": 9, "version": 2, "size": 300}
    seat.server.answers["etcd/key"] = {**key, "value": "kind: Pod", "history": []}
    seat.page.keyboard.press("e")
    seat.page.locator(".etcd-key").click()
    facts, rows = seat.page.locator("#etcd-value .etcd-facts"), seat.page.locator("#etcd-rows")
    expect(facts).to_contain_text("mod_revision 9")
    seat.page.locator("#etcd").focus()
    written = {**key, "mod": 12, "version": 3}
    seat.server.answers["etcd/key"] = {**written, "value": "kind: Pod", "history": []}
    seat.server.answers["etcd/keys"] = {"revision": 1300, "keys": [written], "remaining": 0}
    seat.play_all()
    expect(facts).to_contain_text("mod_revision 12")
    expect(seat.page.locator("#etcd-revision")).to_have_text("rev 1300")
    expect(rows.locator("td")).to_have_text(["/registry/pods/a/b", "1", "12", "3"])


def test_a_line_of_kubectl_is_answered_below_the_picture(take_seat) -> None:  # type: ignore[no-untyped-def]
    seat = take_seat()
    page, line = seat.page, seat.page.locator("#kubectl-line")
    page.keyboard.press("/")
    for typed, told in (("kubectl scale deploy web --replicas=3", ("deployment.apps/web scaled\n", 0)), ("get pod x", ("not found\n", 1))):
        seat.server.answers["kubectl"] = {"text": told[0], "code": told[1], "changes": False}
        line.fill(typed)
        line.press("Enter")
        expect(page.locator(".kubectl-answer").last).to_have_attribute("data-state", "faulty" if told[1] else "good")
    recalled = [line.input_value()]
    for key in ("ArrowUp", "ArrowUp", "ArrowUp", "ArrowDown", "ArrowDown"):
        line.press(key)
        recalled.append(line.input_value())
    page.keyboard.press("Escape")
    expect(page.locator("#kubectl")).to_be_hidden()
    page.reload()
    expect(page.locator(".kubectl-answer")).to_have_count(2)
    scale, get = "scale deploy web --replicas=3", "get pod x"
    assert (page.locator("#kubectl-said").text_content(), seat.server.posted, recalled) == (
        f"$ kubectl {scale}deployment.apps/web scaled$ kubectl {get}not found",
        [{"line": scale, "isPast": False}, {"line": get, "isPast": False}],
        ["", get, scale, scale, get, ""],
    )


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize(("width", "height"), [(1920, 1080), (390, 844)])
def test_in_no_sheet_one_thing_lies_on_another(take_seat, width: int, height: int, language: str) -> None:  # type: ignore[no-untyped-def]
    seat = take_seat(width=width, height=height, language=language)
    found = {}
    for key in "mseojx?":
        seat.open_sheet(key)
        found[key] = seat.page.evaluate(MEETING)
        seat.page.keyboard.press("Escape")
    assert {key: places for key, places in found.items() if places} == {}
