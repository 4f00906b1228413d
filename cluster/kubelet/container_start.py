"""From nothing to a running container: back-off, image, configuration, creation, start, ``postStart``.

Each part is begun when the one before has been answered; a part that fails leaves the reason that ``kubectl get pods`` shows and
the time of the next try.

Upstream: ``pkg/kubelet/kuberuntime/kuberuntime_container.go`` (startContainer) and ``kuberuntime_manager.go`` (doBackOff).
"""

from __future__ import annotations

from collections.abc import Callable

from cluster.kubelet.actions import StartContainer
from cluster.kubelet.cri_config import container_config, sandbox_config
from cluster.kubelet.environment import ConfigError, check_user, environment
from cluster.kubelet.images import ImageFailure
from cluster.kubelet.pod_state import PodState
from cluster.kubelet.prober.attempt import Target
from cluster.kubelet.status import CRASH_LOOP, Runtime
from cluster.kubelet.volumes.paths import termination_path
from cluster.kubelet.volumes.pod_volumes import MountedReferences, PodVolumes
from cluster.machinery.cri import ContainerConfig, ContainerState, CriError, Image, Mount
from cluster.machinery.meta import Obj, SimTime

TERMINATION_LOG = "/dev/termination-log"
RETRY_SECONDS = 10.0
"""Until a start that failed is tried again."""


class ContainerStarter:
    """Starts the containers of one pod. ``go_on`` is called whenever a start has ended, well or not."""

    def __init__(self, state: PodState, volumes: PodVolumes, go_on: Callable[[], None]) -> None:
        self._state, self._node, self._volumes, self._go_on = state, state.node, volumes, go_on

    def close(self) -> None:
        """Go on with nothing. What was gone on with holds this, too: as a ring the two would wait for the garbage collector."""
        self._go_on = _nothing

    def start(self, pod: Obj, runtime: Runtime, action: StartContainer, now: SimTime) -> None:
        """Begin a start."""
        name = action.container["name"]
        if self._is_backing_off(pod, action, now):
            self._go_on()
            return
        self._state.calls += 1
        old = [c for c in runtime.containers if c.name == name][:-1]
        for container in old:  # upstream's garbage collection keeps one dead container of each name
            self._node.runtime.remove_container(container.id, _ignore)
        self._look_for_pull_secrets(pod)
        config = sandbox_config(pod, runtime.sandbox.attempt if runtime.sandbox is not None else 0)
        self._node.images.ensure_image_exists(
            action.container, config, self._state.tell, lambda result: self._image_ready(pod, runtime, action, result)
        )

    def _look_for_pull_secrets(self, pod: Obj) -> None:
        wanted = [reference.get("name", "") for reference in pod["spec"].get("imagePullSecrets") or ()]
        if wanted:
            references = MountedReferences(self._state, pod["metadata"]["namespace"], is_mounted=False)
            missing = ", ".join(name for name in wanted if references.secret(name) is None)
            if missing:
                words = f"Unable to retrieve some image pull secrets ({missing}); attempting to pull the image may not succeed."
                self._state.tell("", "Warning", "FailedToRetrieveImagePullSecret", words)

    def _is_backing_off(self, pod: Obj, action: StartContainer, now: SimTime) -> bool:
        last, backoff, state = action.last, self._node.restarts, self._state
        if last is None or last.state is not ContainerState.EXITED:
            return False
        name, meta = action.container["name"], pod["metadata"]
        key = f"{state.uid}_{name}"
        if key not in backoff and last.attempt > 0:
            backoff.restore(key, last.attempt, last.created_at)
        left = backoff.remaining(key, last.finished_at, now)
        if left <= 0:
            backoff.next(key, last.finished_at, now)
            return False
        pod_name = f"{meta['name']}_{meta['namespace']}({state.uid})"
        state.tell(name, "Warning", "BackOff", f"Back-off restarting failed container {name} in pod {pod_name}")
        seconds = _minutes_and_seconds(backoff.seconds(key))
        state.reasons[name] = (CRASH_LOOP, f"back-off {seconds} restarting failed container={name} pod={pod_name}")
        state.wait(name, left)
        return True

    def _image_ready(self, pod: Obj, runtime: Runtime, action: StartContainer, result: Image | ImageFailure) -> None:
        name = action.container["name"]
        if self._is_interrupted():
            return
        if isinstance(result, ImageFailure):
            self._end(name, (result.reason, result.message), result.retry_seconds)
            return
        sandbox_id = runtime.sandbox.id if runtime.sandbox is not None else ""
        try:
            config = self._config(pod, action.container, action.attempt, result, target_of(action.container, runtime))
        except ConfigError as error:
            self._failed(name, "CreateContainerConfigError", str(error))
            return
        self._node.runtime.create_container(sandbox_id, config, lambda made: self._created(action.container, made))

    def _config(self, pod: Obj, container: Obj, attempt: int, image: Image, target_id: str) -> ContainerConfig:
        check_user(pod, container, image)
        namespace, uid = pod["metadata"]["namespace"], self._state.uid
        services = self._node.services.variables(namespace, with_links=pod["spec"].get("enableServiceLinks", True))
        envs = services
        if container.get("env") or container.get("envFrom"):
            references = MountedReferences(self._state, namespace, is_mounted=False)
            envs = environment(container, self._state.facts(pod), references, services)
        mounts = self._volumes.mounts(pod, container, envs)
        if container.get("command") or container.get("args"):
            self._volumes.show_last_words(container["name"])
            last_words = termination_path(uid, container["name"], attempt)
            mounts = (*mounts, Mount(container.get("terminationMessagePath") or TERMINATION_LOG, last_words))
        return container_config(pod, container, attempt, envs, mounts, target_id)

    def _created(self, container: Obj, result: str | CriError) -> None:
        name = container["name"]
        if isinstance(result, CriError):
            self._failed(name, "CreateContainerError", result.message)
            return
        self._state.tell(name, "Normal", "Created", "Container created")
        if not self._is_interrupted():
            self._node.runtime.start_container(result, lambda started: self._started(container, result, started))

    def _started(self, container: Obj, container_id: str, result: CriError | None) -> None:
        name = container["name"]
        if self._state.is_closed:
            return
        if result is not None:
            self._failed(name, "RunContainerError", result.message)
            return
        self._state.tell(name, "Normal", "Started", "Container started")
        hook = (container.get("lifecycle") or {}).get("postStart")
        if not hook:
            self._end(name)
            return
        target = Target(container, container_id, self._state.pod_ip())
        self._node.hooks.run(hook, target, lambda ok: self._hook_ended(name, container_id, has_succeeded=ok))

    def _hook_ended(self, name: str, container_id: str, *, has_succeeded: bool) -> None:
        if self._state.is_closed:
            return
        if has_succeeded:
            self._end(name)
            return
        self._state.tell(name, "Warning", "FailedPostStartHook", "PostStartHook failed")
        self._state.tell(name, "Normal", "Killing", "FailedPostStartHook")
        grace = self._state.grace_seconds()
        self._node.runtime.stop_container(container_id, grace, lambda _: self._end(name, ("PostStartHookError", "")))

    def _failed(self, name: str, reason: str, message: str) -> None:
        self._state.tell(name, "Warning", "Failed", f"Error: {message}")
        self._end(name, (reason, message), RETRY_SECONDS)

    def _end(self, name: str, reason: tuple[str, str] | None = None, retry_seconds: float | None = None) -> None:
        state = self._state
        state.calls -= 1
        state.reasons.pop(name, None)
        state.waits.pop(name, None)
        if reason is not None:
            state.reasons[name] = reason
        if retry_seconds is not None:
            state.wait(name, retry_seconds)
        self._go_on()

    def _is_interrupted(self) -> bool:
        """Whether the pod is to go while one of its containers was about to start; ends the chain if so."""
        state = self._state
        if state.is_closed:
            return True
        if not state.is_ending and state.ending is None:
            return False
        state.calls -= 1
        state.requeue()
        return True


def target_of(container: Obj, runtime: Runtime) -> str:
    """Return the container beside whose processes an ephemeral one is to run; empty: none. Raises ConfigError: it is not there."""
    name = container.get("targetContainerName")
    if not name:
        return ""
    found = [each.id for each in runtime.containers if each.name == name]
    if not found:
        raise ConfigError(f"unable to find target container {name}")
    return found[-1]


def _minutes_and_seconds(seconds: float) -> str:
    """Write a back-off as Go prints it: ``10s``, ``1m20s``, ``5m0s``."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}m{rest}s" if minutes else f"{rest}s"


def _ignore(_: object) -> None:
    """A reply that nobody waits for."""


def _nothing() -> None:
    """What a pod goes on with that is over."""
