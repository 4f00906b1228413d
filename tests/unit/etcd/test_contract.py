"""One table of what a store promises, held against both stores."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import orjson
import pytest

from cluster.engine.trace import Hop
from cluster.machinery.meta import Obj, SimTime
from cluster.machinery.storage import Compacted, Conflict, Event, Fence, Fenced, FutureRevision, KeyValue, StorageError, Store
from cluster.models import KubeObject
from tests.unit.etcd.bench import Bench, database, memory

pytestmark = pytest.mark.django_db


STORES: dict[str, Callable[[], Bench]] = {
    "in memory": memory,
    "in a database": lambda: database(kept=100),
    "in a database whose history is read back from disk": lambda: database(kept=1),
    "in a database with a keyframe at every third revision": lambda: database(kept=1, keyframe_every=3),
}


@pytest.fixture(params=STORES.values(), ids=STORES.keys())
def bench(request: pytest.FixtureRequest) -> Bench:
    made: Bench = request.param()
    made.store.on_commit(made.commits.append)
    return made


def thing(text: str = "") -> Obj:
    return {"kind": "Thing", "metadata": {"name": text or "x"}, "text": text}


def write(store: Store, *writes: tuple[str, str | None]) -> None:
    """Put (key, text) one after another; a text of None deletes."""
    for key, text in writes:
        store.put(key, None if text is None else thing(text))


@contextmanager
def undone(store: Store) -> Iterator[None]:
    """A transaction that fails after what is written inside."""
    with suppress(ZeroDivisionError), store.transaction():
        yield
        raise ZeroDivisionError


def texts(values: list[KeyValue]) -> dict[str, str]:
    return {kv.key: kv.obj["text"] for kv in values}


def shown(event: Event) -> tuple[int, str, str | None, str | None, int]:
    return (
        event.revision,
        event.key,
        event.kv.obj["text"] if event.kv else None,
        event.prev.obj["text"] if event.prev else None,
        event.hop,
    )


HISTORY: tuple[tuple[str, str | None], ...] = (
    ("/a/1", "one"),
    ("/a/2", "two"),
    ("/b/1", "other"),
    ("/a/1", "one again"),
    ("/a/2", None),
    ("/a/3", "three"),
    ("/a/2", "two is back"),
)

AT: dict[int, dict[str, str]] = {
    0: {},
    1: {"/a/1": "one"},
    2: {"/a/1": "one", "/a/2": "two"},
    3: {"/a/1": "one", "/a/2": "two"},
    4: {"/a/1": "one again", "/a/2": "two"},
    5: {"/a/1": "one again"},
    6: {"/a/1": "one again", "/a/3": "three"},
    7: {"/a/1": "one again", "/a/2": "two is back", "/a/3": "three"},
}


def test_every_write_takes_the_next_revision_and_counts_its_key_s_versions(bench: Bench) -> None:
    written = [bench.store.put(key, None if text is None else thing(text)) for key, text in HISTORY]
    assert [(kv.key, kv.mod_revision, kv.create_revision, kv.version) for kv in written] == [
        ("/a/1", 1, 1, 1),
        ("/a/2", 2, 2, 1),
        ("/b/1", 3, 3, 1),
        ("/a/1", 4, 1, 2),
        ("/a/2", 5, 2, 1),
        ("/a/3", 6, 6, 1),
        ("/a/2", 7, 7, 1),
    ]
    assert (bench.store.revision, bench.commits) == (7, [1, 2, 3, 4, 5, 6, 7])


def test_the_stored_bytes_carry_the_revision_and_are_the_bytes_read_back(bench: Bench) -> None:
    written = bench.store.put("/a/1", thing("one"))
    read = bench.store.get("/a/1")
    assert read is not None
    assert written.raw == read.raw == orjson.dumps({"kind": "Thing", "metadata": {"name": "one", "resourceVersion": "1"}, "text": "one"})
    assert read.obj == read.copy() == orjson.loads(read.raw)
    assert read.copy() is not read.obj


def test_a_deletion_answers_the_last_value_at_its_own_revision(bench: Bench) -> None:
    write(bench.store, ("/a/1", "one"))
    gone = bench.store.put("/a/1", None)
    assert (gone.obj["text"], gone.obj["metadata"]["resourceVersion"], gone.mod_revision) == ("one", "2", 2)
    assert bench.store.get("/a/1") is None


def test_a_value_without_metadata_is_stored_as_it_is(bench: Bench) -> None:
    assert bench.store.put("/node/n1/containers/c", {"state": "running"}).raw == b'{"state":"running"}'


@pytest.mark.parametrize("revision", AT)
def test_a_list_at_a_revision_is_what_stood_there_then(bench: Bench, revision: int) -> None:
    write(bench.store, *HISTORY)
    listing = bench.store.list("/a/", revision=revision)
    assert (texts(list(listing.items)), listing.revision, listing.remaining) == (AT[revision], revision, 0)
    assert [kv.key for kv in listing.items] == sorted(AT[revision])
    assert {key: kv.obj["text"] for key in ("/a/1", "/a/2", "/a/3") if (kv := bench.store.get(key, revision=revision))} == AT[revision]


PAGES = {
    "all": (0, "", ["/a/1", "/a/2", "/a/3", "/a/4"], 0),
    "the first two": (2, "", ["/a/1", "/a/2"], 2),
    "two after the second": (2, "/a/2", ["/a/3", "/a/4"], 0),
    "after a key that is not there": (1, "/a/2a", ["/a/3"], 1),
    "after the last": (2, "/a/4", [], 0),
    "after a key before the prefix": (3, "/Z", ["/a/1", "/a/2", "/a/3"], 1),
}


@pytest.mark.parametrize(("limit", "start_after", "keys", "remaining"), PAGES.values(), ids=PAGES.keys())
def test_a_page_begins_after_a_key_and_counts_what_follows(
    bench: Bench, limit: int, start_after: str, keys: list[str], remaining: int
) -> None:
    write(bench.store, ("/a/3", "c"), ("/b/1", "x"), ("/a/1", "a"), ("/a/2", "b"), ("/a/4", "d"), ("/a0", "y"))
    head = bench.store.revision
    write(bench.store, ("/a/2", None), ("/a/9", "later"))
    listing = bench.store.list("/a/", revision=head, limit=limit, start_after=start_after)
    assert ([kv.key for kv in listing.items], listing.remaining, listing.revision) == (keys, remaining, head)


EVENTS = {
    "everything": ("/", 0, 0, [1, 2, 3, 4, 5, 6, 7]),
    "one prefix": ("/a/", 0, 0, [1, 2, 4, 5, 6, 7]),
    "after a revision": ("/a/", 4, 0, [5, 6, 7]),
    "the oldest two of them": ("/a/", 1, 2, [2, 4]),
    "one that is still in memory": ("/a/", 5, 1, [6]),
    "after the head": ("/", 7, 0, []),
}
SHOWN = {
    1: (1, "/a/1", "one", None, 11),
    2: (2, "/a/2", "two", None, 12),
    3: (3, "/b/1", "other", None, 13),
    4: (4, "/a/1", "one again", "one", 14),
    5: (5, "/a/2", None, "two", 15),
    6: (6, "/a/3", "three", None, 16),
    7: (7, "/a/2", "two is back", None, 17),
}


@pytest.mark.parametrize(("prefix", "after", "limit", "revisions"), EVENTS.values(), ids=EVENTS.keys())
def test_events_come_in_order_with_what_stood_there_before(bench: Bench, prefix: str, after: int, limit: int, revisions: list[int]) -> None:
    for number, (key, text) in enumerate(HISTORY, start=11):
        bench.store.put(key, None if text is None else thing(text), hop=number)
    events = bench.store.events(prefix, after=after, limit=limit)
    assert [shown(event) for event in events] == [SHOWN[revision] for revision in revisions]


PRECONDITIONS = {
    "absent, and it is": ("/a/9", 0, "new", None),
    "absent, but it is there": ("/a/1", 0, "new", 4),
    "last changed then, and it was": ("/a/1", 4, "new", None),
    "last changed then, but it was changed since": ("/a/1", 1, "new", 4),
    "last changed then, but it is gone": ("/a/8", 1, "new", 0),
    "deleted where it was last changed": ("/a/1", 4, None, None),
    "deleted, but it was changed since": ("/a/1", 1, None, 4),
    "deleted, but it was never there": ("/a/9", None, None, 0),
}


@pytest.mark.parametrize(("key", "wanted", "text", "found"), PRECONDITIONS.values(), ids=PRECONDITIONS.keys())
def test_a_write_may_demand_what_it_replaces(bench: Bench, key: str, wanted: int | None, text: str | None, found: int | None) -> None:
    write(bench.store, *HISTORY)
    value = None if text is None else thing(text)
    if found is None:
        assert bench.store.put(key, value, if_mod_revision=wanted).mod_revision == 8
        return
    with pytest.raises(Conflict) as caught:
        bench.store.put(key, value, if_mod_revision=wanted)
    conflict = caught.value
    assert (conflict.key, conflict.wanted, conflict.current.mod_revision if conflict.current else 0) == (key, wanted or 0, found)
    assert bench.store.revision == 7


REFUSED: dict[str, tuple[Callable[[Store], object], type[StorageError]]] = {
    "get before the compaction": (lambda store: store.get("/a/1", revision=3), Compacted),
    "get in the future": (lambda store: store.get("/a/1", revision=8), FutureRevision),
    "list before the compaction": (lambda store: store.list("/a/", revision=3), Compacted),
    "list in the future": (lambda store: store.list("/a/", revision=8), FutureRevision),
    "events from before the compaction": (lambda store: store.events("/a/", after=3), Compacted),
    "compact to the compaction again": (lambda store: store.compact(4), Compacted),
    "compact to before it": (lambda store: store.compact(3), Compacted),
    "compact in the future": (lambda store: store.compact(8), FutureRevision),
}


@pytest.mark.parametrize(("call", "error"), REFUSED.values(), ids=REFUSED.keys())
def test_what_is_not_kept_is_refused(bench: Bench, call: Callable[[Store], object], error: type[StorageError]) -> None:
    write(bench.store, *HISTORY)
    bench.store.compact(4)
    with pytest.raises(error):
        call(bench.store)
    assert (bench.store.compacted, bench.store.revision) == (4, 7)


@pytest.mark.parametrize("revision", [r for r in AT if r >= 5])
def test_a_compaction_keeps_everything_from_its_revision_on(bench: Bench, revision: int) -> None:
    write(bench.store, *HISTORY)
    bench.store.compact(5)
    assert texts(list(bench.store.list("/a/", revision=revision).items)) == AT[revision]
    assert [event.revision for event in bench.store.events("/", after=revision)] == list(range(revision + 1, 8))
    assert [shown(event)[:4] for event in bench.store.events("/", after=5)] == [SHOWN[6][:4], SHOWN[7][:4]]


def test_a_transaction_commits_once_with_its_hops_and_its_time(bench: Bench) -> None:
    seen: list[tuple[int, int]] = []
    bench.store.on_commit(lambda revision: seen.append((revision, len(bench.hops()))))
    with bench.store.transaction():
        bench.clock.advance(SimTime(5000))
        hop = bench.trace.record("kube-apiserver", "etcd", "put", "/a/1", detail={"why": "test"})
        bench.store.put("/a/1", thing("one"), hop=hop.seq)
        with bench.store.transaction():
            bench.trace.record("etcd", "kube-apiserver", "reply", outcome="ok")
            bench.store.put("/a/2", thing("two"))
        assert (bench.commits, bench.store.now) == ([], 5000)
    assert (seen, bench.store.now, bench.store.revision) == ([(2, 2)], 5000, 2)
    assert bench.hops() == [
        Hop(1, SimTime(5000), 0, 0, "kube-apiserver", "etcd", "put", "/a/1", detail={"why": "test"}),
        Hop(2, SimTime(5000), 0, 0, "etcd", "kube-apiserver", "reply", "", outcome="ok"),
    ]


def test_a_transaction_that_changes_nothing_commits_nothing(bench: Bench) -> None:
    with bench.store.transaction():
        bench.store.get("/a/1")
    assert bench.commits == []


def test_an_exception_undoes_the_whole_transaction(bench: Bench) -> None:
    write(bench.store, *HISTORY)
    with undone(bench.store):
        bench.trace.record("a", "b", "put")
        write(bench.store, ("/a/1", None), ("/a/2", "changed"), ("/a/5", "new"))
        bench.store.compact(6)
    assert (bench.store.revision, bench.store.compacted, bench.trace.next_seq, bench.hops()) == (7, 0, 1, [])
    assert texts(list(bench.store.list("/a/").items)) == AT[7]
    assert bench.store.put("/a/1", thing("after")).mod_revision == 8


def test_an_exception_that_leaves_an_inner_block_undoes_that_block(bench: Bench) -> None:
    with bench.store.transaction():
        write(bench.store, ("/a/1", "kept"))
        bench.trace.record("a", "b", "kept")
        with undone(bench.store):
            write(bench.store, ("/a/1", "undone"), ("/a/2", "undone"))
            bench.trace.record("a", "b", "undone")
        write(bench.store, ("/a/3", "kept too"))
        bench.trace.record("a", "b", "kept too")
    assert [shown(event)[:3] for event in bench.store.events("/", after=0)] == [(1, "/a/1", "kept"), (2, "/a/3", "kept too")]
    assert [(hop.seq, hop.verb) for hop in bench.hops()] == [(1, "kept"), (2, "kept too")]


def test_a_writer_whose_lease_has_moved_on_writes_nothing(bench: Bench) -> None:
    bench.set_epoch(3)
    with bench.store.transaction(fence=Fence(3)):
        write(bench.store, ("/a/1", "one"))
    bench.set_epoch(4)
    with pytest.raises(Fenced), bench.store.transaction(fence=Fence(3)):
        write(bench.store, ("/a/1", "two"))
    assert (bench.store.revision, bench.commits) == (1, [1])


def test_hops_of_outside_reads_are_numbered_by_the_next_transaction(bench: Bench) -> None:
    with bench.trace.deferred():
        request = bench.trace.record("kubectl", "kube-apiserver", "GET")
        with bench.trace.caused_by(request.seq):
            reply = bench.trace.record("kube-apiserver", "kubectl", "reply")
        reply.outcome = "200"
    assert (bench.trace.has_deferred, bench.hops(), bench.trace.next_seq) == (True, [], 1)
    with undone(bench.store):
        pass
    with bench.store.transaction():
        bench.trace.record("kubectl", "kube-apiserver", "POST")
    assert [(hop.seq, hop.verb, hop.cause, hop.outcome, hop.is_routine) for hop in bench.hops()] == [
        (1, "GET", 0, "", True),
        (2, "reply", 1, "200", True),
        (3, "POST", 0, "", False),
    ]
    assert not bench.trace.has_deferred


def test_moves_tell_of_changes_and_of_changes_undone(bench: Bench) -> None:
    seen = [bench.store.moves]
    write(bench.store, ("/a/1", "one"))
    seen.append(bench.store.moves)
    with undone(bench.store):
        write(bench.store, ("/a/1", "two"))
        seen.append(bench.store.moves)
    seen.append(bench.store.moves)
    write(bench.store, ("/a/1", "three"))
    seen.append(bench.store.moves)
    assert (sorted(set(seen)), bench.store.moves) == (seen, seen[-1])


def test_moves_outside_the_registry_tell_of_values_that_are_no_api_objects(bench: Bench) -> None:
    def moved(key: str) -> tuple[bool, bool]:
        store = bench.store
        before = store.moves, store.moves_outside_registry
        write(store, (key, "one"))
        return store.moves != before[0], store.moves_outside_registry != before[1]

    keys = ("/registry/pods/default/web", "/runner/faults", "/node/worker-1/machine")
    assert [moved(key) for key in keys] == [(True, False), (True, True), (True, True)]


def test_latest_values_are_kept_for_readers_of_the_database() -> None:
    bench = database(kept=100)
    write(bench.store, *HISTORY)
    rows = KubeObject.objects.order_by("key").values_list("key", "kind", "name", "mod_revision", "version")
    assert list(rows) == [
        ("/a/1", "Thing", "one", 4, 2),
        ("/a/2", "Thing", "two is back", 7, 1),
        ("/a/3", "Thing", "three", 6, 1),
        ("/b/1", "Thing", "other", 3, 1),
    ]


def test_what_a_key_has_held_that_is_gone_can_be_forgotten_and_its_revisions_stay(bench: Bench) -> None:
    write(bench.store, ("/a/1", "much"), ("/a/2", "kept"), ("/a/1", "more"), ("/a/1", None), ("/a/1", "anew"), ("/a/1", None))
    bench.store.abridge("/a/1", thing("-"))
    states = [texts(list(bench.store.list("/", revision=revision).items)) for revision in (1, 3, 5)]
    assert (states, [shown(event) for event in bench.store.events("/a/1", after=0)], bench.store.revision) == (
        [{"/a/1": "-"}, {"/a/1": "-", "/a/2": "kept"}, {"/a/1": "-", "/a/2": "kept"}],
        [
            (1, "/a/1", "-", None, 0),
            (3, "/a/1", "-", "-", 0),
            (4, "/a/1", None, "-", 0),
            (5, "/a/1", "-", None, 0),
            (6, "/a/1", None, "-", 0),
        ],
        6,
    )


def test_what_is_there_is_not_forgotten(bench: Bench) -> None:
    write(bench.store, ("/a/1", "one"))
    with pytest.raises(ValueError, match="/a/1 is there"):
        bench.store.abridge("/a/1", thing("-"))
    assert bench.store.get("/a/1") is not None
