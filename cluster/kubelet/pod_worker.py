"""One pod on one node, from its binding to its last trace: sync, act, report.

Upstream gives each pod a goroutine whose sync blocks in CRI calls. Here a sync begins a chain of calls, one at a time; each
reply asks ``next_action`` again, and the end of the chain is a new sync, which reports. So status is written where upstream
writes it: before a chain, and after it. What it remembers is in ``pod_state.py``, how containers start in ``container_start.py``, how they
are stopped in ``termination.py``.

Upstream: ``pkg/kubelet/pod_workers.go``, ``pkg/kubelet/kubelet.go`` (SyncPod, SyncTerminatingPod, SyncTerminatedPod) and
``pkg/kubelet/kuberuntime/kuberuntime_manager.go`` (SyncPod).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from cluster.client.workqueue import Result
from cluster.kubelet.actions import SANDBOX, KillContainer, Observed, RunSandbox, StartContainer, next_action
from cluster.kubelet.container_changes import ContainerChanges
from cluster.kubelet.container_start import ContainerStarter
from cluster.kubelet.cri_config import sandbox_config
from cluster.kubelet.mirror_pods import is_mirror_of
from cluster.kubelet.node_context import NodeContext
from cluster.kubelet.pod_state import Ending, PodState
from cluster.kubelet.prober.manager import PodProbes, probed_containers
from cluster.kubelet.prober.verdict import Kind
from cluster.kubelet.status import (
    DEADLINE_EXCEEDED,
    NO_PROBES,
    TERMINAL,
    Runtime,
    active_deadline,
    generate_pod_status,
    rejected_status,
    status_patch,
)
from cluster.kubelet.steering import INVALID_ANNOTATION, complaints
from cluster.kubelet.termination import Termination
from cluster.kubelet.termination_messages import LastWords
from cluster.kubelet.volumes.pod_volumes import PodVolumes
from cluster.machinery.cri import ContainerState, ContainerStatus, CriError
from cluster.machinery.errors import ApiError
from cluster.machinery.kinds.core import PODS
from cluster.machinery.meta import SECOND, Obj, SimTime

SANDBOX_RETRY = 10.0
"""Seconds after a sandbox could not be made."""
REPORT_RETRY = 10.0
"""Seconds until the API server is told again what it could not hear."""


class PodWorker:
    """Brings one pod to where its spec wants it."""

    def __init__(self, uid: str, node: NodeContext) -> None:
        self.state = PodState(uid, node)
        self._node = node
        self._volumes = PodVolumes(self.state)
        self._starter, self._termination = ContainerStarter(self.state, self._volumes, self._act), Termination(self.state)
        self._last_words, self._changes = LastWords(self.state), ContainerChanges(self.state)
        self._probes: PodProbes | None = None
        self._acted = self._is_deleted = self._is_terminal = self._is_unheard = False
        self._grace: float | None = None

    @property
    def is_finished(self) -> bool:
        """Whether nothing is left of the pod, neither where it came from nor on the node."""
        state = self.state
        is_gone = state.pod is None or (state.is_removed and state.mirror is None)
        return is_gone and not state.calls and self._node.runtime.pod_sandbox_status(state.uid) is None

    @property
    def is_over(self) -> bool:
        """Whether nothing of the pod runs any more or is about to."""
        return not self.state.calls and not self._running() and (self.state.is_ending or self._is_terminal)

    def end(self, ending: Ending) -> None:
        """End the pod for a reason of the node's; its status is Failed, and says why."""
        if self.state.ending is None:
            self.state.ending = ending
            self.state.requeue()

    def close(self) -> None:
        """Do nothing any more, whatever is still under way."""
        self.state.is_closed = True
        self._starter.close()
        if self._probes is not None:
            self._probes.stop()

    def sync(self, now: SimTime) -> Result:
        """Report the pod's state and begin what is to be done, also while the API server cannot be reached: a node's containers do not need
        it. Raises ApiError when the report was refused."""
        state, self._is_unheard = self.state, False
        if state.pod is None or state.is_ending:
            self._terminate(now)
            return Result()
        if state.is_static:
            self._tell(partial(self._reconcile_mirror, state.pod))
        self._follow_probes(state.pod)
        self._volumes.refresh(state.pod)
        if state.calls:
            return Result()  # the end of the chain is a sync
        if not self._is_admitted(state.pod, now):
            return Result()
        self._changes.notice(state.pod, state.runtime())
        phase = self._report(state.pod, now)
        if phase in TERMINAL:
            self._is_terminal = True
            self._clean_up()
            return Result(REPORT_RETRY if self._is_unheard else None)
        if self._changes.resize.progress is not None:
            self._changes.carry_out(state.pod, state.runtime())
        self._act()
        deadline = active_deadline(state.pod)
        moments = (deadline or now, *state.waits.values())  # a report that is tried again would take the place of a longer wait
        due = [(moment - now) / SECOND for moment in moments if moment > now]
        return Result(min(due + [REPORT_RETRY] * self._is_unheard, default=None))

    def _tell(self, tell: Callable[[], object]) -> None:
        """Tell the API server something. What it cannot hear now is told later, as upstream's status manager does. Raises ApiError when it
        refuses."""
        try:
            tell()
        except ApiError as error:
            if not error.is_server_error:
                raise
            self._is_unheard = True

    def _is_admitted(self, pod: Obj, now: SimTime) -> bool:
        state, runtime = self.state, self._node.runtime
        before = (pod.get("status") or {}).get("phase")
        if before in TERMINAL:
            return True
        is_settled = state.is_static or runtime.pod_sandbox_status(state.uid) is not None
        rejection = self._node.admission.admit(state.uid, pod, is_settled=is_settled)
        if rejection is None:
            return True
        state.tell("", "Warning", rejection.reason, rejection.message)
        meta = pod["metadata"]
        status = rejected_status(pod, rejection.reason, rejection.message, now)
        patch = {"metadata": {"uid": state.uid}, "status": status}
        self._node.client.patch(PODS, meta["name"], meta["namespace"], patch, subresource="status", is_shared=True)
        self._is_terminal = True
        return False

    def _reconcile_mirror(self, pod: Obj) -> None:
        mirror = self.state.mirror
        if mirror is not None and ("deletionTimestamp" in mirror["metadata"] or not is_mirror_of(mirror, pod)):
            self._node.mirrors.delete(mirror)  # its DELETED asks for a sync, and that makes a new one
        elif mirror is None and "deletionTimestamp" not in self._node.node()["metadata"]:
            self._node.mirrors.create(pod, self._node.node())

    def _follow_probes(self, pod: Obj) -> None:
        if self._probes is None:
            if not probed_containers(pod):
                return
            node, state = self._node, self.state
            self._probes = PodProbes(node.prober, node.engine, node.client.source, state.tell, state.requeue)
        reported = (self._shown(pod) or {}).get("status") or {}
        self._probes.follow(pod, self._node.runtime.list_containers(self.state.uid), self.state.pod_ip(), reported)

    def _shown(self, pod: Obj) -> Obj | None:
        """The pod as the API server has it."""
        return self.state.mirror if self.state.is_static else pod

    def _runtime(self) -> Runtime:
        found = self.state.runtime()
        return Runtime(found.sandbox, found.containers, self._probes or NO_PROBES, self._last_words.of, self._changes.resize)

    def _report(self, pod: Obj, now: SimTime, *, is_over: bool = False) -> str:
        shown = self._shown(pod)
        before = (shown or {}).get("status") or {}
        runtime = self._runtime()
        if before.get("phase") in TERMINAL and runtime.sandbox is None:
            return str(before["phase"])  # it ended before this node knew it: what is written is all that is known
        status = generate_pod_status(
            pod, runtime, self.state.reasons, before, self._node.host_ip, now, is_over=is_over, ending=self._verdict()
        )
        if status.get("reason") == DEADLINE_EXCEEDED[0] and before.get("phase") not in TERMINAL:
            self.state.tell("", "Normal", *DEADLINE_EXCEEDED)
        patch = status_patch(shown["metadata"]["uid"], before, status) if shown is not None else None
        if shown is not None and patch is not None:
            self._tell(partial(self._write_status, shown["metadata"], patch))
        return str(status["phase"])

    def _write_status(self, meta: Obj, patch: Obj) -> None:
        stored = self._node.client.patch(PODS, meta["name"], meta["namespace"], patch, subresource="status", is_shared=True)
        self.state.written = stored["metadata"].get("resourceVersion", "")
        if self.state.is_static:  # the next report is made from what is there, also while a watch that broke has not told of it
            self.state.mirror = stored
        else:
            self.state.pod = stored

    def _verdict(self) -> tuple[str, str] | None:
        ending = self.state.ending
        return None if ending is None else (ending.reason, ending.message)

    def _act(self) -> None:
        """Go on with the chain, or end it."""
        state = self.state
        if state.is_closed:
            return
        runtime, now = state.runtime(), self._node.engine.clock.now
        action = None
        if state.pod is not None and not state.is_ending and state.ending is None:
            waiting = {name for name, until in state.waits.items() if until > now}
            if self._volumes.set_up(state.pod, now):
                action = next_action(state.pod, runtime.sandbox, runtime.containers, waiting, self._observed(state.pod, runtime))
        if state.pod is None or action is None:
            if self._acted:
                self._acted = False
                state.requeue()
            return
        self._acted = True
        if isinstance(action, RunSandbox):
            self._run_sandbox(state.pod, runtime, action)
        elif isinstance(action, StartContainer):
            self._starter.start(state.pod, runtime, action, now)
        else:
            self._kill_one(action)

    def _observed(self, pod: Obj, runtime: Runtime) -> Observed:
        probes, changed = self._probes, self._changes.redefined(pod, runtime.containers)
        if probes is None:
            return Observed(changed) if changed else _NOTHING_OBSERVED
        specs = {container["name"]: container for container in probed_containers(pod)}
        running = [c for c in runtime.containers if c.state is ContainerState.RUNNING and c.name in specs]
        failed = {c.id: _failure(pod, specs[c.name], c, kind) for c in running if (kind := probes.failed(c.id)) is not None}
        return Observed({**failed, **changed}, {c.id for c in running if not probes.is_started(specs[c.name], c.id)})

    def _run_sandbox(self, pod: Obj, runtime: Runtime, action: RunSandbox) -> None:
        self.state.calls += 1
        if runtime.sandbox is not None:
            self.state.tell("", "Normal", "SandboxChanged", "Pod sandbox changed, it will be killed and re-created.")
            self._node.runtime.stop_pod_sandbox(runtime.sandbox.id, _ignore)
        for complaint in complaints(pod):
            self.state.tell("", "Warning", INVALID_ANNOTATION, complaint)
        self._node.runtime.run_pod_sandbox(sandbox_config(pod, action.attempt), self._sandbox_made)

    def _sandbox_made(self, result: str | CriError) -> None:
        self.state.calls -= 1
        if isinstance(result, CriError):
            self.state.tell("", "Warning", "FailedCreatePodSandBox", f"Failed to create pod sandbox: {result}")
            self.state.wait(SANDBOX, SANDBOX_RETRY)
        self._act()

    def _kill_one(self, action: KillContainer) -> None:
        self.state.calls += 1
        self.state.tell(action.status.name, "Normal", "Killing", action.message)
        grace = self.state.grace_seconds() if action.grace is None else action.grace
        self._termination.kill(action.status, grace, self._one_killed)

    def _one_killed(self) -> None:
        self.state.calls -= 1
        self._act()

    def _terminate(self, now: SimTime) -> None:
        state, grace = self.state, self.state.grace_seconds()
        if self._probes is not None:
            self._probes.stop_liveness()
        running = self._running()
        if running and self._grace is not None and grace < self._grace:
            self._hurry(running, grace)
            return
        if running and self._grace is None and not state.calls:
            self._kill_all(running, grace)
            return
        if state.calls:
            return
        if state.pod is None:
            self._remove_sandbox()
            return
        self._stop_sandbox()
        if state.is_removed:
            self._remove_sandbox()
            if state.mirror is not None:
                self._node.mirrors.delete(state.mirror)
            return
        if not state.calls and not self._is_deleted:
            meta = state.pod["metadata"]
            self._report(state.pod, now, is_over=True)
            self._node.client.delete(PODS, meta["name"], meta["namespace"], uid=state.uid, grace_period_seconds=0)
            self._is_deleted = True

    def _clean_up(self) -> None:
        """Leave nothing running of a pod whose phase is final."""
        running = self._running()
        if running:
            self._kill_all(running, self.state.grace_seconds())
        else:
            self._node.admission.release(self.state.uid)
            self._stop_sandbox()

    def _running(self) -> list[ContainerStatus]:
        return [c for c in self._node.runtime.list_containers(self.state.uid) if c.state is ContainerState.RUNNING]

    def _kill_all(self, running: list[ContainerStatus], grace: float) -> None:
        self._grace = grace
        self.state.calls += len(running)
        self._termination.kill_all(running, grace, self._call_ended)

    def _hurry(self, running: list[ContainerStatus], grace: float) -> None:
        """Let a shorter grace period overtake the one that runs."""
        self._grace = grace
        self.state.calls += len(running)
        for container in running:
            self._node.runtime.stop_container(container.id, grace, lambda _: self._call_ended())

    def _stop_sandbox(self) -> None:
        runtime = self.state.runtime()
        if runtime.sandbox is not None and runtime.has_sandbox:
            self.state.calls += 1
            self._node.runtime.stop_pod_sandbox(runtime.sandbox.id, lambda _: self._call_ended())

    def _remove_sandbox(self) -> None:
        if self._probes is not None:
            self._probes.stop()
        self._volumes.tear_down()
        sandbox = self.state.runtime().sandbox
        if sandbox is not None:
            self.state.calls += 1
            self._node.runtime.remove_pod_sandbox(sandbox.id, lambda _: self._call_ended())

    def _call_ended(self) -> None:
        self.state.calls -= 1
        if not self.state.calls:
            self.state.requeue()


_NOTHING_OBSERVED = Observed()


def _failure(pod: Obj, container: Obj, status: ContainerStatus, kind: Kind) -> KillContainer:
    is_never = (container.get("restartPolicy") or pod["spec"].get("restartPolicy")) == "Never"
    message = f"Container {status.name} failed {kind.value.lower()} probe" + ("" if is_never else ", will be restarted")
    grace = container[kind.field].get("terminationGracePeriodSeconds")
    return KillContainer(status, message, None if grace is None else float(grace))


def _ignore(_: object) -> None:
    """A reply that nobody waits for."""
