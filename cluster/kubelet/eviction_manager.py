"""Looks every ten seconds whether its node runs short, says so, and evicts one pod at a time.

A condition is said as soon as a threshold is met, soft ones included, and stays for five minutes after that was seen last. When a
threshold is met is remembered in memory: a kubelet that starts anew begins to count anew, as upstream's does.

Upstream: ``pkg/kubelet/eviction/eviction_manager.go``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from cluster.client.events import EventRecorder
from cluster.kubelet.admission import MEMORY_PRESSURE_TAINT, Rejection
from cluster.kubelet.eviction import (
    DISK_PRESSURE,
    EVICTED,
    MEMORY_PRESSURE,
    PID_PRESSURE,
    PIDS,
    PodUsage,
    Signal,
    Threshold,
    eviction_message,
    is_critical,
    ranked,
    threshold_to_act_on,
    thresholds_met,
)
from cluster.kubelet.eviction_config import DEFAULT, EvictionConfig
from cluster.kubelet.node_measuring import NodeMeasuring
from cluster.kubelet.pod_state import Ending
from cluster.kubelet.pod_worker import PodWorker
from cluster.machinery.meta import SECOND, Obj, SimTime
from cluster.machinery.pod_resources import MEMORY
from cluster.machinery.taints import is_tolerated

HARD_GRACE = 1.0
"""Seconds that a pod has which goes for a hard threshold, and the least for a soft one."""
DEFAULT_TERMINATION_SECONDS = 30
_CONDITIONS = (MEMORY_PRESSURE, DISK_PRESSURE, PID_PRESSURE)


@dataclass(slots=True)
class EvictionManager:
    """Of one node. ``workers``: its pods; ``changed`` is called when a condition of the node has."""

    node: Callable[[], Obj]
    measuring: NodeMeasuring
    recorder: EventRecorder
    workers: Callable[[], Iterable[PodWorker]]
    changed: Callable[[], None]
    config: EvictionConfig = DEFAULT
    _seen: dict[str, SimTime] = field(default_factory=dict)
    _met: dict[Threshold, SimTime] = field(default_factory=dict)

    @property
    def pressures(self) -> frozenset[str]:
        """The conditions that hold."""
        return frozenset(self._seen)

    def gate(self, pod: Obj) -> Rejection | None:
        """Return why a new pod is not taken: none is while disk or processes are short; while only memory is, none that promises nothing
        and tolerates nothing."""
        if not self._seen or is_critical(pod):
            return None
        if self._seen.keys() == {MEMORY_PRESSURE} and (
            not _is_best_effort(pod) or is_tolerated(MEMORY_PRESSURE_TAINT, pod["spec"].get("tolerations") or ())
        ):
            return None
        return Rejection(EVICTED, f"The node had condition: [{' '.join(self._seen)}]. ")

    def synchronize(self, now: SimTime) -> None:
        """Measure, tell, and evict a pod if need be."""
        workers = list(self.workers())
        has_limit = any(threshold.resource == PIDS for threshold in self.config.thresholds)
        signals = self.measuring.signals([worker.state.uid for worker in workers], with_processes=has_limit)
        self._met = thresholds_met(self.config.thresholds, signals, self._met, now)
        self._note_conditions({threshold.condition for threshold in self._met}, now)
        threshold = threshold_to_act_on(self._met, now)
        if threshold is not None:
            self._reclaim(threshold, signals[threshold.signal], workers)

    def _note_conditions(self, observed: set[str], now: SimTime) -> None:
        for condition in _CONDITIONS:
            if condition in observed:
                is_new, self._seen[condition] = condition not in self._seen, now
                if is_new:
                    self.changed()
            elif condition in self._seen and now - self._seen[condition] >= self.config.transition_seconds * SECOND:
                del self._seen[condition]
                self.changed()

    def _reclaim(self, threshold: Threshold, signal: Signal, workers: list[PodWorker]) -> None:
        if any(worker.state.ending is not None and not worker.is_over for worker in workers):
            return  # one at a time
        name = self.node()["metadata"]["name"]
        reference = {"kind": "Node", "metadata": {"name": name, "uid": name}}
        self.recorder.event(reference, "Warning", "EvictionThresholdMet", f"Attempting to reclaim {threshold.resource}")
        usages = {w.state.uid: u for w in workers if (u := self._usage(w, threshold)) is not None}
        for usage in ranked(usages.values(), threshold.resource)[:1]:
            message = eviction_message(usage, threshold, signal)
            worker = next(w for w in workers if w.state.uid == usage.pod["metadata"]["uid"])
            worker.state.tell("", "Warning", EVICTED, message)
            worker.end(Ending(EVICTED, message, self._grace(usage.pod, threshold)))

    def _grace(self, pod: Obj, threshold: Threshold) -> float:
        if threshold.is_hard:
            return HARD_GRACE
        own = pod["spec"].get("terminationGracePeriodSeconds", DEFAULT_TERMINATION_SECONDS)
        return max(float(min(own, self.config.max_pod_grace_seconds)), HARD_GRACE)

    def _usage(self, worker: PodWorker, threshold: Threshold) -> PodUsage | None:
        pod, uid = worker.state.pod, worker.state.uid
        if pod is None or worker.state.is_ending or worker.is_over or is_critical(pod, is_static=worker.state.is_static):
            return None
        if threshold.resource == MEMORY:
            return PodUsage(pod, self.measuring.container_memory(uid))
        return PodUsage(pod, self.measuring.container_processes(uid) if threshold.resource == PIDS else {})


def _is_best_effort(pod: Obj) -> bool:
    return not any((c.get("resources") or {}).get(kind) for c in pod["spec"]["containers"] for kind in ("requests", "limits"))
