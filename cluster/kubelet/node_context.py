"""What a kubelet finds on its machine, and what the workers of its pods share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from cluster.client.backoff import Backoff
from cluster.client.client import Client
from cluster.client.events import EventRecorder
from cluster.client.workqueue import WorkQueue
from cluster.engine.engine import Engine
from cluster.kubelet.admission import Admission
from cluster.kubelet.cri import CLEAR, Line
from cluster.kubelet.images import ImageManager
from cluster.kubelet.lifecycle import HookRunner
from cluster.kubelet.mirror_pods import MirrorClient
from cluster.kubelet.object_cache import ObjectCache
from cluster.kubelet.prober.attempt import Prober
from cluster.kubelet.service_environment import ServiceEnvironment
from cluster.kubelet.volumes.attachments import Attachments
from cluster.kubelet.volumes.tokens import Tokens
from cluster.machinery.cri import ContainerRuntime
from cluster.machinery.meta import Obj
from cluster.machinery.network import Network, PodServer
from cluster.machinery.node_files import MountedFiles


@dataclass(frozen=True, slots=True)
class Burden:
    """What something on a machine takes beside its pods: bytes of memory and disk, inodes and processes."""

    memory: int = 0
    disk: int = 0
    inodes: int = 0
    pids: int = 0


class NodeRuntime(ContainerRuntime, PodServer, Protocol):
    """A runtime with its power switch, and what listens in its sandboxes."""

    def start(self) -> None:
        """Read what is on the node and go on with it."""
        ...

    def stop(self) -> None:
        """Stop acting; what is recorded stays."""
        ...

    def mark_lost(self) -> None:
        """Before ``start``: what ran has ended with the machine's power."""
        ...

    def kill(self, pod_uid: str, name: str) -> bool:
        """Kill a running container; False: it does not run."""
        ...

    def trouble(self, pod_uid: str, name: str, trouble: str, container_id: str = "") -> None:
        """Let something be wrong with the containers of a pod that have a name (empty: nothing), or with one of them alone."""
        ...


@dataclass(frozen=True, slots=True)
class Host:
    """A machine as its kubelet meets it: a runtime and the way to it, files, a network, what is known of Services, its address, the range
    of its pods'."""

    runtime: ContainerRuntime
    files: MountedFiles
    network: Network
    services: ServiceEnvironment
    internal_ip: str
    pod_cidr: str
    burden: Burden = Burden()
    line: Callable[[], Line] = lambda: CLEAR


@dataclass(frozen=True, slots=True)
class NodeContext:
    """What the workers of one node share. ``node`` gives its Node as it is now (shared: never change it)."""

    client: Client
    engine: Engine
    runtime: ContainerRuntime
    files: MountedFiles
    images: ImageManager
    restarts: Backoff
    recorder: EventRecorder
    mirrors: MirrorClient
    prober: Prober
    hooks: HookRunner
    services: ServiceEnvironment
    objects: ObjectCache
    tokens: Tokens
    attachments: Attachments
    admission: Admission
    queue: WorkQueue
    node: Callable[[], Obj]
    host_ip: str
