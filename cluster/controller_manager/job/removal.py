"""In which order pods of a Job are removed: the least active first. Pure.

Upstream: ``pkg/controller/controller_utils.go`` (``ActivePods``), which the Job controller uses without ranks, costs and magnitudes.
"""

from __future__ import annotations

from cluster.controller_manager.pods import is_ready, phase_of, ready_since
from cluster.machinery.meta import Obj, parse_timestamp

_PHASES = {"Pending": 0, "Unknown": 1, "Running": 2}


def by_activity(pod: Obj) -> tuple[int, ...]:
    """Return the key that sorts pods, those to remove first: without a node, pending, not ready, lately ready, restarted, young."""
    ready = ready_since(pod)
    created = pod["metadata"].get("creationTimestamp")
    made = parse_timestamp(created) if created else 0
    return (
        bool(pod["spec"].get("nodeName")),
        _PHASES.get(phase_of(pod), 0),
        is_ready(pod),
        *_youngest_first(ready),
        *(-count for count in _restarts(pod)),
        *_youngest_first(made),
    )


def _youngest_first(moment: int) -> tuple[int, int]:
    """A moment that nobody knows counts as the youngest."""
    return int(moment != 0), -moment


def _restarts(pod: Obj) -> tuple[int, int]:
    """Return the highest restart count among containers and among init containers that are sidecars."""
    status = pod.get("status", {})
    sidecars = {c["name"] for c in pod["spec"].get("initContainers") or () if c.get("restartPolicy") == "Always"}
    beside = (each.get("restartCount", 0) for each in status.get("initContainerStatuses") or () if each["name"] in sidecars)
    return max((each.get("restartCount", 0) for each in status.get("containerStatuses") or ()), default=0), max(beside, default=0)
