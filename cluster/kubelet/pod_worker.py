"""One pod on one node, from its binding to its last trace: sync, act, report.

Upstream gives each pod a goroutine whose sync blocks in CRI calls. Here a sync begins a chain of calls, one at a time; each
reply asks ``next_action`` again, and the end of the chain is a new sync, which reports. So status is written where upstream
writes it: before a chain, and after it. All that a worker remembers can be lost: reasons and back-offs come again. Left
out: lifecycle hooks, ephemeral containers, the order in which sidecars stop.

Upstream: ``pkg/kubelet/pod_workers.go``, ``pkg/kubelet/kubelet.go`` (SyncPod, SyncTerminatingPod, SyncTerminatedPod) and
``pkg/kubelet/kuberuntime/kuberuntime_manager.go`` (SyncPod, doBackOff).
"""

from __future__ import annotations

from cluster.client.workqueue import Result
from cluster.kubelet.actions import SANDBOX, RunSandbox, StartContainer, next_action
from cluster.kubelet.cri_config import container_config, sandbox_config
from cluster.kubelet.images import ImageFailure
from cluster.kubelet.mirror_pods import is_mirror_of
from cluster.kubelet.node_context import NodeContext
from cluster.kubelet.probes import seconds_until_ready, seconds_until_started
from cluster.kubelet.status import CRASH_LOOP, TERMINAL, Runtime, Waiting, active_deadline, generate_pod_status, status_patch
from cluster.machinery.cri import ContainerState, ContainerStatus, CriError, Image
from cluster.machinery.kinds.core import PODS
from cluster.machinery.meta import SECOND, Key, Obj, SimTime, after

DEFAULT_GRACE = 30
"""Seconds between SIGTERM and SIGKILL when the spec does not say."""
ORPHAN_GRACE = 2
"""Seconds for the containers of a pod that the API server no longer has."""
SANDBOX_RETRY = 10.0
"""Seconds after a sandbox could not be made."""


class PodWorker:
    """Brings one pod to where its spec wants it. ``pod`` is shared with the informer: never change it; None: it is gone.

    Of a static pod ``mirror`` is its picture in the API server, and ``is_removed`` says that its file is gone.
    """

    def __init__(self, uid: str, pod: Obj | None, node: NodeContext) -> None:
        self.uid, self.pod, self._node = uid, pod, node
        self.mirror: Obj | None = None
        self.is_static = self.is_removed = self._is_closed = False
        self._calls = 0
        self._acted = False
        self._grace: float | None = None
        self._is_deleted = False
        self._reasons: dict[str, Waiting] = {}
        self._waits: dict[str, SimTime] = {}

    @property
    def is_finished(self) -> bool:
        """Whether nothing is left of the pod, neither where it came from nor on the node."""
        is_gone = self.pod is None or (self.is_removed and self.mirror is None)
        return is_gone and not self._calls and self._node.runtime.pod_sandbox_status(self.uid) is None

    def close(self) -> None:
        """Do nothing any more, whatever is still under way."""
        self._is_closed = True

    def sync(self, now: SimTime) -> Result:
        """Report the pod's state and begin what is to be done. Raises ApiError when the report was refused."""
        if self.pod is None or self._is_ending(self.pod):
            self._terminate(now)
            return Result()
        if self.is_static:
            self._reconcile_mirror(self.pod)
        if self._calls:
            return Result()  # the end of the chain is a sync
        phase = self._report(self.pod, now)
        if phase in TERMINAL:
            self._clean_up()
            return Result()
        self._act()
        return Result(self._next_change(self.pod, now))

    def _is_ending(self, pod: Obj) -> bool:
        return self.is_removed or "deletionTimestamp" in pod["metadata"]

    def _reconcile_mirror(self, pod: Obj) -> None:
        mirror = self.mirror
        if mirror is not None and ("deletionTimestamp" in mirror["metadata"] or not is_mirror_of(mirror, pod)):
            self._node.mirrors.delete(mirror)  # its DELETED asks for a sync, and that makes a new one
        elif mirror is None and "deletionTimestamp" not in self._node.node()["metadata"]:
            self._node.mirrors.create(pod, self._node.node())

    def _runtime(self) -> Runtime:
        runtime = self._node.runtime
        return Runtime(runtime.pod_sandbox_status(self.uid), runtime.list_containers(self.uid))

    def _report(self, pod: Obj, now: SimTime, *, is_over: bool = False) -> str:
        shown = self.mirror if self.is_static else pod
        before = (shown or {}).get("status") or {}
        if before.get("phase") in TERMINAL and self._runtime().sandbox is None:
            return str(before["phase"])  # it ended before this node knew it: what is written is all that is known
        status = generate_pod_status(pod, self._runtime(), self._reasons, before, self._node.host_ip, now, is_over=is_over)
        patch = status_patch(shown["metadata"]["uid"], before, status) if shown is not None else None
        if shown is not None and patch is not None:
            meta = shown["metadata"]
            self._node.client.patch(PODS, meta["name"], meta["namespace"], patch, subresource="status", is_shared=True)
        return str(status["phase"])

    def _next_change(self, pod: Obj, now: SimTime) -> float | None:
        """Return in how many seconds time alone changes something: a container turns started or ready, the deadline comes."""
        deadline = active_deadline(pod)
        moments = [deadline] if deadline is not None and deadline > now else []
        by_name = {c["name"]: c for c in (*(pod["spec"].get("initContainers") or ()), *pod["spec"]["containers"])}
        for status in self._node.runtime.list_containers(self.uid):
            container = by_name.get(status.name)
            if container is not None and status.state is ContainerState.RUNNING:
                delays = {seconds_until_started(container), seconds_until_ready(container)}
                moments += [moment for seconds in delays if (moment := after(status.started_at, seconds)) > now]
        return (min(moments) - now) / SECOND if moments else None

    def _act(self) -> None:
        """Go on with the chain, or end it."""
        if self._is_closed:
            return
        pod, runtime, now = self.pod, self._runtime(), self._node.engine.clock.now
        action = None
        if pod is not None and not self._is_ending(pod):
            waiting = {name for name, until in self._waits.items() if until > now}
            action = next_action(pod, runtime.sandbox, runtime.containers, waiting)
        if pod is None or action is None:
            if self._acted:
                self._acted = False
                self._node.queue.add(Key(self.uid))
            return
        self._acted = True
        if isinstance(action, RunSandbox):
            self._run_sandbox(pod, runtime, action)
        else:
            self._start(pod, runtime, action, now)

    def _run_sandbox(self, pod: Obj, runtime: Runtime, action: RunSandbox) -> None:
        self._calls += 1
        if runtime.sandbox is not None:
            self._tell("", "Normal", "SandboxChanged", "Pod sandbox changed, it will be killed and re-created.")
            self._node.runtime.stop_pod_sandbox(runtime.sandbox.id, _ignore)
        self._node.runtime.run_pod_sandbox(sandbox_config(pod, action.attempt), self._sandbox_made)

    def _sandbox_made(self, result: str | CriError) -> None:
        self._calls -= 1
        if isinstance(result, CriError):
            self._tell("", "Warning", "FailedCreatePodSandBox", f"Failed to create pod sandbox: {result}")
            self._wait(SANDBOX, SANDBOX_RETRY)
        self._act()

    def _start(self, pod: Obj, runtime: Runtime, action: StartContainer, now: SimTime) -> None:
        name = action.container["name"]
        if self._is_backing_off(pod, action, now):
            self._act()
            return
        self._calls += 1
        old = [c for c in runtime.containers if c.name == name][:-1]
        for container in old:  # upstream's garbage collection keeps one dead container of each name
            self._node.runtime.remove_container(container.id, _ignore)
        config = sandbox_config(pod, runtime.sandbox.attempt if runtime.sandbox is not None else 0)
        self._node.images.ensure_image_exists(
            action.container, config, self._tell, lambda result: self._image_ready(runtime, action, result)
        )

    def _is_backing_off(self, pod: Obj, action: StartContainer, now: SimTime) -> bool:
        last, backoff = action.last, self._node.restarts
        if last is None or last.state is not ContainerState.EXITED:
            return False
        name, meta = action.container["name"], pod["metadata"]
        key = f"{self.uid}_{name}"
        if key not in backoff and last.attempt > 0:
            backoff.restore(key, last.attempt, last.created_at)
        left = backoff.remaining(key, last.finished_at, now)
        if left <= 0:
            backoff.next(key, last.finished_at, now)
            return False
        who = f"{name} in pod {meta['name']}_{meta['namespace']}({self.uid})"
        self._tell(name, "Warning", "BackOff", f"Back-off restarting failed container {who}")
        seconds = _minutes_and_seconds(backoff.seconds(key))
        pod_name = f"{meta['name']}_{meta['namespace']}({self.uid})"
        self._reasons[name] = (CRASH_LOOP, f"back-off {seconds} restarting failed container={name} pod={pod_name}")
        self._wait(name, left)
        return True

    def _image_ready(self, runtime: Runtime, action: StartContainer, result: Image | ImageFailure) -> None:
        name = action.container["name"]
        if self._is_interrupted():
            return
        if isinstance(result, ImageFailure):
            self._calls -= 1
            self._reasons[name] = (result.reason, result.message)
            self._wait(name, result.retry_seconds)
            self._act()
            return
        sandbox_id = runtime.sandbox.id if runtime.sandbox is not None else ""
        config = container_config(action.container, action.attempt)
        self._node.runtime.create_container(sandbox_id, config, lambda made: self._created(name, made))

    def _created(self, name: str, result: str | CriError) -> None:
        if isinstance(result, CriError):
            self._failed(name, "CreateContainerError", result)
            return
        self._tell(name, "Normal", "Created", "Container created")
        if not self._is_interrupted():
            self._node.runtime.start_container(result, lambda started: self._started(name, started))

    def _started(self, name: str, result: CriError | None) -> None:
        if self._is_closed:
            return
        if result is not None:
            self._failed(name, "RunContainerError", result)
            return
        self._tell(name, "Normal", "Started", "Container started")
        self._calls -= 1
        self._reasons.pop(name, None)
        self._waits.pop(name, None)
        self._act()

    def _failed(self, name: str, reason: str, error: CriError) -> None:
        self._calls -= 1
        self._tell(name, "Warning", "Failed", f"Error: {error.message}")
        self._reasons[name] = (reason, error.message)
        self._wait(name, SANDBOX_RETRY)
        self._act()

    def _is_interrupted(self) -> bool:
        """Whether the pod is to go while one of its containers was about to start; ends the chain if so."""
        if self._is_closed:
            return True
        if self.pod is not None and not self._is_ending(self.pod):
            return False
        self._calls -= 1
        self._node.queue.add(Key(self.uid))
        return True

    def _terminate(self, now: SimTime) -> None:
        grace = self._grace_seconds()
        running = [c for c in self._node.runtime.list_containers(self.uid) if c.state is ContainerState.RUNNING]
        is_first, is_shorter = self._grace is None and not self._calls, self._grace is not None and grace < self._grace
        if running and (is_first or is_shorter):
            self._kill(running, grace)
            return
        if self._calls:
            return
        if self.pod is None:
            self._remove_sandbox()
            return
        self._stop_sandbox()
        if self.is_removed:
            self._remove_sandbox()
            if self.mirror is not None:
                self._node.mirrors.delete(self.mirror)
            return
        if not self._calls and not self._is_deleted:
            meta = self.pod["metadata"]
            self._report(self.pod, now, is_over=True)
            self._node.client.delete(PODS, meta["name"], meta["namespace"], uid=self.uid, grace_period_seconds=0)
            self._is_deleted = True

    def _clean_up(self) -> None:
        """Leave nothing running of a pod whose phase is final."""
        running = [c for c in self._node.runtime.list_containers(self.uid) if c.state is ContainerState.RUNNING]
        if running:
            self._kill(running, self._grace_seconds())
        else:
            self._stop_sandbox()

    def _kill(self, running: list[ContainerStatus], grace: float) -> None:
        for container in running:
            if self._grace is None:
                self._tell(container.name, "Normal", "Killing", f"Stopping container {container.name}")
            self._calls += 1
        self._grace = grace
        for container in running:
            self._node.runtime.stop_container(container.id, grace, self._call_ended)

    def _stop_sandbox(self) -> None:
        runtime = self._runtime()
        if runtime.sandbox is not None and runtime.has_sandbox:
            self._calls += 1
            self._node.runtime.stop_pod_sandbox(runtime.sandbox.id, self._call_ended)

    def _remove_sandbox(self) -> None:
        sandbox = self._runtime().sandbox
        if sandbox is not None:
            self._calls += 1
            self._node.runtime.remove_pod_sandbox(sandbox.id, self._call_ended)

    def _call_ended(self, _: object) -> None:
        self._calls -= 1
        if not self._calls and not self._is_closed:
            self._node.queue.add(Key(self.uid))

    def _grace_seconds(self) -> float:
        if self.pod is None:
            return ORPHAN_GRACE
        seconds = self.pod["metadata"].get("deletionGracePeriodSeconds")
        if seconds is None:
            seconds = self.pod["spec"].get("terminationGracePeriodSeconds", DEFAULT_GRACE)
        return float(seconds)

    def _wait(self, name: str, seconds: float) -> None:
        self._waits[name] = after(self._node.engine.clock.now, seconds)
        self._node.queue.add_after(Key(self.uid), seconds)

    def _tell(self, container: str, type: str, reason: str, message: str) -> None:
        if self.pod is None or self._is_closed:
            return
        is_init = any(c["name"] == container for c in self.pod["spec"].get("initContainers") or ())
        path = f"spec.{'initContainers' if is_init else 'containers'}{{{container}}}" if container else ""
        self._node.recorder.event(self.pod, type, reason, message, field_path=path)


def _minutes_and_seconds(seconds: float) -> str:
    """Write a back-off as Go prints it: ``10s``, ``1m20s``, ``5m0s``."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}m{rest}s" if minutes else f"{rest}s"


def _ignore(_: object) -> None:
    """A reply that nobody waits for."""
