"""Columns of NetworkPolicies. Upstream: ``pkg/printers/internalversion/printers.go`` (``printNetworkPolicy``)."""

from __future__ import annotations

from cluster.apiserver.printers.columns import AGE, NAME, Cell, Column, Printer, age
from cluster.machinery.labels import format_selector
from cluster.machinery.meta import Obj, SimTime


def cells(policy: Obj, now: SimTime) -> list[Cell]:
    """Return the row of a NetworkPolicy."""
    return [policy["metadata"].get("name", ""), format_selector(policy["spec"].get("podSelector")), age(policy, now)]


PRINTER = Printer((NAME, Column("Pod-Selector", "The pods that the policy is about."), AGE), cells)
