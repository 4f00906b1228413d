"""Lets the loops of a cluster follow its faults: what the record says is so, from the next step on.

The gate refuses what cannot get through by itself. What has to be done besides: end processes and start them, tell the readers of broken
watches, slow components down. It is done anew whenever the loops begin, so that faults outlast whoever runs them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from cluster.engine.engine import Engine
from cluster.runner.faults.gate import Gate
from cluster.runner.faults.processes import Condition, Processes
from cluster.runner.faults.record import API_SERVER, CONTROLLER_MANAGER, CUT_OFF, ETCD, NONE, SLOW, STOPPED, Fault, Faults, is_part

_NOT_CLIENTS = ("runner", API_SERVER)
"""Who does not wait for the API server or etcd."""


class FaultFollower:
    """A Runnable of the engine. ``kubelet_changed``: called with a node's name; ``daemon_changed``: with a component's."""

    name = "runner"

    def __init__(
        self,
        engine: Engine,
        faults: Faults,
        gate: Gate,
        processes: Processes,
        kubelet_changed: Callable[[str], None],
        daemon_changed: Callable[[str], None],
    ) -> None:
        self._engine, self._faults, self._gate, self._processes = engine, faults, gate, processes
        self._kubelet_changed, self._daemon_changed = kubelet_changed, daemon_changed
        self._done: Mapping[str, Fault] = NONE

    def start(self) -> None:
        """Start the processes, as far as they may run."""
        self._done = self._faults.now
        self._slow_down()
        for name in self._processes.names:
            self._processes.follow(name, self._condition(name))
        self._engine.before_step(self._look)

    def run_next(self) -> bool:
        """Do what the faults ask for that have come or gone."""
        before, now = self._done, self._faults.now
        self._done = now
        changed = [target for target in dict.fromkeys((*before, *now)) if before.get(target) != now.get(target)]
        self._slow_down()
        self._gate.break_watches()
        for name in self._processes.names:
            self._processes.follow(name, self._condition(name))
        for target in changed:
            owner, _, rest = target.partition("/")
            node, _, component = rest.partition("/")
            if owner == "node" and component == "kubelet":
                if self._faults.has(target, STOPPED):
                    self._engine.forget(target)
                self._kubelet_changed(node)
            elif component == "kube-proxy" or owner == "coredns":
                self._daemon_changed(target)
        return False

    def _condition(self, name: str) -> Condition:
        faults, now = self._faults, self._faults.now
        cannot_reach = faults.has(name, CUT_OFF) or faults.has(API_SERVER, STOPPED) or faults.has(ETCD, STOPPED)
        parts = [target.removeprefix(f"{name}/") for target, each in now.items() if each.fault == STOPPED and target.startswith(f"{name}/")]
        return Condition(faults.has(name, STOPPED), cannot_reach, tuple(sorted(parts)) if name == CONTROLLER_MANAGER else ())

    def _slow_down(self) -> None:
        is_any_slow = any(each.fault == SLOW for each in self._done.values())
        self._engine.slow_down(self._delay if is_any_slow else None)

    def _delay(self, component: str) -> float:
        """Return how many seconds a piece of a component's work takes: its own slowness, and that of whom it asks."""
        slow = [each for each in self._done.values() if each.fault == SLOW]
        own = sum(each.seconds for each in slow if is_part(component, each.target))
        return own + sum(each.seconds for each in slow if each.target in (API_SERVER, ETCD) and _is_client(component))

    def _look(self) -> None:
        if self._faults.now != self._done:
            self._engine.wake(self, delivery=True)


def _is_client(component: str) -> bool:
    return component not in _NOT_CLIENTS and not component.endswith("/containerd") and "/pod/" not in component
