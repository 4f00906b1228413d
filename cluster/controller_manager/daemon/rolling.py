"""Which pods a rolling update replaces now. Pure.

Without surge an old pod goes first and a new one comes in its place: available old pods go while fewer than ``maxUnavailable``
nodes lack an available pod, old pods that are not available go anyway. With surge the new pod comes first, on at most
``maxSurge`` nodes at a time, and the old one goes once the new one is available.

Upstream: ``pkg/controller/daemon/update.go`` (``rollingUpdate``, ``updatedDesiredNodeCounts``). Nodes are looked at in the order of the
cache, where upstream's order is that of a Go map; a pod on a node that is gone is left to the pod garbage collector, where upstream
ends with an error.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from cluster.controller_manager.base import is_deleting
from cluster.controller_manager.daemon.manage import IsAvailable, Work
from cluster.controller_manager.daemon.placement import Verdict
from cluster.controller_manager.daemon.pods import NodePods, is_updated
from cluster.machinery.intstr import scaled_value
from cluster.machinery.meta import Obj

ROLLING_UPDATE = "RollingUpdate"


def surge_count(daemon_set: Obj, scheduled: int) -> int:
    """Return on how many of ``scheduled`` nodes there may be two pods. Raises IntOrStringError."""
    return _count(daemon_set, "maxSurge", scheduled)


def unavailable_count(daemon_set: Obj, scheduled: int) -> int:
    """Return how many of ``scheduled`` nodes may lack an available pod. Raises IntOrStringError."""
    return _count(daemon_set, "maxUnavailable", scheduled)


def allows_surge(daemon_set: Obj) -> bool:
    """Whether a node may have two pods for a while."""
    return surge_count(daemon_set, 1) > 0


def roll(daemon_set: Obj, verdicts: Mapping[str, Verdict], pods: NodePods, hashed: str, is_available: IsAvailable) -> Work:
    """Return what the rolling update does now. ``verdicts``: of every node, by name. Raises IntOrStringError."""
    desired = [name for name, verdict in verdicts.items() if verdict.should_run]
    all_pods = pods | {name: [] for name in desired if name not in pods}
    max_surge, max_unavailable = surge_count(daemon_set, len(desired)), unavailable_count(daemon_set, len(desired))
    pairs = {name: _pair(on_node, hashed) for name, on_node in all_pods.items()}
    if max_surge == 0:
        return _replace(pairs, max_unavailable or 1, is_available)
    return _surge(pairs, verdicts, max_surge, len(desired), is_available)


@dataclass(frozen=True, slots=True)
class _Pair:
    """The pods on a node that nobody has asked to delete: at most one of the present template, and one of another."""

    new: Obj | None
    old: Obj | None


def _pair(pods: Sequence[Obj], hashed: str) -> _Pair | None:
    """Return the pods of a node; None when there are too many of a sort, which are removed first."""
    kept = [pod for pod in pods if not is_deleting(pod)]
    new = [pod for pod in kept if is_updated(pod, hashed)]
    old = [pod for pod in kept if not is_updated(pod, hashed)]
    if len(new) > 1 or len(old) > 1:
        return None
    return _Pair(new[0] if new else None, old[0] if old else None)


def _replace(pairs: Mapping[str, _Pair | None], max_unavailable: int, is_available: IsAvailable) -> Work:
    unavailable, broken, candidates = 0, [], []
    for pair in pairs.values():
        if pair is None or (pair.new is None) == (pair.old is None):
            unavailable += 1
        elif pair.old is None:
            unavailable += not (pair.new is not None and is_available(pair.new))
        elif not is_available(pair.old):
            broken.append(pair.old)
            unavailable += 1
        else:
            candidates.append(pair.old)
    return Work(delete=broken + candidates[: max(0, max_unavailable - unavailable)])


@dataclass(slots=True)
class _Surge:
    """What a look at all nodes has found so far."""

    work: Work = field(default_factory=Work)
    candidates: list[str] = field(default_factory=list)
    leaving: list[Obj] = field(default_factory=list)
    surging: int = 0
    available: int = 0


def _surge(
    pairs: Mapping[str, _Pair | None], verdicts: Mapping[str, Verdict], max_surge: int, desired: int, is_available: IsAvailable
) -> Work:
    seen = _Surge()
    for name, pair in pairs.items():
        if pair is None:
            seen.surging += 1
        else:
            _look_at_pair(seen, name, pair, verdicts.get(name), is_available)
    # Pods on nodes that suit no longer stay until enough pods are available elsewhere.
    seen.work.delete += seen.leaving[: max(0, seen.available - desired)]
    seen.work.create += seen.candidates[: max(0, max_surge - seen.surging)]
    return seen.work


def _look_at_pair(seen: _Surge, name: str, pair: _Pair, verdict: Verdict | None, is_available: IsAvailable) -> None:
    counted = pair.old or pair.new
    is_served = counted is not None and is_available(counted)
    seen.available += is_served
    if pair.old is None or (pair.new is None and verdict is None):
        return
    if pair.new is not None:
        if is_available(pair.new):
            seen.work.delete.append(pair.old)
        else:
            seen.surging += 1
    elif verdict is not None and not verdict.should_run:
        (seen.leaving if is_served else seen.work.delete).append(pair.old)
    else:
        (seen.candidates if is_served else seen.work.create).append(name)


def _count(daemon_set: Obj, field: str, scheduled: int) -> int:
    strategy = daemon_set["spec"]["updateStrategy"]
    rolling = strategy.get("rollingUpdate") or {}
    if strategy.get("type") != ROLLING_UPDATE or field not in rolling:
        return 0
    return scaled_value(rolling[field], scheduled, round_up=True)
