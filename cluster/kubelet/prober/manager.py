"""Who asks when: a worker for every probe of every running container, and what all of them have found.

A container without a startup probe has started when it runs; liveness and readiness are asked from then on. The first try comes
``initialDelaySeconds`` after the container's start, the next ones every ``periodSeconds``. What changes what is believed asks the
pod's worker for a sync; nothing else does, so a probe whose answer stays the same writes nothing. A liveness or startup probe that
has failed is not asked again until there is another container. Results live in memory. A restarted kubelet begins with what the pod's
status says of a container that still runs: one that had started is not asked for that again, one of a ready pod is ready until its probe
has failed.

A try is a hop ``node/<node>/kubelet -> node/<node>/pod/<namespace>/<name>`` with the probe's kind as its verb, routine. A try that
shows what is believed already is none: every static pod of a control plane is asked once a second, for ever. Until a probe's first
answer is believed its timers are waited for on the screen; afterwards they are background. Differs from upstream in that tries have
no jitter, that a period is counted from the first try and not from the kubelet's notice of the pod, and that a container that has run
for less than ten seconds when the kubelet starts again is no exception.

Upstream: ``pkg/kubelet/prober/prober_manager.go``, ``worker.go`` and ``results/results_manager.go``, with the feature gate
``ChangeContainerStatusOnKubeletRestart`` off, as it is since v1.35 (KEP-4781).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from cluster.engine.engine import Engine
from cluster.engine.timers import Timer
from cluster.engine.trace import Hop
from cluster.kubelet.prober.attempt import Attempt, Done, Target
from cluster.kubelet.prober.verdict import FIRST, PERIOD, Answers, Kind, Result, answered
from cluster.machinery.cri import ContainerState, ContainerStatus
from cluster.machinery.meta import SECOND, Obj, after

UNHEALTHY = "Unhealthy"


class Asker(Protocol):
    """Makes one try of a probe."""

    def attempt(self, probe: Obj, target: Target, done: Done) -> None:
        """Try once and call ``done`` with what came of it, now or later."""
        ...


class Events(Protocol):
    """Tells something about a container of a pod: (container name, type, reason, message)."""

    def __call__(self, container: str, type: str, reason: str, message: str) -> None: ...


@dataclass(slots=True)
class _Worker:
    kind: Kind
    probe: Obj
    answers: Answers
    cause: int
    timer: Timer | None = None
    outcome: str = ""


def probed_containers(pod: Obj) -> list[Obj]:
    """Return the containers of a pod that have a probe."""
    spec = pod["spec"]
    every = (*(spec.get("initContainers") or ()), *spec["containers"])
    return [container for container in every if any(container.get(kind.field) for kind in Kind)]


class PodProbes:
    """The probes of one pod. ``changed`` is called when something else is believed than before."""

    def __init__(self, asker: Asker, engine: Engine, kubelet: str, tell: Events, changed: Callable[[], None]) -> None:
        self._asker, self._engine, self._kubelet, self._tell, self._changed = asker, engine, kubelet, tell, changed
        self._workers: dict[str, dict[Kind, _Worker]] = {}
        self._targets: dict[str, Target] = {}
        self._target_name = ""

    def follow(self, pod: Obj, containers: Sequence[ContainerStatus], pod_ip: str, reported: Obj) -> None:
        """Begin to ask the containers that run, and stop asking those that do not. ``reported``: the status that the API server has."""
        meta = pod["metadata"]
        self._target_name = f"{meta['namespace']}/{meta['name']}"
        specs = {container["name"]: container for container in probed_containers(pod)}
        running = {c.id: c for c in containers if c.state is ContainerState.RUNNING and c.name in specs}
        for container_id in [known for known in self._workers if known not in running]:
            self._end(container_id)
        for container_id, status in running.items():
            if container_id not in self._workers:
                self._begin(specs[status.name], status, pod_ip)
            self._remember(status, reported)

    def stop_liveness(self) -> None:
        """Ask only for readiness any more: the pod is to end."""
        for workers in self._workers.values():
            for kind in (Kind.STARTUP, Kind.LIVENESS):
                _cancel(workers.pop(kind, None))

    def stop(self) -> None:
        """Ask nothing any more."""
        for container_id in list(self._workers):
            self._end(container_id)

    def is_started(self, container: Obj, container_id: str) -> bool:
        """Whether a running container counts as started."""
        return not container.get(Kind.STARTUP.field) or self._believed(container_id, Kind.STARTUP) is Result.SUCCESS

    def is_ready(self, container: Obj, container_id: str) -> bool:
        """Whether a running container counts as ready."""
        if not self.is_started(container, container_id):
            return False
        return not container.get(Kind.READINESS.field) or self._believed(container_id, Kind.READINESS) is Result.SUCCESS

    def failed(self, container_id: str) -> Kind | None:
        """Return the probe because of which a running container is to be killed, or None."""
        return next((k for k in (Kind.LIVENESS, Kind.STARTUP) if self._believed(container_id, k) is Result.FAILURE), None)

    def _believed(self, container_id: str, kind: Kind) -> Result | None:
        worker = self._workers.get(container_id, {}).get(kind)
        return worker.answers.believed if worker is not None else None

    def _begin(self, container: Obj, status: ContainerStatus, pod_ip: str) -> None:
        self._targets[status.id] = Target(container, status.id, pod_ip)
        probes = {kind: probe for kind in Kind if (probe := container.get(kind.field))}
        self._workers[status.id] = {
            kind: _Worker(kind, probe, Answers(FIRST[kind]), self._engine.trace.current) for kind, probe in probes.items()
        }
        for worker in self._workers[status.id].values():
            if worker.kind is Kind.STARTUP or Kind.STARTUP not in probes:
                self._plan_first(status, worker)

    def _remember(self, status: ContainerStatus, reported: Obj) -> None:
        """Believe what was reported of this very container before its probes have answered: another kubelet had asked them."""
        workers = self._workers[status.id]
        unasked = [worker for worker in workers.values() if worker.answers.last is None and worker.answers.believed is not Result.SUCCESS]
        found = _reported_of(status.id, reported) if unasked else None
        if found is None:
            return
        for worker in unasked:
            if worker.kind is Kind.READINESS and _is_ready(reported):
                worker.answers = Answers(Result.SUCCESS)
            elif worker.kind is Kind.STARTUP and found.get("started"):
                worker.answers = Answers(Result.SUCCESS)
                _cancel(worker)
                for other in workers.values():
                    if other is not worker:
                        self._plan_first(status, other)

    def _plan_first(self, status: ContainerStatus, worker: _Worker) -> None:
        first = after(status.started_at, float(worker.probe.get("initialDelaySeconds") or 0))
        self._plan(status, worker, (first - self._engine.clock.now) / SECOND)

    def _plan(self, status: ContainerStatus, worker: _Worker, seconds: float) -> None:
        is_background = worker.answers.is_settled
        name = f"{self._kubelet}/{worker.kind.field}"
        worker.timer = self._engine.after(seconds, name, lambda: self._ask(status, worker), background=is_background)

    def _ask(self, status: ContainerStatus, worker: _Worker) -> None:
        trace, worker.timer = self._engine.trace, None
        is_repeated = worker.answers.is_settled
        with trace.caused_by(worker.cause):
            hop = None if is_repeated else self._record(status, worker)

        def done(attempt: Attempt) -> None:
            outcome = f"{attempt.result.value}: {attempt.output}" if attempt.output else attempt.result.value
            with trace.anew(), trace.routine(), trace.caused_by(worker.cause):
                told = hop or (self._record(status, worker) if outcome != worker.outcome else None)
                if told is not None:
                    told.outcome, trace.current = outcome, told.seq
                worker.outcome = outcome
                self._answered(status, worker, attempt)

        with trace.repeating() if is_repeated else trace.routine(), trace.caused_by(hop.seq if hop is not None else worker.cause):
            self._asker.attempt(worker.probe, self._targets[status.id], done)

    def _record(self, status: ContainerStatus, worker: _Worker) -> Hop:
        trace, pod = self._engine.trace, self._kubelet.removesuffix("kubelet") + f"pod/{self._target_name}"
        with trace.routine():
            return trace.record(self._kubelet, pod, worker.kind.field, f"pods/{self._target_name}/{status.name}")

    def _answered(self, status: ContainerStatus, worker: _Worker, attempt: Attempt) -> None:
        if self._workers.get(status.id, {}).get(worker.kind) is not worker:
            return
        if attempt.result is Result.UNKNOWN:
            message = f"{worker.kind} probe errored and resulted in {attempt.result} state: {attempt.output}"
            self._tell(status.name, "Warning", UNHEALTHY, message)
        else:
            if attempt.result is Result.FAILURE:
                self._tell(status.name, "Warning", UNHEALTHY, f"{worker.kind} probe failed: {attempt.output}")
            before, worker.answers = worker.answers.believed, answered(worker.answers, attempt.result, worker.probe)
            if worker.answers.believed is not before:
                self._believe(status, worker)
                if worker.kind is not Kind.READINESS and worker.answers.believed is Result.FAILURE:
                    return
            if worker.kind is Kind.STARTUP and worker.answers.believed is Result.SUCCESS:
                return
        self._plan(status, worker, max(float(worker.probe.get("periodSeconds") or PERIOD), attempt.seconds))

    def _believe(self, status: ContainerStatus, worker: _Worker) -> None:
        if worker.kind is Kind.STARTUP and worker.answers.believed is Result.SUCCESS:
            for other in self._workers[status.id].values():
                if other.kind is not Kind.STARTUP:
                    self._plan_first(status, other)
        self._changed()

    def _end(self, container_id: str) -> None:
        for worker in self._workers.pop(container_id).values():
            _cancel(worker)
        self._targets.pop(container_id, None)


def _reported_of(container_id: str, reported: Obj) -> Obj | None:
    statuses = (*(reported.get("initContainerStatuses") or ()), *(reported.get("containerStatuses") or ()))
    return next((status for status in statuses if status.get("containerID", "").endswith(f"//{container_id}")), None)


def _is_ready(reported: Obj) -> bool:
    return any(c["type"] == "Ready" and c["status"] == "True" for c in reported.get("conditions") or ())


def _cancel(worker: _Worker | None) -> None:
    if worker is not None and worker.timer is not None:
        worker.timer.cancel()
