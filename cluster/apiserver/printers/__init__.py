"""Printers: objects as the Table that ``kubectl get`` shows. The server fills the cells, kubectl only aligns them.

Upstream: ``pkg/printers/internalversion/printers.go``, ``staging/src/k8s.io/apiserver/pkg/endpoints/handlers/response.go``
(``asTable``).
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from dataclasses import asdict

from cluster.apiserver.printers import (
    admissionregistration,
    apiextensions,
    apiregistration,
    apps,
    autoscaling,
    batch,
    certificates,
    coordination,
    core,
    discovery,
    events,
    flowcontrol,
    metrics,
    networking,
    node,
    policy,
    rbac,
    scheduling,
    storage,
)
from cluster.apiserver.printers.apiextensions.customresource import printer_of
from cluster.apiserver.printers.columns import AGE, NAME, Cell, Printer, age
from cluster.machinery.kinds.custom import CustomKind
from cluster.machinery.kinds.model import Kind
from cluster.machinery.meta import Obj, SimTime

printers: Mapping[Kind, Printer] = {
    **core.PRINTERS,
    **apps.PRINTERS,
    **autoscaling.PRINTERS,
    **batch.PRINTERS,
    **certificates.PRINTERS,
    **coordination.PRINTERS,
    **discovery.PRINTERS,
    **events.PRINTERS,
    **metrics.PRINTERS,
    **networking.PRINTERS,
    **node.PRINTERS,
    **policy.PRINTERS,
    **scheduling.PRINTERS,
    **storage.PRINTERS,
    **rbac.PRINTERS,
    **flowcontrol.PRINTERS,
    **admissionregistration.PRINTERS,
    **apiextensions.PRINTERS,
    **apiregistration.PRINTERS,
}
"""The printer of every kind that has one of its own; others show name and age."""


def _name_and_age(obj: Obj, now: SimTime) -> list[Cell]:
    return [obj["metadata"].get("name", ""), age(obj, now)]


_PLAIN = Printer((NAME, AGE), _name_and_age)


@functools.cache
def _column_definitions(printer: Printer) -> list[Obj]:
    return [asdict(column) for column in printer.columns]


def _included(obj: Obj, include_object: str) -> Obj | None:
    if include_object == "None":
        return None
    if include_object == "Object":
        return obj
    return {"kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1", "metadata": obj["metadata"]}


def printer_for(kind: Kind, answered: str) -> Printer | None:
    """Return what prints an answer about a kind; None: it is not shown as a Table.

    ``answered``: the kind of the answer itself: a subresource may have one of its own (``Scale``).
    """
    if answered != kind.kind:
        return autoscaling.SUBRESOURCE_PRINTERS.get(answered)
    return printer_of(kind) if isinstance(kind, CustomKind) else printers.get(kind, _PLAIN)


def table(kind: Kind, items: Iterable[Obj], now: SimTime, *, list_meta: Obj, include_object: str = "Metadata") -> Obj:
    """Return the Table of some objects of one kind: ``table_by`` with its printer."""
    return table_by(printer_for(kind, kind.kind) or _PLAIN, items, now, list_meta=list_meta, include_object=include_object)


def table_by(printer: Printer, items: Iterable[Obj], now: SimTime, *, list_meta: Obj, include_object: str) -> Obj:
    """Return the Table of some objects. Never changes them; the result shares their metadata, and its columns
    with every other Table of the printer.

    ``now``: what ages are counted from. ``list_meta``: the list's metadata. ``include_object``: how much of each object
    its row carries (``Metadata``, ``Object``, ``None``).
    """
    rows: list[Obj] = []
    for obj in items:
        row: Obj = {"cells": printer.cells(obj, now)}
        marks = printer.conditions(obj) if printer.conditions else []
        if marks:
            row["conditions"] = marks
        row["object"] = _included(obj, include_object)
        rows.append(row)
    return {
        "kind": "Table",
        "apiVersion": "meta.k8s.io/v1",
        "metadata": list_meta,
        "columnDefinitions": _column_definitions(printer),
        "rows": rows,
    }
