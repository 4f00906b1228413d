"""What a teacher says by annotations of a pod, past its programs.

``simulation.podium/ready=false`` keeps a pod's containers from being ready, whatever their probes find, as long as it is there.
"""

from __future__ import annotations

from cluster.machinery.meta import Obj

READY = "simulation.podium/ready"


def is_held_unready(pod: Obj) -> bool:
    """Whether the annotation keeps the pod's containers from being ready."""
    return (pod["metadata"].get("annotations") or {}).get(READY) == "false"
