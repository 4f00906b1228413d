"""What a pod's worker remembers between two syncs. All of it can be lost: reasons and back-offs come again."""

from __future__ import annotations

from dataclasses import dataclass

from cluster.kubelet.downward import PodFacts
from cluster.kubelet.node_context import NodeContext
from cluster.kubelet.status import Runtime, Waiting
from cluster.machinery.meta import Key, Obj, SimTime, after

DEFAULT_GRACE = 30
"""Seconds between SIGTERM and SIGKILL when the spec does not say."""
ORPHAN_GRACE = 2
"""Seconds for the containers of a pod that the API server no longer has."""


@dataclass(frozen=True, slots=True)
class Ending:
    """Why the node ends a pod by itself, what its status says of that, and how many seconds its containers have."""

    reason: str
    message: str
    grace: float


class PodState:
    """One pod on its node. ``pod`` is shared with the informer: never change it; None: it is gone.

    Of a static pod ``mirror`` is its picture in the API server, and ``is_removed`` says that its file is gone. ``calls``: how many answers
    of the runtime are awaited. ``written``: the resourceVersion of the status that the kubelet wrote last. ``reasons``: why a container
    could not be started, by its name; ``waits``: until when it is not tried again.
    """

    def __init__(self, uid: str, node: NodeContext) -> None:
        self.uid, self.node = uid, node
        self.pod: Obj | None = None
        self.mirror: Obj | None = None
        self.is_static = self.is_removed = self.is_closed = False
        self.calls = 0
        self.written = ""
        self.ending: Ending | None = None
        self.reasons: dict[str, Waiting] = {}
        self.waits: dict[str, SimTime] = {}

    @property
    def is_ending(self) -> bool:
        """Whether the pod is to go."""
        return self.pod is None or self.is_removed or "deletionTimestamp" in self.pod["metadata"]

    def grace_seconds(self) -> float:
        """Return how long the pod's containers have between SIGTERM and SIGKILL, as things stand."""
        if self.pod is None:
            return ORPHAN_GRACE
        if self.ending is not None:
            return self.ending.grace
        seconds = self.pod["metadata"].get("deletionGracePeriodSeconds")
        if seconds is None:
            seconds = self.pod["spec"].get("terminationGracePeriodSeconds", DEFAULT_GRACE)
        return float(seconds)

    def pod_ip(self) -> str:
        """Return the address of the pod; on the host's network, and while it has none, the host's."""
        sandbox = self.node.runtime.pod_sandbox_status(self.uid)
        return sandbox.ip if sandbox is not None and sandbox.ip else self.node.host_ip

    def facts(self, pod: Obj) -> PodFacts:
        """Return what the downward API tells of the pod."""
        status = self.node.node().get("status") or {}
        return PodFacts(pod, self.pod_ip(), self.node.host_ip, status.get("allocatable") or {})

    def runtime(self) -> Runtime:
        """Return what the runtime has of the pod."""
        runtime = self.node.runtime
        return Runtime(runtime.pod_sandbox_status(self.uid), runtime.list_containers(self.uid))

    def requeue(self) -> None:
        """Ask for a sync."""
        if not self.is_closed:
            self.node.queue.add(Key(self.uid))

    def wait(self, name: str, seconds: float) -> None:
        """Leave a container (or the sandbox) alone for so long, and ask for a sync then."""
        self.waits[name] = after(self.node.engine.clock.now, seconds)
        self.node.queue.add_after(Key(self.uid), seconds)

    def tell(self, container: str, type: str, reason: str, message: str) -> None:
        """Write an Event about a container, or about the pod when the name is empty."""
        if self.pod is not None and not self.is_closed:
            self.node.recorder.event(self.pod, type, reason, message, field_path=_path(self.pod["spec"], container))


def _path(spec: Obj, container: str) -> str:
    if not container:
        return ""
    for field in ("initContainers", "ephemeralContainers"):
        if any(c["name"] == container for c in spec.get(field) or ()):
            return f"spec.{field}{{{container}}}"
    return f"spec.containers{{{container}}}"
