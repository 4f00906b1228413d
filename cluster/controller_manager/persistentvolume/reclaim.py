"""What becomes of a volume whose claim is gone.

Of the plugins that can delete what lies behind a volume only that of directories is here, which takes those under ``/tmp`` and
leaves nothing to do: no node has such a directory. None recycles.

Upstream: ``pkg/controller/volume/persistentvolume/pv_controller.go`` (``reclaimVolume``, ``findDeletablePlugin``),
``pkg/volume/hostpath/host_path.go``.
"""

from __future__ import annotations

from dataclasses import dataclass

from cluster.machinery.meta import Obj
from cluster.machinery.volumes import annotation

PROVISIONED_BY = "pv.kubernetes.io/provisioned-by"


@dataclass(frozen=True, slots=True)
class Reclaim:
    """``is_deleted``: the volume goes. ``reason`` and ``message``: why it cannot, of an Event; empty when it stays as it is."""

    is_deleted: bool = False
    reason: str = ""
    message: str = ""


def reclaim(volume: Obj) -> Reclaim:
    """Decide by the volume's policy. Pure."""
    spec, name = volume["spec"], volume["metadata"]["name"]
    policy = spec.get("persistentVolumeReclaimPolicy")
    if policy == "Recycle":
        return Reclaim(reason="VolumeFailedRecycle", message="No recycler plugin found for the volume!")
    if policy != "Delete" or annotation(volume, PROVISIONED_BY) is not None:
        return Reclaim()
    if "hostPath" not in spec:
        why = f'error getting deleter volume plugin for volume "{name}": no volume plugin matched'
        return Reclaim(reason="VolumeFailedDelete", message=why)
    path = spec["hostPath"].get("path", "")
    if path.startswith("/tmp/") and len(path) > len("/tmp/"):
        return Reclaim(is_deleted=True)
    return Reclaim(reason="VolumeFailedDelete", message=f"host_path deleter only supports /tmp/.+ but received provided {path}")
