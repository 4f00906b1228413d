"""Sandboxes: the part of a pod that its containers share, its network above all.

The real containerd starts a pause process in namespaces of its own and has the network plugin connect it.

Upstream: ``github.com/containerd/containerd``, ``internal/cri/server/sandbox_run.go`` and ``sandbox_stop.go``.
"""

from __future__ import annotations

from cluster.container_runtime.containers import Containers
from cluster.container_runtime.metadata import Metadata
from cluster.container_runtime.records import PodRecord
from cluster.engine.engine import Engine
from cluster.machinery.cni import Attachment, CniError, CniPlugin
from cluster.machinery.cri import CriError, PodSandboxConfig, SandboxState
from cluster.machinery.steering import stated_use


class Sandboxes:
    """Makes, stops and removes sandboxes."""

    def __init__(self, engine: Engine, metadata: Metadata, containers: Containers, cni: CniPlugin) -> None:
        self._engine, self._metadata, self._containers, self._cni = engine, metadata, containers, cni

    def run(self, config: PodSandboxConfig) -> str | CriError:
        """Make a sandbox, connect it to the network and return its id."""
        sandbox_id = new_id(self._engine)
        address = ""
        if not config.host_network:
            try:
                address = self._cni.add(Attachment(sandbox_id, config.namespace, config.name))
            except CniError as error:
                return CriError("Unknown", f'failed to setup network for sandbox "{sandbox_id}": {error}')
        before = self._metadata.pods.get(config.uid)
        pod = PodRecord(
            sandbox_id,
            config.namespace,
            config.name,
            config.uid,
            config.attempt,
            self._engine.clock.now,
            address,
            not config.host_network,
            annotations=stated_use(config.annotations),
            hostname=config.hostname,
            dns=config.dns,
            containers=before.containers if before else [],
            troubles=before.troubles if before else {},
        )
        self._metadata.add(pod)
        self._metadata.write(pod)
        return sandbox_id

    def stop(self, sandbox_id: str) -> None:
        """Kill what still runs in a sandbox and disconnect it. Harmless when done before."""
        pod = self._metadata.sandbox(sandbox_id)
        if pod is None or not (pod.has_network or pod.state is SandboxState.READY):
            return
        self._containers.kill_all(pod)
        if pod.has_network:
            self._cni.delete(Attachment(pod.id, pod.namespace, pod.name))
        pod.state, pod.has_network = SandboxState.NOTREADY, False
        self._metadata.write(pod)

    def remove(self, sandbox_id: str) -> None:
        """Forget a sandbox and its containers. Harmless when done before."""
        self.stop(sandbox_id)
        pod = self._metadata.sandbox(sandbox_id)
        if pod is not None:
            self._metadata.remove(pod)


def new_id(engine: Engine) -> str:
    """Return a new id, 64 hexadecimal digits."""
    return f"{engine.rng.source.getrandbits(256):064x}"
