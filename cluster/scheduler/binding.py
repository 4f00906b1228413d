"""The binding cycle: what happens between the choice of a node and the pod that has it.

A pod whose volumes are still to be bound waits here, counted on its node, and is asked about once a second; every other pod is
bound at once. Differs from upstream in that a binding is written before the next pod is looked at, instead of beside it.

Upstream: ``pkg/scheduler/schedule_one.go`` (``bindingCycle``, ``handleBindingCycleError``).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from cluster.client.client import Client
from cluster.client.events import NORMAL
from cluster.client.workqueue import Result, WorkQueue
from cluster.engine.engine import Engine
from cluster.machinery.errors import ApiError
from cluster.machinery.meta import SECOND, Key, SimTime
from cluster.scheduler.framework import LANE, PluginError
from cluster.scheduler.interface import CycleState
from cluster.scheduler.profile import Profile
from cluster.scheduler.queue import QueuedPod

POLL_INTERVAL = 1.0
"""Seconds between two looks at the volumes of a pod that waits for them."""


@dataclass(frozen=True, slots=True)
class Binding:
    """A pod on its way to its node. ``since``: when the way began."""

    queued: QueuedPod
    profile: Profile
    state: CycleState
    node: str
    since: SimTime


class BindingCycles:
    """``on_failure`` is told of a pod that does not get its node, and why (an empty text: the pod is gone)."""

    def __init__(self, client: Client, engine: Engine, on_failure: Callable[[Binding, str], None]) -> None:
        self._client, self._engine, self._on_failure = client, engine, on_failure
        self._waiting: dict[Key, Binding] = {}
        self._queue = WorkQueue(LANE, engine, self._look_again)

    def begin(self, queued: QueuedPod, profile: Profile, state: CycleState, node: str) -> None:
        """Take a pod to its node."""
        self._go_on(Binding(queued, profile, state, node, self._engine.clock.now))

    def abandon(self, key: Key) -> None:
        """Give up on a pod that is gone; harmless when it does not wait."""
        binding = self._waiting.pop(key, None)
        if binding is not None:
            binding.profile.framework.unreserve(binding.state, binding.queued.info, binding.node)

    def clear(self) -> None:
        """Wait for nobody any more; what was reserved is forgotten with the scheduler."""
        self._waiting.clear()

    def _look_again(self, key: Key, now: SimTime) -> Result:
        binding = self._waiting.pop(key, None)
        if binding is not None:
            self._go_on(binding)
        return Result()

    def _go_on(self, binding: Binding) -> None:
        key = binding.queued.info.key
        try:
            is_ready = self._pre_bind(binding)
        except PluginError as error:
            self._fail(binding, str(error))
            return
        if is_ready:
            self._bind(binding)
        else:
            self._waiting[key] = binding
            self._queue.add_after(key, POLL_INTERVAL)

    def _pre_bind(self, binding: Binding) -> bool:
        waited = (self._engine.clock.now - binding.since) / SECOND
        try:
            return binding.profile.framework.pre_bind(binding.state, binding.queued.info, binding.node, waited)
        except ApiError as refusal:
            raise PluginError(f'running PreBind plugin "VolumeBinding": {refusal.message}') from refusal

    def _bind(self, binding: Binding) -> None:
        info, node = binding.queued.info, binding.node
        try:
            binding.profile.framework.bind(info, node)
        except ApiError:
            self._fail(binding, "")
            return
        except PluginError as error:
            self._fail(binding, f"binding rejected: {error}")
            return
        binding.profile.reporter.event(info.pod, NORMAL, "Scheduled", f"Successfully assigned {info.key} to {node}")

    def _fail(self, binding: Binding, message: str) -> None:
        binding.profile.framework.unreserve(binding.state, binding.queued.info, binding.node)
        self._on_failure(binding, message)
