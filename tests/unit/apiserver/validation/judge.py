"""What the rules of a kind say to an object, or to a change of one, in the words of the answer."""

from __future__ import annotations

import orjson

from cluster.apiserver.registry import strategies
from cluster.apiserver.schema import decode
from cluster.machinery.kinds.model import Kind
from cluster.machinery.meta import Obj


def made(kind: Kind, obj: Obj) -> Obj:
    """Return a decoded, defaulted object, named ``x`` in the namespace ``default`` where it does not say otherwise."""
    decoded, _ = decode(kind, obj)
    decoded["metadata"].setdefault("name", "x")
    if kind.namespaced:
        decoded["metadata"].setdefault("namespace", "default")
    strategies[kind].default(decoded)
    return decoded


def existing(kind: Kind, obj: Obj) -> Obj:
    """Return a decoded, defaulted object as somebody who has read it sends it back, named where it is not."""
    known = {"uid": "u", "resourceVersion": "1", "creationTimestamp": "2026-01-01T00:00:00Z"}
    return made(kind, orjson.loads(orjson.dumps({**obj, "metadata": {**known, **obj.get("metadata", {})}})))


def faults(kind: Kind, obj: Obj) -> list[str]:
    """Return what is wrong with an object to be created."""
    new = made(kind, obj)
    new["metadata"]["uid"] = "uid-1"
    strategies[kind].prepare_for_create(new)
    return [str(fault) for fault in strategies[kind].validate(new)]


def stored(kind: Kind, obj: Obj) -> Obj:
    """Return an object as it is after it was created."""
    new = made(kind, obj)
    new["metadata"] |= {"uid": "uid-1", "creationTimestamp": "2026-01-01T00:00:00Z"}
    strategies[kind].prepare_for_create(new)
    new["metadata"]["resourceVersion"] = "1"
    return new


def faults_of_change(kind: Kind, old: Obj, **changes: object) -> list[str]:
    """Return what is wrong with a change of the spec of an object that is accepted. None removes a field."""
    before = stored(kind, old)
    after: Obj = orjson.loads(orjson.dumps(before))
    after["spec"] = {field: value for field, value in {**after["spec"], **changes}.items() if value is not None}
    after = made(kind, after)
    strategies[kind].prepare_for_update(after, before)
    return [str(fault) for fault in strategies[kind].validate_update(after, before)]


def faults_of_status(kind: Kind, obj: Obj, status: Obj, before: Obj | None = None) -> list[str]:
    """Return what is wrong with a write of a status. ``before``: the status until now."""
    old = {**stored(kind, obj), **({"status": before} if before is not None else {})}
    new = made(kind, {**orjson.loads(orjson.dumps(old)), "status": status})
    strategies[kind].prepare_for_status_update(new, old)
    return [str(fault) for fault in strategies[kind].validate_status_update(new, old)]
