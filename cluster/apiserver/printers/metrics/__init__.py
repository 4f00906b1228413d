"""The group ``metrics.k8s.io``: columns as metrics-server writes them. Upstream: metrics-server, ``pkg/api/table.go``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from cluster.apiserver.printers.columns import Cell, Column, Printer
from cluster.machinery.kinds.metrics import NODEMETRICS, PODMETRICS
from cluster.machinery.kinds.model import Kind
from cluster.machinery.meta import Obj, SimTime

_COLUMNS = (
    Column("Name", "Name of the resource", format="name"),
    Column("cpu", "The processor time that it uses."),
    Column("memory", "The memory that it uses."),
    Column("Window", "How long it was measured.", format="duration"),
)


def _row(obj: Obj, usages: Iterable[Obj]) -> list[Cell]:
    cpu, memory = 0, 0
    for usage in usages:
        cpu, memory = cpu + int(usage["cpu"].removesuffix("n")), memory + int(usage["memory"].removesuffix("Ki"))
    return [obj["metadata"]["name"], f"{cpu}n", f"{memory}Ki", obj["window"]]


def node_cells(obj: Obj, now: SimTime) -> list[Cell]:
    """Return the row of a node."""
    return _row(obj, [obj["usage"]])


def pod_cells(obj: Obj, now: SimTime) -> list[Cell]:
    """Return the row of a pod: the sum over its containers."""
    return _row(obj, [container["usage"] for container in obj["containers"]])


PRINTERS: Mapping[Kind, Printer] = {NODEMETRICS: Printer(_COLUMNS, node_cells), PODMETRICS: Printer(_COLUMNS, pod_cells)}
