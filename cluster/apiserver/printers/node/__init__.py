"""The group ``node.k8s.io``."""

from __future__ import annotations

from collections.abc import Mapping

from cluster.apiserver.printers.columns import Printer
from cluster.apiserver.printers.node import runtimeclass
from cluster.machinery.kinds.model import Kind
from cluster.machinery.kinds.node import RUNTIMECLASSES

PRINTERS: Mapping[Kind, Printer] = {RUNTIMECLASSES: runtimeclass.PRINTER}
