"""Conversion: a kind that is served in several versions is kept in one of them.

Upstream converts through an internal version; here a version that is not kept knows how to become the one that is, and back.

Upstream: ``staging/src/k8s.io/apimachinery/pkg/runtime/converter.go``, ``pkg/apis/*/*/conversion.go``.
"""

from __future__ import annotations

from typing import Protocol

import orjson

from cluster.machinery.meta import Obj
from cluster.machinery.storage import Event, KeyValue


class Conversion(Protocol):
    """Between a served version and the kept one. Both methods return a new object and may share parts of the given one."""

    def to_storage(self, obj: Obj) -> Obj:
        """Return the object as it is kept."""
        ...

    def from_storage(self, obj: Obj) -> Obj:
        """Return a kept object as this version has it."""
        ...


def converted(conversion: Conversion | None, kv: KeyValue) -> KeyValue:
    """Return a kept value as a served version has it."""
    if conversion is None:
        return kv
    obj = conversion.from_storage(kv.copy())
    return KeyValue(kv.key, orjson.dumps(obj), kv.mod_revision, kv.create_revision, kv.version, obj)


def converted_event(conversion: Conversion | None, event: Event) -> Event:
    """Return a change as a served version has it."""
    if conversion is None:
        return event
    kv = converted(conversion, event.kv) if event.kv is not None else None
    prev = converted(conversion, event.prev) if event.prev is not None else None
    return event._replace(kv=kv, prev=prev)
