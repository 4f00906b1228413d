"""Columns of Ingresses. Upstream: ``pkg/printers/internalversion/printers.go`` (``printIngress``)."""

from __future__ import annotations

from cluster.apiserver.printers.columns import AGE, NAME, NONE, Cell, Column, Printer, age, joined
from cluster.machinery.meta import Obj, SimTime

_SHOWN = 3


def _hosts(rules: list[Obj]) -> str:
    """The hosts of the first rules that have one; further rules are counted, with or without a host."""
    hosts: list[str] = []
    is_more = False
    for rule in rules:
        is_more = is_more or len(hosts) == _SHOWN
        if not is_more and rule.get("host"):
            hosts.append(rule["host"])
    return f"{joined(hosts)} + {len(rules) - _SHOWN} more..." if is_more else joined(hosts) or "*"


def cells(ingress: Obj, now: SimTime) -> list[Cell]:
    """Return the row of an Ingress."""
    spec, balancers = ingress["spec"], (ingress.get("status", {}).get("loadBalancer") or {}).get("ingress") or []
    name = spec.get("ingressClassName")
    return [
        ingress["metadata"].get("name", ""),
        NONE if name is None else name,
        _hosts(spec.get("rules") or []),
        joined(each.get("ip") or each.get("hostname") or "" for each in balancers if each.get("ip") or each.get("hostname")),
        "80, 443" if spec.get("tls") else "80",
        age(ingress, now),
    ]


PRINTER = Printer(
    (
        NAME,
        Column("Class", "The IngressClass whose controller follows the Ingress."),
        Column("Hosts", "The hosts that it has rules for."),
        Column("Address", "Where it is to be found."),
        Column("Ports", "Its ports: also that of TLS where it has certificates."),
        AGE,
    ),
    cells,
)
