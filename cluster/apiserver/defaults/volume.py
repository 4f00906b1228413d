"""Defaults of volumes: an empty directory where no source is named, file modes, the life of a token.

Upstream: ``pkg/apis/core/v1/defaults.go`` (``SetDefaults_Volume`` and the functions for each source).
"""

from __future__ import annotations

from cluster.apiserver.defaults.container import has_latest_tag
from cluster.machinery.meta import Obj

_FILE_MODE = 0o644
_TOKEN_SECONDS = 3600


def set_volume_defaults(volume: Obj) -> None:
    """Fill in one volume of a pod."""
    if all(key == "name" for key in volume):
        volume["emptyDir"] = {}
    for name in ("configMap", "secret", "downwardAPI", "projected"):
        if name in volume:
            volume[name].setdefault("defaultMode", _FILE_MODE)
    _set_field_refs(volume.get("downwardAPI"))
    for source in (volume.get("projected") or {}).get("sources") or ():
        _set_field_refs(source.get("downwardAPI"))
        if "serviceAccountToken" in source:
            source["serviceAccountToken"].setdefault("expirationSeconds", _TOKEN_SECONDS)
    if "hostPath" in volume:
        volume["hostPath"].setdefault("type", "")
    if "ephemeral" in volume:
        template = volume["ephemeral"].get("volumeClaimTemplate") or {}
        template.get("spec", {}).setdefault("volumeMode", "Filesystem")
    if "image" in volume:
        image = volume["image"]
        image.setdefault("pullPolicy", "Always" if has_latest_tag(image.get("reference", "")) else "IfNotPresent")


def _set_field_refs(source: Obj | None) -> None:
    for item in (source or {}).get("items") or ():
        if "fieldRef" in item:
            item["fieldRef"].setdefault("apiVersion", "v1")
