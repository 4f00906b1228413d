"""The group ``discovery.k8s.io``."""

from __future__ import annotations

from collections.abc import Mapping

from cluster.apiserver.printers.columns import Printer
from cluster.apiserver.printers.discovery import endpointslice
from cluster.machinery.kinds.discovery import ENDPOINTSLICES
from cluster.machinery.kinds.model import Kind

PRINTERS: Mapping[Kind, Printer] = {ENDPOINTSLICES: endpointslice.PRINTER}
