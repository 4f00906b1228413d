"""The group ``apiextensions.k8s.io``, and the kinds that its definitions add."""

from __future__ import annotations

from collections.abc import Mapping

from cluster.apiserver.printers.apiextensions.customresourcedefinition import PRINTER
from cluster.apiserver.printers.columns import Printer
from cluster.machinery.kinds.apiextensions import CUSTOMRESOURCEDEFINITIONS
from cluster.machinery.kinds.model import Kind

PRINTERS: Mapping[Kind, Printer] = {CUSTOMRESOURCEDEFINITIONS: PRINTER}
