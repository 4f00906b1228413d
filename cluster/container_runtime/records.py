"""What containerd keeps on disk: one record per pod, with its sandbox and containers, so that a pod costs few writes.

The real containerd keeps a bolt database and one folder per container. Moments are ``SimTime`` (microseconds). Of a container's
configuration only what differs from the defaults is written.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from cluster.machinery.cri import (
    NEVER,
    ROOT,
    ContainerConfig,
    ContainerState,
    ContainerStatus,
    ContainerUser,
    DnsConfig,
    Mount,
    PidMode,
    PodSandboxStatus,
    Resources,
    SandboxState,
)
from cluster.machinery.meta import Obj, SimTime

LogLine = list[SimTime | str | bool]
"""``[moment, text, stream, is partial]``; the last two are left out when they are stdout and False."""


@dataclass(slots=True)
class ContainerRecord:
    """One container.

    ``log``: its last lines, with those of an image that are to come; older ones are in ``chunks`` (first, next) records of their own.
    ``partial``: what it has written of a line that has no end yet, by stream. ``task``: its processes where they have stopped and its
    own files; None: its image's program runs, and nobody has changed anything. ``loads``: what requests have cost, by window.
    ``user``: number, group and groups, unless it is root.
    """

    id: str
    sandbox_id: str
    config: ContainerConfig
    image: str
    image_ref: str
    created_at: SimTime
    state: ContainerState = ContainerState.CREATED
    started_at: SimTime = NEVER
    finished_at: SimTime = NEVER
    exit_code: int = 0
    reason: str = ""
    message: str = ""
    log: list[LogLine] = field(default_factory=list)
    chunks: list[int] = field(default_factory=list)
    partial: dict[str, str] = field(default_factory=dict)
    task: Obj | None = None
    loads: list[list[float]] = field(default_factory=list)
    user: list[int] = field(default_factory=list)

    @property
    def is_running(self) -> bool:
        """Whether its process lives."""
        return self.state is ContainerState.RUNNING

    @property
    def identity(self) -> ContainerUser:
        """Who its processes are."""
        return ContainerUser(self.user[0], self.user[1], tuple(self.user[2:])) if self.user else ROOT

    @property
    def status(self) -> ContainerStatus:
        """The container as CRI shows it."""
        return ContainerStatus(
            self.id,
            self.sandbox_id,
            self.config.name,
            self.config.attempt,
            self.state,
            self.image,
            self.image_ref,
            self.created_at,
            self.started_at,
            self.finished_at,
            self.exit_code,
            self.reason,
            self.message,
            self.config.image,
            self.config.resources,
            self.identity,
        )


@dataclass(slots=True)
class PodRecord:
    """One pod's sandbox and containers. ``annotations``: those that say what its containers use.

    ``has_network``: the network plugin has not been told to let go of it; so also after a loss of power. ``troubles``: what is wrong with
    the containers of a name, and with which of them (an ID; empty: with each).
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
    annotations: Mapping[str, str] = field(default_factory=dict)
    hostname: str = ""
    dns: DnsConfig = field(default_factory=DnsConfig)
    containers: list[ContainerRecord] = field(default_factory=list)
    troubles: dict[str, list[str]] = field(default_factory=dict)

    def trouble_of(self, container: ContainerRecord) -> str:
        """Return what is wrong with a container, see ``trouble.py``; empty: nothing."""
        trouble, container_id = self.troubles.get(container.config.name, ("", ""))
        return trouble if container_id in ("", container.id) else ""

    @property
    def status(self) -> PodSandboxStatus:
        """The sandbox as CRI shows it."""
        return PodSandboxStatus(
            self.id, self.namespace, self.name, self.uid, self.attempt, self.state, self.created_at, self.ip, self.annotations
        )

    @property
    def key(self) -> str:
        """``namespace/name`` of the pod."""
        return f"{self.namespace}/{self.name}"


_CONTAINER_FIELDS = (
    "id",
    "sandbox_id",
    "image",
    "image_ref",
    "created_at",
    "state",
    "started_at",
    "finished_at",
    "exit_code",
    "reason",
    "log",
)
_RARE_FIELDS = ("message", "chunks", "partial", "task", "loads", "user")
_POD_FIELDS = tuple(name for name in PodRecord.__dataclass_fields__ if name not in ("containers", "dns", "troubles"))
_CONFIG_DEFAULTS = ContainerConfig("", "")
_PLAIN_FIELDS = (
    "attempt",
    "command",
    "args",
    "envs",
    "working_dir",
    "stdin",
    "stdin_once",
    "tty",
    "ports",
    "run_as_user",
    "run_as_group",
    "supplemental_groups",
    "pid_mode",
    "target_id",
    "annotations",
)
_RESOURCE_FIELDS = tuple(Resources.__dataclass_fields__)


def to_obj(pod: PodRecord) -> Obj:
    """Return the record as it is stored: without containers that have not started."""
    kept = [container for container in pod.containers if container.state is not ContainerState.CREATED]
    obj: Obj = {name: getattr(pod, name) for name in _POD_FIELDS}
    obj["dns"] = [pod.dns.servers, pod.dns.searches, pod.dns.options]
    obj["containers"] = [_container_obj(container) for container in kept]
    if pod.troubles:
        obj["troubles"] = pod.troubles
    return obj


def from_obj(obj: Obj) -> PodRecord:
    """Read a stored record."""
    dns = DnsConfig(*(tuple(part) for part in obj["dns"]))
    containers = [_container(stored) for stored in obj["containers"]]
    return PodRecord(**{**obj, "state": SandboxState(obj["state"]), "dns": dns, "containers": containers})


def _container_obj(container: ContainerRecord) -> Obj:
    obj: Obj = {name: getattr(container, name) for name in _CONTAINER_FIELDS}
    obj["log"] = list(container.log)
    obj["config"] = _config_obj(container.config)
    for name in _RARE_FIELDS:
        if value := getattr(container, name):
            obj[name] = value
    return obj


def _container(stored: Obj) -> ContainerRecord:
    return ContainerRecord(
        **{**stored, "config": _config(stored["config"]), "state": ContainerState(stored["state"]), "log": list(stored["log"])}
    )


def _config_obj(config: ContainerConfig) -> Obj:
    obj: Obj = {"name": config.name, "image": config.image}
    for name in _PLAIN_FIELDS:
        value = getattr(config, name)
        if value != getattr(_CONFIG_DEFAULTS, name):
            obj[name] = value
    if config.mounts:
        obj["mounts"] = [[mount.container_path, mount.host_path, mount.readonly] for mount in config.mounts]
    if config.resources != _CONFIG_DEFAULTS.resources:
        obj["resources"] = [getattr(config.resources, name) for name in _RESOURCE_FIELDS]
    return obj


def _config(obj: Obj) -> ContainerConfig:
    read: Obj = dict(obj)
    for name in ("command", "args", "ports", "supplemental_groups"):
        read[name] = tuple(obj.get(name, ()))
    read["mounts"] = tuple(Mount(*mount) for mount in obj.get("mounts", ()))
    read["pid_mode"] = PidMode(obj.get("pid_mode", PidMode.CONTAINER))
    read["resources"] = Resources(*obj.get("resources", ()))
    return ContainerConfig(**read)
