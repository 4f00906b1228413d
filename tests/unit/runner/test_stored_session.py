"""What history keeps of sessions: what was typed, and not what was only carried through."""

from __future__ import annotations

import pytest

from cluster.engine.clock import Clock
from cluster.engine.engine import Engine
from cluster.engine.rng import Rng
from cluster.engine.trace import Trace
from cluster.etcd.memory import MemoryStore
from cluster.kubelet.streaming_server import FarEnd
from cluster.machinery.kubelet_server import Input
from cluster.machinery.meta import Obj, SimTime
from cluster.runner.session_records import ABRIDGED, IN, MUCH, PREFIX
from cluster.runner.sessions import Sessions
from cluster.runner.stored_session import StoredSession


def new_store() -> MemoryStore:
    clock = Clock(SimTime(0))
    return MemoryStore(Trace(clock), clock)


def held(store: MemoryStore) -> list[Obj]:
    """Return every value that the mailbox of what goes in has had."""
    return [event.kv.obj for event in store.events(PREFIX, after=0) if event.key.endswith(IN) and event.kv is not None]


SIZES = {"what was typed stays": (10, False), "what was only carried through does not": (MUCH, True)}


@pytest.mark.parametrize(("size", "is_abridged"), SIZES.values(), ids=SIZES.keys())
def test_what_history_has_of_a_session_that_is_over(size: int, is_abridged: bool) -> None:
    store = new_store()
    session = StoredSession(store, {"cause": 0})
    session.send(Input(b"x" * size))
    before = held(store)
    session.close()
    session.close()
    after = held(store)
    assert (len(before), after == before, after == [ABRIDGED], list(store.list(PREFIX).items)) == (1, not is_abridged, is_abridged, [])


def no_far_end(wanted: Obj, wake: object) -> FarEnd:
    raise NotImplementedError("nothing is begun here")


def test_whoever_takes_over_the_loops_forgets_what_was_under_way() -> None:
    store = new_store()
    StoredSession(store, {"cause": 0}).send(Input(b"typed"))
    engine = Engine(Clock(SimTime(0)), Trace(Clock(SimTime(0))), Rng(1))
    Sessions(store, engine.trace, no_far_end).start()
    assert (held(store), list(store.list(PREFIX).items)) == ([ABRIDGED], [])
