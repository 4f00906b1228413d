"""Runs the plugins for one pod: filter the nodes, score what is left, choose the best.

Both halves are recorded as hops to the plugins, with everything that was found out in their ``detail``. Differs from upstream
in that plugins run one after the other instead of in parallel.
Upstream: ``pkg/scheduler/schedule_one.go``, ``pkg/scheduler/framework/runtime/framework.go``.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence

from cluster.engine.rng import Rng
from cluster.engine.trace import Trace
from cluster.machinery.errors import ApiError
from cluster.machinery.meta import Obj, SimTime
from cluster.scheduler.cluster_event import Action, Hint, Resource
from cluster.scheduler.decision import Decision, PluginScores, Rejection
from cluster.scheduler.fit_error import NO_NODES, fit_error
from cluster.scheduler.interface import (
    BindPlugin,
    Code,
    CycleState,
    FailedCycle,
    FilterPlugin,
    PostFilterPlugin,
    PreBindPlugin,
    PreEnqueuePlugin,
    PreFilterPlugin,
    PreFilterResult,
    PreScorePlugin,
    QueueSortPlugin,
    ReservePlugin,
    ScorePlugin,
    Status,
    unresolvable,
)
from cluster.scheduler.memory import Known, Memory
from cluster.scheduler.node_info import NodeInfo, PodInfo
from cluster.scheduler.nominator import Nominator
from cluster.scheduler.plugin_set import PluginSet
from cluster.scheduler.snapshot import Snapshot

LANE = "kube-scheduler"
FILTER, SCORE = f"{LANE}/filter", f"{LANE}/score"
MIN_FEASIBLE_NODES = 100
"""Nodes that are looked at in any case before the search stops."""
MIN_PERCENTAGE = 5


def nodes_to_find(count: int, percentage: int = 0) -> int:
    """Return after how many feasible nodes the search stops: all below 100, then a share of all.

    ``percentage``: that share; 0: one that shrinks from 50 % to 5 % the more nodes there are.
    """
    if count < MIN_FEASIBLE_NODES:
        return count
    share = percentage or max(50 - count // 125, MIN_PERCENTAGE)
    return count if share >= 100 else max(count * share // 100, MIN_FEASIBLE_NODES)


class PluginError(Exception):
    """A plugin failed (its answer had the code Error); the pod is tried again later."""


class Framework:
    """Runs the plugins of one profile. ``percentage``: of nodes to score, 0 adapts it to their number."""

    def __init__(self, plugin_set: PluginSet, trace: Trace, rng: Rng, nominator: Nominator | None = None, *, percentage: int = 0) -> None:
        self.plugins, points = plugin_set.plugins, plugin_set.points
        self._pre_enqueue = [p for p in points["preEnqueue"] if isinstance(p, PreEnqueuePlugin)]
        self._queue_sort = [p for p in points["queueSort"] if isinstance(p, QueueSortPlugin)]
        self._pre_filter = [p for p in points["preFilter"] if isinstance(p, PreFilterPlugin)]
        self._filter = [p for p in points["filter"] if isinstance(p, FilterPlugin)]
        self._post_filter = [p for p in points["postFilter"] if isinstance(p, PostFilterPlugin)]
        self._pre_score = [p for p in points["preScore"] if isinstance(p, PreScorePlugin)]
        self._score = [(p, plugin_set.weights[p.name]) for p in points["score"] if isinstance(p, ScorePlugin)]
        self._reserve = [p for p in points["reserve"] if isinstance(p, ReservePlugin)]
        self._pre_bind = [p for p in points["preBind"] if isinstance(p, PreBindPlugin)]
        self._bind = [p for p in points["bind"] if isinstance(p, BindPlugin)]
        self._interests = {name: plugin.events_to_register() for name, plugin in self.plugins.items()}
        self._hints: dict[tuple[Resource, Action], dict[str, list[Hint]]] = {}
        self._percentage = percentage
        self._trace, self._rng = trace, rng
        self._nominator = nominator or Nominator()
        self._memory = Memory()
        self._next_start = 0

    def pre_enqueue(self, pod: PodInfo) -> tuple[str, Status] | None:
        """Return the plugin that keeps the pod out of the queue, and why; None when it may enter."""
        for plugin in self._pre_enqueue:
            status = plugin.pre_enqueue(pod)
            if status is not None:
                return plugin.name, status
        return None

    def hints_for(self, resource: Resource, action: Action) -> Mapping[str, Sequence[Hint]]:
        """Return the hints of the plugins that registered an event, by plugin."""
        found = self._hints.get((resource, action))
        if found is None:
            covering = {name: [i.hint for i in interests if i.covers(resource, action)] for name, interests in self._interests.items()}
            found = self._hints[resource, action] = {name: hints for name, hints in covering.items() if hints}
        return found

    def sort_key(self, pod: PodInfo, queued_at: SimTime) -> tuple[int, SimTime]:
        """Return what waiting pods are sorted by, the smallest first."""
        return self._queue_sort[0].sort_key(pod, queued_at)

    def bind(self, pod: PodInfo, node: str) -> None:
        """Let the binding plugin write which node the pod has. Raises PluginError, and ApiError when the pod is gone."""
        plugin = self._bind[0]
        try:
            plugin.bind(pod, node)
        except ApiError as refusal:
            if refusal.code == 404:
                raise
            raise PluginError(f'running Bind plugin "{plugin.name}": {refusal.message}') from refusal

    def schedule(self, pod: PodInfo, snapshot: Sequence[NodeInfo] | Snapshot) -> Decision:
        """Choose a node for the pod, or say why there is none. Raises PluginError."""
        state = CycleState(snapshot)
        nodes = state.nodes
        if not nodes:
            return Decision(pod.key, message=NO_NODES)
        decision, feasible = self._find_feasible(state, pod, nodes)
        self._record(FILTER, decision, f"{len(feasible)} of {len(nodes)} nodes", decision.filter_detail())
        if len(feasible) > 1:
            self._rank(decision, state, pod, feasible)
            self._record(SCORE, decision, decision.node, decision.score_detail())
        elif feasible:
            decision.node = feasible[0].name
        decision.state = state
        return decision

    def reserve(self, state: CycleState, pod: PodInfo, node: str) -> None:
        """Let the plugins keep what the pod needs of its node. Raises PluginError, with everything given back."""
        for plugin in self._reserve:
            status = plugin.reserve(state, pod, node)
            if status is not None:
                self.unreserve(state, pod, node)
                raise PluginError(f'running Reserve plugin "{plugin.name}": {", ".join(status.reasons)}')

    def unreserve(self, state: CycleState, pod: PodInfo, node: str) -> None:
        """Give back what was kept, the last plugin first."""
        for plugin in reversed(self._reserve):
            plugin.unreserve(state, pod, node)

    def pre_bind(self, state: CycleState, pod: PodInfo, node: str, waited: float) -> bool:
        """Let the plugins do what comes before the binding; false: the pod has to wait. ``waited``: seconds so far. Raises PluginError,
        ApiError."""
        for plugin in self._pre_bind:
            status = plugin.pre_bind(state, pod, node, waited)
            if status is None:
                continue
            if status.code is not Code.WAIT:
                raise PluginError(f'running PreBind plugin "{plugin.name}": {", ".join(status.reasons)}')
            return False
        return True

    def _record(self, target: str, decision: Decision, outcome: str, detail: Obj) -> None:
        """Record a hop to the plugins; what the scheduler does next is caused by it."""
        hop = self._trace.record(LANE, target, target.removeprefix(f"{LANE}/"), f"pods/{decision.pod}", outcome=outcome, detail=detail)
        self._trace.current = hop.seq

    def _find_feasible(self, state: CycleState, pod: PodInfo, nodes: Sequence[NodeInfo]) -> tuple[Decision, list[NodeInfo]]:
        decision = Decision(pod.key, node_count=len(nodes))
        allowed, refusal = self.pre_filter(decision, state, pod, nodes)
        if refusal is not None:
            post = self._run_post_filter(decision, state, pod, dict.fromkeys((node.name for node in nodes), refusal))
            decision.message = fit_error(len(nodes), (), pre_filter=", ".join(refusal.reasons), post_filter=post)
            return decision, []
        promised = self._promised(state, pod, nodes, allowed)
        if promised is not None:
            decision.feasible = [promised.name]
            return decision, [promised]
        feasible: list[NodeInfo] = []
        count = len(nodes)
        wanted = nodes_to_find(count, self._percentage) if self._score or self._pre_score else 1
        start = self._next_start % count
        looked_at = 0
        verdict = self._verdicts(state, pod)
        turned_away = decision.rejected
        for node in itertools.chain(itertools.islice(nodes, start, None), itertools.islice(nodes, start)):
            if len(feasible) >= wanted:
                break
            looked_at += 1
            if allowed is not None and node.name not in allowed:
                continue
            rejection = verdict(node)
            if rejection is None:
                feasible.append(node)
            else:
                turned_away[node.name] = rejection
        self._next_start = (start + looked_at) % count
        decision.feasible = [node.name for node in feasible]
        if not feasible:
            statuses = {name: rejection.status for name, rejection in decision.rejected.items()}
            decision.message = fit_error(count, statuses.values(), post_filter=self._run_post_filter(decision, state, pod, statuses))
        return decision, feasible

    def _verdicts(self, state: CycleState, pod: PodInfo) -> Callable[[NodeInfo], Rejection | None]:
        """Return what asks the filters about a node, or remembers what those that look at it alone said of it to a pod like this one."""
        filters = [plugin for plugin in self._filter if plugin.name not in state.skipped]
        local = [plugin for plugin in filters if plugin.is_local]
        others = filters[len(local) :]
        if not self._nominator.is_empty or others != [plugin for plugin in filters if not plugin.is_local]:
            return lambda node: self._rejection(state, pod, node)
        known_nodes = self._memory.of(pod.signature)

        def remembered(node: NodeInfo) -> Rejection | None:
            known = known_nodes.get(node.name)
            if known is None or known.generation != node.generation:
                known = known_nodes[node.name] = Known(node.generation, _first_rejection(local, state, pod, node))
            return known.rejection or (_first_rejection(others, state, pod, node) if others else None)

        return remembered

    def _promised(self, state: CycleState, pod: PodInfo, nodes: Sequence[NodeInfo], allowed: frozenset[str] | None) -> NodeInfo | None:
        """Return the node that was promised to the pod, if it could run there now: then no other is looked at."""
        name = self._nominator.node_of(pod.key)
        if not name or (allowed is not None and name not in allowed):
            return None
        node = next((node for node in nodes if node.name == name), None)
        return node if node is not None and self._rejection(state, pod, node) is None else None

    def _rejection(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> Rejection | None:
        """Return what keeps a pod off a node: with the pods that wait for it and go before, and without them, who may never come."""
        return self._crowded_out(state, pod, node) or self._run_filters(state, pod, node)

    def rejection_with(self, state: CycleState, pod: PodInfo, changed: NodeInfo) -> Rejection | None:
        """Return what would keep a pod off a node that has other pods than now, with those who wait for it, and without them.
        ``state``: after ``pre_filter``."""
        return self._crowded_out(state, pod, changed) or self._rejection_anew(state, pod, changed)

    def _crowded_out(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> Rejection | None:
        before = self._nominator.before(pod, node.name)
        if not before:
            return None
        crowded = node.without(())
        for other in before:
            crowded.add_pod(other)
        return self._rejection_anew(state, pod, crowded)

    def _rejection_anew(self, state: CycleState, pod: PodInfo, changed: NodeInfo) -> Rejection | None:
        trial = state.with_node(changed)
        for plugin in self._pre_filter:
            if plugin.counts_pods:
                answer = plugin.pre_filter(trial, pod, trial.nodes)
                trial.skipped.discard(plugin.name)
                if isinstance(answer, Status):
                    if answer.code is not Code.SKIP:
                        return Rejection(plugin.name, _checked(f'PreFilter plugin "{plugin.name}"', answer))
                    trial.skipped.add(plugin.name)
        return self._run_filters(trial, pod, changed)

    def _run_filters(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> Rejection | None:
        return _first_rejection([plugin for plugin in self._filter if plugin.name not in state.skipped], state, pod, node)

    def pre_filter(
        self, decision: Decision, state: CycleState, pod: PodInfo, nodes: Sequence[NodeInfo]
    ) -> tuple[frozenset[str] | None, Status | None]:
        """Let the plugins look at the pod; return the nodes worth looking at (None: all), and a refusal of all nodes."""
        allowed: frozenset[str] | None = None
        narrowing: list[str] = []
        for plugin in self._pre_filter:
            answer = plugin.pre_filter(state, pod, nodes)
            if isinstance(answer, PreFilterResult):
                allowed = answer.node_names if allowed is None else allowed & answer.node_names
                narrowing.append(plugin.name)
                if not allowed:
                    refusal = unresolvable(f"node(s) didn't satisfy plugin(s) [{' '.join(narrowing)}] simultaneously")
                    self._reject_all(decision, plugin.name, refusal, nodes)
                    return allowed, refusal
            elif answer is not None and answer.code is Code.SKIP:
                state.skipped.add(plugin.name)
            elif answer is not None:
                self._reject_all(decision, plugin.name, _checked(f'PreFilter plugin "{plugin.name}"', answer), nodes)
                return allowed, answer
        if allowed is not None:
            absent = unresolvable(f"node(s) didn't satisfy plugin(s) [{' '.join(sorted(narrowing))}]")
            for node in nodes:
                if node.name not in allowed:
                    decision.rejected[node.name] = Rejection(narrowing[-1], absent)
        return allowed, None

    def _reject_all(self, decision: Decision, plugin: str, status: Status, nodes: Sequence[NodeInfo]) -> None:
        decision.rejected.update((node.name, Rejection(plugin, status)) for node in nodes)

    def _run_post_filter(self, decision: Decision, state: CycleState, pod: PodInfo, statuses: dict[str, Status]) -> str:
        """Ask until a plugin has a way out, which goes into the decision; return what to say when none has."""

        def fits(changed: NodeInfo) -> Status | None:
            rejection = self.rejection_with(state, pod, changed)
            return rejection.status if rejection is not None else None

        cycle = FailedCycle(pod, state.nodes, statuses, fits, state)
        messages: list[str] = []
        for plugin in self._post_filter:
            result = plugin.post_filter(cycle)
            decision.search = result.search or decision.search
            if result.node:
                decision.nominated, decision.victims = result.node, result.victims
                return ""
            if result.is_error:
                return result.message
            decision.gives_up = decision.gives_up or result.gives_up
            messages.append(result.message)
        return ", ".join(messages)

    def _rank(self, decision: Decision, state: CycleState, pod: PodInfo, feasible: list[NodeInfo]) -> None:
        skipped: set[str] = set()
        for pre in self._pre_score:
            status = pre.pre_score(state, pod, feasible)
            if status is not None:
                _checked(f'PreScore plugin "{pre.name}"', status)
                skipped.add(pre.name)
        totals = [0] * len(feasible)
        active = [(plugin, weight) for plugin, weight in self._score if plugin.name not in skipped]
        local = self._local_scores([plugin for plugin, _ in active if plugin.is_local], state, pod, feasible)
        for plugin, weight in active:
            raw = local[plugin.name] if plugin.is_local else plugin.scores(state, pod, feasible)
            normalized = plugin.normalize(state, pod, feasible, raw)
            totals = [total + weight * value for total, value in zip(totals, normalized, strict=True)]
            decision.scores.append(PluginScores(plugin.name, weight, raw, normalized))
        decision.totals = totals
        best = max(totals)
        decision.tied = [node.name for node, total in zip(feasible, totals, strict=True) if total == best]
        decision.node = decision.tied[self._rng.below(len(decision.tied))] if len(decision.tied) > 1 else decision.tied[0]

    def _local_scores(
        self, plugins: Sequence[ScorePlugin], state: CycleState, pod: PodInfo, nodes: Sequence[NodeInfo]
    ) -> dict[str, list[int]]:
        """Return the raw scores of the plugins that look at one node alone, from memory where a pod like this one has been there."""
        known_nodes = self._memory.of(pod.signature)
        rows = []
        for node in nodes:
            known = known_nodes.get(node.name)
            if known is None or known.generation != node.generation:
                known = known_nodes[node.name] = Known(node.generation, None)
            if known.raw is None:
                known.raw = tuple(plugin.score(state, pod, node) for plugin in plugins)
            rows.append(known.raw)
        return {plugin.name: list(column) for plugin, column in zip(plugins, zip(*rows, strict=True), strict=True)}


def _first_rejection(filters: Sequence[FilterPlugin], state: CycleState, pod: PodInfo, node: NodeInfo) -> Rejection | None:
    for plugin in filters:
        status = plugin.filter(state, pod, node)
        if status is not None:
            return Rejection(plugin.name, _checked(f'"{plugin.name}" filter plugin', status))
    return None


def _checked(running: str, status: Status) -> Status:
    if status.code is Code.ERROR:
        raise PluginError(f"running {running}: {', '.join(status.reasons)}")
    return status
