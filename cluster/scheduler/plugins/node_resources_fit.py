"""NodeResourcesFit: a node must have left what the pod requests; how full it should be is the strategy's affair.

Upstream: ``pkg/scheduler/framework/plugins/noderesources/fit.go``.
"""

from __future__ import annotations

from collections.abc import Sequence

from cluster.machinery.meta import Obj
from cluster.machinery.pod_resources import CPU, MEMORY, PODS, Amounts, amounts, pod_requests
from cluster.scheduler.cluster_event import Action, Interest, Resource, takes_room
from cluster.scheduler.interface import Code, CycleState, FilterPlugin, ScorePlugin, Status
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

    def events_to_register(self) -> tuple[Interest, ...]:
        """Pods that go or shrink, and nodes that come or grow."""
        return (
            Interest(Resource.POD, Action.DELETE | Action.UPDATE_POD_SCALE_DOWN, self.is_schedulable_after_pod_event),
            Interest(Resource.NODE, Action.ADD | Action.UPDATE_NODE_ALLOCATABLE, self.is_schedulable_after_node_change),
        )

    def is_schedulable_after_pod_event(self, pod: PodInfo, old: Obj | None, new: Obj | None) -> bool:
        """When a pod leaves a node, or this one or one with a node asks for less of what this one needs."""
        if old is None or new is None:
            return old is not None and takes_room(old)
        is_own = new["metadata"].get("uid") == pod.pod["metadata"].get("uid")
        return (is_own or bool(new["spec"].get("nodeName"))) and _has_shrunk(old, new, pod.requests)

    def is_schedulable_after_node_change(self, pod: PodInfo, old: Obj | None, new: Obj | None) -> bool:
        """When the pod would fit on the node, and the node is new or has more than before."""
        return new is not None and _would_help(old, new, pod)

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
