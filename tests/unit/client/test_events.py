"""Events: counted when they repeat, combined when they are alike, dropped when they are too many."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from cluster.apiserver.request import Request, Response, User, Watch, WatchReady
from cluster.client.client import Client
from cluster.client.events import EventRecorder
from cluster.engine.clock import Clock
from cluster.engine.engine import Engine
from cluster.engine.rng import Rng
from cluster.engine.trace import Trace
from cluster.machinery.errors import ApiError, not_found
from cluster.machinery.meta import Obj, SimTime, after

START = SimTime(1_700_000_000_000_000)
POD: Obj = {"kind": "Pod", "apiVersion": "v1", "metadata": {"name": "web", "namespace": "shop", "uid": "u1", "resourceVersion": "7"}}
NODE: Obj = {"kind": "Node", "apiVersion": "v1", "metadata": {"name": "n1", "uid": "u2"}}


@dataclass
class FakeApi:
    """Keeps every Event request and answers with its body; ``refuse`` answers instead while it lasts."""

    trace: Trace
    requests: list[Request] = field(default_factory=list)
    refuse: list[ApiError] = field(default_factory=list)
    stored: dict[str, Obj] = field(default_factory=dict)

    def serve(self, request: Request) -> Response:
        self.trace.record("test", "kube-apiserver", request.verb)
        self.requests.append(request)
        if self.refuse:
            raise self.refuse.pop(0)
        body = request.body
        assert isinstance(body, dict)
        name = request.name or body["metadata"]["name"]
        self.stored[name] = self.stored.get(name, {}) | body
        return Response(200, self.stored[name])

    def watch(self, request: Request, on_ready: WatchReady) -> Watch:
        raise NotImplementedError

    def visit(self, credentials: object, verb: str, path: str) -> None:
        raise NotImplementedError


class Desk:
    """A recorder with everything under it."""

    def __init__(self) -> None:
        clock = Clock(START)
        self.engine = Engine(clock, Trace(clock), Rng(1), strict=True)
        self.api = FakeApi(self.engine.trace)
        client = Client(self.api, "kubelet", User("system:node:n1"), lambda: None)
        self.recorder = EventRecorder(client, "kubelet", self.engine, host="n1")

    def say(self, message: str, obj: Obj = POD, *, wait: float = 0.0) -> None:
        self.engine.clock.advance(after(self.engine.clock.now, wait))
        self.recorder.event(obj, "Normal", "Pulled", message)

    @property
    def written(self) -> list[tuple[str, str, int]]:
        """``(verb, message, count)`` of each request."""
        return [(r.verb, r.body["message"], r.body["count"]) for r in self.api.requests if isinstance(r.body, dict)]


def test_the_first_event_is_written_whole() -> None:
    desk = Desk()
    desk.say("Pulled it")
    assert desk.api.requests[0].body == {
        "kind": "Event",
        "apiVersion": "v1",
        "metadata": {"name": "web.17979cfe362a0001", "namespace": "shop"},
        "involvedObject": {"kind": "Pod", "namespace": "shop", "name": "web", "uid": "u1", "apiVersion": "v1", "resourceVersion": "7"},
        "reason": "Pulled",
        "message": "Pulled it",
        "source": {"component": "kubelet", "host": "n1"},
        "firstTimestamp": "2023-11-14T22:13:20Z",
        "lastTimestamp": "2023-11-14T22:13:20Z",
        "count": 1,
        "type": "Normal",
        "eventTime": None,
        "reportingComponent": "kubelet",
        "reportingInstance": "n1",
    }


def test_an_event_about_a_cluster_scoped_object_lives_in_default() -> None:
    desk = Desk()
    desk.say("Registered", NODE)
    request = desk.api.requests[0]
    assert isinstance(request.body, dict)
    assert (request.namespace, request.body["involvedObject"].get("namespace")) == ("default", None)


COUNTS = [
    ("the same event again is counted", [("a", 0), ("a", 5)], [("create", "a", 1), ("patch", "a", 2)]),
    ("another message is another event", [("a", 0), ("b", 0)], [("create", "a", 1), ("create", "b", 1)]),
    (
        "the tenth different message is combined, and so are those that follow",
        [(str(n), 0) for n in range(12)],
        [("create", str(n), 1) for n in range(9)]
        + [
            ("create", "(combined from similar events): 9", 1),
            ("patch", "(combined from similar events): 10", 2),
            ("patch", "(combined from similar events): 11", 3),
        ],
    ),
    (
        "ten messages with a silence of more than ten minutes between are not combined",
        [(str(n), 601 if n == 5 else 0) for n in range(10)],
        [("create", str(n), 1) for n in range(10)],
    ),
    (
        "after 25 events about one object there is silence",
        [("a", 0)] * 30,
        [("create", "a", 1)] + [("patch", "a", n) for n in range(2, 26)],
    ),
    (
        "five minutes later there is room for one more",
        [("a", 0)] * 30 + [("a", 300)] + [("a", 0)],
        [("create", "a", 1)] + [("patch", "a", n) for n in range(2, 26)] + [("patch", "a", 31)],
    ),
]


@pytest.mark.parametrize(("said", "written"), [case[1:] for case in COUNTS], ids=[case[0] for case in COUNTS])
def test_correlation(said: list[tuple[str, float]], written: list[tuple[str, str, int]]) -> None:
    desk = Desk()
    for message, wait in said:
        desk.say(message, wait=wait)
    assert desk.written == written


def test_events_of_one_moment_have_different_names() -> None:
    desk = Desk()
    for message in "abc":
        desk.say(message)
    assert len(desk.api.stored) == 3


def test_a_counted_event_that_has_expired_is_created_again() -> None:
    desk = Desk()
    desk.say("a")
    desk.api.refuse.append(not_found("", "events", "web"))
    desk.say("a")
    assert desk.written == [("create", "a", 1), ("patch", "a", 2), ("create", "a", 2)]


def test_an_event_that_is_refused_is_given_up() -> None:
    desk = Desk()
    desk.api.refuse.append(ApiError(403, "Forbidden", "the namespace is being terminated"))
    desk.say("a")
    assert desk.written == [("create", "a", 1)]
