"""The scheduler: takes a waiting pod, lets the framework of its profile choose a node, and sends it there.

Upstream: ``pkg/scheduler/scheduler.go``, ``schedule_one.go``.
"""

from __future__ import annotations

from cluster.apiserver.request import User
from cluster.client.client import Client
from cluster.client.events import WARNING, EventRecorder
from cluster.client.informer import Informers
from cluster.engine.engine import Engine
from cluster.scheduler.binding import Binding, BindingCycles
from cluster.scheduler.cache import Cache
from cluster.scheduler.cluster_event import Action, ClusterEvent, Resource, on_node
from cluster.scheduler.config.model import SchedulerConfig, plugin_set
from cluster.scheduler.event_handlers import EventHandlers
from cluster.scheduler.framework import LANE, Framework, PluginError
from cluster.scheduler.nominator import Nominator
from cluster.scheduler.preemptor import Preemptor
from cluster.scheduler.profile import Profile, Profiles, scheduler_name
from cluster.scheduler.queue import QueuedPod, SchedulingQueue
from cluster.scheduler.report import SCHEDULER_ERROR, UNSCHEDULABLE, Reporter
from cluster.scheduler.view import InformerView

USER = User("system:kube-scheduler", ("system:authenticated",))
DEFAULT_CONFIG = SchedulerConfig()


class Scheduler:
    """One scheduler. ``client`` speaks as ``kube-scheduler``, ``USER``; ``informers``: its own, not started yet.

    Raises ConfigError for plugins that do not exist.
    """

    def __init__(self, client: Client, informers: Informers, engine: Engine, config: SchedulerConfig = DEFAULT_CONFIG) -> None:
        self._informers = informers
        self._cache, self._nominator = Cache(), Nominator()
        view = InformerView(informers, client)
        self._profiles: Profiles = {
            profile.name: Profile(
                profile.name,
                Framework(plugin_set(profile, view), engine.trace, engine.rng, self._nominator, percentage=profile.percentage),
                Reporter(client, EventRecorder(client, profile.name, engine), engine.clock),
            )
            for profile in config.profiles
        }
        frameworks = {name: profile.framework for name, profile in self._profiles.items()}
        self._queue = SchedulingQueue(
            LANE,
            engine,
            frameworks,
            self._schedule_one,
            initial_backoff=config.initial_backoff,
            max_backoff=config.max_backoff,
        )
        self._bindings = BindingCycles(client, engine, self._on_binding_failed)
        self._preemptor = Preemptor(client, self._nominator, engine.clock)

    def start(self) -> None:
        """Subscribe to what decisions depend on, list it and watch it."""
        EventHandlers(self._cache, self._queue, self._nominator, self._bindings, self._profiles).subscribe(self._informers)
        self._informers.start()

    def stop(self) -> None:
        """Hear of nothing more, and forget the waiting pods."""
        self._informers.stop()
        self._queue.clear()
        self._bindings.clear()

    def _schedule_one(self, queued: QueuedPod) -> None:
        pod, key = queued.info.pod, queued.info.key
        profile = self._profiles[scheduler_name(pod)]
        if pod["metadata"].get("deletionTimestamp"):
            profile.reporter.event(pod, WARNING, "FailedScheduling", f"skip schedule deleting pod: {key}")
            return
        if self._cache.node_of(key):
            return
        try:
            decision = profile.framework.schedule(queued.info, self._cache.snapshot)
            if decision.node:
                profile.framework.reserve(decision.state, queued.info, decision.node)
        except PluginError as error:
            self._queue.add_backoff(queued)
            profile.reporter.failure(pod, SCHEDULER_ERROR, str(error))
            return
        if not decision.node:
            self._preemptor.preempt(profile, queued.info, decision)
            self._queue.add_unschedulable(queued, decision.rejected_by)
            waits_for = decision.nominated or self._nominator.node_of(key)
            profile.reporter.failure(pod, UNSCHEDULABLE, decision.message, nominated=waits_for)
            return
        self._nominator.remove(key)
        self._cache.assume(queued.info, decision.node)
        self._bindings.begin(queued, profile, decision.state, decision.node)

    def _on_binding_failed(self, binding: Binding, message: str) -> None:
        """Let others have the room again, and try the pod again if it is still there."""
        info = binding.queued.info
        self._cache.forget(info.key)
        self._queue.move(ClusterEvent(Resource.ASSIGNED_POD, Action.DELETE, on_node(info.pod, binding.node), None))
        if message:
            self._queue.add_backoff(binding.queued)
            binding.profile.reporter.failure(info.pod, SCHEDULER_ERROR, message)
