"""The inspector: a hop with what it did and why, an object with its Events and its history.

Everything is read at the revision of the hop looked at, so that a look back shows what was then.
"""

from __future__ import annotations

import difflib
from collections.abc import Sequence

import yaml

from cluster.engine.trace import Hop
from cluster.machinery.kinds.core import EVENTS
from cluster.machinery.meta import Obj, parse_timestamp
from cluster.machinery.storage import KeyValue, Store
from cluster.runner.host import Host
from dashboard import frames, keys, log, rules_table, schedule_table
from dashboard.causes import causes
from dashboard.keys import ObjectKey

CONTEXT_LINES = 3
MAX_HISTORY = 30
WRITES = ("POST", "PUT", "PATCH", "DELETE")
WATCH_EVENTS = ("ADDED", "MODIFIED", "DELETED")


class _Dumper(yaml.SafeDumper):
    """Writes strings as ``kubectl`` does: double quotes where quotes are needed, several lines as a block."""

    def choose_scalar_style(self) -> str:
        style = super().choose_scalar_style()
        return '"' if style == "'" else str(style)

    def represent_text(self, text: str) -> yaml.ScalarNode:
        return self.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Dumper.add_representer(str, _Dumper.represent_text)


def manifest(obj: Obj) -> str:
    """Write an object as ``kubectl get -o yaml`` does: keys sorted, without managed fields."""
    meta = {name: value for name, value in obj["metadata"].items() if name != "managedFields"}
    shown = {**obj, "metadata": meta}
    return str(yaml.dump(shown, Dumper=_Dumper, sort_keys=True, allow_unicode=True, width=1_000_000))


def changed_lines(before: str, after: str) -> list[Obj]:
    """Return the lines that differ, each ``{"op": "+" | "-" | " ", "text"}``, with three lines around; ``...`` between places."""
    old, new = before.splitlines(), after.splitlines()
    lines: list[Obj] = []
    for group in difflib.SequenceMatcher(None, old, new, autojunk=False).get_grouped_opcodes(CONTEXT_LINES):
        if lines:
            lines.append({"op": " ", "text": "..."})
        for tag, old_start, old_end, new_start, new_end in group:
            if tag == "equal":
                lines += ({"op": " ", "text": text} for text in old[old_start:old_end])
                continue
            lines += ({"op": "-", "text": text} for text in old[old_start:old_end])
            lines += ({"op": "+", "text": text} for text in new[new_start:new_end])
    return lines


async def inspect_hop(host: Host, hop: Hop) -> Obj:
    """Return the inspector's document of a hop; a request shows what came of it.

    Raises Compacted where its moment is no longer kept.
    """
    shown = hop
    if hop.target == "kube-apiserver" and hop.verb in WRITES:
        shown = await log.write_of(host, hop) or hop
    key = keys.parse(shown.key, host.kinds)
    revision = shown.revision or await host.revision_at(shown.seq)
    is_change = frames.is_write(shown) or shown.verb in WATCH_EVENTS

    def read(store: Store) -> tuple[str, str]:
        if key is None or not key.name or revision == 0:
            return "", ""
        now = store.get(key.storage_key, revision=revision)
        before = store.get(key.storage_key, revision=revision - 1) if is_change and revision > 1 else None
        return _manifest_of(now), _manifest_of(before)

    text, before = await host.read(read)
    return {
        "hop": (await log.hop_documents(host, [hop]))[0],
        "manifest": text or before,
        "changes": changed_lines(before, text) if is_change else [],
        "causes": await log.hop_documents(host, await causes(host, hop)),
        "table": await schedule_table.table_of(host, hop),
        "rules": await rules_table.rules_of(host, hop),
    }


def _manifest_of(value: KeyValue | None) -> str:
    return manifest(value.obj) if value is not None else ""


async def inspect_object(host: Host, key: ObjectKey, at: int) -> Obj | None:
    """Return an object as it was at hop ``at``, or None when it did not exist then."""
    revision = await host.revision_at(at)
    if revision == 0:
        return None

    def read(store: Store) -> tuple[Obj, list[Obj], list[tuple[int, int]]] | None:
        value = store.get(key.storage_key, revision=revision)
        if value is None:
            return None
        return value.obj, _events_about(store, value.obj, revision), _writes(store, key.storage_key, revision)

    found = await host.read(read)
    if found is None:
        return None
    obj, events, writes = found
    history = [await _history_entry(host, write_revision, seq) for write_revision, seq in writes]
    return {"key": str(key), "manifest": manifest(obj), "events": events, "history": history}


def _events_about(store: Store, obj: Obj, revision: int) -> list[Obj]:
    meta = obj["metadata"]
    namespace = meta.get("namespace", "default")
    found = []
    for value in store.list(EVENTS.storage_key(namespace, ""), revision=revision).items:
        about = value.obj.get("involvedObject", {})
        if (about.get("kind"), about.get("name")) == (obj["kind"], meta["name"]) and about.get("uid") in (
            None,
            "",
            meta.get("uid"),
            meta["name"],
        ):
            found.append(_event(value.obj))
    return sorted(found, key=lambda event: event["at"])


def _event(event: Obj) -> Obj:
    moment = event.get("lastTimestamp") or event.get("eventTime") or event["metadata"].get("creationTimestamp")
    return {
        "type": event.get("type", "Normal"),
        "reason": event.get("reason", ""),
        "message": event.get("message", ""),
        "count": event.get("count") or (event.get("series") or {}).get("count") or 1,
        "at": frames.seconds(parse_timestamp(moment)) if moment else 0,
    }


def _writes(store: Store, storage_key: str, revision: int) -> list[tuple[int, int]]:
    """The last writes of a key up to ``revision``, oldest first, each with the hop that wrote it.

    Walks back from write to write: a node of an old cluster has been written many thousand times.
    """
    writes: list[tuple[int, int]] = []
    while revision >= max(store.compacted, 1) and len(writes) < MAX_HISTORY:
        value = store.get(storage_key, revision=revision)
        if value is None or value.mod_revision <= store.compacted:
            break
        (event,) = store.events(storage_key, after=value.mod_revision - 1, limit=1)
        writes.append((event.revision, event.hop))
        revision = value.mod_revision - 1
    return writes[::-1]


async def _history_entry(host: Host, revision: int, seq: int) -> Obj:
    chain: Sequence[Hop] = ()
    write = await log.hop_at(host, seq)
    if write is not None:
        chain = await causes(host, write, limit=3)
    request = next((hop for hop in reversed(chain) if hop.target == "kube-apiserver"), write)
    return {
        "revision": revision,
        "seq": seq,
        "at": frames.seconds(write.at) if write else 0,
        "verb": request.verb if request else "",
        "source": request.source if request else "",
    }
