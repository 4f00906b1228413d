"""DefaultPreemption: could other pods make room?

Differs from upstream in that nodes are looked at in their order instead of from one drawn by chance, one after the other.

Upstream: ``pkg/scheduler/framework/plugins/defaultpreemption/default_preemption.go``, ``pkg/scheduler/framework/preemption``.
"""

from __future__ import annotations

from cluster.machinery.meta import Obj
from cluster.scheduler.cluster_event import Interest
from cluster.scheduler.fit_error import fit_error
from cluster.scheduler.interface import ClusterView, Code, FailedCycle, PostFilterPlugin, PostFilterResult, Status, unresolvable
from cluster.scheduler.node_info import NodeInfo
from cluster.scheduler.preemption.candidate import Candidate, Search, cheapest
from cluster.scheduler.preemption.importance import priority
from cluster.scheduler.preemption.victims import victims_on

MIN_CANDIDATES_PERCENTAGE = 10
MIN_CANDIDATES = 100
PREEMPTED_BY_SCHEDULER = "PreemptionByScheduler"
_NOT_HELPFUL = unresolvable("Preemption is not helpful for scheduling")


class DefaultPreemption(PostFilterPlugin):
    """Finds the node where making room costs least. The search for victims ends with ``absolute`` candidates, or with ``percentage`` of
    the nodes if that is more."""

    name = "DefaultPreemption"

    def __init__(self, view: ClusterView, *, percentage: int = MIN_CANDIDATES_PERCENTAGE, absolute: int = MIN_CANDIDATES) -> None:
        self._view, self._percentage, self._absolute = view, percentage, absolute

    def post_filter(self, cycle: FailedCycle) -> PostFilterResult:
        """Return the node and its victims, or for every node why making room there is of no use."""
        reason = self._why_not_eligible(cycle)
        if reason:
            return PostFilterResult(f"preemption: {reason}")
        helpful = [node for node in cycle.nodes if _may_help(cycle.statuses.get(node.name))]
        statuses = {node.name: _NOT_HELPFUL for node in cycle.nodes if not _may_help(cycle.statuses.get(node.name))}
        found = self._candidates(cycle, helpful, statuses)
        search = Search(tuple(found), {node.name: ", ".join(statuses[node.name].reasons) for node in helpful if node.name in statuses})
        if found:
            best = cheapest(found)
            return PostFilterResult("", best.node, best.victims, search=search)
        return PostFilterResult(f"preemption: {fit_error(len(cycle.nodes), statuses.values())}", gives_up=True, search=search)

    def events_to_register(self) -> tuple[Interest, ...]:
        """None: who waits for victims waits for the plugins that turned it away. Upstream registers deleted pods, with a hint that is
        never helpful, for pods whose victims are still being deleted beside."""
        return ()

    def _candidates(self, cycle: FailedCycle, nodes: list[NodeInfo], statuses: dict[str, Status]) -> list[Candidate]:
        """Try the nodes until there are enough; why one does not help goes into ``statuses``."""
        wanted = min(max(len(nodes) * self._percentage // 100, self._absolute), len(nodes))
        budgets = self._view.disruption_budgets()
        found: list[Candidate] = []
        for node in nodes:
            if len(found) >= wanted and any(not candidate.violations for candidate in found):
                break
            candidate = victims_on(cycle.pod, node, budgets, cycle.fits)
            if isinstance(candidate, Candidate):
                found.append(candidate)
            else:
                statuses[node.name] = candidate
        return found

    def _why_not_eligible(self, cycle: FailedCycle) -> str:
        """A pod that has made others go already waits for them, unless its node has become of no use to it."""
        pod = cycle.pod
        if pod.spec.get("preemptionPolicy") == "Never":
            return "not eligible due to preemptionPolicy=Never."
        nominated = (pod.pod.get("status") or {}).get("nominatedNodeName", "")
        status = cycle.statuses.get(nominated)
        if not nominated or (status is not None and status.code is Code.UNRESOLVABLE):
            return ""
        node = next((node for node in cycle.nodes if node.name == nominated), None)
        others = [other.pod for other in node.pods.values()] if node is not None else []
        if any(priority(other) < priority(pod.pod) and _is_preempted(other) for other in others):
            return "not eligible due to a terminating pod on the nominated node."
        return ""


def _may_help(status: Status | None) -> bool:
    """Whether pods are in the way on a node; nobody has looked at one without a status."""
    return status is not None and status.code is Code.UNSCHEDULABLE


def _is_preempted(pod: Obj) -> bool:
    """Whether a pod is on its way out because the scheduler wanted its place."""
    if not pod["metadata"].get("deletionTimestamp"):
        return False
    conditions = (pod.get("status") or {}).get("conditions") or ()
    return any(c["type"] == "DisruptionTarget" and c.get("reason") == PREEMPTED_BY_SCHEDULER and c["status"] == "True" for c in conditions)
