"""What a container leaves behind as its last words: a file that it wrote, or the end of its log.

A container with a command of its own sees ``terminationMessagePath`` as a file of the node; another one has no program that could
write it. With ``FallbackToLogsOnError`` a container that failed and wrote nothing is quoted from its log.

Upstream: ``pkg/kubelet/kuberuntime/kuberuntime_container.go`` (getTerminationMessage).
"""

from __future__ import annotations

from cluster.kubelet.pod_state import PodState
from cluster.kubelet.volumes.paths import termination_path
from cluster.machinery.cri import ContainerStatus
from cluster.machinery.meta import Obj

MAX_BYTES, MAX_LOG_BYTES, MAX_LOG_LINES = 4096, 2048, 80


class LastWords:
    """The termination messages of one pod; each is looked for once."""

    def __init__(self, state: PodState) -> None:
        self._state = state
        self._found: dict[str, str] = {}

    def of(self, container: ContainerStatus) -> str:
        """Return the message of a container that has ended."""
        if container.id not in self._found:
            self._found[container.id] = self._look(container)
        return self._found[container.id]

    def _look(self, container: ContainerStatus) -> str:
        spec = self._spec(container.name)
        if spec.get("command") or spec.get("args"):
            content = self._state.node.files.read(termination_path(self._state.uid, container.name, container.attempt))
            if content:
                return content[:MAX_BYTES].decode(errors="replace")
        if spec.get("terminationMessagePolicy") != "FallbackToLogsOnError" or container.exit_code == 0:
            return ""
        lines = [line for _, line in self._state.node.runtime.container_log(container.id)][-MAX_LOG_LINES:]
        return "".join(f"{line}\n" for line in lines).encode()[-MAX_LOG_BYTES:].decode(errors="replace")

    def _spec(self, name: str) -> Obj:
        spec = self._state.pod["spec"] if self._state.pod is not None else {}
        fields = ("containers", "initContainers", "ephemeralContainers")
        return next((c for field in fields for c in spec.get(field) or () if c["name"] == name), {})
