"""Who owns which part of an object: what a write may not touch is carried over from the old object.

Upstream: ``PrepareForUpdate`` of ``pkg/registry/*/*/strategy.go``.
"""

from __future__ import annotations

from cluster.machinery.meta import Obj


def carry(obj: Obj, old: Obj, *fields: str) -> None:
    """Make each field of ``obj`` as it was in ``old``, absence included. Changes ``obj`` in place."""
    for field in fields:
        if field in old:
            obj[field] = old[field]
        else:
            obj.pop(field, None)


def next_generation(old: Obj) -> int:
    """Return the generation after that of ``old``."""
    return int(old["metadata"].get("generation", 0)) + 1
