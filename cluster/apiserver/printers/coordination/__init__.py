"""The group ``coordination.k8s.io``."""

from __future__ import annotations

from collections.abc import Mapping

from cluster.apiserver.printers.columns import Printer
from cluster.apiserver.printers.coordination import lease
from cluster.machinery.kinds.coordination import LEASES
from cluster.machinery.kinds.model import Kind

PRINTERS: Mapping[Kind, Printer] = {LEASES: lease.PRINTER}
