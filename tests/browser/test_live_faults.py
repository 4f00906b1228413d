"""What is broken on the page is broken in the cluster, and shows."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.live import Viewer, objects, wait_until

pytestmark = pytest.mark.browser


def test_a_scheduler_that_is_stopped_leaves_pods_pending_until_everything_is_mended(viewer: Viewer) -> None:
    page = viewer.page
    page.locator("[data-actor='kube-scheduler'] > .actor-label").click()
    page.locator("[data-breaks-as='stopped'][data-target='kube-scheduler']").click()
    expect(page.locator("[data-actor='kube-scheduler']")).to_have_attribute("data-fault", "stopped")
    expect(page.locator("#broken")).to_be_visible()
    viewer.kubectl("create", "deployment", "web", "--image=nginx:1.27")
    wait_until(lambda: [pod["status"]["phase"] for pod in objects(viewer.kubectl, "pods")] == ["Pending"])
    page.keyboard.press("x")
    page.locator(".inspector-faults [data-target='']").click()
    expect(page.locator("#broken")).to_be_hidden()
    wait_until(lambda: [pod["status"]["phase"] for pod in objects(viewer.kubectl, "pods")] == ["Running"])
    assert viewer.complaints == []
