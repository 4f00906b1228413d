"""The group ``networking.k8s.io``."""

from __future__ import annotations

from collections.abc import Mapping

from cluster.apiserver.printers.columns import Printer
from cluster.apiserver.printers.networking import ingress, ingressclass, ipaddress, networkpolicy, servicecidr
from cluster.machinery.kinds.model import Kind
from cluster.machinery.kinds.networking import INGRESSCLASSES, INGRESSES, IPADDRESSES, NETWORKPOLICIES, SERVICECIDRS

PRINTERS: Mapping[Kind, Printer] = {
    INGRESSCLASSES: ingressclass.PRINTER,
    INGRESSES: ingress.PRINTER,
    IPADDRESSES: ipaddress.PRINTER,
    NETWORKPOLICIES: networkpolicy.PRINTER,
    SERVICECIDRS: servicecidr.PRINTER,
}
