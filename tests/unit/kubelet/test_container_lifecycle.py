"""Hooks, sidecars and grace periods on a node: in which order, and how long."""

from __future__ import annotations

from cluster.machinery.kinds.core import EVENTS, PODS
from cluster.machinery.meta import SECOND, Obj
from cluster.machinery.network import Failure, NetworkError
from tests.unit.apiserver.rig import START, pod
from tests.unit.kubelet.cluster_room import ClusterRoom
from tests.unit.kubelet.fake_network import FakeNetwork


def shell(name: str, script: str = "trap 'exit 0' TERM; sleep 3600 & wait", **fields: object) -> Obj:
    return {"name": name, "image": "busybox", "command": ["sh", "-c", script], **fields}


def room_with(*containers: Obj, network: FakeNetwork | None = None, **spec: object) -> ClusterRoom:
    room = ClusterRoom("n1", network=network or FakeNetwork())
    obj = pod("web", node="n1", **spec)
    obj["spec"]["containers"] = list(containers)
    room.admin.create(PODS, obj)
    return room


def calls(room: ClusterRoom, *verbs: str) -> list[tuple[float, str, str]]:
    """Return (seconds since the pod came, verb, container) of what kubelet and runtime said."""
    came = START + 2 * SECOND
    found = [hop for hop in room.hops() if hop.verb in verbs and hop.key.startswith("pods/default/web/")]
    return [(round((hop.at - came) / SECOND, 1), hop.verb, hop.key.rpartition("/")[2]) for hop in found]


def told(room: ClusterRoom, *reasons: str) -> list[str]:
    return [text for text in room.events("web") if text.split()[1].rstrip(":") in reasons]


def test_a_container_counts_as_started_when_its_hook_has_ended() -> None:
    room = room_with(shell("a", lifecycle={"postStart": {"sleep": {"seconds": 5}}}), shell("b"))
    room.run(15)
    (_, _, _), (_, _, _) = started = calls(room, "ContainerStarted")
    assert started[1][0] - started[0][0] >= 5
    assert [entry[2] for entry in started] == ["a", "b"]


def test_a_failed_post_start_hook_kills_the_container() -> None:
    hook = {"postStart": {"httpGet": {"port": 80}}}
    room = room_with(shell("c", lifecycle=hook), network=FakeNetwork(p80=NetworkError(Failure.REFUSED)))
    room.run(5)
    status = room.admin.get(PODS, "web", "default")["status"]["containerStatuses"][0]
    assert "waiting" in status["state"] or status["restartCount"] > 0
    assert told(room, "FailedPostStartHook", "Killing")[:2] == [
        "Warning FailedPostStartHook: PostStartHook failed",
        "Normal Killing: FailedPostStartHook",
    ]


def test_a_pre_stop_hook_comes_before_the_signal() -> None:
    room = room_with(shell("c", lifecycle={"preStop": {"sleep": {"seconds": 5}}}))
    room.run(8)
    room.admin.delete(PODS, "web", "default")
    room.run(20)
    (stopped,) = calls(room, "StopContainer")
    assert (stopped, room.admin.list(PODS)) == ((13.0, "StopContainer", "c"), [])


def test_a_hook_that_takes_too_long_leaves_two_seconds_for_the_signal() -> None:
    room = room_with(shell("c", "sleep 3600", lifecycle={"preStop": {"sleep": {"seconds": 25}}}))
    room.run(8)
    room.admin.delete(PODS, "web", "default", grace_period_seconds=10)
    room.run(30)
    assert calls(room, "StopContainer", "ContainerDied") == [(18.0, "StopContainer", "c"), (20.0, "ContainerDied", "c")]


def test_a_failed_pre_stop_hook_is_told_and_changes_nothing() -> None:
    hook = {"preStop": {"httpGet": {"port": 80}}}
    room = room_with(shell("c", lifecycle=hook), network=FakeNetwork(p80=NetworkError(Failure.REFUSED)))
    room.run(8)
    room.admin.delete(PODS, "web", "default")
    room.run(20)
    assert told(room, "FailedPreStopHook") == ["Warning FailedPreStopHook: PreStopHook failed"]
    assert room.admin.list(PODS) == []


def test_no_hook_runs_without_grace() -> None:
    room = room_with(shell("c", lifecycle={"preStop": {"sleep": {"seconds": 5}}}))
    room.run(8)
    room.admin.delete(PODS, "web", "default", grace_period_seconds=0)
    room.run(5)
    assert (room.admin.list(PODS), room.disk("n1").list("pods/")) == ([], [])


def test_sidecars_stop_after_the_pods_own_containers_the_last_one_first() -> None:
    sidecars = [shell(name, restartPolicy="Always") for name in ("s1", "s2")]
    room = room_with(shell("c"), initContainers=sidecars)
    room.run(8)
    assert [entry[2] for entry in calls(room, "ContainerStarted")] == ["s1", "s2", "c"]
    room.admin.delete(PODS, "web", "default")
    room.run(20)
    assert [entry[2] for entry in calls(room, "ContainerDied")] == ["c", "s2", "s1"]
    assert room.admin.list(PODS) == []


def test_another_image_is_another_container() -> None:
    room = ClusterRoom("n1")
    room.admin.create(PODS, pod("web", node="n1"))
    room.run(5)
    room.admin.patch(PODS, "web", "default", {"spec": {"containers": [{"name": "c", "image": "nginx:1.28"}]}})
    room.run(5)
    status = room.admin.get(PODS, "web", "default")["status"]["containerStatuses"][0]
    assert (status["image"], status["restartCount"]) == ("docker.io/library/nginx:1.28", 1)
    assert told(room, "Killing") == ["Normal Killing: Container c definition changed, will be restarted"]


def test_other_resources_are_handed_to_the_runtime_of_a_running_container() -> None:
    room = ClusterRoom("n1")
    obj = pod("web", node="n1")
    obj["spec"]["containers"][0]["resources"] = {"requests": {"cpu": "100m"}, "limits": {"cpu": "200m"}}
    room.admin.create(PODS, obj)
    room.run(5)
    bigger = {"requests": {"cpu": "300m"}, "limits": {"cpu": "400m"}}
    room.admin.patch(PODS, "web", "default", {"spec": {"containers": [{"name": "c", "resources": bigger}]}}, subresource="resize")
    room.run(5)
    status = room.admin.get(PODS, "web", "default")["status"]["containerStatuses"][0]
    assert (status["resources"], status["allocatedResources"], status["restartCount"]) == (bigger, {"cpu": "300m"}, 0)
    updates = [hop.detail for hop in room.hops() if hop.verb == "UpdateContainerResources"]
    assert updates == [{"cpuLimit": 400, "memoryLimit": 0}]


def test_a_container_that_comes_to_use_more_than_its_limit_is_killed_and_restarted_later_and_later() -> None:
    room = ClusterRoom("n1")
    obj = pod("web", node="n1")
    obj["spec"]["containers"][0]["resources"] = {"limits": {"memory": "64Mi"}}
    room.admin.create(PODS, obj)
    room.run(5)
    room.admin.patch(PODS, "web", "default", {"metadata": {"annotations": {"simulation.podium/memory": "65Mi"}}})
    found = []
    for seconds in (1, 3, 12):
        room.run(seconds)
        status = room.admin.get(PODS, "web", "default")["status"]["containerStatuses"][0]
        last = status.get("lastState", {}).get("terminated", {})
        found.append((_reason(status["state"]), last.get("reason"), last.get("exitCode"), status["restartCount"]))
    room.admin.patch(PODS, "web", "default", {"metadata": {"annotations": {"simulation.podium/memory": "1Mi"}}})
    room.run(60)
    (status,) = room.admin.get(PODS, "web", "default")["status"]["containerStatuses"]
    assert (found, _reason(status["state"]), status["restartCount"]) == (
        [
            ("running", "OOMKilled", 137, 1),
            ("CrashLoopBackOff", "OOMKilled", 137, 1),
            ("CrashLoopBackOff", "OOMKilled", 137, 2),
        ],
        "running",
        3,
    )


def _steered(exit_code: str) -> Obj:
    steered = pod("web", node="n1")
    steered["metadata"]["annotations"] = {"simulation.podium/exit-code": exit_code}
    return steered


def test_how_a_container_ends_is_asked_when_it_is_started() -> None:
    room = ClusterRoom("n1")
    room.admin.create(PODS, _steered(exit_code="3"))
    room.run(3)
    room.admin.patch(PODS, "web", "default", {"metadata": {"annotations": {"simulation.podium/exit-code": None}}})
    room.run(60)
    (status,) = room.admin.get(PODS, "web", "default")["status"]["containerStatuses"]
    assert (_reason(status["state"]), status["lastState"]["terminated"]["exitCode"]) == ("running", 3)


def test_an_event_says_which_annotation_nobody_can_follow() -> None:
    room = ClusterRoom("n1")
    room.admin.create(PODS, _steered(exit_code="zig"))
    room.run(3)
    found = [event["message"] for event in room.admin.list(EVENTS, "default") if event["reason"] == "InvalidAnnotation"]
    why = 'Invalid value: "zig": must be a whole number from 0 to 255; followed as if it were not there'
    assert found == [f"simulation.podium/exit-code: {why}"]


def test_a_container_is_who_its_pod_says_and_never_root_where_it_must_not_be() -> None:
    room = ClusterRoom("n1")
    context = {"runAsGroup": 3000, "fsGroup": 2000, "supplementalGroups": [4000]}
    room.admin.create(PODS, pod("web", node="n1", securityContext={"runAsUser": 1000, **context}))
    room.admin.create(PODS, pod("root", node="n1", securityContext={"runAsNonRoot": True}))
    room.run(5)
    web, root = (room.admin.get(PODS, name, "default") for name in ("web", "root"))
    (user, waiting) = web["status"]["containerStatuses"][0]["user"], root["status"]["containerStatuses"][0]["state"]["waiting"]
    who = f'pod: "root_default({root["metadata"]["uid"]})", container: c'
    assert (user, waiting) == (
        {"linux": {"uid": 1000, "gid": 3000, "supplementalGroups": [2000, 3000, 4000]}},
        {"reason": "CreateContainerConfigError", "message": f"container has runAsNonRoot and image will run as root ({who})"},
    )


def _reason(state: Obj) -> str:
    ((name, content),) = state.items()
    return str(content.get("reason") or name)


def test_what_changes_of_a_pod_while_its_kubelet_is_away_is_noticed_when_it_comes_back() -> None:
    room = ClusterRoom("n1")
    obj = pod("web", node="n1")
    obj["spec"]["containers"][0]["resources"] = {"limits": {"cpu": "1"}}
    obj["spec"]["containers"].append({"name": "d", "image": "httpd", "resources": {"limits": {"memory": "64Mi"}}})
    room.admin.create(PODS, obj)
    room.run(5)
    room.kubelets.stop()
    room.admin.patch(PODS, "web", "default", {"metadata": {"annotations": {"simulation.podium/memory": "5Mi"}}})
    room.admin.patch(PODS, "web", "default", {"spec": {"containers": [{"name": "c", "image": "nginx:1.28"}]}})
    bigger = {"limits": {"memory": "80Mi"}, "requests": {"memory": "64Mi"}}
    room.admin.patch(PODS, "web", "default", {"spec": {"containers": [{"name": "d", "resources": bigger}]}}, subresource="resize")
    room.restart()
    room.run(5)
    shown = [
        (s["name"], s["image"], s["restartCount"], s.get("resources"))
        for s in room.admin.get(PODS, "web", "default")["status"]["containerStatuses"]
    ]
    record = room.disk("n1").list("pods")[0][1]
    assert (shown, record["annotations"], record["containers"][1]["config"]["resources"][3]) == (
        [
            ("c", "docker.io/library/nginx:1.28", 1, {"limits": {"cpu": "1"}, "requests": {"cpu": "1"}}),
            ("d", "docker.io/library/httpd:latest", 0, bigger),
        ],
        {"simulation.podium/memory": "5Mi"},
        80 << 20,
    )


def test_a_resize_that_does_not_fit_waits_and_one_that_never_can_is_told() -> None:
    room = ClusterRoom("n1")
    for name, cpu in (("web", "1"), ("other", "2")):
        obj = pod(name, node="n1")
        obj["spec"]["containers"][0]["resources"] = {"requests": {"cpu": cpu}}
        room.admin.create(PODS, obj)
    room.run(5)

    def ask(cpu: str) -> tuple[str, str, str]:
        """Return reason and message of PodResizePending, and what the container has."""
        resources = {"requests": {"cpu": cpu}}
        room.admin.patch(PODS, "web", "default", {"spec": {"containers": [{"name": "c", "resources": resources}]}}, subresource="resize")
        room.run(2)
        return seen()

    def seen() -> tuple[str, str, str]:
        status = room.admin.get(PODS, "web", "default")["status"]
        pending: Obj = next((c for c in status["conditions"] if c["type"] == "PodResizePending"), {})
        has = status["containerStatuses"][0]["allocatedResources"]["cpu"]
        return pending.get("reason", ""), pending.get("message", ""), has

    assert ask("5") == ("Infeasible", "Node didn't have enough capacity: cpu, requested: 5000, capacity: 4000", "1")
    deferred = "Node didn't have enough resource: cpu, requested: 3000, used: 2000, capacity: 4000"
    assert ask("3") == ("Deferred", deferred, "1")
    room.admin.delete(PODS, "other", "default")
    room.run(190)
    assert seen() == ("", "", "3")


def test_an_ephemeral_container_joins_a_running_pod() -> None:
    room = ClusterRoom("n1")
    room.admin.create(PODS, pod("web", node="n1"))
    room.run(5)
    script = "pidof sh > /dev/termination-log; sleep 2"  # its target has the first process
    debugger = {"name": "debugger", "image": "busybox", "command": ["sh", "-c", script], "targetContainerName": "c"}
    room.admin.patch(PODS, "web", "default", {"spec": {"ephemeralContainers": [debugger]}}, subresource="ephemeralcontainers")
    found = []
    for seconds in (2.5, 5):
        room.run(seconds)
        status = room.admin.get(PODS, "web", "default")["status"]
        (shown,) = status["ephemeralContainerStatuses"]
        found.append((list(shown["state"]), shown["ready"], status["phase"]))
    assert found == [(["running"], False, "Running"), (["terminated"], False, "Running")]
    assert shown["state"]["terminated"]["message"] == "2\n"


def test_an_ephemeral_container_waits_for_its_target() -> None:
    slow = {"name": "slow", "image": "busybox", "command": ["sleep", "3600"]}
    room = room_with({"name": "c", "image": "nginx"}, initContainers=[slow])
    debugger = {"name": "debugger", "image": "busybox", "targetContainerName": "c"}
    room.run(5)
    room.admin.patch(PODS, "web", "default", {"spec": {"ephemeralContainers": [debugger]}}, subresource="ephemeralcontainers")
    room.run(5)
    (shown,) = room.admin.get(PODS, "web", "default")["status"]["ephemeralContainerStatuses"]
    waiting = {"reason": "CreateContainerConfigError", "message": "unable to find target container c"}
    assert shown["state"] == {"waiting": waiting}


def test_a_pod_may_share_its_processes() -> None:
    script = "pidof sleep sh > /dev/termination-log; exit 0"
    room = room_with({"name": "c", "image": "busybox", "command": ["sh", "-c", script]}, restartPolicy="Never", shareProcessNamespace=True)
    room.run(5)
    (shown,) = room.admin.get(PODS, "web", "default")["status"]["containerStatuses"]
    assert shown["state"]["terminated"]["message"] == "2\n"  # the first process is the sandbox's


def test_a_pull_secret_that_is_missing_is_told() -> None:
    room = ClusterRoom("n1")
    room.admin.create(PODS, pod("web", node="n1", imagePullSecrets=[{"name": "login"}]))
    room.run(5)
    words = "Unable to retrieve some image pull secrets (login); attempting to pull the image may not succeed."
    assert told(room, "FailedToRetrieveImagePullSecret") == [f"Warning FailedToRetrieveImagePullSecret: {words}"]
    assert room.admin.get(PODS, "web", "default")["status"]["phase"] == "Running"


def test_a_command_that_is_not_there_fails_the_pod_with_the_runtimes_words() -> None:
    room = room_with({"name": "c", "image": "busybox", "command": ["nosuch"]}, restartPolicy="Never")
    room.run(5)
    status = room.admin.get(PODS, "web", "default")["status"]
    ended = status["containerStatuses"][0]["state"]["terminated"]
    words = 'exec: "nosuch": executable file not found in $PATH: unknown'
    assert (status["phase"], ended["reason"], ended["exitCode"], ended["startedAt"], ended["message"].endswith(words)) == (
        "Failed",
        "StartError",
        128,
        "1970-01-01T00:00:00Z",
        True,
    )


def test_a_command_that_is_not_there_is_tried_again() -> None:
    room = room_with({"name": "c", "image": "busybox", "command": ["nosuch"]})
    room.run(5)
    status = room.admin.get(PODS, "web", "default")["status"]
    (found,) = status["containerStatuses"]
    assert (status["phase"], found["state"]["waiting"]["reason"], found["lastState"]["terminated"]["reason"]) == (
        "Running",
        "RunContainerError",
        "StartError",
    )
