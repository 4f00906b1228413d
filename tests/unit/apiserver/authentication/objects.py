"""Builders for the objects that tokens are bound to."""

from __future__ import annotations

from collections.abc import Sequence

from cluster.machinery.kinds.model import Kind
from cluster.machinery.meta import SECOND, Obj, SimTime, timestamp

NOW = SimTime(1_767_225_600 * SECOND)
"""2026-01-01T00:00:00Z."""


def obj(name: str, uid: str, *, kind: str = "ServiceAccount", deleted_before: int | None = None, **rest: Obj) -> Obj:
    """Return an object; ``deleted_before``: seconds before NOW at which its deletion was due."""
    meta: Obj = {"name": name, "namespace": "default", "uid": uid}
    if deleted_before is not None:
        meta["deletionTimestamp"] = timestamp(SimTime(NOW - deleted_before * SECOND))
    return {"kind": kind, "metadata": meta, **rest}


class FakeReader:
    """Finds the given objects by kind and name."""

    def __init__(self, *objects: Obj) -> None:
        self._objects = {(each["kind"], each["metadata"]["name"]): each for each in objects}

    def get(self, kind: Kind, namespace: str, name: str) -> Obj | None:
        """Return the object, or None."""
        return self._objects.get((kind.kind, name))

    def list(self, kind: Kind, namespace: str = "") -> Sequence[Obj]:
        """Return the objects of a kind."""
        return [each for (word, _), each in self._objects.items() if word == kind.kind]
