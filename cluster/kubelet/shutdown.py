"""Graceful node shutdown: what happens on a node between "power off" and the end of power.

The real kubelet holds systemd's shutdown back by an inhibitor lock. Here the order ``shutdown`` does: the node is not ready and
takes no pod any more, its pods end, those that are not critical first, each kind within its part of the time; then the machine's
power is cut. Times are the order's, as a KubeletConfiguration would give them.

Upstream: ``pkg/kubelet/nodeshutdown/nodeshutdown_manager_linux.go``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from cluster.engine.engine import Engine
from cluster.kubelet.admission import Rejection
from cluster.kubelet.eviction import is_critical
from cluster.kubelet.pod_state import Ending
from cluster.kubelet.pod_worker import PodWorker
from cluster.machinery.meta import Obj, SimTime, after

PERIOD, CRITICAL_PERIOD = 30.0, 10.0
"""Seconds that a shutdown takes when the order does not say: ``shutdownGracePeriod``, and the part of it for critical pods."""
REASON = "Terminated"
MESSAGE = "Pod was terminated in response to imminent node shutdown."
NOT_READY = "node is shutting down"
_LOOK_SECONDS = 0.5


class Shutdown:
    """The shutdown of one node. ``workers``: its pods; ``changed`` is called when it begins."""

    def __init__(self, engine: Engine, kubelet: str, workers: Callable[[], Iterable[PodWorker]], changed: Callable[[], None]) -> None:
        self._engine, self._kubelet, self._workers, self._changed = engine, kubelet, workers, changed
        self.is_going_on = False

    def gate(self, pod: Obj) -> Rejection | None:
        """Return why a new pod is not taken."""
        return Rejection("NodeShutdown", "Pod was rejected as the node is shutting down.") if self.is_going_on else None

    def begin(self, period: float, critical_period: float, done: Callable[[], None]) -> None:
        """End the pods and call ``done``. ``period``: seconds for all, ``critical_period``: the last part of them, for critical pods."""
        self.is_going_on = True
        self._changed()
        self._end_group(False, period - critical_period, lambda: self._end_group(True, critical_period, done))

    def _end_group(self, is_critical_group: bool, seconds: float, done: Callable[[], None]) -> None:
        group = [w for w in self._workers() if w.state.pod is not None and _is_critical(w) is is_critical_group and not w.is_over]
        for worker in group:
            worker.end(Ending(REASON, MESSAGE, min(seconds, worker.state.grace_seconds())))
        self._await(group, after(self._engine.clock.now, seconds), done)

    def _await(self, group: Sequence[PodWorker], until: SimTime, done: Callable[[], None]) -> None:
        if all(worker.is_over for worker in group) or self._engine.clock.now >= until:
            done()
        else:
            self._engine.after(_LOOK_SECONDS, self._kubelet, lambda: self._await(group, until, done))


def _is_critical(worker: PodWorker) -> bool:
    return is_critical(worker.state.pod or {"spec": {}}, is_static=worker.state.is_static)
