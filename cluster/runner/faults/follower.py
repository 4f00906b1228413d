"""Lets the loops of a cluster follow its faults: what the record says is so, from the next step on.

The gate refuses what cannot get through by itself. What has to be done besides: end processes and start them, tell the readers of broken
watches, slow components down, let containers misbehave, take a node's memory. It is done anew whenever the loops begin, so that faults
outlast whoever runs them; what is wrong with containers and with a node's resources stands on the node's disk.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from typing import Protocol

from cluster.engine.engine import Engine
from cluster.machinery.errors import ApiError
from cluster.machinery.kinds.core import NODES
from cluster.machinery.meta import SECOND
from cluster.machinery.storage import Store
from cluster.runner.faults.containers import is_container, is_over, parse
from cluster.runner.faults.gate import Gate
from cluster.runner.faults.messages import Messages
from cluster.runner.faults.names import API_SERVER, OUTSIDE, is_part
from cluster.runner.faults.pressure import burden
from cluster.runner.faults.processes import Condition, Processes
from cluster.runner.faults.record import (
    CONTROLLER_MANAGER,
    CUT_OFF,
    ETCD,
    NONE,
    RESOURCES,
    SHORT,
    SLOW,
    STOPPED,
    Fault,
    Faults,
    forget,
)

_NOT_CLIENTS = ("runner", API_SERVER)
"""Who does not wait for the API server or etcd."""


class MachineRoom(Protocol):
    """What can be done to machines and what runs on them. Harmless where there is no such node."""

    def follow_hold(self, name: str) -> None:
        """Start or stop a node's kubelet, as the faults say now."""
        ...

    def trouble_container(self, node: str, pod_uid: str, container: str, trouble: str, container_id: str = "") -> None:
        """Let something be wrong with a container from now on (empty: nothing)."""
        ...

    def set_pressure(self, name: str, memory: str = "0", disk: str = "0", inodes: str = "0", pids: str = "0") -> None:
        """Let something take of what a machine has (quantities). Raises ApiError (404)."""
        ...


class FaultFollower:
    """A Runnable of the engine. ``daemon_changed``: called with the name of a component that runs in a container."""

    name = "runner"

    def __init__(
        self,
        store: Store,
        engine: Engine,
        faults: Faults,
        gate: Gate,
        processes: Processes,
        machines: MachineRoom,
        daemon_changed: Callable[[str], None],
        messages: Messages,
    ) -> None:
        self._store, self._engine, self._faults, self._gate, self._processes = store, engine, faults, gate, processes
        self._machines, self._daemon_changed, self._messages = machines, daemon_changed, messages
        self._awaited: frozenset[str] = frozenset()
        self._done: Mapping[str, Fault] = NONE
        self._seen = -1
        self._over: list[Fault] = []

    def start(self) -> None:
        """Start the processes, as far as they may run."""
        self._messages.lose()
        self._done = self._faults.now
        self._slow_down()
        for name in self._processes.names:
            self._processes.follow(name, self._condition(name))
        self._engine.before_step(self._look)

    def run_next(self) -> bool:
        """Do what the faults ask for that have come or gone."""
        if self._over:
            forget(self._store, self._engine.trace, self._over)
            self._over = []
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
                self._machines.follow_hold(node)
            elif component in RESOURCES:
                self._press(node)
            elif is_container(target):
                self._trouble(target, before.get(target), now.get(target))
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

    def _press(self, node: str) -> None:
        value = self._store.get(NODES.storage_key("", node))
        if value is not None:
            short = [resource for resource in RESOURCES if self._faults.has(f"node/{node}/{resource}", SHORT)]
            with suppress(ApiError):  # a Node that has no machine
                self._machines.set_pressure(node, **burden(value.obj, short))

    def _trouble(self, target: str, before: Fault | None, now: Fault | None) -> None:
        found = parse(target)
        for fault, trouble in ((before, ""), (now, now.fault if now is not None else "")):
            if found is not None and fault is not None:
                uid, _, container_id = fault.instance.partition("/")
                self._machines.trouble_container(found.node, uid, found.name, trouble, container_id)

    def _look(self) -> None:
        moves = self._store.moves if self._follows_pods else self._store.moves_outside_registry
        if moves == self._seen:
            return
        self._seen = moves
        if self._messages.is_awaiting or self._awaited:
            self._await_late_requests()
        now = self._faults.now
        self._over = [fault for target, fault in now.items() if fault.instance and is_over(self._store, target, fault.instance)]
        if now != self._done or self._over:
            self._engine.wake(self, delivery=True)

    @property
    def _follows_pods(self) -> bool:
        """Whether a container is broken: that is over with its pod, which is an API object."""
        return bool(self._done) and any(each.instance for each in self._done.values())

    def _await_late_requests(self) -> None:
        """See to it that the clock comes to where a late request may go on, whatever becomes of who has sent it."""
        held = self._messages.held
        for each in held:
            if each.name not in self._awaited:
                seconds, name = (each.due - self._engine.clock.now) / SECOND, each.source if each.source in OUTSIDE else self.name
                self._engine.after(seconds, name, partial(self._messages.release, each.name))
        self._awaited = frozenset(each.name for each in held)


def _is_client(component: str) -> bool:
    return component not in _NOT_CLIENTS and not component.endswith("/containerd") and "/pod/" not in component
