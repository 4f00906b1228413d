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
from cluster.machinery.kinds.core import PODS
from cluster.machinery.meta import SECOND, Key, Obj, SimTime
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
            self._client.create(PODS, binding_of(info.pod, node), subresource="binding", name=info.pod["metadata"]["name"])
        except ApiError as refusal:
            is_gone = refusal.code == 404
            self._fail(binding, "" if is_gone else f'binding rejected: running Bind plugin "DefaultBinder": {refusal.message}')
            return
        binding.profile.reporter.event(info.pod, NORMAL, "Scheduled", f"Successfully assigned {info.key} to {node}")

    def _fail(self, binding: Binding, message: str) -> None:
        binding.profile.framework.unreserve(binding.state, binding.queued.info, binding.node)
        self._on_failure(binding, message)


def binding_of(pod: Obj, node: str) -> Obj:
    """Return the Binding of a pod to a node."""
    meta = pod["metadata"]
    return {
        "apiVersion": "v1",
        "kind": "Binding",
        "metadata": {"name": meta["name"], "namespace": meta["namespace"], "uid": meta["uid"]},
        "target": {"kind": "Node", "name": node},
    }
