"""A control plane with machines: kubelets and runtimes on the real API server and store."""

from __future__ import annotations

from cluster.cni.host_local import HostLocal
from cluster.cni.recording import RecordedCni
from cluster.container_runtime.containerd import Containerd
from cluster.kubelet.kubelets import Kubelets
from cluster.kubelet.machine import Machine
from cluster.machinery.kinds.core import EVENTS
from cluster.machinery.network import Network, NoNetwork
from cluster.machinery.node_files import MountedFiles, StoredFiles
from cluster.machinery.node_storage import StoredNode
from tests.unit.apiserver.rig import Rig


class ClusterRoom(Rig):
    """A control plane whose machines have been up for two seconds."""

    def __init__(self, *machines: str, network: Network | None = None, seed: int = 1) -> None:
        super().__init__(seed=seed)
        self._mounted: dict[str, MountedFiles] = {}
        self._network = network or NoNetwork()
        self.machines = tuple(Machine(name) for name in machines)
        self.kubelets = self._kubelets()
        self.kubelets.start()
        self.run(2)

    def files(self, node: str) -> MountedFiles:
        return self._mounted.setdefault(node, MountedFiles(StoredFiles(self.disk(node))))

    def disk(self, node: str) -> StoredNode:
        return StoredNode(self.store, node)

    def restart(self) -> None:
        """End the kubelets, as far as their memory goes, and start them again."""
        self.kubelets.stop()
        self._mounted.clear()
        self.kubelets = self._kubelets()
        self.kubelets.start()

    def events(self, name: str) -> list[str]:
        """Type, reason and message of the Events about an object, in the order of their first writing."""
        return [f"{e['type']} {e['reason']}: {e['message']}" for e in self.admin.list(EVENTS) if e["involvedObject"]["name"] == name]

    def _kubelets(self) -> Kubelets:
        client = self.client("kube-apiserver")
        return Kubelets(client, self.engine, self.disk, self.files, self._runtime, self._network, self.machines)

    def _runtime(self, node: str) -> Containerd:
        disk = self.disk(node)
        return Containerd(node, self.engine, disk, RecordedCni(HostLocal(disk), self.trace, node), self.files(node))
