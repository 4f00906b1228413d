"""Watches: which events arrive, with which revision, from where on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from cluster.apiserver.handler import Handler
from cluster.apiserver.request import Credentials, Options, Request, Watch
from cluster.machinery.errors import ApiError
from cluster.machinery.kinds.core import CONFIGMAPS, NODES, PODS
from cluster.machinery.kinds.model import Kind
from cluster.machinery.meta import Obj
from tests.unit.apiserver.default_policy import default_policy
from tests.unit.apiserver.rig import ADMIN, TOKEN, Rig, pod


def config_map(name: str, namespace: str = "default", **labels: str) -> Obj:
    return {"metadata": {"name": name, "namespace": namespace, "labels": labels}}


def watch(rig: Rig, kind: Kind, options: Options, namespace: str = "", on_ready: Callable[[], None] = lambda: None) -> Watch:
    return rig.handler.watch(Request("watch", kind, "client", Credentials(token=TOKEN), namespace, options=options), on_ready)


def drain(opened: Watch) -> list[str]:
    """Return ``TYPE name@revision`` of every waiting event."""
    seen = []
    while (event := opened.next()) is not None:
        meta = event.value.obj["metadata"]
        seen.append(f"{event.type} {meta.get('name', '')}@{meta['resourceVersion']}")
    return seen


def bind(rig: Rig, name: str, node: str) -> None:
    binding = {"apiVersion": "v1", "kind": "Binding", "metadata": {"name": name, "namespace": "default"}, "target": {"name": node}}
    rig.admin.create(PODS, binding, subresource="binding", name=name)


@dataclass(frozen=True)
class Case:
    """What a watch hears of: a created (at @1), labelled (@2), unlabelled (@3), deleted (@4), counted from its opening."""

    options: Options
    events: list[str]
    namespace: str = ""


SELECTED = {
    "everything": Case(Options(), ["ADDED a@1", "MODIFIED a@2", "MODIFIED a@3", "DELETED a@4"]),
    "its namespace": Case(Options(), ["ADDED a@1", "MODIFIED a@2", "MODIFIED a@3", "DELETED a@4"], "default"),
    "another namespace": Case(Options(), [], "kube-system"),
    "its name": Case(Options(field_selector="metadata.name=a"), ["ADDED a@1", "MODIFIED a@2", "MODIFIED a@3", "DELETED a@4"]),
    "another name": Case(Options(field_selector="metadata.name=b"), []),
    "not its name": Case(Options(field_selector="metadata.name!=a"), []),
    "a label that it gets and loses": Case(Options(label_selector="l=x"), ["ADDED a@2", "DELETED a@3"]),
    "the absence of a label": Case(Options(label_selector="!l"), ["ADDED a@1", "DELETED a@2", "ADDED a@3", "DELETED a@4"]),
}


@pytest.mark.parametrize("case", SELECTED.values(), ids=SELECTED.keys())
def test_a_watch_hears_of_what_enters_changes_and_leaves_its_selection(case: Case) -> None:
    rig = Rig()
    start = rig.store.revision
    opened = watch(rig, CONFIGMAPS, case.options, case.namespace)
    rig.admin.create(CONFIGMAPS, config_map("a"))
    rig.admin.patch(CONFIGMAPS, "a", "default", {"metadata": {"labels": {"l": "x"}}})
    rig.admin.patch(CONFIGMAPS, "a", "default", {"metadata": {"labels": None}})
    rig.admin.delete(CONFIGMAPS, "a", "default")
    relative = [f"{seen.split('@')[0]}@{int(seen.split('@')[1]) - start}" for seen in drain(opened)]
    assert relative == case.events


def test_of_all_kubelets_one_hears_of_a_pod() -> None:
    rig = Rig()
    woken: list[str] = []
    nodes = ("n1", "n2", "n3")
    watches = {
        node: watch(rig, PODS, Options(field_selector=f"spec.nodeName={node}"), on_ready=lambda node=node: woken.append(node))
        for node in nodes
    }
    rig.admin.create(PODS, pod("web"))
    bind(rig, "web", "n2")
    rig.admin.delete(PODS, "web", "default", grace_period_seconds=0)
    assert woken == ["n2"]
    assert {node: [seen.split("@")[0] for seen in drain(opened)] for node, opened in watches.items()} == {
        "n1": [],
        "n2": ["ADDED web", "MODIFIED web", "DELETED web"],
        "n3": [],
    }


def _given(rig: Rig) -> int:
    """Two ConfigMaps, one changed since. Returns the revision before the change."""
    rig.admin.create(CONFIGMAPS, config_map("a"))
    rig.admin.create(CONFIGMAPS, config_map("b"))
    before = rig.store.revision
    rig.admin.patch(CONFIGMAPS, "a", "default", {"data": {"k": "v"}})
    return before


EXACTLY = "NotOlderThan"
STARTS: dict[str, tuple[Options, list[str]]] = {
    "without a resourceVersion: what there is": (Options(), ["ADDED a@+1", "ADDED b@+0"]),
    "from resourceVersion 0: what there is": (Options(resource_version="0"), ["ADDED a@+1", "ADDED b@+0"]),
    "without a resourceVersion but with bookmarks: what there is, and a bookmark behind it": (
        Options(allow_watch_bookmarks=True),
        ["ADDED a@+1", "ADDED b@+0", "BOOKMARK @+1"],
    ),
    "from a revision: what came after it": (Options(resource_version="+0"), ["MODIFIED a@+1"]),
    "from the newest revision: nothing": (Options(resource_version="+1"), []),
    "with initial events: what there is, and a bookmark behind it": (
        Options(send_initial_events=True, resource_version_match=EXACTLY, allow_watch_bookmarks=True),
        ["ADDED a@+1", "ADDED b@+0", "BOOKMARK @+1"],
    ),
    "with initial events but no bookmarks: what there is": (
        Options(send_initial_events=True, resource_version_match=EXACTLY),
        ["ADDED a@+1", "ADDED b@+0"],
    ),
    "expressly without initial events: nothing": (Options(send_initial_events=False, resource_version_match=EXACTLY), []),
}


@pytest.mark.parametrize(("options", "events"), STARTS.values(), ids=STARTS.keys())
def test_a_watch_begins_where_it_was_asked_to(options: Options, events: list[str]) -> None:
    rig = Rig()
    before = _given(rig)
    fields = {name: getattr(options, name) for name in Options.__slots__}
    if options.resource_version.startswith("+"):
        fields["resource_version"] = str(before + int(options.resource_version))
    seen = drain(watch(rig, CONFIGMAPS, Options(**fields)))
    assert [f"{text.split('@')[0]}@+{int(text.split('@')[1]) - before}" for text in seen] == events


def test_the_bookmark_behind_the_initial_events_says_so() -> None:
    rig = Rig()
    opened = watch(rig, CONFIGMAPS, Options(send_initial_events=True, resource_version_match=EXACTLY, allow_watch_bookmarks=True))
    event = opened.next()
    assert event is not None
    assert event.value.obj == {
        "kind": "ConfigMap",
        "apiVersion": "v1",
        "metadata": {
            "resourceVersion": str(rig.store.revision),
            "creationTimestamp": None,
            "annotations": {"k8s.io/initial-events-end": "true"},
        },
    }


def test_a_watch_of_a_revision_before_the_api_server_started_is_told_that_it_expired() -> None:
    rig = Rig()
    before = _given(rig)
    started = rig.store.revision
    rig.handler = Handler(rig.store, rig.trace, rig.clock, rig.rng, tokens={TOKEN: ADMIN}, policy=default_policy())
    event = watch(rig, CONFIGMAPS, Options(resource_version=str(before))).next()
    assert event is not None
    assert (event.type, event.value.obj["message"]) == ("ERROR", f"too old resource version: {before} ({started})")
    opened = watch(rig, CONFIGMAPS, Options(resource_version=str(started)))
    rig.admin.create(CONFIGMAPS, {"metadata": {"name": "late", "namespace": "default"}})
    rig.handler.cacher.pump()
    assert drain(opened) == [f"ADDED late@{rig.store.revision}"]


def test_a_watch_of_a_compacted_revision_is_told_that_it_expired() -> None:
    rig = Rig()
    before = _given(rig)
    rig.store.compact(rig.store.revision)
    event = watch(rig, CONFIGMAPS, Options(resource_version=str(before))).next()
    assert event is not None
    message = f"too old resource version: {before} ({rig.store.revision})"
    assert (event.type, event.value.obj["code"], event.value.obj["reason"], event.value.obj["message"]) == (
        "ERROR",
        410,
        "Expired",
        message,
    )


def test_bookmarks_come_once_a_minute_to_who_wants_them() -> None:
    rig = Rig()
    wanted = watch(rig, CONFIGMAPS, Options(allow_watch_bookmarks=True))
    unwanted = watch(rig, CONFIGMAPS, Options())
    rig.run(59)
    rig.handler.cacher.pump()
    assert drain(wanted)[1:] == []  # the first is the bookmark behind the initial events
    rig.run(2)
    rig.handler.cacher.pump()
    rig.handler.cacher.pump()
    assert (drain(wanted), drain(unwanted)) == ([f"BOOKMARK @{rig.store.revision}"], [])


def test_a_stopped_watch_hears_nothing_more_and_its_neighbours_everything() -> None:
    rig = Rig()
    stopped, open_ = watch(rig, NODES, Options()), watch(rig, NODES, Options())
    stopped.stop()
    rig.admin.create(NODES, {"metadata": {"name": "n1"}})
    assert (stopped.has_more, open_.has_more) == (False, True)


def test_an_event_names_the_hop_that_wrote_it() -> None:
    rig = Rig()
    opened = watch(rig, NODES, Options())
    rig.admin.create(NODES, {"metadata": {"name": "n1"}})
    event = opened.next()
    assert event is not None
    put = next(hop for hop in rig.hops() if hop.seq == event.hop)
    assert (put.verb, put.key, put.revision) == ("put", "/registry/minions/n1", event.value.mod_revision)


def test_initial_events_of_a_revision_that_does_not_exist_yet_time_out() -> None:
    rig = Rig()
    opened = watch(rig, CONFIGMAPS, Options(resource_version="99", send_initial_events=True, resource_version_match=EXACTLY))
    event = opened.next()
    assert event is not None
    assert (event.type, event.value.obj["message"]) == ("ERROR", f"Timeout: Too large resource version: 99, current: {rig.store.revision}")


REFUSED = {
    "a field nobody can ask for": (Options(field_selector="data.x=y"), 400, '"data.x" is not a known field selector'),
    "a resourceVersion that is no number": (Options(resource_version="abc"), 500, 'strconv.ParseUint: parsing "abc"'),
    "initial events without saying how old they may be": (Options(send_initial_events=True), 422, "sendInitialEvents requires setting"),
    "a match without initial events": (
        Options(resource_version="1", resource_version_match="NotOlderThan"),
        422,
        "forbidden for watch unless sendInitialEvents is provided",
    ),
}


@pytest.mark.parametrize(("options", "code", "message"), REFUSED.values(), ids=REFUSED.keys())
def test_a_watch_that_makes_no_sense_is_refused(options: Options, code: int, message: str) -> None:
    with pytest.raises(ApiError) as raised:
        watch(Rig(), CONFIGMAPS, options)
    assert raised.value.code == code
    assert message in raised.value.message
