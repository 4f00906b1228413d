"""Small makers of pods and of what a runtime has of them. Moments are seconds after an arbitrary zero."""

from __future__ import annotations

from cluster.kubelet.status import Runtime
from cluster.machinery.cri import NEVER, ContainerState, ContainerStatus, PodSandboxStatus, SandboxState
from cluster.machinery.meta import SECOND, Obj, SimTime, parse_timestamp

ZERO = parse_timestamp("2026-01-01T00:00:00Z")


def at(seconds: float) -> SimTime:
    """The moment ``seconds`` after ZERO."""
    return SimTime(ZERO + round(seconds * SECOND))


def pod(*containers: str, inits: tuple[str, ...] = (), sidecars: tuple[str, ...] = (), **spec: object) -> Obj:
    """A bound pod ``web`` with containers of these names, image nginx:1.25."""
    made: Obj = {"nodeName": "n1", "restartPolicy": "Always", "containers": [_container(name) for name in containers or ("c",)], **spec}
    if inits or sidecars:
        made["initContainers"] = [*(_container(n) | {"restartPolicy": "Always"} for n in sidecars), *map(_container, inits)]
    meta: Obj = {"namespace": "default", "name": "web", "uid": "u1", "generation": 1}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": meta, "spec": made, "status": {"phase": "Pending"}}


def _container(name: str) -> Obj:
    return {"name": name, "image": "nginx:1.25", "imagePullPolicy": "IfNotPresent"}


def sandbox(state: SandboxState = SandboxState.READY, attempt: int = 0) -> PodSandboxStatus:
    """The sandbox ``s<attempt>`` of the pod."""
    return PodSandboxStatus(f"s{attempt}", "default", "web", "u1", attempt, state, at(0), "10.244.0.2")


def running(name: str = "c", attempt: int = 0, *, since: float = 1, of: str = "s0") -> ContainerStatus:
    """A running container."""
    return _status(name, attempt, ContainerState.RUNNING, of, at(since), NEVER, 0)


def exited(name: str = "c", code: int = 0, attempt: int = 0, *, since: float = 1, until: float = 2, of: str = "s0") -> ContainerStatus:
    """A container that has ended."""
    return _status(name, attempt, ContainerState.EXITED, of, at(since), at(until), code)


def created(name: str = "c", attempt: int = 0) -> ContainerStatus:
    """A container that has not been started."""
    return _status(name, attempt, ContainerState.CREATED, "s0", NEVER, NEVER, 0)


def _status(name: str, attempt: int, state: ContainerState, of: str, start: SimTime, end: SimTime, code: int) -> ContainerStatus:
    reason = {ContainerState.EXITED: "Error" if code else "Completed"}.get(state, "")
    image = ("docker.io/library/nginx:1.25", "docker.io/library/nginx@sha256:abc")
    return ContainerStatus(f"{name}-{attempt}", of, name, attempt, state, *image, start, start, end, code, reason)


def runtime(*containers: ContainerStatus, box: PodSandboxStatus | None = None) -> Runtime:
    """A ready sandbox with these containers."""
    return Runtime(box or sandbox(), containers)
