"""Breaking and mending without a pointer, and what the panels send."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from cluster.machinery.meta import Obj

pytestmark = pytest.mark.browser

BROKEN = {"kind": "Fault", "name": "kube-scheduler", "fault": "stopped", "seconds": 0.0}
AWAITED = {
    "kind": "MessageFault",
    "name": "messages/7",
    "effect": "delay",
    "source": "kube-apiserver",
    "target": "kube-scheduler",
    "verb": "ADDED",
    "key": "pods/default/*",
    "seconds": 20.0,
}


def hop(seq: int, verb: str, target: str, key: str, card: Obj | None) -> Obj:
    """A hop that breaks or mends something."""
    change = {"key": key, "card": card}
    about = {"source": "dashboard", "target": target, "verb": verb, "key": key, "outcome": ""}
    words = {"en": f"{verb} {target}", "ko": f"{verb} {target}"}
    return {"seq": seq, "at": 12.0 + seq, "step": 0, "cause": 0, "revision": 1280 + seq, "ms": 1, "quiet": False, **about} | {
        "caption": words,
        "change": change,
    }


def test_a_teacher_breaks_mends_and_takes_back_by_keyboard_alone(take_seat) -> None:  # type: ignore[no-untyped-def]
    seat = take_seat()
    keyboard, page = seat.page.keyboard, seat.page
    seat.server.hops[:] = [
        hop(1, "break", "kube-scheduler", "faults/kube-scheduler", BROKEN),
        hop(2, "break", "kube-scheduler", "faults/messages/7", AWAITED),
        hop(3, "mend", "kube-scheduler", "faults/kube-scheduler", None),
    ]
    keyboard.press("x")
    expect(page.locator("select[name=place]")).to_be_focused()
    page.locator("select[name=place]").select_option("kube-scheduler")
    keyboard.press("Tab")
    keyboard.press("Enter")
    stop = page.locator("[data-target='kube-scheduler'][data-breaks-as='stopped']")
    expect(stop).to_be_focused()
    keyboard.press("Enter")
    seat.server.play(1)
    mend = page.locator(".fault [data-target='kube-scheduler'][data-breaks-as='']")
    expect(mend).to_be_focused()
    keyboard.press("Enter")
    seat.server.play(1)
    keyboard.press("x")
    expect(page.locator(".fault-name", has_text="20 s late: ADDED pods/default/*")).to_be_visible()
    expect(page.locator("#broken")).to_have_text("⚠ 2 broken")
    page.locator("[data-target='messages/7']").focus()
    with page.expect_response("**/faults"):
        keyboard.press("Enter")
    assert seat.server.posted == [
        {"target": "kube-scheduler", "fault": "stopped"},
        {"target": "kube-scheduler", "fault": ""},
        {"target": "messages/7", "fault": ""},
    ]
    assert seat.complaints == []


def test_the_panel_of_a_node_drains_taints_and_uses_up(take_seat) -> None:  # type: ignore[no-untyped-def]
    seat = take_seat()
    seat.server.cards["nodes/worker-1"]["taints"] = ["old:NoExecute"]
    seat.server.send(seat.server.state(0))
    page = seat.page
    page.locator("[data-key='nodes/worker-1'] text").first.click()
    page.locator("[data-action=drain][data-force]").click()
    page.locator("[data-untaints='old:NoExecute']").click()
    page.locator("input[name=taint]").fill("team=red")
    page.locator("select[name=effect]").select_option("NoExecute")
    page.locator("input[name=taint]").press("Enter")
    with page.expect_response("**/faults"):
        page.locator("[data-target='node/worker-1/memory']").click()
    runtime = page.locator(".fault-timed", has=page.locator("[data-target='node/worker-1/containerd'][data-breaks-as=slow]"))
    expect(runtime.get_by_label("Seconds")).to_have_value("5")
    for seconds in ("2.5", ""):
        runtime.get_by_label("Seconds").fill(seconds)
        with page.expect_response("**/faults"):
            runtime.get_by_label("Seconds").press("Enter")
    expect(page.locator("input[name=taint]")).to_have_value("team=red")
    assert seat.server.posted == [
        {"key": "nodes/worker-1", "action": "drain", "force": True},
        {"key": "nodes/worker-1", "action": "untaint", "taint": "old:NoExecute"},
        {"key": "nodes/worker-1", "action": "taint", "taint": "team=red:NoExecute"},
        {"target": "node/worker-1/memory", "fault": "short"},
        {"target": "node/worker-1/containerd", "fault": "slow", "seconds": 2.5},
        {"target": "node/worker-1/containerd", "fault": "slow", "seconds": None},
    ]


def test_a_node_that_is_drained_says_which_pods_are_left_and_what_keeps_them(take_seat) -> None:  # type: ignore[no-untyped-def]
    seat = take_seat()
    why = "The disruption budget web needs 3 healthy pods and has 3 currently"
    left = [{"pod": "default/web-1", "evicted": False, "why": why}, {"pod": "default/web-2", "evicted": True, "why": ""}]
    seat.server.cards["faults/drains/worker-1"] = {"kind": "Drain", "name": "worker-1", "left": left}
    seat.server.cards["faults/down/etcd"] = {"kind": "Down", "name": "etcd"}
    seat.server.send(seat.server.state(0))
    seat.page.locator("[data-key='nodes/worker-1'] text").first.click()
    expect(seat.page.locator(".drain-left .fault-name")).to_have_text([f"default/web-1{why}", "default/web-2is evicted, and ends"])
    expect(seat.page.locator(".fault-badge-text")).to_have_text(["down", "drain: 2 left, held back"])
    expect(seat.page.locator("[data-actor=etcd]")).to_have_attribute("data-fault", "down")


def test_the_panel_of_a_pod_breaks_its_containers(take_seat) -> None:  # type: ignore[no-untyped-def]
    seat = take_seat()
    page = seat.page
    page.locator("[data-key='pods/default/api-0100'] text").first.click()
    container = "node/worker-1/pod/default/api-0100/nginx"
    for fault in ("crash-loop", "hung", "out-of-memory"):
        with page.expect_response("**/faults"):
            page.locator(f"[data-target='{container}'][data-breaks-as='{fault}']").click()
    assert seat.server.posted == [{"target": container, "fault": fault} for fault in ("crash-loop", "hung", "out-of-memory")]
