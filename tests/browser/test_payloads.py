"""200 texts that would be code, wherever a cluster's texts are shown: all are read as they stand, none of them runs."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from cluster.machinery.meta import Obj
from tests.browser.desk import Desk
from tests.browser.offline import Offline
from tests.browser.payloads import PAYLOADS
from tests.browser.recording import cluster, deployment_of_two, node, pod, workload

pytestmark = pytest.mark.browser

WORKERS = ("worker-1", "worker-2", "worker-3")
FOREIGN = "iframe, object, embed, base, img, video, [onerror], [onload], [onfocus], [onbegin], [href^='javascript:']"
ALL = "\n".join(PAYLOADS)


def cards() -> dict[str, Obj]:
    """A cluster in which every text that a person may choose is a payload."""
    found = cluster(pods_per_node=0)
    for number, text in enumerate(PAYLOADS):
        named = pod(text, on=WORKERS[number % 3], status=text)
        named["containers"][0] |= {"name": text, "image": text, "state": text}
        found[f"pods/default/{text}"] = {**named, "namespace": text, "owner": text}
    found["deployments/default/web"] = workload("Deployment", PAYLOADS[0], uid=PAYLOADS[1])
    found["nodes/worker-9"] = {**node(PAYLOADS[2], roles=(PAYLOADS[3],)), "taints": PAYLOADS[:20]}
    return found


def hops() -> list[Obj]:
    """The hops of a Deployment, their sentences, outcomes and names exchanged for payloads."""
    played = deployment_of_two()
    for number, hop in enumerate(played):
        text = PAYLOADS[number * 2 % len(PAYLOADS)]
        hop |= {"caption": {"en": text, "ko": text}, "outcome": text}
    return played


@pytest.fixture
def page(desk: Desk) -> Iterator[Page]:
    """The stage before such a cluster; at the end nothing has run, nothing has been asked for outside."""
    server = Offline(
        cards(), hops(), control={"pace": "instant", "rate": 40.0, "paused": False, "waitingFor": {"en": PAYLOADS[4], "ko": PAYLOADS[4]}}
    )
    events = [{"type": "Warning", "reason": text, "message": text, "count": 1, "at": 12.0} for text in PAYLOADS]
    history = [{"revision": 1281, "seq": 7, "at": 12.0, "verb": text, "source": text} for text in PAYLOADS]
    rows = [{"key": f"/registry/{text}", "create": 1, "mod": 9, "version": 2, "size": 300} for text in PAYLOADS]
    server.answers |= {
        "objects": {"manifest": ALL, "events": events, "history": history},
        "breakpoints": {"breakpoints": [{"text": text, "seqs": [3]} for text in PAYLOADS]},
        "branches": {"branches": [{"name": text, "parent": text, "began": 1, "head": 5} for text in PAYLOADS]},
        "etcd": {"lines": PAYLOADS, "status": {"revision": 1, "compacted": 0, "size": 1, "inUse": 1, "snapshots": []}},
        "etcd/keys": {"revision": 1280, "keys": rows, "remaining": 0},
        "hops/7": {"manifest": ALL, "changes": [{"op": "+", "text": text} for text in PAYLOADS]},
        "manifests": {
            "documents": [
                {
                    "line": 1,
                    "kind": text,
                    "namespace": text,
                    "name": text,
                    "result": "",
                    "errors": [{"line": 1, "message": text, "hint": text}],
                }
                for text in PAYLOADS
            ]
        },
    }
    opened = desk.open(server)
    expect(opened.locator("#badge")).to_have_attribute("data-state", "live")
    server.play()
    expect(opened.locator("#caption-number")).to_have_text(str(len(server.hops)))
    yield opened
    left = opened.evaluate("(foreign) => [window.ran ?? 0, document.querySelectorAll(foreign).length]", FOREIGN)
    assert (left, server.outside, desk.complaints) == ([0, 0], [], [])


def test_texts_of_a_cluster_are_shown_as_they_stand(page: Page) -> None:
    assert page.locator("#caption-text").text_content() in PAYLOADS
    labels = " ".join(page.locator(".pod").evaluate_all("(pods) => pods.map((pod) => pod.getAttribute('aria-label'))"))
    assert [text for text in PAYLOADS if text not in labels] == []


def test_the_sheets_show_them_as_they_stand(page: Page) -> None:
    for key, place in (("s", ".break-text"), ("e", ".etcd-key")):
        page.keyboard.press(key)
        expect(page.locator(place)).to_have_count(len(PAYLOADS))
        assert PAYLOADS[0] in (page.locator(place).first.text_content() or "")
        page.keyboard.press("Escape")


def test_an_object_and_its_events_show_them_as_they_stand(page: Page) -> None:
    page.locator(".pod").first.click()
    expect(page.locator("#inspector")).to_contain_text(PAYLOADS[-1].splitlines()[-1])
