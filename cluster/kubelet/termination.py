"""How the containers of a pod are stopped: ``preStop`` first, then SIGTERM, then SIGKILL when the grace period is over.

The grace period is one for hook and signal together, with two seconds left for the signal at least. A pod with sidecars stops its
own containers first and then its sidecars, the last one started first, each when the one after it has ended; they share what is
left of the grace period. A shorter grace period that comes meanwhile overtakes hooks and order.

Upstream: ``pkg/kubelet/kuberuntime/kuberuntime_container.go`` (killContainer, killContainersWithSyncResult) and
``kuberuntime_termination_order.go``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from cluster.kubelet.actions import is_sidecar
from cluster.kubelet.pod_state import PodState
from cluster.kubelet.prober.attempt import Target
from cluster.machinery.cri import ContainerStatus
from cluster.machinery.meta import SECOND, Obj

MINIMUM_GRACE = 2.0
"""Seconds that a container has for SIGTERM, however long its hook took."""


class Termination:
    """Stops containers of one pod."""

    def __init__(self, state: PodState) -> None:
        self._state, self._node = state, state.node

    def kill_all(self, running: Sequence[ContainerStatus], grace: float, ended: Callable[[], None]) -> None:
        """Stop containers in the order that their pod asks for, and call ``ended`` after each."""
        specs = self._specs()
        sidecars = [name for name, container in specs.items() if is_sidecar(container)]
        first = [c for c in running if c.name not in sidecars]
        rest = sorted((c for c in running if c.name in sidecars), key=lambda c: sidecars.index(c.name), reverse=True)
        for container in running:
            self._state.tell(container.name, "Normal", "Killing", f"Stopping container {container.name}")
        if not rest or not first:
            first, rest = (first, rest) if first else (rest[:1], rest[1:])
        self._kill_wave(first, rest, grace, ended)

    def kill(self, container: ContainerStatus, grace: float, ended: Callable[[], None]) -> None:
        """Stop one container, its ``preStop`` hook before, and call ``ended`` when it has exited."""
        spec = self._specs().get(container.name) or {}
        hook = (spec.get("lifecycle") or {}).get("preStop")
        if not hook or grace <= 0:
            self._node.runtime.stop_container(container.id, grace, lambda _: ended())
            return
        began, engine = self._node.engine.clock.now, self._node.engine
        is_over = False

        def signal(*, has_succeeded: bool) -> None:
            nonlocal is_over
            if is_over or self._state.is_closed:
                return
            is_over = True
            too_long.cancel()
            if not has_succeeded:
                self._state.tell(container.name, "Warning", "FailedPreStopHook", "PreStopHook failed")
            left = max(grace - (engine.clock.now - began) / SECOND, MINIMUM_GRACE)
            self._node.runtime.stop_container(container.id, left, lambda _: ended())

        too_long = engine.after(grace, self._node.client.source, lambda: signal(has_succeeded=True))
        self._node.hooks.run(hook, Target(spec, container.id, self._state.pod_ip()), lambda ok: signal(has_succeeded=ok))

    def _kill_wave(self, wave: Sequence[ContainerStatus], rest: Sequence[ContainerStatus], grace: float, ended: Callable[[], None]) -> None:
        left, began = len(wave), self._node.engine.clock.now

        def one_ended() -> None:
            nonlocal left
            left -= 1
            if not left and rest and not self._state.is_closed:
                remaining = max(grace - (self._node.engine.clock.now - began) / SECOND, min(grace, MINIMUM_GRACE))
                self._kill_wave(rest[:1], rest[1:], remaining, ended)
            ended()

        for container in wave:
            self.kill(container, grace, one_ended)

    def _specs(self) -> dict[str, Obj]:
        spec = self._state.pod["spec"] if self._state.pod is not None else {}
        every = (*(spec.get("initContainers") or ()), *(spec.get("containers") or ()))
        return {container["name"]: container for container in every}
