"""The group ``flowcontrol.apiserver.k8s.io``."""

from __future__ import annotations

from collections.abc import Mapping

from cluster.apiserver.printers.columns import Printer
from cluster.apiserver.printers.flowcontrol import flowschema, prioritylevelconfiguration
from cluster.machinery.kinds.flowcontrol import FLOWSCHEMAS, PRIORITYLEVELCONFIGURATIONS
from cluster.machinery.kinds.model import Kind

PRINTERS: Mapping[Kind, Printer] = {
    FLOWSCHEMAS: flowschema.PRINTER,
    PRIORITYLEVELCONFIGURATIONS: prioritylevelconfiguration.PRINTER,
}
