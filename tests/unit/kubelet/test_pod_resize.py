"""Resizes in place: promised, said, given; what keeps one from being carried out; what is told of it."""

from __future__ import annotations

import pytest

from cluster.kubelet.pod_resize import memory_fault, requires_restart, resize_message
from cluster.machinery.cri import ContainerState, ContainerStatus, Resources
from cluster.machinery.kinds.core import PODS
from cluster.machinery.meta import Obj
from tests.unit.apiserver.rig import START
from tests.unit.apiserver.rig import pod as api_pod
from tests.unit.kubelet.cluster_room import ClusterRoom

MI = 1 << 20
KEY = "/registry/pods/default/web"


def room_with(resources: Obj, memory: str = "", **container: object) -> ClusterRoom:
    room = ClusterRoom("n1")
    obj = api_pod("web", node="n1")
    obj["spec"]["containers"][0] |= {"resources": resources, **container}
    obj["metadata"]["annotations"] = {"simulation.podium/memory": memory} if memory else {}
    room.admin.create(PODS, obj)
    room.run(5)
    return room


def resize(room: ClusterRoom, resources: Obj, seconds: float = 2) -> int:
    """Ask for other resources; return the revision before."""
    before = room.store.revision
    room.admin.patch(PODS, "web", "default", {"spec": {"containers": [{"name": "c", "resources": resources}]}}, subresource="resize")
    room.run(seconds)
    return before


def told(room: ClusterRoom) -> list[str]:
    return [event for event in room.events("web") if "Resize" in event or "Killing" in event]


def shown(pod: Obj) -> tuple[str, Obj, Obj]:
    """Return the condition of the resize, what is promised and what the container has."""
    status = pod["status"]
    found = [c for c in status["conditions"] if c["type"].startswith("PodResize")]
    said = " ".join(f"{c['type']} {c['status']} {c.get('reason', '')}".strip() for c in found)
    (container,) = status["containerStatuses"]
    return said, container.get("allocatedResources", {}), container["resources"]


def test_a_resize_is_in_progress_until_the_runtime_has_carried_it_out() -> None:
    small, large = {"requests": {"cpu": "100m"}}, {"requests": {"cpu": "300m"}}
    room = room_with(small)
    before = resize(room, large)
    written = [event.kv.obj for event in room.store.events(KEY, after=before) if event.kv is not None]
    steps = [shown(pod) for pod in written]
    summary = '{"containers":[{"name":"c","resources":{"requests":{"cpu":"300m"}}}],"generation":2}'
    assert (steps, told(room)) == (
        [
            ("", {"cpu": "100m"}, small),
            ("PodResizeInProgress True", {"cpu": "300m"}, small),
            ("", {"cpu": "300m"}, large),
        ],
        [f"Normal ResizeStarted: Pod resize started: {summary}", f"Normal ResizeCompleted: Pod resize completed: {summary}"],
    )


def test_a_container_without_resources_has_none() -> None:
    room = room_with({})
    assert shown(room.admin.get(PODS, "web", "default")) == ("", {}, {})


def test_a_limit_of_memory_is_not_taken_below_what_is_used() -> None:
    room = room_with({"limits": {"memory": "256Mi"}, "requests": {"memory": "64Mi"}}, memory="200Mi")
    lower = {"limits": {"memory": "128Mi"}, "requests": {"memory": "64Mi"}}
    resize(room, lower, 15)
    pod = room.admin.get(PODS, "web", "default")
    (condition,) = [c for c in pod["status"]["conditions"] if c["type"] == "PodResizeInProgress"]
    words = f"memory limit ({128 * MI}) below current usage ({200 * MI})"
    refused = (shown(pod)[0], condition["message"], pod["status"]["containerStatuses"][0]["resources"]["limits"])
    room.admin.patch(PODS, "web", "default", {"metadata": {"annotations": {"simulation.podium/memory": "50Mi"}}})
    room.run(15)
    after = room.admin.get(PODS, "web", "default")
    assert (
        refused,
        shown(after),
        after["status"]["containerStatuses"][0]["restartCount"],
        [event.split(":")[0] for event in told(room)],
    ) == (
        (
            "PodResizeInProgress True Error",
            f'cannot decrease memory limits: [attempting to set pod {words}, attempting to set container "c" {words}]',
            {"memory": "256Mi"},
        ),
        ("", {"memory": "64Mi"}, lower),
        0,
        ["Normal ResizeStarted", "Warning ResizeError", "Normal ResizeCompleted"],
    )


def test_a_container_that_asks_for_it_is_restarted() -> None:
    policy = [{"resourceName": "memory", "restartPolicy": "RestartContainer"}, {"resourceName": "cpu", "restartPolicy": "NotRequired"}]
    room = room_with({"requests": {"memory": "64Mi"}}, resizePolicy=policy)
    resize(room, {"requests": {"memory": "96Mi"}}, 10)
    pod = room.admin.get(PODS, "web", "default")
    assert (shown(pod), pod["status"]["containerStatuses"][0]["restartCount"], [event.split(": ")[:2] for event in told(room)][1]) == (
        ("", {"memory": "96Mi"}, {"requests": {"memory": "96Mi"}}),
        1,
        ["Normal Killing", "Container c resize requires restart"],
    )


def test_what_cannot_be_promised_is_told_once() -> None:
    room = room_with({"requests": {"cpu": "1"}})
    resize(room, {"requests": {"cpu": "5"}}, 200)
    fault = "Node didn't have enough capacity: cpu, requested: 5000, capacity: 4000"
    summary = f'{{"containers":[{{"name":"c","resources":{{"requests":{{"cpu":"5"}}}}}}],"generation":2,"error":"{fault}"}}'
    assert (told(room), shown(room.admin.get(PODS, "web", "default"))) == (
        [f"Warning ResizeInfeasible: Pod resize Infeasible: {summary}"],
        ("PodResizePending True Infeasible", {"cpu": "1"}, {"requests": {"cpu": "1"}}),
    )


def status_of(resources: Resources, name: str = "c") -> ContainerStatus:
    return ContainerStatus("id", "sandbox", name, 0, ContainerState.RUNNING, "nginx", "nginx", START, resources=resources)


def container(limit: str, name: str = "c", **rest: object) -> Obj:
    return {"name": name, "resources": {"limits": {"memory": limit}}, **rest}


FAULTS: dict[str, tuple[int, list[Obj], int, str]] = {
    "a limit that is raised": (64 * MI, [container("128Mi")], 200 * MI, ""),
    "a limit above what is used": (256 * MI, [container("128Mi")], 128 * MI, ""),
    "a limit where none was": (
        0,
        [container("128Mi"), {"name": "d"}],
        129 * MI,
        f'cannot decrease memory limits: attempting to set container "c" memory limit ({128 * MI}) below current usage ({129 * MI})',
    ),
}


@pytest.mark.parametrize(("before", "containers", "used", "said"), FAULTS.values(), ids=FAULTS.keys())
def test_memory_fault(before: int, containers: list[Obj], used: int, said: str) -> None:
    changed = [(status_of(Resources(memory_limit=before)), containers[0])]
    assert memory_fault({"spec": {"containers": containers}}, changed, {"c": used}) == said


POLICIES: dict[str, tuple[list[Obj], Resources, bool]] = {
    "nothing said": ([], Resources(), False),
    "memory changes and asks for it": ([{"resourceName": "memory", "restartPolicy": "RestartContainer"}], Resources(), True),
    "the processor asks for it and does not change": ([{"resourceName": "cpu", "restartPolicy": "RestartContainer"}], Resources(), False),
    "memory does not change": (
        [{"resourceName": "memory", "restartPolicy": "RestartContainer"}],
        Resources(memory_limit=128 * MI),
        False,
    ),
}


@pytest.mark.parametrize(("policy", "before", "expected"), POLICIES.values(), ids=POLICIES.keys())
def test_requires_restart(policy: list[Obj], before: Resources, expected: bool) -> None:
    assert requires_restart(status_of(before), container("128Mi", resizePolicy=policy)) is expected


def test_an_event_names_the_resources_of_every_container() -> None:
    init = {"name": "i", "resources": {}}
    spec = {"initContainers": [init], "containers": [{"name": "c", "resources": {"requests": {"memory": "1Mi", "cpu": "1"}}}]}
    assert resize_message("Pod resize started", {"metadata": {"generation": 3}, "spec": spec}) == (
        'Pod resize started: {"initContainers":[{"name":"i","resources":{}}],'
        '"containers":[{"name":"c","resources":{"requests":{"cpu":"1","memory":"1Mi"}}}],"generation":3}'
    )
