"""A real Chromium for the tests of the page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from cluster.machinery.meta import Obj
from tests.browser.desk import Desk
from tests.browser.live import Viewer, page_of, watching
from tests.browser.offline import Offline
from tests.browser.recording import cluster, deployment_of_two
from tests.browser.seat import PATIENCE_MS, Seat
from tests.parity.conftest import Kubectl
from tests.server import Server, chromium_path, kubectl_path, running_demo

expect.set_options(timeout=PATIENCE_MS)
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """The browser that ``make test`` found, or the one on the path."""
    path = chromium_path()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(QUIET))
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A real server for the tests of one module, begun at instant pace."""
    with running_demo(tmp_path_factory.mktemp("stage") / "data", addons=False, env={"PODIUM_KUBECTL": kubectl_path()}) as running:
        yield running


@pytest.fixture
def kubectl(demo: Server) -> Kubectl:
    """The real kubectl, in the namespace that the page writes to."""
    return Kubectl(kubectl_path(), demo.kubeconfig, "default")


@pytest.fixture(scope="package")
def presenters_page(chromium: Browser) -> Iterator[Page]:
    """The one page of all the tests that look at a real server: what a browser has read and compiled, it keeps."""
    with page_of(chromium) as page:
        yield page


@pytest.fixture
def viewer(presenters_page: Page, demo: Server, kubectl: Kubectl) -> Iterator[Viewer]:
    """A presenter at 1920x1080 before an empty cluster that runs at instant pace."""
    with watching(presenters_page, demo, kubectl) as presenter:
        presenter.run(pace="instant")
        presenter.clean()
        yield presenter


@pytest.fixture(scope="package")
def desk_of_all(chromium: Browser) -> Desk:
    """The one page of all the tests that need no server."""
    return Desk(chromium)


@pytest.fixture
def desk(desk_of_all: Desk) -> Iterator[Desk]:
    """A page as a new visitor opens it."""
    yield desk_of_all
    desk_of_all.tidy()


@pytest.fixture
def take_seat(desk: Desk) -> Iterator[object]:
    """``take_seat(width=, height=, language=, view=, ...)`` opens the page; at the end nothing may have gone wrong in it."""
    seats: list[Seat] = []

    def take(
        *,
        width: int = 1920,
        height: int = 1080,
        motion: Literal["reduce", "no-preference"] = "no-preference",
        workers: int = 3,
        pods: int = 1,
        cards: dict[str, Obj] | None = None,
        hops: list[Obj] | None = None,
        **fields: object,
    ) -> Seat:
        server = Offline(cards or cluster(workers, pods), hops or deployment_of_two(), **fields)  # type: ignore[arg-type]
        page = desk.open(server, width=width, height=height, motion=motion)
        expect(page.locator("#badge")).to_have_attribute("data-state", "live")
        seats[:] = [Seat(page, server, desk.complaints)]
        return seats[0]

    yield take
    for seat in seats:
        found = (list(seat.complaints), seat.server.outside)
        if seat.is_held:
            desk.close()
        assert found == ([], [])
