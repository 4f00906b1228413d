"""Defaults of VolumeAttachments: those of the volume that may stand inside one.

Upstream: ``pkg/apis/storage/v1/zz_generated.defaults.go`` (``SetObjectDefaults_VolumeAttachment``).
"""

from __future__ import annotations

from cluster.apiserver.defaults.core.persistentvolume import set_source_defaults
from cluster.machinery.meta import Obj


def set_defaults(attachment: Obj) -> None:
    """Fill in the inline volume, where there is one."""
    set_source_defaults(attachment["spec"].get("source", {}).get("inlineVolumeSpec", {}))
