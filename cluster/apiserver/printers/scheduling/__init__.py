"""The group ``scheduling.k8s.io``."""

from __future__ import annotations

from collections.abc import Mapping

from cluster.apiserver.printers.columns import Printer
from cluster.apiserver.printers.scheduling import priorityclass
from cluster.machinery.kinds.model import Kind
from cluster.machinery.kinds.scheduling import PRIORITYCLASSES

PRINTERS: Mapping[Kind, Printer] = {PRIORITYCLASSES: priorityclass.PRINTER}
