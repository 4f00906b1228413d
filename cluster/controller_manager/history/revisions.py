"""What a ControllerRevision holds, and how it is named. Pure.

It keeps a patch that puts the pod template back. Its name is the owner's with a hash (FNV-1, not 1a as of a ReplicaSet's
template) over that patch as Go writes it and the count of collisions.

Upstream: ``pkg/controller/history/controller_history.go``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import orjson

from cluster.controller_manager.template_hash import safe_encode
from cluster.machinery.meta import Obj

HASH_LABEL = "controller.kubernetes.io/hash"
MAX_PREFIX = 223
"""Characters of the owner's name that a revision's name may begin with."""

_OFFSET = 0x811C9DC5
_PRIME = 0x01000193
_ESCAPES = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"})


def template_patch(owner: Obj) -> Obj:
    """Return the strategic merge patch that puts the owner's present pod template back."""
    return {"spec": {"template": {**owner["spec"]["template"], "$patch": "replace"}}}


def new_revision(owner: Obj, reference: Obj, labels: Mapping[str, str], data: Obj, number: int, collision_count: int) -> Obj:
    """Return the ControllerRevision to create. ``reference``: the owner's controller reference."""
    hashed = hash_of(data, collision_count)
    meta = {
        "name": revision_name(owner["metadata"]["name"], hashed),
        "namespace": owner["metadata"]["namespace"],
        "labels": {**labels, HASH_LABEL: hashed},
        "ownerReferences": [reference],
    }
    if annotations := owner["metadata"].get("annotations"):
        meta["annotations"] = dict(annotations)
    return {"apiVersion": "apps/v1", "kind": "ControllerRevision", "metadata": meta, "data": data, "revision": number}


def revision_name(owner: str, hashed: str) -> str:
    """Return the name of a revision."""
    return f"{owner[:MAX_PREFIX]}-{hashed}"


def hash_of(data: Obj, collision_count: int) -> str:
    """Return the hash of a revision's data; ``collision_count``: how often another revision already had it."""
    text = orjson.dumps(data, option=orjson.OPT_SORT_KEYS).decode().translate(_ESCAPES)
    return safe_encode(str(fnv32(f"{text}{collision_count}".encode())))


def fnv32(data: bytes) -> int:
    """Return the 32-bit FNV-1 hash."""
    value = _OFFSET
    for byte in data:
        value = ((value * _PRIME) & 0xFFFFFFFF) ^ byte
    return value


def in_order(revisions: Iterable[Obj]) -> list[Obj]:
    """Return revisions by number, then by age and name."""
    return sorted(revisions, key=lambda r: (r["revision"], r["metadata"]["creationTimestamp"], r["metadata"]["name"]))


def next_number(revisions: Sequence[Obj]) -> int:
    """Return the number after the highest of revisions in order."""
    return int(revisions[-1]["revision"]) + 1 if revisions else 1
