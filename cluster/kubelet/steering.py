"""What a teacher says by annotations of a pod, past its programs, as far as its kubelet follows it (``machinery/steering.py``).

``simulation.podium/ready=false`` keeps a pod's containers from being ready, whatever their probes find. What nothing can follow is told in
an Event, since who sees a pod of a workload has not always seen the warning about its template.
"""

from __future__ import annotations

from cluster.machinery import steering
from cluster.machinery.meta import Obj

INVALID_ANNOTATION = "InvalidAnnotation"
"""Reason of the Event."""


def is_held_unready(pod: Obj) -> bool:
    """Whether an annotation keeps the pod's containers from being ready."""
    return steering.is_held_unready(pod["metadata"].get("annotations"))


def complaints(pod: Obj) -> list[str]:
    """Return what is wrong with a pod's annotations."""
    return [f"{name}: {why}" for name, why in steering.complaints(pod["metadata"].get("annotations"), steering.POD)]
