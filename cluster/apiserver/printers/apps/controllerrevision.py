"""Columns of ControllerRevisions. Upstream: ``pkg/printers/internalversion/printers.go`` (``printControllerRevision``)."""

from __future__ import annotations

from cluster.apiserver.printers.columns import AGE, NAME, NONE, Cell, Column, Printer, age
from cluster.machinery.meta import Obj, SimTime, controller_of


def cells(revision: Obj, now: SimTime) -> list[Cell]:
    """Return the row of a ControllerRevision, with the object whose past it is."""
    owner = controller_of(revision)
    return [revision["metadata"].get("name", ""), _described(owner) if owner else NONE, revision.get("revision", 0), age(revision, now)]


def _described(owner: Obj) -> str:
    """``daemonset.apps/foo``."""
    group = owner.get("apiVersion", "").rpartition("/")[0]
    kind = owner.get("kind", "").lower()
    return f"{kind}.{group}/{owner.get('name', '')}" if group else f"{kind}/{owner.get('name', '')}"


PRINTER = Printer(
    (NAME, Column("Controller", "The object whose state it keeps."), Column("Revision", "Its number in the order of revisions."), AGE),
    cells,
)
