"""Columns of CustomResourceDefinitions: those of kinds that have no printer of their own upstream.

Upstream: ``staging/src/k8s.io/apiserver/pkg/registry/rest/table.go`` (``NewDefaultTableConvertor``).
"""

from __future__ import annotations

from cluster.apiserver.printers.columns import NAME, Cell, Column, Printer
from cluster.machinery.meta import Obj, SimTime

CREATED_AT = Column(
    "Created At", "The server's time when the object was created, in RFC 3339 and UTC. Read-only; absent in lists.", type="date"
)


def cells(definition: Obj, now: SimTime) -> list[Cell]:
    """Return the row of a definition."""
    meta = definition["metadata"]
    return [meta.get("name", ""), meta.get("creationTimestamp") or ""]


PRINTER = Printer((NAME, CREATED_AT), cells)
