"""Two hosts of one cluster, as two processes would be: clients that contend for objects, and watches that must miss nothing.

Arguments: how many operations eight clients make, and how many events four writers cause.
"""

from __future__ import annotations

import asyncio
import os
import random
import sys
from collections.abc import Sequence
from dataclasses import dataclass

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dashboard.settings")
django.setup()

from cluster.apiserver.request import Credentials, Options, PatchType, Request, Response, User  # noqa: E402 - after the settings
from cluster.machinery.errors import ApiError  # noqa: E402
from cluster.machinery.kinds.core import CONFIGMAPS, NAMESPACES  # noqa: E402
from cluster.machinery.meta import Obj  # noqa: E402
from cluster.machinery.storage import Event  # noqa: E402
from cluster.runner.host import Host  # noqa: E402
from cluster.runner.hosts import OpenClusters  # noqa: E402
from tests.processes import begin  # noqa: E402

ADMIN = Credentials(component=User("admin", ("system:masters", "system:authenticated")))
CLIENTS, WRITERS, WATCHERS = 8, 4, 20
NAMES = 12
"""Objects that eight clients contend for."""
PATIENCE = 600.0
"""Seconds for everything to arrive."""


@dataclass(frozen=True, slots=True)
class Operation:
    """What a client did. ``wanted``: the revision that it demanded (0: none); ``code`` and ``revision``: what came of it."""

    verb: str
    name: str
    wanted: int
    code: int
    revision: int


async def ask(
    host: Host,
    namespace: str,
    verb: str,
    name: str,
    body: Obj | None = None,
    options: Options = Options(),  # noqa: B008 - frozen
) -> Response:
    """Make one request for a ConfigMap."""
    patch_type = PatchType.MERGE if verb == "patch" else None
    named = "" if verb == "create" else name
    return await host.serve(Request(verb, CONFIGMAPS, "client", ADMIN, namespace, named, body=body, patch_type=patch_type, options=options))


def revision_of(response: Response) -> int:
    """Return the resourceVersion of the object that was answered; 0 for a Status."""
    value = response.value
    obj = value.obj if value is not None and not isinstance(value, dict) else value or {}
    return int(obj["metadata"].get("resourceVersion") or 0)


async def history(host: Host, namespace: str, after: int = 0) -> Sequence[Event]:
    """Return every change of a namespace's ConfigMaps as the store has it."""
    return await host.read(lambda store: store.events(CONFIGMAPS.storage_key(namespace, ""), after=after))


async def head(host: Host) -> int:
    """Return the newest revision."""
    return await host.read(lambda store: store.revision)


async def operate(host: Host, seed: int, count: int, done: list[Operation]) -> None:
    """Be one client: read now and then, and write with what was read, or without any revision."""
    draw = random.Random(seed)
    seen: dict[str, int] = {}
    for number in range(count):
        verb, name = draw.choice(("create", "update", "update", "patch", "patch", "delete")), f"c{draw.randrange(NAMES)}"
        wanted = seen.get(name, 0) if draw.random() < 0.6 else 0
        meta: Obj = {"name": name} | ({"resourceVersion": str(wanted)} if wanted and verb in ("update", "patch") else {})
        body: Obj = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": meta, "data": {"by": f"{seed}-{number}"}}
        is_delete = verb == "delete"
        options = Options(precondition_resource_version=str(wanted) if is_delete and wanted else "")
        if verb == "create":
            wanted = 0
        try:
            response = await ask(host, "contention", verb, name, None if is_delete else body, options)
        except ApiError as error:
            done.append(Operation(verb, name, wanted, error.code, 0))
        else:
            revision = revision_of(response) if not is_delete else 0
            done.append(Operation(verb, name, wanted, response.code, revision))
            seen[name] = revision
        if draw.random() < 0.3:
            try:
                seen[name] = revision_of(await ask(host, "contention", "get", name))
            except ApiError:
                seen.pop(name, None)


async def check_one_winner_per_revision(hosts: Sequence[Host], operations: int) -> None:
    """Hold what eight clients were told against the history: the model is one object per name and one change per revision."""
    done: list[Operation] = []
    await asyncio.gather(*(operate(hosts[i % len(hosts)], i, operations // CLIENTS, done) for i in range(CLIENTS)))
    events = await history(hosts[0], "contention")
    revisions = [event.revision for event in events]
    assert revisions == sorted(set(revisions))
    before = {(event.key.rpartition("/")[2], event.revision): event.prev for event in events}
    writes = [each for each in done if each.code in (200, 201) and each.verb != "delete"]
    changes = [event.revision for event in events if event.kv is not None and event.key.rpartition("/")[2].startswith("c")]
    assert sorted(each.revision for each in writes) == changes, "every change has one winner, who was told its revision"
    for each in writes:
        prev = before[each.name, each.revision]
        assert (each.code == 201) is (prev is None), f"{each}: created what was there, or changed what was not"
        assert not each.wanted or (prev is not None and prev.mod_revision == each.wanted), f"{each}: won with a stale revision"
    deletions = [event for event in events if event.kv is None]
    assert len(deletions) == sum(each.verb == "delete" and each.code == 200 for each in done)
    refused = {(each.verb, each.code) for each in done if each.code >= 400}
    assert refused <= {("create", 409), ("update", 404), ("update", 409), ("patch", 404), ("patch", 409), ("delete", 404), ("delete", 409)}
    assert {("create", 409), ("update", 409), ("patch", 409), ("delete", 409)} <= refused, "nobody ever lost: this was no contention"
    assert not [each for each in done if each.verb in ("update", "patch", "delete") and each.code == 409 and not each.wanted]


async def write(host: Host, writer: int, count: int) -> None:
    """Cause ``count`` events: objects come, change and go."""
    for number in range(count):
        name, step = f"w{writer}-{number // 4}", number % 4
        body: Obj = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, "data": {"step": str(step)}}
        verb = ("create", "update", "patch", "delete")[step]
        await ask(host, "watched", verb, name, None if verb == "delete" else body)


async def follow(host: Host, seed: int, after: int, until: asyncio.Future[int], resumes: int) -> list[tuple[str, str, int]]:
    """Be one watcher: hang up ``resumes`` times and go on where it was; return what was seen up to the revision ``until``."""
    draw = random.Random(seed)
    seen: list[tuple[str, str, int]] = []
    while True:
        ready = asyncio.Event()
        options = Options(resource_version=str(after))
        watch = await host.watch(Request("watch", CONFIGMAPS, "client", ADMIN, "watched", options=options), ready.set)
        left = draw.randrange(1, 60) if resumes else -1
        try:
            while left:
                while left and (event := watch.next()) is not None:
                    assert event.type in ("ADDED", "MODIFIED", "DELETED"), event.value.obj
                    after = int(event.value.obj["metadata"]["resourceVersion"])
                    seen.append((event.type, event.value.obj["metadata"]["name"], after))
                    left -= 1
                if until.done() and after >= until.result():
                    return seen
                if left:
                    ready.clear()
                    if not watch.has_more:
                        await asyncio.wait([asyncio.ensure_future(ready.wait()), until], return_when=asyncio.FIRST_COMPLETED)
                        await asyncio.sleep(0.01 if until.done() else 0)
        finally:
            watch.stop()
        resumes -= 1


async def check_no_watch_misses_anything(hosts: Sequence[Host], events: int, resumes: int) -> None:
    """Every watcher sees the whole history, each change once and in its order, however often it hangs up."""
    loop = asyncio.get_running_loop()
    start, until = await head(hosts[0]), loop.create_future()
    watchers = [asyncio.ensure_future(follow(hosts[i % len(hosts)], i, start, until, resumes // WATCHERS)) for i in range(WATCHERS)]
    await asyncio.gather(*(write(hosts[i % len(hosts)], i, events // WRITERS) for i in range(WRITERS)))
    changes = await history(hosts[0], "watched", start)
    until.set_result(changes[-1].revision)
    async with asyncio.timeout(PATIENCE):
        seen = await asyncio.gather(*watchers)
    expected = [_as_seen(change) for change in changes]
    assert len(expected) >= events
    for number, each in enumerate(seen):
        assert each == expected, f"watcher {number} saw {len(each)} of {len(expected)} changes: {_first_difference(each, expected)}"


async def check_nothing_behind_compaction_is_silent(hosts: Sequence[Host]) -> None:
    """A watch and a list of what was compacted say so; what was kept is there."""
    newest = await head(hosts[0])
    kept = newest - 40
    await hosts[0].read(lambda store: store.compact(kept))
    for host in hosts:
        assert await head(host) >= newest
        for revision in (1, kept // 2, kept - 1, kept, kept + 1, newest):
            options = Options(resource_version=str(revision))
            watch = await host.watch(Request("watch", CONFIGMAPS, "client", ADMIN, "watched", options=options), lambda: None)
            first = watch.next()
            watch.stop()
            code = first.value.obj.get("code") if first is not None and first.type == "ERROR" else None
            assert code == (410 if revision < kept else None), f"a watch from {revision}, kept from {kept}: {first}"
            exact = Options(resource_version=str(revision), resource_version_match="Exact")
            try:
                listed = (await ask(host, "watched", "list", "", options=exact)).code
            except ApiError as error:
                listed = error.code
            assert listed == (410 if revision < kept else 200), f"a list at {revision}, kept from {kept}"


def _as_seen(change: Event) -> tuple[str, str, int]:
    kind = "DELETED" if change.kv is None else "ADDED" if change.prev is None else "MODIFIED"
    return kind, change.key.rpartition("/")[2], change.revision


def _first_difference(seen: Sequence[object], expected: Sequence[object]) -> str:
    for index, (one, other) in enumerate(zip(seen, expected, strict=False)):
        if one != other:
            return f"at {index}: {one}, not {other}"
    return f"the rest, from {expected[len(seen) : len(seen) + 1] or seen[len(expected) : len(expected) + 1]}"


async def main(operations: int, events: int, resumes: int) -> None:
    """Open the cluster twice and let everybody loose."""
    leading, following = OpenClusters(is_supervising=True), OpenClusters(is_supervising=False)
    leading.start()
    following.start()
    try:
        found = [await leading.get("demo"), await following.get("demo")]
        hosts = [host for host in found if host is not None]
        for name in ("contention", "watched"):
            await hosts[0].serve(Request("create", NAMESPACES, "client", ADMIN, body={"metadata": {"name": name}}))
        await check_one_winner_per_revision(hosts, operations)
        await check_no_watch_misses_anything(hosts, events, resumes)
        await check_nothing_behind_compaction_is_silent(hosts)
    finally:
        await following.close()
        await leading.close()


if __name__ == "__main__":
    begin.demo()
    asyncio.run(main(*(int(argument) for argument in sys.argv[1:])))
