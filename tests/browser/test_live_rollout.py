"""A Deployment of two on a real server, in a real browser: the course's pictures 8 to 12, hop by hop, on every kind of screen."""

from __future__ import annotations

import itertools
import re
from contextlib import suppress
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Page, TimeoutError, WebSocketRoute

from cluster.machinery.meta import Obj
from tests.browser import course
from tests.browser.live import Viewer, objects, viewing, watching
from tests.browser.measure import WATCH
from tests.parity.conftest import Kubectl
from tests.server import Server, kubectl_path

pytestmark = pytest.mark.browser


CONTROLS = "[data-command]:visible, [data-action]:visible, .inspector-follow:visible, select:visible, input:visible, summary:visible"
"""What steers. The causes in the inspector are told on the wall, too, as text that happens to be a button."""
CUT_EVERY = 5
"""So many frames from the server and the connection is lost."""
MOST_CUTS = 20


@dataclass(frozen=True, slots=True)
class Seen:
    """What one page has shown: its list of steps, the server's hops of that stretch, and its cells at the end."""

    log: list[tuple[int, str]]
    hops: list[Obj]
    cells: dict[str, tuple[str, str]]

    @classmethod
    def by(cls, viewer: Viewer) -> Seen:
        log = viewer.log()
        return cls(log, viewer.hops(log[0][0], log[-1][0]), viewer.pods())

    @property
    def lines(self) -> list[str]:
        return [line for _, line in self.log]


@dataclass(frozen=True, slots=True)
class Wall(Seen):
    """What is told in Korean on the wall. ``faults``: what did not stand as it should in one of ``looks`` looks."""

    language: str | None
    faults: list[str]
    looks: int
    controls: int


@dataclass(frozen=True, slots=True)
class Run:
    """A rollout as three pages told of it. ``names``: of everything; ``pods``: of each Pod, in the order in which they were made;
    ``cuts``: how often the connection of the unlucky one was lost."""

    presenter: Seen
    wall: Wall
    unlucky: Seen
    cuts: int
    witness: Obj
    names: dict[str, str]
    pods: list[dict[str, str]]

    @property
    def lines(self) -> list[str]:
        return self.presenter.lines


class Cutter:
    """Loses a page's connection again and again."""

    def __init__(self) -> None:
        self.cuts = 0

    def accept(self, socket: WebSocketRoute) -> None:
        """Serve one socket until it is cut."""
        server = socket.connect_to_server()
        frames = 0

        def pass_on(message: str | bytes) -> None:
            nonlocal frames
            frames += 1
            if frames % CUT_EVERY or self.cuts >= MOST_CUTS:
                socket.send(message)
                return
            self.cuts += 1
            server.close()
            socket.close()

        server.on_message(pass_on)


@pytest.fixture(scope="module")
def told(chromium: Browser, presenters_page: Page, demo: Server) -> Run:
    """A Deployment of two, applied by the form at lecture pace and watched by three until both pods run and all is told."""
    kubectl = Kubectl(kubectl_path(), demo.kubeconfig, "default")
    with (
        watching(presenters_page, demo, kubectl) as viewer,
        viewing(chromium, demo, kubectl, query="?view=projector", locale="ko-KR") as wall,
        viewing(chromium, demo, kubectl) as unlucky,
    ):
        wall.page.evaluate(WATCH)
        cutter = Cutter()
        unlucky.page.route_web_socket("**/socket*", cutter.accept)
        unlucky.page.reload()
        unlucky.expect_badge("live")
        viewer.open_log()
        viewer.run(pace="lecture")
        viewer.apply_form(name="course", labels="app=course", replicas="2")
        for each in (viewer, wall, unlucky):
            each.wait_for_rollout("course")
        seen = Seen.by(viewer)
        (rs,) = objects(kubectl, "replicasets")
        pods = objects(kubectl, "pods")
        pods.sort(key=lambda pod: course.where(seen.lines, "create the Pod {pod}[.]$", pod=pod["metadata"]["name"]))
        each_pod = [{"pod": p["metadata"]["name"], "node": p["spec"]["nodeName"], "ip": p["status"]["podIP"]} for p in pods]
        names = {"web": "course", "rs": rs["metadata"]["name"], "first": each_pod[0]["pod"], "second": each_pod[1]["pod"]}
        on_the_wall = Seen.by(wall)
        stood = Wall(
            on_the_wall.log,
            on_the_wall.hops,
            on_the_wall.cells,
            wall.page.locator("html").get_attribute("lang"),
            sorted(set(wall.page.evaluate("() => window.faults"))),
            wall.page.evaluate("() => window.looks"),
            wall.page.locator(CONTROLS).count(),
        )
        return Run(seen, stood, Seen.by(unlucky), cutter.cuts, viewer.page.evaluate("() => window.witness"), names, each_pod)


def test_a_deployment_of_two_becomes_running_pods_in_the_order_of_the_course(told: Run) -> None:
    assert course.missing(told.lines, course.PICTURES_8_TO_10, **told.names) == ""
    for pod in told.pods:
        assert course.missing(told.lines, course.PICTURES_11_AND_12, **told.names, **pod) == ""
    assert {pattern: course.count(told.lines, pattern, **told.names) for pattern, _ in course.ONCE_EACH} == dict(course.ONCE_EACH)


def test_the_list_of_steps_is_the_log_of_the_server(told: Run) -> None:
    assert told.presenter.log == [(hop["seq"], hop["caption"]["en"]) for hop in told.presenter.hops]


def test_pods_are_bound_one_at_a_time_and_made_on_two_nodes_at_once(told: Run) -> None:
    first, second = told.pods
    bound = course.where(told.lines, "bind the Pod {pod} ", **first)
    assert bound < course.where(told.lines, "^Filter: .*{pod}", **second)
    assert first["node"] != second["node"]
    for one, other in ((first, second), (second, first)):
        asked = course.where(told.lines, "for a sandbox: .*{pod} ", **one)
        assert asked < course.where(told.lines, "that a container of the Pod {pod} runs", **other)


def test_captions_show_what_the_log_tells(told: Run) -> None:
    captions = told.witness["captions"]
    first = next(index for index, caption in enumerate(captions) if "create the Deployment course" in caption)
    shown = [caption for caption, _ in itertools.groupby(captions[first:])]
    lines = iter(told.lines)
    assert [caption for caption in shown if caption not in lines] == []
    assert len(shown) > 10
    assert told.witness["hop"] > told.witness["applied"] > 0
    print(f"\nfrom Apply to the first hop: {told.witness['hop'] - told.witness['applied']:.0f} ms")


def compare(viewer: Viewer) -> int:
    """Hold the screen of a paused cluster against kubectl; returns the number of the last step."""
    seq = viewer.settle()
    shown = objects(viewer.kubectl, "pods", "replicasets", "deployments")
    table = viewer.kubectl("get", "pods", "--no-headers").splitlines() if any(item["kind"] == "Pod" for item in shown) else []
    status = {columns[0]: columns[2] for columns in map(str.split, table)}
    pods = [item for item in shown if item["kind"] == "Pod"]
    expected = {
        f"pods/default/{pod['metadata']['name']}": (status[pod["metadata"]["name"]], pod["spec"]["nodeName"])
        for pod in pods
        if "nodeName" in pod["spec"]
    }
    assert viewer.pods() == expected
    assert viewer.text("[data-count=unscheduled]") == str(len(pods) - len(expected))
    assert viewer.workloads() == sorted(
        f"{item['kind']} {item['metadata']['name']} {item['status'].get('readyReplicas', 0)}/{item['spec']['replicas']}"
        for item in shown
        if item["kind"] != "Pod"
    )
    assert viewer.settle() == seq, "a paused cluster went on"
    return seq


def step(viewer: Viewer, seq: int) -> int:
    """Press the step key until a step behind ``seq`` is shown: while a chip still travels, a press only ends its way."""
    for _ in range(10):
        viewer.page.keyboard.press("ArrowRight")
        with suppress(TimeoutError):
            viewer.until("(seq) => Number(document.getElementById('caption-number').textContent) > seq", seq, timeout=1000)
            return int(viewer.text("#caption-number"))
    raise AssertionError(f"no step came after {seq}")


def is_whole(viewer: Viewer) -> bool:
    """Whether a paused page shows all that the cluster has done; else its badge says how many steps are still to be shown."""
    with suppress(TimeoutError):
        viewer.until("() => !document.getElementById('badge').hasAttribute('data-ahead')", timeout=500)
        return True
    assert re.fullmatch("PAUSED · [0-9]+ TO SHOW", viewer.text("#badge"))
    return False


def test_paused_stepped_and_played_on_the_screen_shows_what_kubectl_shows(viewer: Viewer) -> None:
    viewer.run(pace="lecture")
    viewer.apply_form(name="pause", labels="app=pause", replicas="2")
    viewer.wait_for_line("^The kubelet on .* sees through its watch that the Pod pause-")
    viewer.page.keyboard.press("Space")
    viewer.expect_badge("paused")
    first = seq = compare(viewer)
    assert "Running" not in {status for status, _ in viewer.pods().values()}
    stops: list[int] = []
    whole = 0
    while whole < 6 and len(stops) < 80:
        seq = step(viewer, seq)
        stops.append(seq)
        if is_whole(viewer):
            whole += 1
            compare(viewer)
    assert whole == 6, "the cluster has taken six steps"
    assert stops == [hop["seq"] for hop in viewer.hops(first + 1, stops[-1])], "each press has shown one hop, and none was left out"
    viewer.expect_badge("paused")
    viewer.page.keyboard.press("Space")
    viewer.expect_badge("live")
    viewer.wait_for_rollout("pause")
    viewer.page.keyboard.press("Space")
    viewer.expect_badge("paused")
    compare(viewer)
    assert {status for status, _ in viewer.pods().values()} == {"Running"}


def test_a_connection_cut_again_and_again_loses_nothing_and_doubles_nothing(told: Run) -> None:
    assert told.cuts >= 10
    assert told.unlucky.log == [(hop["seq"], hop["caption"]["en"]) for hop in told.unlucky.hops]
    assert course.count(told.unlucky.lines, "create the Pod course-") == 2
    assert told.unlucky.cells == told.presenter.cells


def test_the_wall_shows_the_rollout_in_korean_with_nothing_cut_and_no_controls(told: Run) -> None:
    wall = told.wall
    assert (wall.language, wall.faults, wall.controls) == ("ko", [], 0)
    assert wall.looks > 15
    assert wall.log == [(hop["seq"], hop["caption"]["ko"]) for hop in wall.hops]
    assert course.missing([hop["caption"]["en"] for hop in wall.hops], course.PICTURES_8_TO_10, **told.names) == ""
    assert [sentence for sentence in wall.lines if not re.search("[가-힣]", sentence)] == []
    assert wall.cells == told.presenter.cells
