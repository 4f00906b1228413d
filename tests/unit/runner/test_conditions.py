"""What a condition says, and which write or hop makes it true."""

from __future__ import annotations

import re

import orjson
import pytest

from cluster.engine.trace import Hop
from cluster.machinery.meta import Obj, SimTime
from cluster.machinery.storage import Event, KeyValue
from cluster.runner.conditions import CLAIMS, parse, states, states_of

GONE = None


def change(key: str, before: Obj | None, now: Obj | None) -> Event:
    def kv(obj: Obj | None, revision: int) -> KeyValue | None:
        return None if obj is None else KeyValue(key, orjson.dumps(obj), revision, 1, revision)

    return Event(2, key, kv(now, 2), kv(before, 1), 7)


def pod(**fields: object) -> Obj:
    return {"metadata": {"name": "web-1"}, "spec": {}, "status": {}, **fields}


def with_condition(name: str, status: str, **fields: object) -> Obj:
    return {"metadata": {"generation": 1}, "spec": {}, "status": {"conditions": [{"type": name, "status": status}], **fields}}


BOUND = pod(spec={"nodeName": "n1"})
LEAVING = pod(metadata={"name": "web-1", "deletionTimestamp": "2026-01-01T00:00:00Z"})
CRASHING = pod(status={"containerStatuses": [{"state": {"waiting": {"reason": "CrashLoopBackOff"}}}]})
AVAILABLE = with_condition("Available", "True", observedGeneration=1)
POD, NODE, DEPLOYMENT = "/registry/pods/default/web-1", "/registry/minions/worker-2", "/registry/deployments/default/web"

MET: dict[str, tuple[str, Event, bool]] = {
    "a pod is bound": ("pod web-* bound", change(POD, pod(), BOUND), True),
    "it was bound before": ("pod web-* bound", change(POD, BOUND, BOUND), False),
    "it comes bound": ("pod web-? bound", change(POD, None, BOUND), True),
    "another name": ("pod api-* bound", change(POD, pod(), BOUND), False),
    "another kind": ("node web-* Ready", change(POD, pod(), BOUND), False),
    "a pod begins to leave": ("pod web-1 terminating", change(POD, BOUND, LEAVING), True),
    "a pod is gone": ("pod web-1 deleted", change(POD, LEAVING, GONE), True),
    "a pod that is only leaving": ("pod web-1 deleted", change(POD, BOUND, LEAVING), False),
    "a pod comes": ("pod * created", change(POD, None, pod()), True),
    "a pod changes": ("pod * changed", change(POD, pod(), BOUND), True),
    "a container waits to be restarted": ("pod * CrashLoopBackOff", change(POD, pod(), CRASHING), True),
    "a node that is no longer heard of": (
        "node worker-2 NotReady",
        change(NODE, with_condition("Ready", "True"), with_condition("Ready", "Unknown")),
        True,
    ),
    "a node that reports itself again": (
        "node * Ready",
        change(NODE, with_condition("Ready", "Unknown"), with_condition("Ready", "True")),
        True,
    ),
    "a deployment has enough pods": ("deployment web available", change(DEPLOYMENT, with_condition("Available", "False"), AVAILABLE), True),
    "a deployment whose change nobody has seen": (
        "deployment web available",
        change(DEPLOYMENT, None, with_condition("Available", "True")),
        False,
    ),
}


@pytest.mark.parametrize(("text", "event", "is_met"), MET.values(), ids=MET.keys())
def test_the_write_that_brings_a_state_about_meets_its_condition(text: str, event: Event, is_met: bool) -> None:
    condition = parse(text)
    assert (condition.is_met_by(event), str(condition)) == (is_met, text)  # type: ignore[arg-type]


def hop(source: str, target: str, *, key: str = "pods/default/web", is_routine: bool = False) -> Hop:
    return Hop(1, SimTime(0), 1, 0, source, target, "POST", key, is_routine=is_routine)


HOPS: dict[str, tuple[str, Hop, bool]] = {
    "it sends": ("hop kube-scheduler", hop("kube-scheduler", "kube-apiserver"), True),
    "it receives": ("hop kube-scheduler", hop("kube-apiserver", "kube-scheduler"), True),
    "a part of it works": ("hop kube-scheduler", hop("kube-scheduler", "kube-scheduler/filter"), True),
    "one of many": ("hop node/worker-1", hop("node/worker-1/kubelet", "kube-apiserver"), True),
    "a name that only begins like it": ("hop node/worker-1", hop("node/worker-10/kubelet", "kube-apiserver"), False),
    "somebody else": ("hop kube-scheduler", hop("kubectl", "kube-apiserver"), False),
    "a heartbeat": ("hop node/worker-1", hop("node/worker-1/kubelet", "kube-apiserver", is_routine=True), False),
    "an Event": ("hop node/worker-1", hop("node/worker-1/kubelet", "kube-apiserver", key="events/default/x"), False),
}


@pytest.mark.parametrize(("text", "message", "is_met"), HOPS.values(), ids=HOPS.keys())
def test_a_message_of_a_component_meets_its_condition(text: str, message: Hop, is_met: bool) -> None:
    assert parse(text).is_met_by(message) == is_met  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", ""),
        ("pod", "pod"),
        ("pod web is bound", "pod web is bound"),
        ("pot web bound", "pot"),
        ("pod web happy", "happy"),
        ("node worker-1 bound", "bound"),
        ("hop", "hop"),
        ("pod 한글 bound", "한글"),
        ("node Worker-1 Ready", "Worker-1"),
        ("deployment web-[0-9] available", "web-[0-9]"),
        ("x" * 300, "x" * 200),
    ],
)
def test_what_is_not_understood_is_named(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(words)}$"):
        parse(text)


def test_words_are_found_however_they_are_written() -> None:
    assert str(parse("  Pod   web   notready ")) == "pod web NotReady"


def test_every_state_that_is_offered_is_understood() -> None:
    assert [str(parse(f"{kind} x {state}")) for kind, said in states().items() for state in said] == [
        f"{kind} x {state}" for kind, said in states().items() for state in said
    ]
    assert list(states())[: len(CLAIMS)] == [kind.kind.lower() for kind in CLAIMS]
    assert states()["configmap"] == states_of(next(iter(CLAIMS)))[-3:] == ("created", "changed", "deleted")
