"""Builders of pods and nodes for the scheduler's tests, and a framework without a cluster around it."""

from __future__ import annotations

from typing import Any

from cluster.engine.clock import Clock
from cluster.engine.rng import Rng
from cluster.engine.trace import Trace
from cluster.machinery.labels import EVERYTHING, Selector
from cluster.machinery.meta import SECOND, Key, Obj, SimTime
from cluster.scheduler.framework import Framework
from cluster.scheduler.node_info import NodeInfo, PodInfo
from cluster.scheduler.plugins import default_profile

START = SimTime(1_800_000_000 * SECOND)


def pod(name: str = "web", *, node: str = "", requests: dict[str, str] | None = None, **spec: Any) -> Obj:
    """A pod of one container."""
    container: Obj = {"name": "c", "image": "app:1", "resources": {"requests": requests} if requests else {}}
    body: Obj = {"containers": [container], "schedulerName": "default-scheduler", **spec}
    if node:
        body["nodeName"] = node
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "namespace": "default", "uid": f"uid-{name}"},
        "spec": body,
        "status": {},
    }


def node(
    name: str,
    *,
    cpu: str = "4",
    memory: str = "8Gi",
    pods: int = 110,
    labels: dict[str, str] | None = None,
    taints: list[Obj] | None = None,
    unschedulable: bool = False,
) -> Obj:
    """A node with its allocatable resources."""
    spec: Obj = {"taints": taints or []} | ({"unschedulable": True} if unschedulable else {})
    meta = {"name": name, "labels": {"kubernetes.io/hostname": name, **(labels or {})}}
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": meta,
        "spec": spec,
        "status": {"allocatable": {"cpu": cpu, "memory": memory, "pods": str(pods), "ephemeral-storage": "100Gi"}},
    }


def node_infos(nodes: list[Obj], pods: list[Obj] | None = None) -> list[NodeInfo]:
    """The nodes with the pods that are on them."""
    infos = {}
    for obj in nodes:
        info = infos[obj["metadata"].get("name", "")] = NodeInfo(obj["metadata"].get("name", ""))
        info.set_node({**obj, "metadata": {"name": "", **obj["metadata"]}})
    for number, existing in enumerate(pods or []):
        named = {**existing, "metadata": {"name": f"existing-{number}", **existing["metadata"]}}
        infos[existing["spec"].get("nodeName", "")].add_pod(PodInfo.of(named))
    return list(infos.values())


def pod_info(obj: Obj) -> PodInfo:
    """A pod as plugins see it; upstream's table pods may have no name."""
    return PodInfo.of({**obj, "metadata": {"name": "incoming", **obj["metadata"]}})


class View:
    """Namespaces with their labels, objects about storage, and one answer to who does the same work as a pod."""

    def __init__(
        self,
        namespaces: dict[str, dict[str, str]] | None = None,
        spreading: Selector = EVERYTHING,
        budgets: list[Obj] | None = None,
        storage: list[Obj] | None = None,
    ) -> None:
        self._namespaces, self._spreading, self.budgets = namespaces or {}, spreading, budgets or []
        self._storage = {(obj["kind"], obj["metadata"]["name"]): obj for obj in storage or ()}
        self.written: list[Obj] = []

    def namespace_labels(self, namespace: str) -> dict[str, str] | None:
        """The labels of a namespace."""
        return self._namespaces.get(namespace)

    def namespaces(self) -> list[tuple[str, dict[str, str]]]:
        """All of them."""
        return list(self._namespaces.items())

    def disruption_budgets(self) -> list[Obj]:
        """Those it was made with."""
        return self.budgets

    def claim(self, namespace: str, name: str) -> Obj | None:
        """A claim it was made with."""
        return self._storage.get(("PersistentVolumeClaim", name))

    def volume(self, name: str) -> Obj | None:
        """A volume it was made with."""
        return self._storage.get(("PersistentVolume", name))

    def volumes(self) -> list[Obj]:
        """Those it was made with."""
        return [obj for (kind, _), obj in self._storage.items() if kind == "PersistentVolume"]

    def csi_node(self, name: str) -> Obj | None:
        """One it was made with."""
        return self._storage.get(("CSINode", name))

    def csi_driver(self, name: str) -> Obj | None:
        """One it was made with."""
        return self._storage.get(("CSIDriver", name))

    def storage_capacities(self) -> list[Obj]:
        """Those it was made with."""
        return [obj for (kind, _), obj in self._storage.items() if kind == "CSIStorageCapacity"]

    def attachments_to(self, node: str) -> list[Obj]:
        """Those it was made with."""
        attachments = [obj for (kind, _), obj in self._storage.items() if kind == "VolumeAttachment"]
        return [obj for obj in attachments if obj["spec"]["nodeName"] == node]

    def assume_volume(self, volume: Obj) -> None:
        """Show it so from now on."""
        self._storage["PersistentVolume", volume["metadata"]["name"]] = volume

    def assume_claim(self, claim: Obj) -> None:
        """Show it so from now on."""
        self._storage["PersistentVolumeClaim", claim["metadata"]["name"]] = claim

    def forget_volume(self, name: str) -> None:
        """Nothing is taken back."""

    def forget_claim(self, key: Key) -> None:
        """Nothing is taken back."""

    def update_volume(self, volume: Obj) -> Obj:
        """Keep what is written."""
        self.written.append(volume)
        return volume

    def update_claim(self, claim: Obj) -> Obj:
        """Keep what is written."""
        self.written.append(claim)
        return claim

    def bind(self, pod: Obj, node: str) -> None:
        """Keep what is written."""
        self.written.append({"pod": pod, "node": node})

    def storage_class(self, name: str) -> Obj | None:
        """A class it was made with."""
        return self._storage.get(("StorageClass", name))

    def spreading_selector(self, pod: Obj) -> Selector:
        """The same for every pod."""
        return self._spreading


def framework(seed: int = 1) -> Framework:
    """The default profile."""
    return Framework(default_profile(View()), Trace(Clock(START)), Rng(seed))
