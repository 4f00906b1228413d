"""NodeResourcesFit: a node must have left what the pod requests; how full it should be is the strategy's affair.

Upstream: ``pkg/scheduler/framework/plugins/noderesources/fit.go``.
"""

from __future__ import annotations

from collections.abc import Sequence

from cluster.machinery.meta import Obj
from cluster.machinery.pod_resources import CPU, MEMORY, PODS, Amounts, amounts, pod_requests
from cluster.scheduler.interface import Change, ClusterEvent, Code, CycleState, FilterPlugin, ScorePlugin, Status
from cluster.scheduler.node_info import NodeInfo, PodInfo
from cluster.scheduler.scoring_strategy import DEFAULT_STRATEGY, Strategy

_NATIVE_DOMAIN = "kubernetes.io/"


class NodeResourcesFit(FilterPlugin, ScorePlugin):
    """``ignored`` and ``ignored_groups``: extended resources, and domains of some, that are not looked at."""

    name = "NodeResourcesFit"
    is_local = True

    def __init__(self, strategy: Strategy = DEFAULT_STRATEGY, *, ignored: Sequence[str] = (), ignored_groups: Sequence[str] = ()) -> None:
        self._strategy, self._ignored, self._ignored_groups = strategy, frozenset(ignored), frozenset(ignored_groups)

    def filter(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> Status | None:
        """Turn away a node that lacks something, with one reason for each resource."""
        allocatable, requested = node.allocatable, node.requested
        lacking = [
            (name, amount)
            for name, amount in pod.requests.items()
            if amount and amount > allocatable.get(name, 0) - requested.get(name, 0) and not self._is_ignored(name)
        ]
        is_full = len(node.pods) + 1 > node.allowed_pods
        if not lacking and not is_full:
            return None
        reasons = ("Too many pods",) if is_full else ()
        is_hopeless = any(amount > allocatable.get(name, 0) for name, amount in lacking)
        code = Code.UNRESOLVABLE if is_hopeless else Code.UNSCHEDULABLE
        return Status(code, (*reasons, *(f"Insufficient {name}" for name, _ in lacking)))

    def score(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> int:
        """Return how the strategy likes the node with the pod on it."""
        return self._strategy.score(pod, node)

    def is_schedulable_after(self, pod: PodInfo, event: ClusterEvent) -> bool:
        """When a pod leaves a node or shrinks, or a node that the pod would fit on appears or grows."""
        match event.change:
            case Change.ASSIGNED_POD_DELETED:
                return True
            case Change.POD_UPDATED | Change.ASSIGNED_POD_UPDATED:
                return event.old is not None and event.new is not None and _has_shrunk(event.old, event.new, pod.requests)
            case Change.NODE_ADDED | Change.NODE_UPDATED:
                return event.new is not None and _would_help(event.old, event.new, pod)
        return False

    def _is_ignored(self, name: str) -> bool:
        if name in (CPU, MEMORY) or not (self._ignored or self._ignored_groups):
            return False
        group, slash, _ = name.partition("/")
        is_extended = bool(slash) and not f"{group}/".endswith(_NATIVE_DOMAIN)
        return is_extended and (name in self._ignored or group in self._ignored_groups)


def _would_help(old: Obj | None, new: Obj, pod: PodInfo) -> bool:
    after = amounts((new.get("status") or {}).get("allocatable"))
    if after.get(PODS, 0) < 1 or any(amount > after.get(name, 0) for name, amount in pod.requests.items() if amount):
        return False
    if old is None:
        return True
    before = amounts((old.get("status") or {}).get("allocatable"))
    wanted = [name for name, amount in pod.requests.items() if amount]
    return any(after.get(name, 0) > before.get(name, 0) for name in (PODS, *wanted))


def _has_shrunk(old: Obj, new: Obj, wanted: Amounts) -> bool:
    before, after = pod_requests(old), pod_requests(new)
    return any(after.get(name, 0) < before.get(name, 0) for name, amount in wanted.items() if amount)
