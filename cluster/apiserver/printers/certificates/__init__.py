"""The group ``certificates.k8s.io``."""

from __future__ import annotations

from collections.abc import Mapping

from cluster.apiserver.printers.certificates import certificatesigningrequest
from cluster.apiserver.printers.columns import Printer
from cluster.machinery.kinds.certificates import CERTIFICATESIGNINGREQUESTS
from cluster.machinery.kinds.model import Kind

PRINTERS: Mapping[Kind, Printer] = {CERTIFICATESIGNINGREQUESTS: certificatesigningrequest.PRINTER}
