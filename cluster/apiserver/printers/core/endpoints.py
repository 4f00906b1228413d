"""Columns of Endpoints. Upstream: ``pkg/printers/internalversion/printers.go`` (``printEndpoints``)."""

from __future__ import annotations

from cluster.apiserver.printers.columns import AGE, NAME, Cell, Column, Printer, age, first_of
from cluster.machinery.meta import Obj, SimTime


def _host_and_port(address: str, port: int) -> str:
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"


def _targets(endpoints: Obj) -> list[str]:
    targets: list[str] = []
    for subset in endpoints.get("subsets") or ():
        addresses = [address.get("ip", "") for address in subset.get("addresses") or ()]
        ports = [port.get("port", 0) for port in subset.get("ports") or ()]
        targets += [_host_and_port(address, port) for port in ports for address in addresses] if ports else addresses
    return targets


def cells(endpoints: Obj, now: SimTime) -> list[Cell]:
    """Return the row of Endpoints."""
    return [endpoints["metadata"].get("name", ""), first_of(_targets(endpoints)), age(endpoints, now)]


PRINTER = Printer((NAME, Column("Endpoints", "The addresses and ports that are ready."), AGE), cells)
