"""The group ``storage.k8s.io``."""

from __future__ import annotations

from collections.abc import Mapping

from cluster.apiserver.printers.columns import Printer
from cluster.apiserver.printers.storage import csidriver, csinode, storageclass, volumeattachment
from cluster.machinery.kinds.model import Kind
from cluster.machinery.kinds.storage import CSIDRIVERS, CSINODES, STORAGECLASSES, VOLUMEATTACHMENTS

PRINTERS: Mapping[Kind, Printer] = {
    CSIDRIVERS: csidriver.PRINTER,
    CSINODES: csinode.PRINTER,
    STORAGECLASSES: storageclass.PRINTER,
    VOLUMEATTACHMENTS: volumeattachment.PRINTER,
}
