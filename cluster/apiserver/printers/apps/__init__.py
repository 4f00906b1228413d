"""The group ``apps``."""

from __future__ import annotations

from collections.abc import Mapping

from cluster.apiserver.printers.apps import controllerrevision, daemonset, deployment, replicaset, statefulset
from cluster.apiserver.printers.columns import Printer
from cluster.machinery.kinds.apps import CONTROLLERREVISIONS, DAEMONSETS, DEPLOYMENTS, REPLICASETS, STATEFULSETS
from cluster.machinery.kinds.model import Kind

PRINTERS: Mapping[Kind, Printer] = {
    CONTROLLERREVISIONS: controllerrevision.PRINTER,
    DAEMONSETS: daemonset.PRINTER,
    DEPLOYMENTS: deployment.PRINTER,
    REPLICASETS: replicaset.PRINTER,
    STATEFULSETS: statefulset.PRINTER,
}
