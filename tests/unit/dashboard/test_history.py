"""GET state, hops, hops/<seq>, objects: the log, read at any moment."""

from __future__ import annotations

import asyncio

import orjson
import pytest
from django.test import AsyncClient

from cluster.machinery.meta import Obj
from dashboard import schedule_table
from dashboard.inspector import MAX_HISTORY, changed_lines
from tests.unit.dashboard.builders import pod, pod_key
from tests.unit.dashboard.fake_host import FakeHost

BASE = "/clusters/demo/"


@pytest.fixture
def told(host: FakeHost) -> FakeHost:
    """A Pod that is created (hops 1 to 3), gets an Event (4 to 6), runs (7 to 9) and goes (10 to 12)."""
    host.write(pod_key(), pod(), resource="pods/default/web")
    about = {"kind": "Pod", "namespace": "default", "name": "web", "uid": "uid-web"}
    event = {"metadata": {"namespace": "default", "name": "web.1"}, "involvedObject": about, "type": "Normal", "reason": "Scheduled"}
    host.write("/registry/events/default/web.1", {**event, "message": "on n1", "count": 2, "lastTimestamp": "2026-01-01T00:00:00Z"})
    other = {**event, "metadata": {"namespace": "default", "name": "x.1"}, "involvedObject": {"kind": "Pod", "name": "x"}}
    host.store.put("/registry/events/default/x.1", other)
    host.write(pod_key(), pod(phase="Running"), source="node/n1/kubelet", resource="pods/default/web/status")
    host.write(pod_key(), None, resource="pods/default/web")
    return host


def get(client: AsyncClient, path: str) -> tuple[int, Obj]:
    response = asyncio.run(client.get(BASE + path))
    return response.status_code, orjson.loads(response.content)


@pytest.mark.parametrize(
    ("path", "seq", "revision", "status"),
    [
        ("state?at=0", 0, 0, None),
        ("state?at=1", 1, 0, None),
        ("state?at=2", 2, 1, "Pending"),
        ("state?at=7", 7, 2, "Pending"),
        ("state?at=8", 8, 4, "Running"),
        ("state?at=12", 12, 5, None),
        ("state", 12, 5, None),
    ],
)
def test_the_state_of_a_hop_is_what_was_stored_up_to_it(
    told: FakeHost, client: AsyncClient, path: str, seq: int, revision: int, status: str | None
) -> None:
    code, state = get(client, path)
    assert (code, state["type"], state["seq"], state["head"], state["revision"]) == (200, "state", seq, 12, revision)
    assert {key: card["status"] for key, card in state["objects"].items()} == ({"pods/default/web": status} if status else {})


@pytest.mark.parametrize(
    ("path", "code", "message"),
    [
        ("state?at=13", 404, "There is no hop 13."),
        ("state?at=-1", 400, "at must be a whole number of 0 or more."),
        ("hops?after=x", 400, "after must be a whole number of 0 or more."),
        ("hops/13", 404, "There is no hop 13."),
        ("objects?key=pods/default/nobody", 404, "pods/default/nobody does not exist at this moment."),
        ("objects?key=pods/default/web", 404, "pods/default/web does not exist at this moment."),
        ("objects", 400, "This is not the key of an object: None."),
        ("objects?key=cows/default/web", 400, "This is not the key of an object: cows/default/web."),
    ],
)
def test_what_can_not_be_shown_is_said(told: FakeHost, client: AsyncClient, path: str, code: int, message: str) -> None:
    found, answer = get(client, path)
    assert (found, answer["message"]) == (code, message)


def test_a_moment_that_is_no_longer_kept_is_410(told: FakeHost, client: AsyncClient) -> None:
    told.store.compact(4)
    assert get(client, "state?at=2") == (
        410,
        {"message": "The history of that moment is no longer kept.", "try": "Choose a later moment of the timeline."},
    )


@pytest.mark.parametrize(
    ("query", "seqs"),
    [
        ("", list(range(1, 13))),
        ("?after=9", [10, 11, 12]),
        ("?after=2&limit=2", [3, 4]),
        ("?limit=0", []),
        ("?after=99", []),
        ("?before=9&limit=4", [2, 3, 7, 8]),
        ("?before=3", [1, 2]),
        ("?before=1", []),
        ("?before=99&limit=1", [12]),
        ("?before=9&limit=0", []),
    ],
)
def test_hops_come_in_order(told: FakeHost, client: AsyncClient, query: str, seqs: list[int]) -> None:
    code, answer = get(client, f"hops{query}")
    assert (code, [hop["seq"] for hop in answer["hops"]], answer["head"]) == (200, seqs, 12)


def test_the_inspector_shows_what_a_write_changed_and_why(told: FakeHost, client: AsyncClient) -> None:
    _, answer = get(client, "hops/8")
    assert answer["hop"]["change"]["card"]["status"] == "Running"
    assert "phase: Running" in answer["manifest"]
    assert [line for line in answer["changes"] if line["op"] != " "] == [
        {"op": "-", "text": '  resourceVersion: "1"'},
        {"op": "+", "text": '  resourceVersion: "4"'},
        {"op": "-", "text": "  phase: Pending"},
        {"op": "+", "text": "  phase: Running"},
    ]
    assert [(hop["seq"], hop["source"]) for hop in answer["causes"]] == [(7, "node/n1/kubelet"), (8, "kube-apiserver")]
    assert answer["table"] is None


def test_the_inspector_of_a_request_shows_what_came_of_it(told: FakeHost, client: AsyncClient) -> None:
    request, write = (get(client, f"hops/{seq}")[1] for seq in (7, 8))
    assert (request["manifest"], request["changes"]) == (write["manifest"], write["changes"])
    assert request["hop"]["change"] is None


def test_the_inspector_of_a_request_that_was_refused_shows_the_object_as_it_is(told: FakeHost, client: AsyncClient) -> None:
    told.write(pod_key("other"), pod("other", phase="Running"))
    with told.store.transaction():
        told.trace.record("kubectl", "kube-apiserver", "POST", "pods/default/other")
    _, answer = get(client, "hops/16")
    assert ("phase: Running" in answer["manifest"], answer["changes"]) == (True, [])


def test_the_inspector_shows_a_deleted_object_as_it_was(told: FakeHost, client: AsyncClient) -> None:
    _, answer = get(client, "hops/11")
    assert "phase: Running" in answer["manifest"]
    assert {line["op"] for line in answer["changes"]} == {"-"}


def test_the_inspector_of_a_message_shows_no_changes(told: FakeHost, client: AsyncClient) -> None:
    _, answer = get(client, "hops/9")
    assert (answer["changes"], "phase: Running" in answer["manifest"]) == ([], True)


FILTERED = {
    "pod": "default/web",
    "nodes": 3,
    "feasible": ["n1", "n2"],
    "rejected": {"n3": {"plugin": "NodeResourcesFit", "reasons": ["Insufficient cpu", "Insufficient memory"]}},
}
SCORED = {
    "pod": "default/web",
    "node": "n2",
    "tied": 1,
    "feasible": ["n1", "n2"],
    "plugins": {"TaintToleration": {"weight": 3, "raw": [0, 0], "normalized": [10, 100]}},
    "totals": [30, 300],
}
REJECTED = {"plugin": "NodeResourcesFit", "message": "Insufficient cpu, Insufficient memory", "nodes": ["n3"], "left": 0}


def test_the_schedulers_table_comes_with_its_hops(told: FakeHost, client: AsyncClient) -> None:
    with told.store.transaction():
        told.trace.record("kube-scheduler", "kube-scheduler/filter", "filter", "pods/default/web", detail=FILTERED)
        told.trace.record("kube-scheduler", "kube-scheduler/score", "score", "pods/default/web", detail=SCORED)
    plain = [{"node": name, "score": [], "total": 0} for name in ("n1", "n2")]
    whole = {"pod": "default/web", "left": 0, "rejected": [REJECTED], "rejectedLeft": 0, "unseen": 0, "preemption": None}
    assert get(client, "hops/13")[1]["table"] == {**whole, "nodes": plain, "chosen": ""}
    ranked = [
        {
            "node": name,
            "score": [{"plugin": "TaintToleration", "raw": 0, "score": score, "weight": 3, "sum": 3 * score}],
            "total": 3 * score,
        }
        for name, score in (("n2", 100), ("n1", 10))
    ]
    assert get(client, "hops/14")[1]["table"] == {**whole, "nodes": ranked, "chosen": "n2"}


def test_the_schedulers_table_says_who_would_make_room() -> None:
    candidate = {"victims": [{"pod": "default/old", "priority": 0}], "violations": 0, "highestPriority": 0, "prioritySum": 0}
    found = {"node": "n2", "decidedBy": "violations", "candidates": {"n1": {**candidate, "violations": 1}, "n2": candidate}, "reasons": {}}
    shown = schedule_table.table({"pod": "default/web", "feasible": [], "rejected": {}, "preemption": found}, None)
    assert shown["preemption"] == {
        "node": "n2",
        "decidedBy": "violations",
        "candidates": [{"node": "n2", **candidate}, {"node": "n1", **candidate, "violations": 1}],
        "left": 0,
    }


def test_of_a_large_cluster_the_first_nodes_are_named_and_all_are_counted() -> None:
    full, tainted = ({"plugin": plugin, "reasons": ["no"]} for plugin in ("NodeResourcesFit", "TaintToleration"))
    rejected = {**{f"t{number}": tainted for number in range(3)}, **{f"f{number}": full for number in range(70)}}
    feasible = [f"n{number}" for number in range(60)]
    shown = schedule_table.table({"pod": "default/web", "nodes": 200, "feasible": feasible, "rejected": rejected}, None)
    assert (
        len(shown["nodes"]),
        shown["left"],
        [(group["plugin"], len(group["nodes"]), group["left"]) for group in shown["rejected"]],
        shown["rejectedLeft"],
        shown["unseen"],
    ) == (50, 10, [("NodeResourcesFit", 50, 20), ("TaintToleration", 3, 0)], 0, 67)


def test_nodes_of_more_reasons_than_are_named_are_counted() -> None:
    rejected = {f"n{number}": {"plugin": "Coscheduling", "reasons": [f"because of {number}"]} for number in range(53)}
    shown = schedule_table.table({"pod": "default/web", "nodes": 53, "feasible": [], "rejected": rejected}, None)
    assert (len(shown["rejected"]), shown["rejectedLeft"], shown["unseen"]) == (50, 3, 0)


def test_the_chosen_one_of_equally_good_nodes_comes_first() -> None:
    scored = {"pod": "default/web", "node": "n2", "tied": 3, "feasible": ["n1", "n2", "n3"], "plugins": {}, "totals": [7, 7, 7]}
    shown = schedule_table.table({"pod": "default/web", "nodes": 3, "feasible": ["n1", "n2", "n3"], "rejected": {}}, scored)
    assert [row["node"] for row in shown["nodes"]] == ["n2", "n1", "n3"]


def test_an_object_comes_with_its_events_and_its_history(told: FakeHost, client: AsyncClient) -> None:
    code, answer = get(client, "objects?key=pods/default/web&at=9")
    assert (code, answer["key"]) == (200, "pods/default/web")
    assert answer["manifest"].startswith("apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\n")
    assert answer["events"] == [{"type": "Normal", "reason": "Scheduled", "message": "on n1", "count": 2, "at": 1_767_225_600.0}]
    assert answer["history"] == [
        {"revision": 1, "seq": 2, "at": 1_700_000_000.0, "verb": "POST", "source": "kubectl"},
        {"revision": 4, "seq": 8, "at": 1_700_000_002.0, "verb": "POST", "source": "node/n1/kubelet"},
    ]


def test_only_the_last_writes_of_an_object_are_told(host: FakeHost, client: AsyncClient) -> None:
    for number in range(MAX_HISTORY + 5):
        host.write(pod_key(), pod(message=str(number)), resource="pods/default/web")
        host.write(pod_key("web-2"), pod("web-2", message=str(number)), resource="pods/default/web-2")
    history = get(client, "objects?key=pods/default/web")[1]["history"]
    assert [entry["revision"] for entry in history] == list(range(11, 2 * (MAX_HISTORY + 5), 2))


def test_changed_lines_leave_out_what_is_far_from_a_change() -> None:
    before = "".join(f"line {number}\n" for number in range(30))
    after = before.replace("line 4\n", "line four\n").replace("line 25\n", "")
    lines = [f"{line['op']}{line['text']}" for line in changed_lines(before, after)]
    assert lines == [
        *(f" line {number}" for number in (1, 2, 3)),
        "-line 4",
        "+line four",
        *(f" line {number}" for number in (5, 6, 7)),
        " ...",
        *(f" line {number}" for number in (22, 23, 24)),
        "-line 25",
        *(f" line {number}" for number in (26, 27, 28)),
    ]
