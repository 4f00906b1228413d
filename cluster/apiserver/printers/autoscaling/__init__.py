"""The group ``autoscaling``."""

from __future__ import annotations

from collections.abc import Mapping

from cluster.apiserver.printers.autoscaling import horizontalpodautoscaler, scale
from cluster.apiserver.printers.columns import Printer
from cluster.machinery.kinds.autoscaling import HORIZONTALPODAUTOSCALERS, HORIZONTALPODAUTOSCALERS_V1
from cluster.machinery.kinds.model import Kind

PRINTERS: Mapping[Kind, Printer] = {
    HORIZONTALPODAUTOSCALERS: horizontalpodautoscaler.PRINTER,
    HORIZONTALPODAUTOSCALERS_V1: horizontalpodautoscaler.PRINTER_V1,
}

SUBRESOURCE_PRINTERS: Mapping[str, Printer] = {"Scale": scale.PRINTER}
"""By the kind of what a subresource of another kind answers with."""
