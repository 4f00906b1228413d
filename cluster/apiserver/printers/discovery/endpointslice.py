"""Columns of EndpointSlices. Upstream: ``pkg/printers/internalversion/printers.go`` (``printEndpointSlice``)."""

from __future__ import annotations

from cluster.apiserver.printers.columns import AGE, NAME, Cell, Column, Printer, age, first_of
from cluster.machinery.meta import Obj, SimTime

_UNSET = "<unset>"


def _port(port: Obj) -> str:
    number = port.get("port")
    return str(port.get("name", "*") if number is None else number)


def cells(endpoint_slice: Obj, now: SimTime) -> list[Cell]:
    """Return the row of an EndpointSlice."""
    addresses = [address for endpoint in endpoint_slice.get("endpoints") or () for address in endpoint.get("addresses") or ()]
    return [
        endpoint_slice["metadata"].get("name", ""),
        endpoint_slice.get("addressType", ""),
        first_of([_port(port) for port in endpoint_slice.get("ports") or ()], _UNSET),
        first_of(addresses, _UNSET),
        age(endpoint_slice, now),
    ]


PRINTER = Printer(
    (
        NAME,
        Column("AddressType", "What the addresses are: IPv4, IPv6 or names."),
        Column("Ports", "The ports that each endpoint has."),
        Column("Endpoints", "The addresses of the endpoints."),
        AGE,
    ),
    cells,
)
