"""Columns of APIServices. Upstream: ``staging/src/k8s.io/kube-aggregator/pkg/registry/apiservice/etcd/etcd.go`` (``ConvertToTable``)."""

from __future__ import annotations

from cluster.apiserver.aggregator import AVAILABLE
from cluster.apiserver.printers.columns import AGE, NAME, Cell, Column, Printer, age
from cluster.machinery.meta import Obj, SimTime


def cells(api_service: Obj, now: SimTime) -> list[Cell]:
    """Return the row of an APIService."""
    service = api_service["spec"].get("service")
    where = f"{service.get('namespace', '')}/{service.get('name', '')}" if service else "Local"
    return [api_service["metadata"].get("name", ""), where, _available(api_service), age(api_service, now)]


def _available(api_service: Obj) -> str:
    conditions = (api_service.get("status") or {}).get("conditions") or ()
    found = next((each for each in conditions if each.get("type") == AVAILABLE), None)
    if found is None:
        return "Unknown"
    return "True" if found.get("status") == "True" else f"{found.get('status', '')} ({found.get('reason', '')})"


PRINTER = Printer(
    (
        NAME,
        Column("Service", "Who serves the version: a Service, or this API server itself."),
        Column("Available", "Whether the version is served."),
        AGE,
    ),
    cells,
)
