"""One node's containerd, and what a test wants to see of it."""

from __future__ import annotations

from cluster.cni.host_local import HostLocal
from cluster.container_runtime.containerd import Containerd
from cluster.container_runtime.image_table import ImageTable
from cluster.engine.engine import Engine
from cluster.machinery.cri import ContainerConfig, ContainerEvent, CriError, ExecResult, PodSandboxConfig
from cluster.machinery.daemons import Daemons
from cluster.machinery.network import Network
from cluster.machinery.node_files import StoredFiles
from tests.unit.node_room import Disk, engine, run, seconds

POD = PodSandboxConfig("default", "web", "u1")


class Node:
    """One containerd, what it answered and told, and when (seconds after the beginning)."""

    def __init__(
        self,
        disk: Disk | None = None,
        of: Engine | None = None,
        network: Network | None = None,
        daemons: Daemons | None = None,
        images: ImageTable | None = None,
    ) -> None:
        self.disk, self.engine = disk or Disk(), of or engine()
        cni = HostLocal(self.disk)
        cni.configure("10.244.0.0/24")
        self.files = StoredFiles(self.disk)
        self.runtime = Containerd("n1", self.engine, self.disk, cni, self.files, network, daemons, lambda: "192.168.0.11", images)
        self.told: list[tuple[float, str]] = []
        self.runtime.get_container_events(self._event)

    def note(self, what: str) -> None:
        self.told.append((round(seconds(self.engine), 3), what))

    def _event(self, event: ContainerEvent) -> None:
        self.note(f"{event.type.value} {event.container.name} {event.container.exit_code}")

    def reply(self, call: str) -> Reply:
        return Reply(self, call)

    def launch(self, config: ContainerConfig, pod: PodSandboxConfig = POD) -> str:
        """Sandbox, image, container: return the container's id once it has been started."""
        self.runtime.run_pod_sandbox(pod, self.reply("sandbox"))
        self.runtime.pull_image(config.image, pod, self.reply("pull"))
        run(self.engine, 5)
        created = self.reply("create")
        sandbox = self.runtime.pod_sandbox_status(pod.uid)
        assert sandbox is not None
        self.runtime.create_container(sandbox.id, config, created)
        self.runtime.start_container(str(created.result), self.reply("start"))
        return str(created.result)

    def run(self, seconds: float) -> None:
        """Let so many simulated seconds pass."""
        run(self.engine, seconds)

    def restarted(self, daemons: Daemons | None = None) -> Node:
        """End the process, as far as its memory goes, and start it again."""
        self.runtime.stop()
        again = Node(self.disk, engine(self.engine.clock.now), daemons=daemons)
        again.runtime.start()
        return again

    def log(self, container_id: str) -> list[str]:
        """The lines of a container's log."""
        return [line for _, line in self.runtime.container_log(container_id)]

    def ending(self, container_id: str) -> tuple[str, int, str]:
        """State, exit code and reason of a container."""
        status = self.runtime.container_status(container_id)
        assert status is not None
        return status.state.removeprefix("CONTAINER_"), status.exit_code, status.reason

    def execute(self, container_id: str, *argv: str) -> tuple[str, str, int]:
        """Run a command in a container and return what it wrote and its exit code."""
        reply = self.reply("exec")
        self.runtime.exec_sync(container_id, argv, 0, reply)
        assert isinstance(reply.result, ExecResult), reply.result
        return reply.result.stdout.decode(), reply.result.stderr.decode(), reply.result.exit_code


class Reply:
    """Waits for a call's result."""

    def __init__(self, node: Node, call: str) -> None:
        self._node, self._call = node, call
        self.result: object = None

    def __call__(self, result: object) -> None:
        self.result = result
        self._node.note(f"{self._call} failed: {result}" if isinstance(result, CriError) else self._call)


def script(text: str, image: str = "busybox", shell: str = "sh") -> ContainerConfig:
    """A container that runs a script."""
    return ContainerConfig("c", image, command=(shell, "-c", text))
