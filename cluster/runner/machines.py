"""The machines that a cluster begins with, and the namespaces that every cluster has.

kubeadm makes a cluster out of machines: a control plane node, tainted so that nothing else runs there, and workers that
join. Here the machines are written down, and their kubelets register them as soon as the loops run.

Upstream: ``cmd/kubeadm/app/phases/markcontrolplane/markcontrolplane.go``, ``pkg/controlplane/controller/systemnamespaces``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from cluster.apiserver.request import User
from cluster.client.client import Client
from cluster.kubelet.machine import Machine, internal_ip
from cluster.machinery.kinds.core import NAMESPACES, NODES
from cluster.machinery.meta import Obj
from cluster.machinery.network import Peer
from cluster.machinery.storage import Store

KEY = "/runner/machines"
"""Where the store keeps what machines the cluster was made of: those that kubeadm began with, and those that joined."""
SYSTEM_NAMESPACES = ("default", "kube-node-lease", "kube-public", "kube-system")
"""What kube-apiserver itself creates."""
APISERVER = User("system:apiserver", ("system:masters", "system:authenticated"))
CONTROL_PLANE = "node-role.kubernetes.io/control-plane"


def standard_machines(workers: int = 3) -> tuple[Machine, ...]:
    """Return one control plane machine and so many workers."""
    control_plane = Machine(
        "control-plane-1",
        labels={"node.kubernetes.io/exclude-from-external-load-balancers": ""},
        taints=({"effect": "NoSchedule", "key": CONTROL_PLANE},),
    )
    return (control_plane, *(Machine(f"worker-{number}") for number in range(1, workers + 1)))


def create_system_namespaces(store: Store, client: Client) -> None:
    """Create the namespaces that are missing of those that every cluster has."""
    for name in SYSTEM_NAMESPACES:
        if store.get(NAMESPACES.storage_key("", name)) is None:
            client.create(NAMESPACES, {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}})


def control_plane_address(machines: Sequence[Machine]) -> str:
    """Return the address of the machine that the control plane runs on: the first of its role, else the first of all."""
    return internal_ip(_control_plane_index(machines))


def control_plane_peer(machines: Sequence[Machine]) -> Peer:
    """Return who the API server is on the network: a process of the machine that it runs on."""
    index = _control_plane_index(machines)
    return Peer(machines[index].name if machines else "", internal_ip(index))


def _control_plane_index(machines: Sequence[Machine]) -> int:
    roles = [any(taint["key"] == CONTROL_PLANE for taint in machine.taints) for machine in machines]
    return roles.index(True) if True in roles else 0


def mark_control_plane(client: Client) -> None:
    """Label the control plane's nodes with their role, which their kubelets may not say of themselves."""
    for node in client.list(NODES):
        if any(taint["key"] == CONTROL_PLANE for taint in node["spec"].get("taints") or ()):
            client.patch(NODES, node["metadata"]["name"], "", {"metadata": {"labels": {CONTROL_PLANE: ""}}})


def write_machines(store: Store, machines: Sequence[Machine]) -> None:
    """Write down what machines the cluster has."""
    store.put(KEY, {"machines": [asdict(machine) for machine in machines]})


def add_machine(store: Store, machine: Machine) -> None:
    """Write down one more machine; it takes the place of one of its name."""
    machines = {each.name: each for each in machines_of(store)} | {machine.name: machine}
    write_machines(store, list(machines.values()))


def machines_of(store: Store) -> Sequence[Machine]:
    """Return the machines that the cluster is made of, in the order in which they came."""
    found = store.get(KEY)
    return () if found is None else [_machine(entry) for entry in found.copy()["machines"]]


def _machine(entry: Obj) -> Machine:
    return Machine(**{**entry, "taints": tuple(entry["taints"])})
