"""A pod's status from what the runtime has."""

from __future__ import annotations

import pytest

from cluster.kubelet.status import Runtime, Waiting, generate_pod_status, pod_phase, status_patch
from cluster.machinery.cri import SandboxState
from cluster.machinery.meta import Obj
from tests.unit.kubelet.builders import at, exited, pod, running, runtime, sandbox

NOTHING = Runtime(None, ())
CRASH = {"c": ("CrashLoopBackOff", "back-off 10s restarting failed container=c pod=web_default(u1)")}
UNREADY = "ContainersNotReady: containers with unready status: [c]"

Row = tuple[Obj, Runtime, dict[str, Waiting], bool, tuple[str, str, str, str, str]]

# What each row expects: phase, PodReadyToStartContainers, Initialized, Ready, state of each container
ROWS: dict[str, Row] = {
    "a pod just seen": (pod(), NOTHING, {}, False, ("Pending", "False", "True", UNREADY, "ContainerCreating")),
    "its sandbox is there": (pod(), runtime(), {}, False, ("Pending", "True", "True", UNREADY, "ContainerCreating")),
    "its image cannot be pulled": (
        pod(),
        runtime(),
        {"c": ("ErrImagePull", "x")},
        False,
        ("Pending", "True", "True", UNREADY, "ErrImagePull"),
    ),
    "its container runs": (pod(), runtime(running()), {}, False, ("Running", "True", "True", "True", "running")),
    "one of two runs": (
        pod("a", "b"),
        runtime(running("a")),
        {},
        False,
        ("Pending", "True", "True", "ContainersNotReady: containers with unready status: [b]", "running ContainerCreating"),
    ),
    "it has ended and will be started again": (pod(), runtime(exited(code=1)), {}, False, ("Running", "True", "True", UNREADY, "Error 1")),
    "it crashes in a loop": (pod(), runtime(exited(code=1)), CRASH, False, ("Running", "True", "True", UNREADY, "CrashLoopBackOff")),
    "it never restarts and has succeeded": (
        pod(restartPolicy="Never"),
        runtime(exited(code=0)),
        {},
        False,
        ("Succeeded", "True", "True: PodCompleted", "PodCompleted", "Completed 0"),
    ),
    "it never restarts and has failed": (
        pod(restartPolicy="Never"),
        runtime(exited(code=3), box=sandbox(SandboxState.NOTREADY)),
        {},
        False,
        ("Failed", "False", "True", "PodFailed", "Error 3"),
    ),
    "OnFailure and success": (
        pod(restartPolicy="OnFailure"),
        runtime(exited(code=0)),
        {},
        False,
        ("Succeeded", "True", "True: PodCompleted", "PodCompleted", "Completed 0"),
    ),
    "OnFailure and failure": (
        pod(restartPolicy="OnFailure"),
        runtime(exited(code=1)),
        {},
        False,
        ("Running", "True", "True", UNREADY, "Error 1"),
    ),
    "an init container runs": (
        pod(inits=("i",)),
        runtime(running("i")),
        {},
        False,
        ("Pending", "True", "ContainersNotInitialized: containers with incomplete status: [i]", UNREADY, "running PodInitializing"),
    ),
    "an init container has succeeded": (
        pod(inits=("i",)),
        runtime(exited("i")),
        {},
        False,
        ("Pending", "True", "True", UNREADY, "Completed 0 PodInitializing"),
    ),
    "an init container has failed for good": (
        pod(inits=("i",), restartPolicy="Never"),
        runtime(exited("i", 1)),
        {},
        False,
        ("Failed", "True", "ContainersNotInitialized: containers with incomplete status: [i]", "PodFailed", "Error 1 PodInitializing"),
    ),
    "deleted, its containers have stopped well": (
        pod(),
        runtime(exited(code=0)),
        {},
        True,
        ("Succeeded", "True", "True: PodCompleted", "PodCompleted", "Completed 0"),
    ),
    "deleted, its container was killed": (pod(), runtime(exited(code=137)), {}, True, ("Failed", "True", "True", "PodFailed", "Error 137")),
    "deleted before anything ran": (pod(), NOTHING, {}, True, ("Failed", "False", "True", "PodFailed", "ContainerCreating")),
}


@pytest.mark.parametrize(("obj", "has", "reasons", "is_over", "expected"), ROWS.values(), ids=ROWS.keys())
def test_status(obj: Obj, has: Runtime, reasons: dict[str, Waiting], is_over: bool, expected: tuple[str, ...]) -> None:
    status = generate_pod_status(obj, has, reasons, obj["status"], "192.168.0.10", at(5), is_over=is_over)
    conditions = {c["type"]: _told(c) for c in status["conditions"]}
    states = [_state(s) for s in (*status.get("initContainerStatuses", ()), *status["containerStatuses"])]
    found = (status["phase"], conditions["PodReadyToStartContainers"], conditions["Initialized"], conditions["Ready"], " ".join(states))
    assert found == expected
    assert conditions["ContainersReady"] == conditions["Ready"]


def _told(condition: Obj) -> str:
    why = ": ".join(filter(None, (condition.get("reason"), condition.get("message"))))
    if condition["status"] == "True":
        return f"True: {why}" if why else "True"
    return why or "False"


def _state(status: Obj) -> str:
    (kind, fields), *_ = status["state"].items()
    if kind == "terminated":
        return f"{fields['reason']} {fields['exitCode']}"
    return "running" if kind == "running" else str(fields["reason"])


def test_the_whole_status_of_a_running_pod() -> None:
    obj = pod()
    since = {"type": "PodScheduled", "status": "True", "lastTransitionTime": "2026-01-01T00:00:00Z"}
    before = {"phase": "Pending", "startTime": "2026-01-01T00:00:01Z", "conditions": [since]}
    status = generate_pod_status(obj, runtime(exited(code=1), running(attempt=1, since=4)), {}, before, "192.168.0.10", at(5))
    condition = {"status": "True", "observedGeneration": 1, "lastProbeTime": None, "lastTransitionTime": "2026-01-01T00:00:05Z"}
    ended = {"exitCode": 1, "reason": "Error", "startedAt": "2026-01-01T00:00:01Z", "finishedAt": "2026-01-01T00:00:02Z"}
    assert status == {
        "observedGeneration": 1,
        "phase": "Running",
        "conditions": [{"type": kind} | condition for kind in ("PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady")],
        "hostIP": "192.168.0.10",
        "hostIPs": [{"ip": "192.168.0.10"}],
        "podIP": "10.244.0.2",
        "podIPs": [{"ip": "10.244.0.2"}],
        "startTime": "2026-01-01T00:00:01Z",
        "containerStatuses": [
            {
                "name": "c",
                "state": {"running": {"startedAt": "2026-01-01T00:00:04Z"}},
                "lastState": {"terminated": ended | {"containerID": "containerd://c-0"}},
                "ready": True,
                "restartCount": 1,
                "image": "docker.io/library/nginx:1.25",
                "imageID": "docker.io/library/nginx@sha256:abc",
                "started": True,
                "resources": {},
                "user": {"linux": {"uid": 0, "gid": 0, "supplementalGroups": [0]}},
                "containerID": "containerd://c-1",
            }
        ],
    }


class Found:
    """What probes have found, by hand."""

    def __init__(self, *, started: bool, ready: bool) -> None:
        self._started, self._ready = started, ready

    def is_started(self, container: Obj, container_id: str) -> bool:
        return self._started

    def is_ready(self, container: Obj, container_id: str) -> bool:
        return self._ready


READINESS: dict[str, tuple[Found | None, Obj, tuple[bool, bool]]] = {
    "no probe: ready when it runs": (None, {}, (True, True)),
    "its startup probe has not succeeded yet": (Found(started=False, ready=False), {}, (False, False)),
    "its readiness probe has not": (Found(started=True, ready=False), {}, (True, False)),
    "both have": (Found(started=True, ready=True), {}, (True, True)),
    "the annotation holds it unready": (Found(started=True, ready=True), {"simulation.podium/ready": "false"}, (True, False)),
    "another value of it does not": (None, {"simulation.podium/ready": "true"}, (True, True)),
}


@pytest.mark.parametrize(("found", "annotations", "expected"), READINESS.values(), ids=READINESS.keys())
def test_started_and_ready(found: Found | None, annotations: Obj, expected: tuple[bool, bool]) -> None:
    obj = pod()
    obj["metadata"]["annotations"] = annotations
    known = Runtime(sandbox(), [running()], found) if found is not None else runtime(running())
    status = generate_pod_status(obj, known, {}, {}, "192.168.0.10", at(5))["containerStatuses"][0]
    assert (status["started"], status["ready"]) == expected


GATES = {
    "not set": ([], 'corresponding condition of pod readiness gate "example.com/up" does not exist.'),
    "False": (
        [{"type": "example.com/up", "status": "False"}],
        'the status of pod readiness gate "example.com/up" is not "True", but False',
    ),
    "True": ([{"type": "example.com/up", "status": "True"}], ""),
}


@pytest.mark.parametrize(("conditions", "message"), GATES.values(), ids=GATES.keys())
def test_a_readiness_gate(conditions: list[Obj], message: str) -> None:
    obj = pod(readinessGates=[{"conditionType": "example.com/up"}])
    status = generate_pod_status(obj, runtime(running()), {}, {"conditions": conditions}, "192.168.0.10", at(5))
    ready = next(c for c in status["conditions"] if c["type"] == "Ready")
    assert (ready["status"], ready.get("message", "")) == ("False" if message else "True", message)


RULE = {"action": "Restart", "exitCodes": {"operator": "In", "values": [42]}}
_OWN_POLICIES = [
    pytest.param("Never", {"restartPolicy": "Never", "restartPolicyRules": [RULE]}, 42, "Running", id="a rule restarts it after all"),
    pytest.param("Never", {"restartPolicy": "Never", "restartPolicyRules": [RULE]}, 1, "Failed", id="a rule for another code"),
    pytest.param("Never", {"restartPolicy": "Always"}, 0, "Running", id="it restarts always, its pod never"),
    pytest.param("Never", {"restartPolicy": "OnFailure"}, 0, "Succeeded", id="it restarts on failure and has succeeded"),
    pytest.param("Always", {"restartPolicy": "Never"}, 0, "Succeeded", id="its pod restarts always, it succeeds"),
    pytest.param("Always", {"restartPolicy": "Never"}, 1, "Failed", id="its pod restarts always, it fails"),
]


@pytest.mark.parametrize(("policy", "own", "code", "phase"), _OWN_POLICIES)
def test_the_phase_follows_a_containers_own_policy(policy: str, own: Obj, code: int, phase: str) -> None:
    spec = {"restartPolicy": policy, "containers": [{"name": "c", **own}]}
    assert pod_phase(spec, [], [{"state": {"terminated": {"exitCode": code}}, "lastState": {}}]) == phase


_INIT_POLICIES = [
    pytest.param("Never", {}, 1, "Failed", id="its pod never restarts"),
    pytest.param("Never", {"restartPolicy": "OnFailure"}, 1, "Pending", id="it restarts on failure"),
    pytest.param("Never", {"restartPolicy": "Never", "restartPolicyRules": [RULE]}, 42, "Pending", id="a rule restarts it"),
    pytest.param("Always", {"restartPolicy": "Never"}, 1, "Failed", id="its pod restarts always, it does not"),
]


@pytest.mark.parametrize(("policy", "own", "code", "phase"), _INIT_POLICIES)
def test_the_phase_follows_an_init_containers_own_policy(policy: str, own: Obj, code: int, phase: str) -> None:
    spec = {"restartPolicy": policy, "initContainers": [{"name": "i", **own}], "containers": [{"name": "c"}]}
    waiting = {"state": {"waiting": {"reason": "PodInitializing"}}, "lastState": {}}
    assert pod_phase(spec, [{"state": {"terminated": {"exitCode": code}}, "lastState": {}}], [waiting]) == phase


def test_an_ended_phase_stays() -> None:
    status = generate_pod_status(pod(), runtime(running()), {}, {"phase": "Failed"}, "192.168.0.10", at(5))
    assert status["phase"] == "Failed"


def test_a_pod_that_is_active_for_too_long_fails() -> None:
    obj = pod(activeDeadlineSeconds=10)
    obj["status"] = {"phase": "Running", "startTime": "2026-01-01T00:00:05Z"}
    found = []
    for moment in (14.9, 15):
        status = generate_pod_status(obj, runtime(running()), {}, obj["status"], "192.168.0.10", at(moment))
        found.append((status["phase"], status.get("reason"), status.get("message")))
    assert found == [
        ("Running", None, None),
        ("Failed", "DeadlineExceeded", "Pod was active on the node longer than the specified deadline"),
    ]


def test_a_pod_on_the_hosts_network_has_the_hosts_address() -> None:
    status = generate_pod_status(pod(hostNetwork=True), runtime(), {}, {}, "192.168.0.10", at(5))
    assert (status["podIP"], status["podIPs"]) == ("192.168.0.10", [{"ip": "192.168.0.10"}])


def test_the_patch_holds_what_differs_and_nothing_else() -> None:
    before = generate_pod_status(pod(), runtime(running()), {}, {}, "192.168.0.10", at(5))
    assert status_patch("u1", before, before) is None
    held = pod()
    held["metadata"]["annotations"] = {"simulation.podium/ready": "false"}
    after = generate_pod_status(held, runtime(running()), {}, before, "192.168.0.10", at(9))
    patch = status_patch("u1", before, after)
    assert patch is not None
    assert patch["metadata"] == {"uid": "u1"}
    assert sorted(patch["status"]) == ["conditions", "containerStatuses"]
    assert [c["type"] for c in patch["status"]["conditions"]] == ["Ready", "ContainersReady"]


def test_a_condition_that_turns_true_loses_its_reason() -> None:
    before = generate_pod_status(pod(), runtime(), {}, {}, "192.168.0.10", at(1))
    patch = status_patch("u1", before, generate_pod_status(pod(), runtime(running()), {}, before, "192.168.0.10", at(5)))
    assert patch is not None
    ready = patch["status"]["conditions"][0]
    assert (ready["type"], ready["status"], ready["reason"], ready["message"]) == ("Ready", "True", None, None)


def test_a_new_address_takes_the_old_ones_place() -> None:
    before = {"podIPs": [{"ip": "10.244.0.9"}]}
    status = generate_pod_status(pod(), runtime(running()), {}, before, "192.168.0.10", at(5))
    patch = status_patch("u1", before, status)
    assert patch is not None
    assert patch["status"]["podIPs"] == [{"ip": "10.244.0.2"}, {"ip": "10.244.0.9", "$patch": "delete"}]
