"""Two mailboxes over one store: nothing is lost, nothing comes twice, and a side that is too fast has to wait."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cluster.engine.clock import Clock
from cluster.engine.trace import Trace
from cluster.etcd.memory import MemoryStore
from cluster.machinery.meta import Obj, SimTime
from cluster.runner.mailbox import WINDOW, Mailbox


def pair() -> tuple[MemoryStore, Mailbox, Mailbox]:
    clock = Clock(SimTime(0))
    store = MemoryStore(Trace(clock), clock)
    return store, Mailbox(store, "/in", "/out"), Mailbox(store, "/out", "/in")


@given(st.lists(st.sampled_from(["send", "answer", "take", "look"]), max_size=40))
def test_pieces_arrive_once_and_in_order(acts: list[str]) -> None:
    _, near, far = pair()
    sent: list[Obj] = []
    answered: list[Obj] = []
    taken: list[Obj] = []
    looked: list[Obj] = []
    for number, act in enumerate(acts):
        if act == "send":
            sent.append({"data": str(number)})
            near.send(sent[-1:])
        elif act == "answer":
            answered.append({"data": str(number)})
            far.send(answered[-1:])
        elif act == "take":
            taken += far.take()
        else:
            looked += near.take()
    assert (taken + far.take(), looked + near.take()) == (sent, answered)


def test_who_sends_faster_than_the_other_takes_has_no_room() -> None:
    store, near, far = pair()
    half = {"data": "x" * (WINDOW // 2 + 1)}
    rooms = [near.has_room]
    for _ in range(2):
        near.send([half])
        rooms.append(near.has_room)
    revision = store.revision
    far.take()
    assert (rooms, near.has_room, store.revision - revision) == ([True, True, False], True, 1)


def test_a_small_piece_is_taken_without_a_write() -> None:
    store, near, far = pair()
    near.send([{"data": "x"}])
    revision = store.revision
    assert (far.take(), store.revision) == ([{"data": "x"}], revision)


def test_what_was_taken_is_forgotten_with_the_next_write() -> None:
    store, near, far = pair()
    near.send([{"data": "1"}])
    far.take()
    far.send([{"data": "answer"}])
    near.send([{"data": "2"}])
    assert [kv.obj for kv in store.list("/in").items] == [{"first": 1, "pieces": [{"data": "2"}], "taken": 0, "end": None}]


def test_the_end_is_seen_after_the_last_piece() -> None:
    _, near, far = pair()
    far.send([{"data": "last"}], {"code": 0})
    before = near.other_end
    near.take()
    assert (before, near.other_end) == (None, {"code": 0})
