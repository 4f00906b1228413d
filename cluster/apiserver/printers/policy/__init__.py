"""The group ``policy``."""

from __future__ import annotations

from collections.abc import Mapping

from cluster.apiserver.printers.columns import Printer
from cluster.apiserver.printers.policy import poddisruptionbudget
from cluster.machinery.kinds.model import Kind
from cluster.machinery.kinds.policy import PODDISRUPTIONBUDGETS

PRINTERS: Mapping[Kind, Printer] = {PODDISRUPTIONBUDGETS: poddisruptionbudget.PRINTER}
