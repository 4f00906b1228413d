"""The core group."""

from __future__ import annotations

from collections.abc import Mapping

from cluster.apiserver.printers.columns import Printer
from cluster.apiserver.printers.core import configmap, event, namespace, node, pod, serviceaccount
from cluster.machinery.kinds.core import CONFIGMAPS, EVENTS, NAMESPACES, NODES, PODS, SERVICEACCOUNTS
from cluster.machinery.kinds.model import Kind

PRINTERS: Mapping[Kind, Printer] = {
    CONFIGMAPS: configmap.PRINTER,
    EVENTS: event.PRINTER,
    NAMESPACES: namespace.PRINTER,
    NODES: node.PRINTER,
    PODS: pod.PRINTER,
    SERVICEACCOUNTS: serviceaccount.PRINTER,
}
