"""What containerd keeps on disk: one record per pod, with its sandbox and containers, so that a pod costs few writes.

The real containerd keeps a bolt database and one folder per container. Moments are ``SimTime`` (microseconds).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from cluster.machinery.cri import NEVER, ContainerState, ContainerStatus, PodSandboxStatus, SandboxState
from cluster.machinery.meta import Obj, SimTime, after


@dataclass(slots=True)
class ContainerRecord:
    """One container; ``log`` holds (moment, line) of all it will have written when nothing stops it."""

    id: str
    sandbox_id: str
    name: str
    attempt: int
    image: str
    image_ref: str
    created_at: SimTime
    state: ContainerState = ContainerState.CREATED
    started_at: SimTime = NEVER
    finished_at: SimTime = NEVER
    exit_code: int = 0
    reason: str = ""
    run_seconds: float | None = None
    planned_code: int = 0
    stop_seconds: float | None = None
    stop_code: int = 0
    log: list[tuple[SimTime, str]] = field(default_factory=list)

    @property
    def ends_at(self) -> SimTime | None:
        """When it ends by itself; None: it runs on."""
        return None if self.run_seconds is None else after(self.started_at, self.run_seconds)

    @property
    def status(self) -> ContainerStatus:
        """The container as CRI shows it."""
        return ContainerStatus(
            self.id,
            self.sandbox_id,
            self.name,
            self.attempt,
            self.state,
            self.image,
            self.image_ref,
            self.created_at,
            self.started_at,
            self.finished_at,
            self.exit_code,
            self.reason,
        )


@dataclass(slots=True)
class PodRecord:
    """One pod's sandbox and containers. ``annotations``: those of the pod that steer the simulation.

    ``has_network``: the network plugin has not been told to let go of it; so also after a loss of power.
    """

    id: str
    namespace: str
    name: str
    uid: str
    attempt: int
    created_at: SimTime
    ip: str = ""
    has_network: bool = False
    state: SandboxState = SandboxState.READY
    annotations: dict[str, str] = field(default_factory=dict)
    containers: list[ContainerRecord] = field(default_factory=list)

    @property
    def status(self) -> PodSandboxStatus:
        """The sandbox as CRI shows it."""
        return PodSandboxStatus(self.id, self.namespace, self.name, self.uid, self.attempt, self.state, self.created_at, self.ip)


_CONTAINER_FIELDS = tuple(ContainerRecord.__dataclass_fields__)
_POD_FIELDS = tuple(name for name in PodRecord.__dataclass_fields__ if name != "containers")


def to_obj(pod: PodRecord) -> Obj:
    """Return the record as it is stored: without containers that have not started."""
    kept = [container for container in pod.containers if container.state is not ContainerState.CREATED]
    obj: Obj = {name: getattr(pod, name) for name in _POD_FIELDS}
    obj["containers"] = [{name: getattr(container, name) for name in _CONTAINER_FIELDS} for container in kept]
    return obj


def from_obj(obj: Obj) -> PodRecord:
    """Read a stored record."""
    containers = []
    for stored in obj["containers"]:
        log = [(SimTime(at), line) for at, line in stored["log"]]
        containers.append(ContainerRecord(**{**stored, "state": ContainerState(stored["state"]), "log": log}))
    return PodRecord(
        **{**obj, "state": SandboxState(obj["state"]), "annotations": dict(obj["annotations"]), "containers": containers},
    )
