"""The seam between kubelet and runtime, where hops are recorded; neither side knows of it.

A call is a hop ``node/<node>/kubelet -> node/<node>/containerd`` with the CRI's name as its verb. A call answered at once has
its result as the hop's outcome; one that takes time is answered by a hop ``reply``. What the runtime tells by itself is a
hop ``ContainerStarted`` or ``ContainerDied`` to the kubelet. Reads (status, lists) are no hops, and neither is a probe's command
that is run again with nothing new expected of it; what it does inside the container is seen all the same.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from cluster.engine.trace import Trace
from cluster.machinery.cri import (
    ContainerConfig,
    ContainerEvent,
    ContainerRuntime,
    ContainerStatus,
    CriError,
    EventType,
    ExecResult,
    Image,
    PodSandboxConfig,
    PodSandboxStatus,
    Process,
    Reply,
    Resources,
    T,
)
from cluster.machinery.meta import Obj, SimTime
from cluster.machinery.network import Connection
from cluster.machinery.usage import Usage

SHORT_ID = 12
"""Characters of an id that people are shown."""


@dataclass(frozen=True, slots=True)
class Line:
    """The way to the runtime's socket: why nobody answers there (None: somebody does), and how many seconds each call takes more."""

    error: CriError | None = None
    seconds: float = 0.0


CLEAR = Line()
Later = Callable[[float, str, Callable[[], None]], object]
"""``Engine.after``."""


class RecordedRuntime:
    """A ContainerRuntime that records every call of another one. While the line to it is broken calls fail and its events are lost;
    what can be read is read all the same, and is for nobody who has asked for ``status``."""

    def __init__(
        self, runtime: ContainerRuntime, trace: Trace, node: str, line: Callable[[], Line] = lambda: CLEAR, later: Later | None = None
    ) -> None:
        self._runtime, self._trace, self._line, self._later = runtime, trace, line, later
        self._error: CriError | None = None
        self._kubelet, self._containerd = f"node/{node}/kubelet", f"node/{node}/containerd"
        self._pod_keys: dict[str, str] = {}

    def status(self) -> CriError | None:
        """Ask whether the runtime is up; the error: it does not answer. Recorded when that has changed."""
        error = self._line().error
        if error != self._error:
            self._error = error
            self._trace.record(self._kubelet, self._containerd, "Status", "", outcome="OK" if error is None else _outcome(error))
        return error

    def update_runtime_config(self, pod_cidr: str) -> None:
        """Hand the node's address range on."""
        self._runtime.update_runtime_config(pod_cidr)

    def run_pod_sandbox(self, config: PodSandboxConfig, reply: Reply[str]) -> None:
        """Record and pass on."""
        self._call("RunPodSandbox", _pod_key(config), reply, lambda r: self._runtime.run_pod_sandbox(config, r))

    def stop_pod_sandbox(self, sandbox_id: str, reply: Reply[None]) -> None:
        """Record and pass on."""
        self._call("StopPodSandbox", self._key(sandbox_id), reply, lambda r: self._runtime.stop_pod_sandbox(sandbox_id, r))

    def remove_pod_sandbox(self, sandbox_id: str, reply: Reply[None]) -> None:
        """Record and pass on."""
        key = self._key(sandbox_id)
        self._pod_keys.pop(sandbox_id, None)
        self._call("RemovePodSandbox", key, reply, lambda r: self._runtime.remove_pod_sandbox(sandbox_id, r))

    def list_pod_sandbox(self) -> list[PodSandboxStatus]:
        """Pass on."""
        return self._runtime.list_pod_sandbox()

    def pod_sandbox_status(self, pod_uid: str) -> PodSandboxStatus | None:
        """Pass on."""
        return self._runtime.pod_sandbox_status(pod_uid)

    def create_container(self, sandbox_id: str, config: ContainerConfig, reply: Reply[str]) -> None:
        """Record and pass on."""
        key = f"{self._key(sandbox_id)}/{config.name}"
        detail = {"image": config.image, "attempt": config.attempt}
        self._call("CreateContainer", key, reply, lambda r: self._runtime.create_container(sandbox_id, config, r), detail)

    def start_container(self, container_id: str, reply: Reply[None]) -> None:
        """Record and pass on."""
        self._call("StartContainer", self._container_key(container_id), reply, lambda r: self._runtime.start_container(container_id, r))

    def stop_container(self, container_id: str, timeout: float, reply: Reply[None]) -> None:
        """Record and pass on."""
        key, detail = self._container_key(container_id), {"timeout": timeout}
        self._call("StopContainer", key, reply, lambda r: self._runtime.stop_container(container_id, timeout, r), detail)

    def remove_container(self, container_id: str, reply: Reply[None]) -> None:
        """Record and pass on."""
        self._call("RemoveContainer", self._container_key(container_id), reply, lambda r: self._runtime.remove_container(container_id, r))

    def list_containers(self, pod_uid: str) -> list[ContainerStatus]:
        """Pass on."""
        return self._runtime.list_containers(pod_uid)

    def container_status(self, container_id: str) -> ContainerStatus | None:
        """Pass on."""
        return self._runtime.container_status(container_id)

    def container_log(self, container_id: str) -> list[tuple[SimTime, str]]:
        """Pass on."""
        return self._runtime.container_log(container_id)

    def pull_image(self, image: str, config: PodSandboxConfig, reply: Reply[Image]) -> None:
        """Record and pass on."""
        self._call("PullImage", _pod_key(config), reply, lambda r: self._runtime.pull_image(image, config, r), {"image": image})

    def image_status(self, image: str) -> Image | None:
        """Pass on."""
        return self._runtime.image_status(image)

    def list_images(self) -> list[Image]:
        """Pass on."""
        return self._runtime.list_images()

    def remove_image(self, image: str) -> None:
        """Pass on."""
        self._runtime.remove_image(image)

    def exec_sync(self, container_id: str, argv: Sequence[str], timeout: float, reply: Reply[ExecResult]) -> None:
        """Record and pass on."""
        key, detail = self._container_key(container_id), {"argv": list(argv), "timeout": timeout}
        self._call("ExecSync", key, reply, lambda r: self._runtime.exec_sync(container_id, argv, timeout, r), detail)

    def exec(self, container_id: str, argv: Sequence[str], *, stdin: bool, tty: bool) -> Process | CriError:
        """Record and pass on."""
        key, detail = self._container_key(container_id), {"argv": list(argv), "stdin": stdin, "tty": tty}
        return self._open("Exec", key, lambda: self._runtime.exec(container_id, argv, stdin=stdin, tty=tty), detail)

    def attach(self, container_id: str, *, stdin: bool) -> Process | CriError:
        """Record and pass on."""
        key = self._container_key(container_id)
        return self._open("Attach", key, lambda: self._runtime.attach(container_id, stdin=stdin), {"stdin": stdin})

    def port_forward(self, sandbox_id: str, port: int) -> Connection | CriError:
        """Record and pass on."""
        key = self._key(sandbox_id)
        return self._open("PortForward", key, lambda: self._runtime.port_forward(sandbox_id, port), {"port": port})

    def container_stats(self, container_id: str) -> Usage | None:
        """Pass on."""
        return self._runtime.container_stats(container_id)

    def update_container_resources(self, container_id: str, resources: Resources, annotations: Mapping[str, str]) -> None:
        """Record and pass on."""
        key, detail = self._container_key(container_id), {"cpuLimit": resources.cpu_limit, "memoryLimit": resources.memory_limit}
        hop = self._trace.record(self._kubelet, self._containerd, "UpdateContainerResources", key, detail=detail)
        with self._trace.caused_by(hop.seq):
            self._runtime.update_container_resources(container_id, resources, annotations)

    def get_container_events(self, listener: Callable[[ContainerEvent], None]) -> None:
        """Record each event and pass it on."""

        def heard(event: ContainerEvent) -> None:
            if self._line().error is not None:
                return
            key = f"{self._key(event.container.sandbox_id)}/{event.container.name}"
            outcome = f"exit code {event.container.exit_code}" if event.type is EventType.DIED else ""
            hop = self._trace.record(self._containerd, self._kubelet, event.type.value, key, outcome=outcome)
            with self._trace.caused_by(hop.seq):
                listener(event)

        self._runtime.get_container_events(heard)

    def _call(self, verb: str, key: str, reply: Reply[T], call: Callable[[Reply[T]], None], detail: Obj | None = None) -> None:
        is_repeated = self._trace.is_repeating
        hop = self._trace.record_unless_repeated(self._kubelet, self._containerd, verb, key, detail=detail)
        has_returned, line = False, self._line()

        def answer(result: T | CriError) -> None:
            result, answered = self._line().error or result, hop
            if has_returned and not is_repeated:
                answered = self._trace.record(self._containerd, self._kubelet, "reply", key)
            answered.outcome = _outcome(result)
            with self._trace.caused_by(answered.seq):
                reply(result)

        with self._trace.anew(), self._trace.caused_by(hop.seq):
            if line.error is not None:
                answer(line.error)
            elif line.seconds and self._later is not None:
                self._later(line.seconds, self._containerd, lambda: call(answer))
            else:
                call(answer)
        has_returned = True

    def _open(self, verb: str, key: str, call: Callable[[], T | CriError], detail: Obj) -> T | CriError:
        hop = self._trace.record(self._kubelet, self._containerd, verb, key, detail=detail)
        with self._trace.caused_by(hop.seq):
            opened = self._line().error or call()
        hop.outcome = _outcome(opened)
        return opened

    def _key(self, sandbox_id: str) -> str:
        if sandbox_id not in self._pod_keys:
            self._pod_keys = {s.id: f"pods/{s.namespace}/{s.name}" for s in self._runtime.list_pod_sandbox()}
        return self._pod_keys.get(sandbox_id, "")

    def _container_key(self, container_id: str) -> str:
        container = self._runtime.container_status(container_id)
        return f"{self._key(container.sandbox_id)}/{container.name}" if container is not None else ""


def _pod_key(config: PodSandboxConfig) -> str:
    return f"pods/{config.namespace}/{config.name}"


def _outcome(result: object) -> str:
    if isinstance(result, Image):
        return result.ref
    if isinstance(result, CriError):
        return str(result)
    if isinstance(result, ExecResult):
        return f"exit code {result.exit_code}"
    return result[:SHORT_ID] if isinstance(result, str) else "OK"
