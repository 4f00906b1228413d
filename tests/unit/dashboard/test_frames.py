"""state at t + frames after t == state at head, for any log."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cluster.engine.trace import Hop
from cluster.runner.host import Control
from dashboard import frames, log
from tests.unit.dashboard.builders import deployment, node, pod, pod_key
from tests.unit.dashboard.fake_host import START, FakeHost

CONTROL = Control("lecture", 1.0, is_paused=False, is_running=True)
WRITES = st.lists(st.tuples(st.sampled_from(["a", "b", "c"]), st.sampled_from(["put", "delete", "lease", "read"])), max_size=25)


NOTHING = {"waitingFor": None, "waitingSeconds": 0.0, "stoppedBy": "", "recorded": False}


def run(writes: list[tuple[str, str]]) -> FakeHost:
    """A cluster in which all that has happened."""
    host = FakeHost()
    for number, (name, what) in enumerate(writes):
        exists = host.store.get(pod_key(name)) is not None
        if what == "put":
            host.write(pod_key(name), pod(name, phase=f"Phase{number}"))
        elif what == "delete" and exists:
            host.write(pod_key(name), None)
        elif what == "lease":
            host.write(
                f"/registry/leases/kube-node-lease/{name}", {"kind": "Lease", "metadata": {"namespace": "kube-node-lease", "name": name}}
            )
        else:
            with host.store.transaction():
                host.trace.record("kubectl", "kube-apiserver", "LIST", "pods/default")
    return host


@settings(max_examples=60, deadline=None)
@given(WRITES, st.integers(0, 100), st.integers(1, 7))
def test_the_state_of_any_hop_and_the_frames_after_it_give_the_state_of_the_last(writes: list[tuple[str, str]], at: int, size: int) -> None:
    host = run(writes)
    head = len(host.store.hops)
    seq = min(at, head)

    async def replayed() -> tuple[object, object]:
        state = await log.state_at(host, seq)
        while state["seq"] < head:
            state = frames.apply(state, await log.frame_of(host, await host.hops(after=state["seq"], limit=size)))
        return state, await log.state_at(host, head)

    state, expected = asyncio.run(replayed())
    assert state == expected


def test_a_frame_carries_its_hops_their_cards_and_the_control() -> None:
    host = FakeHost()
    host.write("/registry/deployments/default/web", deployment(), resource="deployments/default/web")
    host.write("/registry/minions/n1", node())
    document = asyncio.run(log.frame_of(host, host.store.hops[:3]))
    assert {**document, "hops": [hop["seq"] for hop in document["hops"]]} == {
        "type": "frame",
        "first": 1,
        "last": 3,
        "now": START / 1_000_000,
        "hops": [1, 2, 3],
        "control": {
            "pace": "lecture",
            "rate": 1.0,
            "paused": False,
            "running": True,
            "waitingFor": None,
            "waitingSeconds": 0.0,
            "stoppedBy": "",
            "recorded": False,
        },
    }
    assert [hop["change"] for hop in document["hops"]] == [
        None,
        {
            "key": "deployments/default/web",
            "card": {
                "kind": "Deployment",
                "namespace": "default",
                "name": "web",
                "uid": "uid-web",
                "owner": "",
                "replicas": 2,
                "ready": 0,
                "updated": 0,
                "available": 0,
                "paused": False,
                "revision": "3",
            },
        },
        None,
    ]


def test_a_state_says_when_the_cluster_began() -> None:
    host = run([("a", "put"), ("b", "put")])
    first = frames.seconds(host.store.hops[0].at)
    assert first > 0
    assert [asyncio.run(log.state_at(host, seq))["began"] for seq in (0, 1, 6)] == [first, first, first]
    assert asyncio.run(log.state_at(run([]), 0))["began"] == 0


def test_hops_that_were_applied_before_change_nothing() -> None:
    host = run([("a", "put"), ("b", "put")])
    state = asyncio.run(log.state_at(host, 6))
    assert frames.apply(state, asyncio.run(log.frame_of(host, host.store.hops[1:5]))) is state


def test_a_gap_between_state_and_frame_is_an_error() -> None:
    host = run([("a", "put"), ("b", "put")])
    state = asyncio.run(log.state_at(host, 2))
    with pytest.raises(ValueError, match="hops 3 to 4 are missing"):
        frames.apply(state, asyncio.run(log.frame_of(host, host.store.hops[4:6])))


def test_a_hop_is_sent_with_its_caption_and_its_time_on_the_screen() -> None:
    hop = Hop(7, START, 3, 6, "kube-scheduler", "kube-apiserver", "POST", "pods/default/web/binding")
    assert frames.hop_document(hop, {}) == {
        "seq": 7,
        "at": 1_700_000_000.0,
        "step": 3,
        "cause": 6,
        "source": "kube-scheduler",
        "target": "kube-apiserver",
        "verb": "POST",
        "key": "pods/default/web/binding",
        "revision": 0,
        "outcome": "",
        "ms": 900,
        "quiet": False,
        "caption": {
            "en": "The scheduler decides: it asks the API server to bind the Pod web to a node.",
            "ko": "스케줄러가 결정합니다. API 서버에 web 파드를 노드에 바인딩해 달라고 요청합니다.",
        },
        "change": None,
    }


@pytest.mark.parametrize(("verb", "is_stopped"), [("stop", True), ("start", False)])
def test_a_machine_that_is_switched_changes_the_card_of_its_node(verb: str, is_stopped: bool) -> None:
    host = FakeHost()
    host.write("/registry/minions/n1", node())
    with host.store.transaction():
        hop = host.trace.record("dashboard", "node/n1/kubelet", verb, "nodes/n1")
        hop.revision = host.store.put("/node/n1/machine", {"index": 0, "stopped": is_stopped}).mod_revision

    async def both() -> tuple[object, object]:
        before = await log.state_at(host, 3)
        return frames.apply(before, await log.frame_of(host, host.store.hops[3:])), await log.state_at(host, 4)

    replayed, state = asyncio.run(both())
    assert replayed == state
    assert state["objects"]["nodes/n1"]["stopped"] is is_stopped  # type: ignore[index]


def test_a_custom_resource_has_a_plain_card_now_and_in_the_past() -> None:
    host = FakeHost()
    spec = {"group": "example.com", "names": {"plural": "widgets", "kind": "Widget"}}
    definition = {"kind": "CustomResourceDefinition", "metadata": {"name": "widgets.example.com"}, "spec": spec}
    host.write("/registry/apiextensions.k8s.io/customresourcedefinitions/widgets.example.com", definition)
    host.write("/registry/example.com/widgets/default/a", {"kind": "Widget", "metadata": {"name": "a", "namespace": "default"}})
    revision = host.store.revision
    host.write("/registry/example.com/widgets/default/a", None)
    past, now = frames.objects_at(host.store, revision), frames.objects_at(host.store, host.store.revision)
    card = {"kind": "Widget", "namespace": "default", "name": "a"}
    cards = frames.cards_of(host.store, host.store.hops)
    assert (past.get("widgets/default/a"), "widgets/default/a" in now, cards[revision]) == (card, False, card)
