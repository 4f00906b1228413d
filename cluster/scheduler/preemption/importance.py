"""Which pod matters more. Upstream: ``pkg/scheduler/util/utils.go`` (``MoreImportantPod``)."""

from __future__ import annotations

from cluster.machinery.meta import Obj, SimTime, parse_timestamp

_NOT_STARTED = SimTime(2**62)
"""Later than everything: a pod whose start nobody has reported."""


def priority(pod: Obj) -> int:
    """Return a pod's priority, 0 when it has none."""
    return int(pod["spec"].get("priority") or 0)


def started_at(pod: Obj) -> SimTime:
    """Return when a pod's kubelet took it on."""
    text = (pod.get("status") or {}).get("startTime")
    return parse_timestamp(text) if text else _NOT_STARTED


def importance(pod: Obj) -> tuple[int, SimTime]:
    """Return what pods are sorted by, the most important first: higher priority, then the longer life."""
    return -priority(pod), started_at(pod)
