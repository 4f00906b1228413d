"""A machine: what a node has before any software runs on it. Pure.

Real machines have what they were bought with, and their addresses come from the data centre. Here a machine's number decides
its addresses. No controller gives out pod ranges here: a Node without ``spec.podCIDR`` uses its machine's.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from cluster.machinery.meta import Obj

ARCHITECTURE = "amd64"
POD_CIDR_BITS = 24
INSTANCE_TYPE = "podium"
"""Of machines that register themselves."""


@dataclass(frozen=True, slots=True)
class Machine:
    """One machine. ``cpu``, ``memory``, ``storage`` are quantities; ``taints`` and ``labels`` are registered with the Node."""

    name: str
    cpu: str = "4"
    memory: str = "8Gi"
    pods: int = 110
    storage: str = "100Gi"
    labels: dict[str, str] = field(default_factory=dict)
    taints: tuple[Obj, ...] = ()

    @property
    def capacity(self) -> Obj:
        """The resources as a Node's status lists them."""
        return {"cpu": self.cpu, "ephemeral-storage": self.storage, "memory": self.memory, "pods": str(self.pods)}


def internal_ip(index: int) -> str:
    """Return the address of machine ``index`` (from 0): 192.168.0.10 on, 240 to a third byte."""
    return f"192.168.{index // 240}.{index % 240 + 10}"


def pod_cidr(index: int) -> str:
    """Return the pod range of machine ``index``: 10.244.0.0/24 on; after 10.255.255.0/24 (3,072 machines) 10.0.0.0/24 on."""
    return f"10.{(244 + index // 256) % 256}.{index % 256}.0/24"


def node_object(machine: Machine, index: int) -> Obj:
    """Return the Node that a kubelet registers for its machine."""
    labels = {
        "beta.kubernetes.io/arch": ARCHITECTURE,
        "beta.kubernetes.io/os": "linux",
        "kubernetes.io/arch": ARCHITECTURE,
        "kubernetes.io/hostname": machine.name,
        "kubernetes.io/os": "linux",
        "node.kubernetes.io/instance-type": INSTANCE_TYPE,
    }
    spec: Obj = {"podCIDR": pod_cidr(index), "podCIDRs": [pod_cidr(index)]}
    if machine.taints:
        spec["taints"] = [dict(taint) for taint in machine.taints]
    meta = {"name": machine.name, "labels": labels | machine.labels}
    status = {"capacity": machine.capacity, "allocatable": machine.capacity}
    return {"apiVersion": "v1", "kind": "Node", "metadata": meta, "spec": spec, "status": status}
