"""Pods with probes on a node: when they start, turn ready, are restarted; what is written meanwhile."""

from __future__ import annotations

import pytest

from cluster.machinery.kinds.core import PODS
from cluster.machinery.meta import Obj
from cluster.machinery.network import Failure, NetworkError
from tests.unit.apiserver.rig import pod
from tests.unit.kubelet.cluster_room import ClusterRoom
from tests.unit.kubelet.fake_network import FakeNetwork

REFUSED = NetworkError(Failure.REFUSED)
PORT = {"httpGet": {"port": 80}}
"""The container runs from 2.2 s on."""


def room_with(network: FakeNetwork, **probes: Obj) -> ClusterRoom:
    room = ClusterRoom("n1", network=network)
    obj = pod("web", node="n1")
    obj["spec"]["containers"][0] |= probes
    room.admin.create(PODS, obj)
    return room


def state(room: ClusterRoom) -> tuple[bool, bool, int]:
    """Return started, ready, restarts of the only container."""
    status = room.admin.get(PODS, "web", "default")["status"]["containerStatuses"][0]
    return status["started"], status["ready"], status["restartCount"]


def probe_hops(room: ClusterRoom) -> list[tuple[str, str]]:
    hops = [hop for hop in room.hops() if hop.verb.endswith("Probe")]
    assert {(h.source, h.target, h.key, h.is_routine) for h in hops} == {
        ("node/n1/kubelet", "node/n1/pod/default/web", "pods/default/web/c", True)
    }
    return [(hop.verb, hop.outcome) for hop in hops]


def told(room: ClusterRoom, *reasons: str) -> list[str]:
    return [text for text in room.events("web") if text.split()[1].rstrip(":") in reasons]


def test_a_readiness_probe_is_asked_first_after_its_delay() -> None:
    room = room_with(FakeNetwork(), readinessProbe={**PORT, "initialDelaySeconds": 5})
    found = []
    for seconds in (7, 0.3):
        room.run(seconds)
        found.append(state(room))
    assert found == [(True, False, 0), (True, True, 0)]


def test_a_readiness_probe_that_fails_takes_the_pod_out_and_lets_it_run() -> None:
    network = FakeNetwork()
    room = room_with(network, readinessProbe={**PORT, "periodSeconds": 5})
    room.run(4)
    assert state(room) == (True, True, 0)
    network.answers[80] = 503
    room.run(20)
    assert state(room) == (True, False, 0)
    assert told(room, "Unhealthy") == ["Warning Unhealthy: Readiness probe failed: HTTP probe failed with statuscode: 503"]
    network.answers[80] = 200
    room.run(6)
    assert state(room) == (True, True, 0)


def test_a_probe_whose_answer_stays_the_same_writes_nothing_and_is_no_hop() -> None:
    network = FakeNetwork()
    room = room_with(network, readinessProbe=PORT, livenessProbe=PORT)
    room.run(5)
    before = room.admin.get(PODS, "web", "default")["metadata"]["resourceVersion"]
    asked = len(network.asked)
    room.run(60)
    assert room.admin.get(PODS, "web", "default")["metadata"]["resourceVersion"] == before
    assert len(network.asked) - asked == 12
    assert probe_hops(room) == [("livenessProbe", "success"), ("readinessProbe", "success")]


def test_a_try_is_a_hop_until_it_is_believed_and_when_it_shows_something_else() -> None:
    network = FakeNetwork()
    room = room_with(network, readinessProbe={**PORT, "periodSeconds": 1})
    room.run(10)
    for answer, seconds in ((503, 2), (500, 20), (REFUSED, 20), (200, 20)):
        network.answers[80] = answer
        room.run(seconds)
    failed, refused = "failure: HTTP probe failed with statuscode", "dial tcp 10.244.0.2:80: connect: connection refused"
    assert probe_hops(room) == [
        ("readinessProbe", outcome)
        for outcome in (
            "success",
            *[f"{failed}: 503"] * 2,
            f"{failed}: 500",
            f'failure: Get "http://10.244.0.2:80/": {refused}',
            "success",
        )
    ]


def test_a_command_that_is_run_again_with_the_same_end_is_no_call_of_the_runtime_in_the_log() -> None:
    room = room_with(FakeNetwork(), readinessProbe={"exec": {"command": ["true"]}, "periodSeconds": 1})
    room.run(20)
    calls = [(hop.source, hop.verb, hop.outcome) for hop in room.hops() if hop.verb in ("ExecSync", "reply") and "containerd" in hop.target]
    assert calls == [("node/n1/kubelet", "ExecSync", "exit code 0")]


def test_a_liveness_probe_that_fails_restarts_the_container() -> None:
    network = FakeNetwork(p80=REFUSED)
    room = room_with(network, livenessProbe={**PORT, "periodSeconds": 3})
    room.run(9)
    network.answers[80] = 200
    room.run(3)
    assert state(room) == (True, True, 1)
    assert told(room, "Unhealthy", "Killing") == [
        'Warning Unhealthy: Liveness probe failed: Get "http://10.244.0.2:80/": dial tcp 10.244.0.2:80: connect: connection refused',
        "Normal Killing: Container c failed liveness probe, will be restarted",
    ]


def test_a_startup_probe_comes_before_the_others_and_restarts_what_never_starts() -> None:
    network = FakeNetwork(p80=REFUSED)
    room = room_with(network, startupProbe={**PORT, "periodSeconds": 2, "failureThreshold": 2}, readinessProbe=PORT)
    room.run(3)
    assert state(room) == (False, False, 0)
    room.run(5)
    network.answers[80] = 200
    room.run(2)
    assert told(room, "Killing") == ["Normal Killing: Container c failed startup probe, will be restarted"]
    room.run(12)
    assert state(room)[:2] == (True, True)
    assert "Readiness" not in str(room.events("web"))


def test_a_failed_probe_may_have_a_grace_period_of_its_own() -> None:
    room = ClusterRoom("n1", network=FakeNetwork(p80=REFUSED))
    obj = pod("web", node="n1", image="busybox")
    probe = {**PORT, "failureThreshold": 1, "terminationGracePeriodSeconds": 3}
    obj["spec"]["containers"][0] |= {"command": ["sleep", "3600"], "livenessProbe": probe}
    room.admin.create(PODS, obj)
    room.run(8)
    ended = room.admin.get(PODS, "web", "default")["status"]["containerStatuses"][0]["lastState"]["terminated"]
    assert ended["exitCode"] == 137


def test_a_sidecar_holds_up_what_comes_after_it_until_its_startup_probe_succeeds() -> None:
    network = FakeNetwork(p80=REFUSED)
    room = ClusterRoom("n1", network=network)
    obj = pod("web", node="n1")
    sidecar = {
        "name": "s",
        "image": "nginx",
        "restartPolicy": "Always",
        "startupProbe": {**PORT, "periodSeconds": 1, "failureThreshold": 60},
    }
    obj["spec"]["initContainers"] = [sidecar]
    room.admin.create(PODS, obj)
    room.run(10)
    status = room.admin.get(PODS, "web", "default")["status"]
    assert (status["initContainerStatuses"][0]["started"], status["containerStatuses"][0]["state"]) == (
        False,
        {"waiting": {"reason": "PodInitializing"}},
    )
    network.answers[80] = 200
    room.run(5)
    assert room.admin.get(PODS, "web", "default")["status"]["phase"] == "Running"


def test_a_deleted_pod_is_no_longer_asked_whether_it_lives() -> None:
    network = FakeNetwork()
    room = ClusterRoom("n1", network=network)
    obj = pod("web", node="n1", image="busybox")
    obj["spec"]["containers"][0] |= {"command": ["sleep", "3600"], "livenessProbe": {**PORT, "periodSeconds": 1}}
    room.admin.create(PODS, obj)
    room.run(5)
    room.admin.delete(PODS, "web", "default")
    room.run(1)
    asked = len(network.asked)
    room.run(60)
    assert (len(network.asked) - asked, room.admin.list(PODS)) == (0, [])


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        pytest.param(200, (True, True, 0), id="what was ready stays so"),
        pytest.param(503, (True, False, 0), id="what was not ready stays so"),
    ],
)
def test_a_kubelet_that_starts_again_changes_no_status(answer: int, expected: tuple[bool, bool, int]) -> None:
    network = FakeNetwork()
    room = room_with(
        network, startupProbe=PORT, readinessProbe={**PORT, "failureThreshold": 1}, livenessProbe={**PORT, "failureThreshold": 99}
    )
    room.run(5)
    network.answers[80] = answer
    room.run(12)
    revision = room.admin.get(PODS, "web", "default")["metadata"]["resourceVersion"]
    last = room.hops()[-1].seq
    room.restart()
    room.run(30)
    assert state(room) == expected
    assert room.admin.get(PODS, "web", "default")["metadata"]["resourceVersion"] == revision
    asked = {hop.verb for hop in room.hops() if hop.seq > last and hop.verb.endswith("Probe")}
    assert asked == {"readinessProbe", "livenessProbe"}, "a container starts once"


def test_what_broke_while_the_kubelet_was_away_is_found_by_its_probe() -> None:
    network = FakeNetwork()
    room = room_with(network, readinessProbe={**PORT, "periodSeconds": 2, "failureThreshold": 2})
    room.run(6)
    network.answers[80] = 503
    room.restart()
    found = []
    for seconds in (1, 3):
        room.run(seconds)
        found.append(state(room))
    assert found == [(True, True, 0), (True, False, 0)]
