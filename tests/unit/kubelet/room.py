"""Machines with kubelets and runtimes on a fake API server, and what a test wants to see of them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from cluster.apiserver.request import User
from cluster.client.client import Client
from cluster.cni.host_local import HostLocal
from cluster.cni.recording import RecordedCni
from cluster.container_runtime.containerd import Containerd
from cluster.engine.trace import Hop
from cluster.kubelet.kubelets import Kubelets
from cluster.kubelet.machine import Machine
from cluster.machinery.kinds.core import NODES, PODS
from cluster.machinery.meta import SECOND, Obj, SimTime
from cluster.machinery.network import Network, NoNetwork
from cluster.machinery.node_files import MountedFiles, StoredFiles
from tests.unit.kubelet.fake_api import FakeApi
from tests.unit.node_room import Disk, engine, run

CallHop = tuple[float, str, str, str, str, str]


def manifest(name: str, image: str = "nginx", *, command: Sequence[str] = (), restart_policy: str = "Always", node: str = "n1") -> Obj:
    """A pod of one container ``c``, bound to a node."""
    container: Obj = {"name": "c", "image": image, "imagePullPolicy": "IfNotPresent"}
    if command:
        container["command"] = list(command)
    spec = {"nodeName": node, "restartPolicy": restart_policy, "containers": [container], "terminationGracePeriodSeconds": 30}
    meta: Obj = {"name": name, "namespace": "default"}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": meta, "spec": spec, "status": {"phase": "Pending"}}


def hello(name: str, **annotations: str) -> Obj:
    """A Node that somebody makes by hand."""
    return {"apiVersion": "v1", "kind": "Node", "metadata": {"name": name, "annotations": annotations}, "spec": {}, "status": {}}


class Room:
    """A cluster's machines one second after their start. Moments are seconds since the last ``create`` or ``forget``."""

    def __init__(self, *machines: str) -> None:
        self.engine = engine()
        self.api = FakeApi(self.engine.trace)
        self.client = Client(self.api, "client", User("tester"), self.engine.checkpoint)
        self._machines = tuple(Machine(name) for name in machines)
        self._disks: dict[str, Disk] = {}
        self._files: dict[str, MountedFiles] = {}
        self.network: Network = NoNetwork()
        self._hops: list[Hop] = []
        self.kubelets = self._kubelets()
        self.kubelets.start()
        self.run(1)
        self.forget()

    def disk(self, node: str) -> Disk:
        return self._disks.setdefault(node, Disk())

    def files(self, node: str) -> MountedFiles:
        return self._files.setdefault(node, MountedFiles(StoredFiles(self.disk(node))))

    def run(self, seconds: float) -> None:
        run(self.engine, seconds)

    def create(self, pod: Obj) -> None:
        self.forget()
        self.client.create(PODS, pod)

    def restart(self) -> None:
        """End the process, as far as its memory goes, and start it again."""
        self.kubelets.stop()
        self.kubelets = self._kubelets()
        self.kubelets.start()

    def forget(self) -> None:
        """Begin to look from here on."""
        self.engine.trace.take()
        self._hops, self._since = [], self.engine.clock.now

    def hops(self) -> list[Hop]:
        self._hops += self.engine.trace.take()
        return self._hops

    def node_hops(self, node: str) -> list[CallHop]:
        """What kubelet, runtime and network plugin of a node said to each other; ids and digests as ``<id>``, ``<digest>``."""
        prefix = f"node/{node}/"
        both = [hop for hop in self.hops() if hop.source.startswith(prefix) and hop.target.startswith(prefix)]
        return [
            (self._seconds(h.at), h.source.removeprefix(prefix), h.target.removeprefix(prefix), h.verb, h.key, _anonymous(h.outcome))
            for h in both
        ]

    def pods(self) -> list[Obj]:
        return self.client.list(PODS, "default")

    def pod(self, name: str) -> Obj:
        return self.client.get(PODS, name, "default")

    def states(self, name: str) -> list[str]:
        """Phase and first container's state after each status patch that changed them."""
        phase, state, found = "Pending", "", []
        for hop in self.hops():
            request = self.api.requests.get(hop.seq)
            if request is None or request.subresource != "status" or request.name != name or not isinstance(request.body, dict):
                continue
            status = request.body["status"]
            phase = status.get("phase", phase)
            if "containerStatuses" in status:
                (kind, fields), *_ = status["containerStatuses"][0]["state"].items()
                state = fields.get("reason", kind)
            found.append(f"{phase} {state}".strip())
        return [text for number, text in enumerate(found) if number == 0 or found[number - 1] != text]

    def events(self, name: str) -> list[str]:
        """Reasons of the Events about a pod in the order in which they were first written."""
        requests = [self.api.requests[hop.seq] for hop in self.hops() if hop.key.startswith("events/") and hop.verb == "CREATE"]
        bodies = [request.body for request in requests if isinstance(request.body, dict)]
        return [body["reason"] for body in bodies if body["involvedObject"]["name"] == name]

    def annotate_node(self, name: str, key: str, value: str | None) -> None:
        self.client.patch(NODES, name, "", {"metadata": {"annotations": {key: value}}})

    def node_names(self) -> list[str]:
        return [node["metadata"]["name"] for node in self.client.list(NODES)]

    def is_ready(self, name: str) -> bool:
        conditions = self.client.get(NODES, name)["status"].get("conditions", ())
        return any((each["type"], each["status"]) == ("Ready", "True") for each in conditions)

    def _kubelets(self) -> Kubelets:
        return Kubelets(self.client, self.engine, self.disk, self.files, self._runtime, self.network, self._machines)

    def _runtime(self, node: str) -> Containerd:
        disk = self.disk(node)
        return Containerd(node, self.engine, disk, RecordedCni(HostLocal(disk), self.engine.trace, node))

    def _seconds(self, moment: SimTime) -> float:
        return round((moment - self._since) / SECOND, 3)


def _anonymous(outcome: str) -> str:
    return re.sub(r"sha256:[0-9a-f]{64}", "<digest>", re.sub(r"^[0-9a-f]{12}$", "<id>", outcome))
