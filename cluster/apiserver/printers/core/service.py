"""Columns of Services. Upstream: ``pkg/printers/internalversion/printers.go`` (``printService``)."""

from __future__ import annotations

from cluster.apiserver.printers.columns import AGE, NAME, NONE, SELECTOR, Cell, Column, Printer, age, joined, labels_text
from cluster.machinery.meta import Obj, SimTime

_PENDING = "<pending>"


def _external_ip(service: Obj) -> str:
    spec = service["spec"]
    given = spec.get("externalIPs") or []
    if spec.get("type") == "ExternalName":
        return str(spec.get("externalName", ""))
    if spec.get("type") == "LoadBalancer":
        balancers = (service.get("status", {}).get("loadBalancer") or {}).get("ingress") or []
        found = {each.get("ip") or each.get("hostname") for each in balancers} - {None, ""}
        return joined([*sorted(found), *given]) or _PENDING
    return joined(given) or NONE


def _port(port: Obj) -> str:
    on_nodes = f":{port['nodePort']}" if port.get("nodePort", 0) > 0 else ""
    return f"{port.get('port', 0)}{on_nodes}/{port.get('protocol', '')}"


def cells(service: Obj, now: SimTime) -> list[Cell]:
    """Return the row of a Service."""
    spec = service["spec"]
    return [
        service["metadata"].get("name", ""),
        spec.get("type", ""),
        (spec.get("clusterIPs") or [NONE])[0] or NONE,
        _external_ip(service),
        joined(_port(port) for port in spec.get("ports") or ()) or NONE,
        age(service, now),
        labels_text(spec.get("selector")),
    ]


PRINTER = Printer(
    (
        NAME,
        Column("Type", "How the Service is reached."),
        Column("Cluster-IP", "Its address inside the cluster."),
        Column("External-IP", "Its addresses outside the cluster."),
        Column("Port(s)", "Its ports, with those on the nodes."),
        AGE,
        SELECTOR,
    ),
    cells,
)
