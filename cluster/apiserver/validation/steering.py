"""Annotations that steer the simulation and that nothing follows as they are written: who writes them hears of it in a Warning header.

No part of Kubernetes, whose warnings this follows in form. Upstream: none.
"""

from __future__ import annotations

from cluster.machinery.kinds.core import PODS
from cluster.machinery.kinds.model import Kind
from cluster.machinery.meta import Obj
from cluster.machinery.steering import complaints

_TEMPLATES = {"CronJob": "spec.jobTemplate.spec.template", "PodTemplate": "template"}


def steering_warnings(meta: Obj, kind: str, path: str = "", template: str = "") -> list[str]:
    """Return the warnings about the metadata of an object. ``path``: where that stands, with a dot at its end."""
    return [f"{path}metadata.annotations[{name}]: {why}" for name, why in complaints(meta.get("annotations"), kind, template)]


def metadata_warnings(kind: Kind, obj: Obj, old: Obj | None) -> list[str]:
    """Return the warnings about an object's own annotations, unless they are as they were; those of pods come with their specs'."""
    meta = obj["metadata"]
    if kind is PODS or not meta.get("annotations") or (old is not None and meta["annotations"] == old["metadata"].get("annotations")):
        return []
    spec = obj.get("spec")
    template = _TEMPLATES.get(kind.kind) or ("spec.template" if isinstance(spec, dict) and "template" in spec else "")
    return steering_warnings(meta, kind.kind, template=template)
