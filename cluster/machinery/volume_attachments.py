"""Volumes that a driver attaches to a node before they can be mounted there: which ones, and what that is called. Pure.

The controller that asks for an attachment and the kubelet that waits for it find it by the same name.

Differs from upstream in that a driver without a CSIDriver attaches nothing; upstream takes it for one that does.

Upstream: ``pkg/volume/csi/csi_attacher.go`` (``getAttachmentName``), ``pkg/volume/csi/csi_plugin.go`` (``CanAttach``),
``pkg/volume/util/util.go`` (``GetUniqueVolumeName``).
"""

from __future__ import annotations

import hashlib
import re

from cluster.machinery.meta import Obj

_NAME = re.compile(r"csi-[0-9a-f]{64}")


def needs_attaching(volume: Obj, driver: Obj | None) -> bool:
    """Whether a PersistentVolume has to be attached to a node. ``driver``: the CSIDriver of its driver, None when there is none."""
    return "csi" in volume["spec"] and driver is not None and bool(driver["spec"].get("attachRequired"))


def driver_of(volume: Obj) -> str:
    """Return the driver of a PersistentVolume, an empty text when it has none."""
    name: str = (volume["spec"].get("csi") or {}).get("driver", "")
    return name


def unique_name(volume: Obj) -> str:
    """Return what the status of a node calls a volume of a driver."""
    csi = volume["spec"]["csi"]
    return f"kubernetes.io/csi/{csi['driver']}^{csi['volumeHandle']}"


def attachment_name(volume: Obj, node: str) -> str:
    """Return the name of the VolumeAttachment of a driver's volume and a node."""
    csi = volume["spec"]["csi"]
    hashed = hashlib.sha256((csi["volumeHandle"] + csi["driver"] + node).encode())
    return f"csi-{hashed.hexdigest()}"


def is_from_controller(attachment: Obj) -> bool:
    """Whether a VolumeAttachment bears a name as ``attachment_name`` makes it; others are somebody else's."""
    return _NAME.fullmatch(attachment["metadata"]["name"]) is not None


def is_attached(attachment: Obj) -> bool:
    """Whether the driver says that it is done, and nobody has asked to undo it."""
    return bool((attachment.get("status") or {}).get("attached")) and "deletionTimestamp" not in attachment["metadata"]
