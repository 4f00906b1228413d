"""A new cluster, handed over when its nodes are ready, as kubeadm does it.

Upstream: ``cmd/kubeadm/app/cmd/init.go`` and ``join.go``.
"""

from __future__ import annotations

import time
from base64 import b64encode

from django.db import transaction

from cluster.apiserver.handler import KUBEADM
from cluster.client.client import Client
from cluster.engine.clock import Clock
from cluster.engine.trace import Trace
from cluster.etcd.store import DatabaseStore
from cluster.kubeadm.init import upload, write_manifests
from cluster.kubeadm.tokens import INIT_DESCRIPTION, token_from, token_secret
from cluster.kubelet.machine import Machine, internal_ip
from cluster.machinery.meta import SECOND, SimTime, after
from cluster.machinery.node_files import StoredFiles
from cluster.machinery.node_storage import StoredNode
from cluster.models import Cluster, Pace
from cluster.runner.assembly import Assembly
from cluster.runner.kubeadm import ADMIN
from cluster.runner.machines import mark_control_plane, standard_machines, write_machines

SETUP_SECONDS = 60
"""Simulated seconds from the first breath to the handing over: kubelets have registered and reported themselves ready."""
INIT_SECONDS = 20
"""After which the workers join, when the control plane's machine is ready and runs CoreDNS."""

MARKING_SECONDS = 5
"""How long before that the control plane's nodes are given their role."""


def create_cluster(
    name: str, *, seed: int, workers: int = 3, pace: str = Pace.LECTURE, now: SimTime | None = None, addons: bool = True
) -> Cluster:
    """Make a cluster and run it up to ``now`` (the present when None), when its nodes are ready and its own pods run.

    ``addons=False``: a bare cluster, without static pods, kube-proxy and CoreDNS, whose machines all come at once.

    Raises django.db.IntegrityError when the name is taken. Nobody sees the cluster before it is complete.
    """
    handed_over = SimTime(int(time.time()) * SECOND) if now is None else now
    with transaction.atomic():
        row = Cluster.objects.create(name=name, seed=seed, now=after(handed_over, -SETUP_SECONDS), pace=pace)
        clock = Clock(SimTime(row.now))
        store, machines = DatabaseStore(row.pk, Trace(clock), clock), standard_machines(workers)
        if addons:
            _prepare(store, machines[0])
        else:
            write_machines(store, machines)
        assembly = Assembly(row.pk)
        with assembly.store.transaction():
            engine = assembly.start_loops()
            client = Client(assembly.api, KUBEADM, ADMIN, engine.checkpoint)
            if addons:
                token = token_from(f"{assembly.kubeadm.secret}/{seed}".encode())
                secret = token_secret(token, clock.now, INIT_DESCRIPTION)
                upload(client, internal_ip(0), b64encode(assembly.authority).decode(), secret)
                engine.run_until(after(handed_over, INIT_SECONDS - SETUP_SECONDS))
                for machine in machines[1:]:
                    assembly.join(machine, assembly.kubeadm.join_with(machine.name, token))
            engine.run_until(after(handed_over, -MARKING_SECONDS))
            mark_control_plane(client)
            engine.run_until(handed_over)
    row.refresh_from_db()
    return row


def _prepare(store: DatabaseStore, control_plane: Machine) -> None:
    """Leave the control plane's machine as it is before its kubelet first starts."""
    write_machines(store, [control_plane])
    write_manifests(StoredFiles(StoredNode(store, control_plane.name)), control_plane.name, internal_ip(0))
