"""A new cluster: its row, its namespaces and the machines that it begins with.

kubeadm makes a cluster out of machines: a control plane node, tainted so that nothing else runs there, and workers that
join. Here the machines are written down, and their kubelets register them as soon as the loops run.

Upstream: ``cmd/kubeadm/app/phases/markcontrolplane/markcontrolplane.go``.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import asdict

from django.db import transaction

from cluster.apiserver.handler import Handler
from cluster.apiserver.request import User
from cluster.client.client import Client
from cluster.engine.clock import Clock
from cluster.engine.rng import Rng
from cluster.engine.trace import Trace
from cluster.etcd.store import DatabaseStore
from cluster.kubelet.machine import Machine
from cluster.machinery.kinds import NAMESPACES
from cluster.machinery.meta import SECOND, Obj, SimTime
from cluster.machinery.storage import Store
from cluster.models import Cluster, Pace

KEY = "/runner/machines"
"""Where the store keeps what machines the cluster began with."""
SYSTEM_NAMESPACES = ("default", "kube-node-lease", "kube-public", "kube-system")
"""What kube-apiserver itself creates. Upstream: ``pkg/controlplane/controller/systemnamespaces``."""
APISERVER = User("system:apiserver", ("system:masters", "system:authenticated"))
CONTROL_PLANE = "node-role.kubernetes.io/control-plane"


def standard_machines(workers: int = 3) -> tuple[Machine, ...]:
    """Return one control plane machine and so many workers."""
    control_plane = Machine(
        "control-plane-1",
        labels={CONTROL_PLANE: "", "node.kubernetes.io/exclude-from-external-load-balancers": ""},
        taints=({"effect": "NoSchedule", "key": CONTROL_PLANE},),
    )
    return (control_plane, *(Machine(f"worker-{number}") for number in range(1, workers + 1)))


def create_cluster(name: str, *, seed: int, workers: int = 3, pace: str = Pace.LECTURE, now: SimTime | None = None) -> Cluster:
    """Make a cluster whose clock begins at ``now`` (the present when None); its loops do the rest when they run.

    Raises django.db.IntegrityError when the name is taken.
    """
    begins = SimTime(int(time.time()) * SECOND) if now is None else now
    with transaction.atomic():
        row = Cluster.objects.create(name=name, seed=seed, now=begins, pace=pace)
        clock = Clock(begins)
        trace = Trace(clock)
        store = DatabaseStore(row.pk, trace, clock)
        store.put(KEY, {"machines": [asdict(machine) for machine in standard_machines(workers)]})
        api = Handler(store, trace, clock, Rng(seed))
        create_system_namespaces(store, Client(api, "kube-apiserver", APISERVER, _go_on))
    return row


def create_system_namespaces(store: Store, client: Client) -> None:
    """Create the namespaces that are missing of those that every cluster has."""
    for name in SYSTEM_NAMESPACES:
        if store.get(NAMESPACES.storage_key("", name)) is None:
            client.create(NAMESPACES, {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}})


def machines_of(store: Store) -> Sequence[Machine]:
    """Return the machines that the cluster began with."""
    found = store.get(KEY)
    return () if found is None else [_machine(entry) for entry in found.copy()["machines"]]


def _machine(entry: Obj) -> Machine:
    return Machine(**{**entry, "taints": tuple(entry["taints"])})


def _go_on() -> None:
    """No engine, no step to end."""
