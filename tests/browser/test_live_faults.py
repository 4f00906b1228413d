"""What is broken on the page is broken in the cluster, and shows."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.live import Viewer, objects, wait_until

pytestmark = pytest.mark.browser


def phases(viewer: Viewer) -> list[str]:
    return [pod["status"]["phase"] for pod in objects(viewer.kubectl, "pods")]


def test_a_scheduler_that_is_stopped_leaves_pods_pending_until_everything_is_mended(viewer: Viewer) -> None:
    page = viewer.page
    page.locator("[data-actor='kube-scheduler'] > .actor-label").click()
    page.locator("[data-breaks-as='stopped'][data-target='kube-scheduler']").click()
    expect(page.locator("[data-actor='kube-scheduler']")).to_have_attribute("data-fault", "stopped")
    expect(page.locator("#broken")).to_be_visible()
    viewer.kubectl("create", "deployment", "web", "--image=nginx:1.27")
    wait_until(viewer, lambda: phases(viewer) == ["Pending"], "the pod does not wait for the scheduler")
    page.keyboard.press("x")
    page.locator(".inspector-faults [data-target='']").click()
    expect(page.locator("#broken")).to_be_hidden()
    wait_until(viewer, lambda: phases(viewer) == ["Running"], "the pod does not run although the scheduler is back")
    assert viewer.complaints == []


def test_a_stopped_api_server_refuses_kubectls_connection_and_the_page_works_on(viewer: Viewer) -> None:
    page = viewer.page

    def says(words: str) -> bool:
        done = viewer.kubectl.run("get", "nodes")
        return words in done.stdout + done.stderr

    page.locator("[data-actor='kube-apiserver'] > .actor-label").click()
    page.locator("[data-breaks-as='stopped'][data-target='kube-apiserver']").click()
    refusal = "was refused - did you specify the right host or port?"
    wait_until(viewer, lambda: says(refusal) and not says("ServiceUnavailable"), "the port is still open")
    page.keyboard.press("x")
    page.locator(".inspector-faults [data-target='']").click()
    wait_until(viewer, lambda: says("Ready"), "the port is not open again")
    assert viewer.complaints == []
