"""What plugins look up besides nodes: namespaces, volumes, and who does the same work as a pod.

Upstream: ``pkg/scheduler/framework/plugins/helper/spread.go`` (``DefaultSelector``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from cluster.client.client import Client
from cluster.client.informer import Informers, Lister
from cluster.machinery.kinds.apps import REPLICASETS, STATEFULSETS
from cluster.machinery.kinds.core import (
    NAMESPACES,
    NODES,
    PERSISTENTVOLUMECLAIMS,
    PERSISTENTVOLUMES,
    PODS,
    REPLICATIONCONTROLLERS,
    SERVICES,
)
from cluster.machinery.kinds.policy import PODDISRUPTIONBUDGETS
from cluster.machinery.kinds.storage import CSIDRIVERS, CSINODES, CSISTORAGECAPACITIES, STORAGECLASSES, VOLUMEATTACHMENTS
from cluster.machinery.labels import Selector, selector_from_labels, selector_from_object, selector_of
from cluster.machinery.meta import Key, Obj, controller_of
from cluster.scheduler.assume_cache import AssumeCache

_NODE = "node"
"""Index of VolumeAttachments: where the volume is attached."""


class InformerView:
    """Implements ``interface.ClusterView`` with the scheduler's informers and its client."""

    def __init__(self, informers: Informers, client: Client) -> None:
        self._client = client
        self._namespaces = informers.informer(NAMESPACES).lister
        self._budgets = informers.informer(PODDISRUPTIONBUDGETS).lister
        self._claims = AssumeCache(informers.informer(PERSISTENTVOLUMECLAIMS).lister)
        self._volumes = AssumeCache(informers.informer(PERSISTENTVOLUMES).lister)
        self._csi_nodes = informers.informer(CSINODES).lister
        self._csi_drivers = informers.informer(CSIDRIVERS).lister
        self._capacities = informers.informer(CSISTORAGECAPACITIES).lister
        self._attachments = informers.informer(VOLUMEATTACHMENTS).lister
        self._attachments.add_index(_NODE, lambda attachment: (attachment["spec"]["nodeName"],))
        self._classes = informers.informer(STORAGECLASSES).lister
        self._services = informers.informer(SERVICES).lister
        self._workloads: dict[tuple[str, str], Lister] = {
            (kind.api_version, kind.kind): informers.informer(kind).lister for kind in (REPLICATIONCONTROLLERS, REPLICASETS, STATEFULSETS)
        }

    def namespace_labels(self, namespace: str) -> Mapping[str, str] | None:
        """Return the labels of a namespace, None when it does not exist."""
        found = self._namespaces.get(namespace)
        return None if found is None else found["metadata"].get("labels") or {}

    def namespaces(self) -> Iterable[tuple[str, Mapping[str, str]]]:
        """Return every namespace with its labels."""
        return [(found["metadata"]["name"], found["metadata"].get("labels") or {}) for found in self._namespaces.list()]

    def disruption_budgets(self) -> Sequence[Obj]:
        """Return every PodDisruptionBudget."""
        return list(self._budgets.list())

    def claim(self, namespace: str, name: str) -> Obj | None:
        """Return a PersistentVolumeClaim, None when it does not exist."""
        return self._claims.get(name, namespace)

    def volume(self, name: str) -> Obj | None:
        """Return a PersistentVolume, None when it does not exist."""
        return self._volumes.get(name)

    def volumes(self) -> Sequence[Obj]:
        """Return every PersistentVolume."""
        return self._volumes.list()

    def storage_class(self, name: str) -> Obj | None:
        """Return a StorageClass, None when it does not exist."""
        return self._classes.get(name)

    def csi_node(self, name: str) -> Obj | None:
        """Return what a node's CSI drivers have said about it, None when there is none."""
        return self._csi_nodes.get(name)

    def csi_driver(self, name: str) -> Obj | None:
        """Return a CSIDriver, None when it has not been made known."""
        return self._csi_drivers.get(name)

    def storage_capacities(self) -> Sequence[Obj]:
        """Return what all drivers have said of their free space."""
        return self._capacities.list()

    def attachments_to(self, node: str) -> Sequence[Obj]:
        """Return the VolumeAttachments of a node."""
        return self._attachments.by_index(_NODE, node)

    def assume_volume(self, volume: Obj) -> None:
        """Take a volume for what it will be, until a newer state of it is known."""
        self._volumes.assume(volume)

    def assume_claim(self, claim: Obj) -> None:
        """Take a claim for what it will be, until a newer state of it is known."""
        self._claims.assume(claim)

    def forget_volume(self, name: str) -> None:
        """Take an assumption back; harmless when there is none."""
        self._volumes.forget(Key(name))

    def forget_claim(self, key: Key) -> None:
        """Take an assumption back; harmless when there is none."""
        self._claims.forget(key)

    def update_volume(self, volume: Obj) -> Obj:
        """Write a volume, and return it as it is then. Raises ApiError."""
        return self._client.update(PERSISTENTVOLUMES, volume)

    def update_claim(self, claim: Obj) -> Obj:
        """Write a claim, and return it as it is then. Raises ApiError."""
        return self._client.update(PERSISTENTVOLUMECLAIMS, claim)

    def bind(self, pod: Obj, node: str) -> None:
        """Write which node a pod has. Raises ApiError."""
        meta = pod["metadata"]
        binding: Obj = {
            "apiVersion": PODS.api_version,
            "kind": "Binding",
            "metadata": {"name": meta["name"], "namespace": meta["namespace"], "uid": meta["uid"]},
            "target": {"kind": NODES.kind, "name": node},
        }
        self._client.create(PODS, binding, subresource="binding", name=meta["name"])

    def spreading_selector(self, pod: Obj) -> Selector:
        """Return what its Services and its controller select together."""
        reference = controller_of(pod)
        owner: Obj | None = None
        if reference is not None:
            lister = self._workloads.get((reference["apiVersion"], reference["kind"]))
            owner = lister.get(reference["name"], pod["metadata"]["namespace"]) if lister is not None else None
        return spreading_selector(pod, self._services.list(pod["metadata"]["namespace"]), owner)


def services_of(pod: Obj, services: Iterable[Obj]) -> list[Obj]:
    """Return the Services of a pod's namespace that select it. ``services``: those of its namespace."""
    labels = pod["metadata"].get("labels") or {}
    selected = [(service, service["spec"].get("selector")) for service in services]
    return [service for service, selector in selected if selector and selector.items() <= labels.items()]


def spreading_selector(pod: Obj, services: Iterable[Obj], owner: Obj | None) -> Selector:
    """Return what selects a pod together with its like. ``services``: of its namespace; ``owner``: its controller, if it is a
    ReplicationController, ReplicaSet or StatefulSet. Raises SelectorError.
    """
    labels: dict[str, str] = {}
    for service in services_of(pod, services):
        labels |= service["spec"]["selector"]
    if owner is not None and owner["kind"] == REPLICATIONCONTROLLERS.kind:
        return selector_from_labels(labels | (owner["spec"].get("selector") or {}))
    selector = selector_from_labels(labels)
    if owner is None:
        return selector
    return selector_of((*selector.requirements, *selector_from_object(owner["spec"].get("selector")).requirements))
