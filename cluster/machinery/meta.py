"""Objects, keys and moments: the vocabulary every other module speaks.

An object is a dict in its wire shape (camelCase, as ``kubectl get -o json`` prints it).
Upstream: Kubernetes v1.36, ``staging/src/k8s.io/apimachinery/pkg/apis/meta/v1``.
"""

from __future__ import annotations

import datetime
import functools
from typing import Any, NewType

Obj = dict[str, Any]
"""A Kubernetes object, or a part of one, in wire shape."""

Key = NewType("Key", str)
"""``namespace/name``, or ``name`` for a kind without namespaces: what work queues hold."""

SimTime = NewType("SimTime", int)
"""A moment of the simulated clock, in microseconds since the Unix epoch."""

SECOND = 1_000_000
"""One simulated second in the unit of ``SimTime``."""


def key_of(obj: Obj) -> Key:
    """Return the work queue key of an object."""
    meta = obj["metadata"]
    namespace = meta.get("namespace")
    return Key(f"{namespace}/{meta['name']}" if namespace else meta["name"])


def split_key(key: Key) -> tuple[str, str]:
    """Return ``(namespace, name)`` of a key; the namespace is empty for cluster-scoped kinds."""
    namespace, _, name = key.rpartition("/")
    return namespace, name


def after(now: SimTime, seconds: float) -> SimTime:
    """Return the moment ``seconds`` (simulated, may be fractional) after ``now``."""
    return SimTime(now + round(seconds * SECOND))


def timestamp(now: SimTime) -> str:
    """Format a moment as metav1.Time does: RFC 3339, whole seconds, UTC."""
    return _second(now // SECOND)


@functools.lru_cache(maxsize=4096)
def _second(seconds: int) -> str:
    return datetime.datetime.fromtimestamp(seconds, datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def micro_timestamp(now: SimTime) -> str:
    """Format a moment as metav1.MicroTime does: RFC 3339 with six decimals, UTC."""
    return f"{_second(now // SECOND)[:-1]}.{now % SECOND:06d}Z"


def nano_timestamp(now: SimTime) -> str:
    """Format a moment as log files have it: RFC 3339 with nine decimals, UTC."""
    return f"{micro_timestamp(now)[:-1]}000Z"


@functools.lru_cache(maxsize=4096)
def parse_timestamp(text: str) -> SimTime:
    """Parse an RFC 3339 moment. Raises ValueError when the text is not one."""
    moment = datetime.datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text!r} has no time zone")
    delta = moment - datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
    return SimTime((delta.days * 86_400 + delta.seconds) * SECOND + delta.microseconds)


def controller_of(obj: Obj) -> Obj | None:
    """Return the owner reference that is marked as the managing controller, if any. It is the object's own: do not change it."""
    for reference in obj["metadata"].get("ownerReferences") or ():
        if reference.get("controller"):
            found: Obj = reference
            return found
    return None
