"""The group ``apps``."""

from __future__ import annotations

from collections.abc import Mapping

from cluster.apiserver.printers.apps import deployment, replicaset
from cluster.apiserver.printers.columns import Printer
from cluster.machinery.kinds.apps import DEPLOYMENTS, REPLICASETS
from cluster.machinery.kinds.model import Kind

PRINTERS: Mapping[Kind, Printer] = {DEPLOYMENTS: deployment.PRINTER, REPLICASETS: replicaset.PRINTER}
