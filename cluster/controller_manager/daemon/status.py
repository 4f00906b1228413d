"""What a DaemonSet's status says. Pure.

Of several pods on a node the oldest counts. Upstream: ``pkg/controller/daemon/daemon_controller.go`` (``updateDaemonSetStatus``).
"""

from __future__ import annotations

from collections.abc import Mapping

from cluster.controller_manager.daemon.manage import IsAvailable
from cluster.controller_manager.daemon.placement import Verdict
from cluster.controller_manager.daemon.pods import NodePods, is_updated, oldest_first
from cluster.controller_manager.pods import is_ready
from cluster.machinery.meta import Obj

_ALWAYS = ("currentNumberScheduled", "numberMisscheduled", "desiredNumberScheduled", "numberReady")
"""Counts that are written even when they are 0."""


def daemon_set_status(
    daemon_set: Obj, verdicts: Mapping[str, Verdict], pods: NodePods, hashed: str, is_available: IsAvailable, *, was_processed: bool
) -> Obj:
    """Return the new status. ``was_processed``: this generation of the spec was acted on."""
    counts = dict.fromkeys((*_ALWAYS, "updatedNumberScheduled", "numberAvailable", "numberUnavailable"), 0)
    for name, verdict in verdicts.items():
        on_node = pods.get(name)
        if not verdict.should_run:
            counts["numberMisscheduled"] += bool(on_node)
            continue
        counts["desiredNumberScheduled"] += 1
        if not on_node:
            continue
        pod = oldest_first(on_node)[0]
        counts["currentNumberScheduled"] += 1
        counts["numberReady"] += is_ready(pod)
        counts["numberAvailable"] += is_available(pod)
        counts["updatedNumberScheduled"] += is_updated(pod, hashed)
    counts["numberUnavailable"] = counts["desiredNumberScheduled"] - counts["numberAvailable"]
    before = daemon_set.get("status") or {}
    kept = {name: value for name, value in before.items() if name not in counts}
    if was_processed:
        kept["observedGeneration"] = daemon_set["metadata"]["generation"]
    return kept | {name: count for name, count in counts.items() if count or name in _ALWAYS}
