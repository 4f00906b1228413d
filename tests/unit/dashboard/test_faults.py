"""POST faults: what is broken on purpose, as the page shows it at every moment."""

from __future__ import annotations

import asyncio

import orjson
import pytest
from django.test import AsyncClient

from cluster.machinery.meta import Obj
from cluster.runner.faults.messages import KEY as MESSAGES
from cluster.runner.faults.record import KEY, note_container
from dashboard import frames
from dashboard.captions import caption
from tests.unit.dashboard.fake_host import FakeHost

URL, MESSAGES_URL = "/clusters/demo/faults", "/clusters/demo/messages"
SCHEDULER = {"kind": "Fault", "name": "kube-scheduler", "fault": "stopped", "seconds": 0.0}
ETCD = {"kind": "Fault", "name": "etcd", "fault": "slow", "seconds": 5.0}


def post(client: AsyncClient, document: Obj) -> tuple[int, Obj]:
    response = asyncio.run(client.post(URL, orjson.dumps(document), content_type="application/json"))
    return response.status_code, orjson.loads(response.content)


def test_what_is_broken_is_a_card_until_it_is_mended(host: FakeHost, client: AsyncClient) -> None:
    answers = [
        post(client, {"target": "kube-scheduler", "fault": "stopped"}),
        post(client, {"target": "etcd", "fault": "slow"}),
        post(client, {"target": "kube-scheduler", "fault": ""}),
    ]
    assert answers == [
        (200, {"message": "The scheduler is stopped."}),
        (200, {"message": "etcd is slow: each piece of its work takes 5 s."}),
        (200, {"message": "The scheduler is whole again."}),
    ]
    hops = host.store.hops
    assert [(hop.target, hop.verb, hop.outcome) for hop in hops] == [
        ("kube-scheduler", "break", "stopped"),
        ("etcd", "break", "slow"),
        ("kube-scheduler", "mend", ""),
    ]
    cards = frames.cards_of(host.store, hops)
    changes = [frames.hop_document(hop, cards)["change"] for hop in hops]
    assert changes == [
        {"key": "faults/kube-scheduler", "card": SCHEDULER},
        {"key": "faults/etcd", "card": ETCD},
        {"key": "faults/kube-scheduler", "card": None},
    ]
    shown = [frames.objects_at(host.store, hop.revision) for hop in hops]
    assert shown == [{"faults/kube-scheduler": SCHEDULER}, {"faults/kube-scheduler": SCHEDULER, "faults/etcd": ETCD}, {"faults/etcd": ETCD}]


def test_a_component_that_has_ended_with_its_container_is_a_card_that_no_mending_takes_away(host: FakeHost, client: AsyncClient) -> None:
    for runs in (False, False):
        note_container(host.store, host.trace, "n1", "etcd", runs=runs)
    post(client, {"target": "kube-scheduler", "fault": "stopped"})
    post(client, {"target": "", "fault": ""})
    kept = frames.objects_at(host.store, host.store.revision)
    note_container(host.store, host.trace, "n1", "etcd", runs=True)
    post(client, {"target": "kube-scheduler", "fault": "stopped"})
    for runs in (False, True):
        note_container(host.store, host.trace, "n1", "kube-scheduler", runs=runs)
    in_vain = caption(host.store.hops[-1])
    post(client, {"target": "", "fault": ""})
    said = [caption(hop) for hop in host.store.hops if hop.key == "faults/down/etcd"]
    assert (kept, host.store.get(KEY)) == ({"faults/down/etcd": {"kind": "Down", "name": "etcd"}}, None)
    assert said == [
        {"en": "etcd has ended with its container.", "ko": "etcd가 컨테이너와 함께 끝났습니다."},
        {"en": "etcd runs again in a new container.", "ko": "etcd가 새 컨테이너에서 다시 실행됩니다."},
    ]
    assert in_vain == {
        "en": "The scheduler has a new container, and is stopped in it as before.",
        "ko": "스케줄러가 새 컨테이너를 얻었지만 여전히 정지되어 있습니다.",
    }


def test_what_is_said_begins_with_a_name(host: FakeHost, client: AsyncClient) -> None:
    host.store.put("/registry/minions/n1", {"metadata": {"name": "n1"}})
    said = [post(client, {"target": f"node/n1/{part}", "fault": "short"})[1]["message"] for part in ("memory", "pids")]
    assert said == ["The memory of n1: nearly all is taken.", "The process IDs of n1: nearly all is taken."]


def test_everything_is_mended_at_once(host: FakeHost, client: AsyncClient) -> None:
    for target in ("kube-scheduler", "node/n1/kubelet"):
        post(client, {"target": target, "fault": "stopped"})
    answer = post(client, {"target": "", "fault": ""})
    assert (answer, frames.objects_at(host.store, host.store.revision)) == (
        (200, {"message": "Nothing is broken any more: what has ended begins again after its back-off."}),
        {},
    )


def test_the_next_message_that_matches_is_met_unless_that_is_taken_back(host: FakeHost, client: AsyncClient) -> None:
    message = {"source": "kube-apiserver", "target": "kube-scheduler", "verb": "ADDED", "key": "pods/"}
    answers = [
        orjson.loads(asyncio.run(client.post(MESSAGES_URL, orjson.dumps(each), content_type="application/json")).content)["message"]
        for each in ({"effect": "delay", **message}, {"effect": "drop"})
    ]
    kept = host.store.get(MESSAGES)
    assert answers == ["The next message ADDED pods/ comes 20 s late.", "It is not said what shall become of which message."]
    assert kept is not None
    awaited = {"effect": "delay", **message, "seconds": 20.0, "name": "messages/1"}
    shown = frames.objects_at(host.store, host.store.revision)
    back = post(client, {"target": "messages/1", "fault": ""})
    assert (kept.obj, shown) == ({"messages": [awaited]}, {"faults/messages/1": {"kind": "MessageFault", **awaited}})
    assert (back, host.store.get(MESSAGES)) == ((200, {"message": "Taken back: the message passes."}), None)


def test_how_slow_and_how_late_is_said_in_seconds(host: FakeHost, client: AsyncClient) -> None:
    message = {"effect": "delay", "source": "kube-apiserver", "target": "kube-scheduler", "verb": "ADDED", "key": "pods/"}
    said = [post(client, {"target": "etcd", "fault": "slow", "seconds": 2.5})[1]["message"]]
    for seconds in (0.5, 90, 900, None):
        response = asyncio.run(client.post(MESSAGES_URL, orjson.dumps({**message, "seconds": seconds}), content_type="application/json"))
        said.append(" ".join(orjson.loads(response.content).values()))
    assert said == [
        "etcd is slow: each piece of its work takes 2.5 s.",
        "The next message ADDED pods/ comes 0.5 s late.",
        "The next message ADDED pods/ comes 90 s late.",
        "The seconds are out of range: 900. Give more than 0 and at most 600 seconds.",
        "The seconds must be a number. For example: 20.",
    ]


REFUSED: dict[str, tuple[Obj, str]] = {
    "what does not exist": ({"target": "kube-dns", "fault": "stopped"}, "There is no component to break of this name: kube-dns."),
    "what is not broken": ({"target": "etcd", "fault": ""}, "Nothing is wrong with etcd."),
    "a message that nobody waits for": ({"target": "messages/7", "fault": ""}, "Nothing is wrong with this message."),
    "no target": ({"fault": "stopped"}, "It is not said what shall be broken."),
    "seconds that are no number": ({"target": "etcd", "fault": "slow", "seconds": "5"}, "The seconds must be a number."),
    "no seconds in the field": ({"target": "etcd", "fault": "slow", "seconds": None}, "The seconds must be a number."),
    "more seconds than anybody waits": ({"target": "etcd", "fault": "slow", "seconds": 601}, "The seconds are out of range: 601."),
    "no time at all": ({"target": "etcd", "fault": "slow", "seconds": 0}, "The seconds are out of range: 0."),
}


@pytest.mark.parametrize(("document", "message"), REFUSED.values(), ids=REFUSED.keys())
def test_what_cannot_be_broken_is_refused(host: FakeHost, client: AsyncClient, document: Obj, message: str) -> None:
    code, answer = post(client, document)
    assert (code, answer["message"], host.store.hops) == (400, message, [])
