"""The group ``storage.k8s.io``."""

from __future__ import annotations

from collections.abc import Mapping

from cluster.apiserver.printers.columns import Printer
from cluster.apiserver.printers.storage import csidriver, csinode, csistoragecapacity, storageclass, volumeattachment, volumeattributesclass
from cluster.machinery.kinds.model import Kind
from cluster.machinery.kinds.storage import (
    CSIDRIVERS,
    CSINODES,
    CSISTORAGECAPACITIES,
    STORAGECLASSES,
    VOLUMEATTACHMENTS,
    VOLUMEATTRIBUTESCLASSES,
)

PRINTERS: Mapping[Kind, Printer] = {
    CSIDRIVERS: csidriver.PRINTER,
    CSINODES: csinode.PRINTER,
    CSISTORAGECAPACITIES: csistoragecapacity.PRINTER,
    STORAGECLASSES: storageclass.PRINTER,
    VOLUMEATTACHMENTS: volumeattachment.PRINTER,
    VOLUMEATTRIBUTESCLASSES: volumeattributesclass.PRINTER,
}
