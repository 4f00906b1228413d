"""Columns of FlowSchemas. Upstream: ``pkg/printers/internalversion/printers.go`` (``printFlowSchema``)."""

from __future__ import annotations

from cluster.apiserver.printers.columns import AGE, NAME, NONE, Cell, Column, Printer, age
from cluster.machinery.meta import Obj, SimTime


def cells(schema: Obj, now: SimTime) -> list[Cell]:
    """Return the row of a schema; ``?``: nobody has said whether its level is there."""
    spec = schema["spec"]
    conditions = (schema.get("status") or {}).get("conditions") or ()
    method = spec.get("distinguisherMethod")
    return [
        schema["metadata"].get("name", ""),
        (spec.get("priorityLevelConfiguration") or {}).get("name", ""),
        spec.get("matchingPrecedence", 0),
        method.get("type", "") if method is not None else NONE,
        age(schema, now),
        next((each.get("status", "") for each in conditions if each.get("type") == "Dangling"), "?"),
    ]


PRINTER = Printer(
    (
        NAME,
        Column("PriorityLevel", "The level that its requests belong to."),
        Column("MatchingPrecedence", "Of several schemas that match, the one with the lowest counts."),
        Column("DistinguisherMethod", "What makes two requests of the same flow."),
        AGE,
        Column("MissingPL", "Whether there is no such level."),
    ),
    cells,
)
