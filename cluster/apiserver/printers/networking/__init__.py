"""The group ``networking.k8s.io``."""

from __future__ import annotations

from collections.abc import Mapping

from cluster.apiserver.printers.columns import Printer
from cluster.apiserver.printers.networking import ingress, ingressclass, networkpolicy
from cluster.machinery.kinds.model import Kind
from cluster.machinery.kinds.networking import INGRESSCLASSES, INGRESSES, NETWORKPOLICIES

PRINTERS: Mapping[Kind, Printer] = {
    INGRESSCLASSES: ingressclass.PRINTER,
    INGRESSES: ingress.PRINTER,
    NETWORKPOLICIES: networkpolicy.PRINTER,
}
