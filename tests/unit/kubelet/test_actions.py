"""What a kubelet does next."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from cluster.kubelet.actions import SANDBOX, KillContainer, Observed, RunSandbox, StartContainer, next_action, should_restart
from cluster.machinery.cri import ContainerStatus, PodSandboxStatus, SandboxState
from cluster.machinery.meta import Obj
from tests.unit.kubelet.builders import created, exited, pod, running, sandbox

GONE = sandbox(SandboxState.NOTREADY)

Case = tuple[Obj, PodSandboxStatus | None, Sequence[ContainerStatus], set[str], tuple[str, int] | None]

CASES: dict[str, Case] = {
    "a new pod gets a sandbox": (pod(), None, [], set(), ("sandbox", 0)),
    "a sandbox that just failed is not tried again yet": (pod(), None, [], {SANDBOX}, None),
    "with a sandbox the first container is started": (pod("a", "b"), sandbox(), [], set(), ("a", 0)),
    "then the second": (pod("a", "b"), sandbox(), [running("a")], set(), ("b", 0)),
    "a container in back-off does not hold up the next": (pod("a", "b"), sandbox(), [], {"a"}, ("b", 0)),
    "all run: nothing to do": (pod("a", "b"), sandbox(), [running("a"), running("b")], set(), None),
    "an ended container is started again with the next attempt": (pod(), sandbox(), [exited(attempt=2)], set(), ("c", 3)),
    "a created container that was never started is made again with its own attempt": (
        pod(),
        sandbox(),
        [created(attempt=1)],
        set(),
        ("c", 1),
    ),
    "OnFailure leaves success alone": (pod(restartPolicy="OnFailure"), sandbox(), [exited(code=0)], set(), None),
    "OnFailure starts again after a failure": (pod(restartPolicy="OnFailure"), sandbox(), [exited(code=1)], set(), ("c", 1)),
    "Never starts nothing again": (pod(restartPolicy="Never"), sandbox(), [exited(code=1)], set(), None),
    "a lost sandbox is replaced": (pod(), GONE, [exited(code=255)], set(), ("sandbox", 1)),
    "a lost sandbox of a finished pod is not": (pod(restartPolicy="Never"), GONE, [exited(code=0)], set(), None),
    "after a new sandbox containers start with the next attempt": (pod(), sandbox(attempt=1), [exited(code=255)], set(), ("c", 1)),
    "init containers come first": (pod(inits=("i", "j")), sandbox(), [], set(), ("i", 0)),
    "a running init container is waited for": (pod(inits=("i", "j")), sandbox(), [running("i")], set(), None),
    "init containers come one after the other": (pod(inits=("i", "j")), sandbox(), [exited("i")], set(), ("j", 0)),
    "after the last init container the pod's own start": (pod(inits=("i",)), sandbox(), [exited("i")], set(), ("c", 0)),
    "a failed init container is started again": (pod(inits=("i",)), sandbox(), [exited("i", 1)], set(), ("i", 1)),
    "a failed init container in back-off holds up the pod": (pod(inits=("i",)), sandbox(), [exited("i", 1)], {"i"}, None),
    "a failed init container ends a pod that never restarts": (
        pod(inits=("i",), restartPolicy="Never"),
        sandbox(),
        [exited("i", 1)],
        set(),
        None,
    ),
    "a new sandbox runs init containers anew": (pod(inits=("i",)), sandbox(attempt=1), [exited("i"), exited()], set(), ("i", 1)),
    "a sidecar starts and is not waited for": (pod(sidecars=("s",), inits=("i",)), sandbox(), [running("s")], set(), ("i", 0)),
    "a sidecar that ended is started again beside the pod": (pod(sidecars=("s",)), sandbox(), [exited("s"), running()], set(), ("s", 1)),
    "an initialized pod does not run its init containers again": (pod(inits=("i",)), sandbox(), [running()], set(), None),
}


@pytest.mark.parametrize(("obj", "box", "containers", "waiting", "expected"), CASES.values(), ids=CASES.keys())
def test_next_action(
    obj: Obj, box: PodSandboxStatus | None, containers: Sequence[ContainerStatus], waiting: set[str], expected: tuple[str, int] | None
) -> None:
    action = next_action(obj, box, containers, waiting)
    found: tuple[str, int] | None = None
    if isinstance(action, RunSandbox):
        found = ("sandbox", action.attempt)
    elif isinstance(action, StartContainer):
        found = (action.container["name"], action.attempt)
    assert found == expected


KILL = KillContainer(running(), "Container c failed liveness probe, will be restarted", None)
EPHEMERAL = pod(ephemeralContainers=[{"name": "debugger", "image": "busybox"}])

OBSERVED: dict[str, tuple[Obj, Sequence[ContainerStatus], Observed, str]] = {
    "a container whose probe has failed is killed": (pod(), [running()], Observed({"c-0": KILL}), "kill c-0"),
    "one that has ended meanwhile is not": (pod(restartPolicy="Never"), [exited()], Observed({"c-0": KILL}), ""),
    "a sidecar that has not started holds up the pod": (pod(sidecars=("s",)), [running("s")], Observed({}, {"s-0"}), ""),
    "a sidecar that has started does not": (pod(sidecars=("s",)), [running("s")], Observed(), "start c"),
    "a pod that runs does not wait for its sidecar": (
        pod("a", "b", sidecars=("s",)),
        [running("s"), running("a")],
        Observed({}, {"s-0"}),
        "start b",
    ),
    "an ephemeral container is started": (EPHEMERAL, [running()], Observed(), "start debugger"),
    "and never again": (EPHEMERAL, [running(), exited("debugger", 1)], Observed(), ""),
}


@pytest.mark.parametrize(("obj", "containers", "observed", "expected"), OBSERVED.values(), ids=OBSERVED.keys())
def test_next_action_with_what_is_observed(obj: Obj, containers: Sequence[ContainerStatus], observed: Observed, expected: str) -> None:
    action = next_action(obj, sandbox(), containers, (), observed)
    found = {StartContainer: "start", KillContainer: "kill"}.get(type(action), "")
    if isinstance(action, StartContainer):
        found += f" {action.container['name']}"
    elif isinstance(action, KillContainer):
        found += f" {action.status.id}"
    assert found == expected


RULES: dict[str, tuple[Obj, int, bool]] = {
    "the pod's policy": ({}, 1, False),
    "the container's own policy": ({"restartPolicy": "OnFailure"}, 1, True),
    "a rule for this code": ({"restartPolicyRules": [{"action": "Restart", "exitCodes": {"operator": "In", "values": [42]}}]}, 42, True),
    "a rule for another code": ({"restartPolicyRules": [{"action": "Restart", "exitCodes": {"operator": "In", "values": [42]}}]}, 1, False),
    "a rule for all codes but one": (
        {"restartPolicyRules": [{"action": "Restart", "exitCodes": {"operator": "NotIn", "values": [42]}}]},
        1,
        True,
    ),
}


@pytest.mark.parametrize(("fields", "code", "expected"), RULES.values(), ids=RULES.keys())
def test_should_restart_in_a_pod_that_never_restarts(fields: Obj, code: int, expected: bool) -> None:
    obj = pod(restartPolicy="Never")
    assert should_restart(obj, {**obj["spec"]["containers"][0], **fields}, exited(code=code)) is expected
