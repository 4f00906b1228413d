"""The group ``apiregistration.k8s.io``."""

from __future__ import annotations

from collections.abc import Mapping

from cluster.apiserver.printers.apiregistration import apiservice
from cluster.apiserver.printers.columns import Printer
from cluster.machinery.kinds.apiregistration import APISERVICES
from cluster.machinery.kinds.model import Kind

PRINTERS: Mapping[Kind, Printer] = {APISERVICES: apiservice.PRINTER}
