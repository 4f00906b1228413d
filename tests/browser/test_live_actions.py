"""What is done from the diagram is done in the cluster: each action as kubectl sees it afterwards."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from cluster.machinery.meta import Obj
from tests.browser.live import Viewer, objects, wait_until

pytestmark = pytest.mark.browser

NODE_IS = "([name, state]) => document.querySelector(`[data-key='nodes/${name}']`).dataset.state === state"


@pytest.fixture
def web(viewer: Viewer) -> str:
    """A Deployment of one pod that runs."""
    viewer.kubectl("create", "deployment", "web", "--image=nginx:1.27")
    viewer.soon("() => document.querySelectorAll('.pod[data-state=running]').length === 1")
    return "web"


def act(viewer: Viewer, action: str, *, nth: int = 0) -> None:
    """Press an action's button in the inspector and wait until the page says what was done."""
    with viewer.page.expect_response("**/actions"):
        viewer.page.locator(f"[data-action={action}]").nth(nth).click()
    expect(viewer.page.locator("#toast")).to_have_attribute("data-state", "good")


def open_deployment(viewer: Viewer) -> None:
    """Click the controllers, then the Deployment they keep in view."""
    viewer.catch_up()
    viewer.page.locator("[data-actor='kube-controller-manager'] > .actor-label").click()
    viewer.page.locator(".objects button", has_text="Deployment web").click()
    expect(viewer.page.locator(".inspector-object .inspector-title")).to_have_text("web")


def pods(viewer: Viewer) -> list[Obj]:
    """The pods that kubectl shows and that are not on their way out."""
    return [pod for pod in objects(viewer.kubectl, "pods") if "deletionTimestamp" not in pod["metadata"]]


def cells_match(viewer: Viewer, count: int) -> None:
    """Wait until that many pods run, and the diagram and kubectl show the same ones."""
    viewer.soon("(count) => document.querySelectorAll('.pod[data-state=running]').length === count", count)
    viewer.soon("(count) => document.querySelectorAll('.pod').length === count", count)
    assert set(viewer.pods()) == {f"pods/default/{pod['metadata']['name']}" for pod in objects(viewer.kubectl, "pods")}


def test_a_line_of_kubectl_is_the_real_one(viewer: Viewer) -> None:
    viewer.page.keyboard.press("/")
    line = viewer.page.locator("#kubectl-line")
    for typed in ("create deployment web --image=nginx:1.27 --replicas=2", "get pods -o name"):
        line.fill(typed)
        line.press("Enter")
        expect(viewer.page.locator(".kubectl-answer").last).to_have_attribute("data-state", "good")
        cells_match(viewer, 2)
    names = sorted(f"pod/{pod['metadata']['name']}" for pod in pods(viewer))
    assert sorted(viewer.page.locator(".kubectl-answer").last.inner_text().split()) == names


def test_scale_up_and_down(viewer: Viewer, web: str) -> None:
    open_deployment(viewer)
    act(viewer, "scale", nth=1)
    cells_match(viewer, 2)
    expect(viewer.page.locator(".inspector-note")).to_have_text("2/2 ready")
    act(viewer, "scale", nth=0)
    cells_match(viewer, 1)
    assert objects(viewer.kubectl, "deployments")[0]["spec"]["replicas"] == 1


def test_restart_replaces_every_pod_by_a_new_replicaset(viewer: Viewer, web: str) -> None:
    (before,) = pods(viewer)
    open_deployment(viewer)
    act(viewer, "restart")
    viewer.soon("(key) => !document.querySelector(`[data-key='${key}']`)", f"pods/default/{before['metadata']['name']}")
    cells_match(viewer, 1)
    (after,) = pods(viewer)
    assert after["metadata"]["labels"]["pod-template-hash"] != before["metadata"]["labels"]["pod-template-hash"]
    assert len(objects(viewer.kubectl, "replicasets")) == 2


def test_a_deleted_pod_is_replaced_and_a_deleted_deployment_takes_all_with_it(viewer: Viewer, web: str) -> None:
    (before,) = pods(viewer)
    key = f"pods/default/{before['metadata']['name']}"
    viewer.inspect(key)
    act(viewer, "delete")
    viewer.soon("(key) => !document.querySelector(`[data-key='${key}']`)", key)
    cells_match(viewer, 1)
    assert pods(viewer)[0]["metadata"]["uid"] != before["metadata"]["uid"]
    open_deployment(viewer)
    act(viewer, "delete")
    cells_match(viewer, 0)
    wait_until(viewer, lambda: objects(viewer.kubectl, "deployments", "replicasets") == [], "the Deployment is still there")


def test_a_killed_container_is_started_again_in_the_same_pod(viewer: Viewer, web: str) -> None:
    (before,) = pods(viewer)
    viewer.inspect(f"pods/default/{before['metadata']['name']}")
    act(viewer, "kill-container")
    wait_until(viewer, lambda: pods(viewer)[0]["status"]["containerStatuses"][0]["restartCount"] == 1, "the container was not restarted")
    cells_match(viewer, 1)
    (after,) = pods(viewer)
    assert after["metadata"]["uid"] == before["metadata"]["uid"]
    assert after["status"]["containerStatuses"][0]["containerID"] != before["status"]["containerStatuses"][0]["containerID"]
    expect(viewer.page.locator(".inspector-note")).to_contain_text("↻ 1")


def test_a_cordoned_node_takes_no_pods_until_it_is_uncordoned(viewer: Viewer) -> None:
    viewer.page.locator("[data-key='nodes/worker-1'] .node-name").click()
    act(viewer, "cordon")
    expect(viewer.page.locator("[data-key='nodes/worker-1']")).to_have_attribute("data-state", "cordoned")
    assert "SchedulingDisabled" in viewer.kubectl("get", "node", "worker-1")
    viewer.kubectl("create", "deployment", "elsewhere", "--image=nginx:1.27", "--replicas=4")
    cells_match(viewer, 4)
    assert "worker-1" not in {node for _, node in viewer.pods().values()}
    act(viewer, "uncordon")
    expect(viewer.page.locator("[data-key='nodes/worker-1']")).to_have_attribute("data-state", "ready")
    assert "SchedulingDisabled" not in viewer.kubectl("get", "node", "worker-1")


def test_a_stopped_node_is_found_out_and_a_started_one_comes_back(viewer: Viewer) -> None:
    node = viewer.page.locator("[data-key='nodes/worker-2']")
    viewer.page.locator("[data-key='nodes/worker-2'] .node-name").click()
    act(viewer, "stop-node")
    expect(node).to_have_attribute("data-stopped", "")
    viewer.run(pace="real", rate="60×")
    viewer.soon(NODE_IS, ["worker-2", "unready"])
    assert "NotReady" in viewer.kubectl("get", "node", "worker-2")
    act(viewer, "start-node")
    viewer.soon(NODE_IS, ["worker-2", "ready"])
    expect(node).not_to_have_attribute("data-stopped", "")
    assert viewer.kubectl("get", "node", "worker-2", "--no-headers").split()[1] == "Ready"


def test_a_refused_action_is_said_in_a_sentence_and_the_page_goes_on(viewer: Viewer, web: str) -> None:
    open_deployment(viewer)
    viewer.page.locator("[data-action=scale]").first.click()
    cells_match(viewer, 0)
    viewer.page.route(
        "**/actions", lambda route: route.continue_(post_data='{"action": "scale", "key": "deployments/default/web", "replicas": -1}')
    )
    viewer.page.locator("[data-action=scale]").last.click()
    expect(viewer.page.locator("#toast")).to_have_attribute("data-state", "faulty")
    expect(viewer.page.locator("#toast")).to_contain_text("must lie between 0 and")
    (complaint,) = viewer.complaints
    assert "400" in complaint
    viewer.complaints.clear()
