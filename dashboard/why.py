"""Why an object, or one field of it, is as it is: the write that last changed it, and what led to that write.

Managed fields say who owns a field, not when and because of what it got its value; so the writes of the object are walked back
until the field was another one.
"""

from __future__ import annotations

from dataclasses import dataclass

import yaml

from cluster.machinery.meta import Obj
from cluster.machinery.storage import Event, Store
from cluster.runner.host import Host
from dashboard import log
from dashboard.causes import causes
from dashboard.inspector import manifest
from dashboard.keys import ObjectKey

Path = tuple[str | int, ...]
MOST_WRITES = 500
"""Writes that are walked back; a field that is older is told of the oldest of them."""


@dataclass(frozen=True, slots=True)
class Answer:
    """``hop``: wrote it, 0: that is no longer kept."""

    path: Path
    value: str
    before: str
    hop: int


async def explain(host: Host, key: ObjectKey, at: int, line: int) -> Obj | None:
    """Return which hop last changed a line of an object's manifest (0: the object), with its causes; None: the object was not there."""
    revision = await host.revision_at(at)
    found = await host.read(lambda store: _look(store, key, revision, line)) if revision else None
    if found is None:
        return None
    hop = await log.hop_at(host, found.hop)
    chain = await log.hop_documents(host, await causes(host, hop)) if hop is not None else []
    return {"key": str(key), "field": written(found.path), "value": found.value, "before": found.before, "seq": found.hop, "causes": chain}


def _look(store: Store, key: ObjectKey, revision: int, line: int) -> Answer | None:
    value = store.get(key.storage_key, revision=revision)
    if value is None:
        return None
    path = path_at(manifest(value.obj), line) if line else ()
    event = _last_change(store, value.key, value.mod_revision, path)
    before = event.prev.obj if event is not None and event.prev is not None else None
    return Answer(path, _said(at(value.obj, path)) if path else "", _said(at(before, path)) if path else "", event.hop if event else 0)


def _last_change(store: Store, key: str, revision: int, path: Path) -> Event | None:
    """The newest write of a key that gave the field at ``path`` its value; the oldest kept one when none did."""
    last: Event | None = None
    for _ in range(MOST_WRITES):
        if revision <= store.compacted:
            break
        last = store.events(key, after=revision - 1, limit=1)[0]
        if last.prev is None or not path or at(last.prev.obj, path) != at(last.kv.obj if last.kv else None, path):
            break
        revision = last.prev.mod_revision
    return last


def at(obj: object, path: Path) -> object:
    """Return what stands at a path, None where nothing does."""
    for step in path:
        if isinstance(step, int):
            obj = obj[step] if isinstance(obj, list) and step < len(obj) else None
        else:
            obj = obj.get(step) if isinstance(obj, dict) else None
    return obj


def path_at(text: str, line: int) -> Path:
    """Return the path of the field that stands on a line (from 1) of a YAML text; of a list's item, that of the item."""
    node, path = yaml.compose(text, Loader=yaml.CSafeLoader), list[str | int]()
    while node is not None:
        node, step = _child_at(node, line - 1)
        if step is None:
            break
        path.append(step)
    return tuple(path)


def _child_at(node: yaml.Node, line: int) -> tuple[yaml.Node | None, str | int | None]:
    """The child that reaches over a line, and its name; no child where the line is that of the name itself."""
    if isinstance(node, yaml.MappingNode):
        for name, value in reversed(node.value):
            if name.start_mark.line <= line:
                return (None if name.start_mark.line == line else value), name.value
    if isinstance(node, yaml.SequenceNode):
        for index, item in reversed(list(enumerate(node.value))):
            if item.start_mark.line <= line:
                return item, index
    return None, None


def written(path: Path) -> str:
    """Write a path as Kubernetes does: ``spec.containers[0].image``."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text


def _said(value: object) -> str:
    """A field's value on one line."""
    if value is None:
        return ""
    if isinstance(value, dict | list):
        return str(yaml.safe_dump(value, default_flow_style=True, sort_keys=True, allow_unicode=True, width=1_000_000)).strip()
    return str(value)
