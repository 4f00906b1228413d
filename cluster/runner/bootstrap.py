"""A new cluster, handed over when its nodes are ready, as kubeadm does it.

Upstream: ``cmd/kubeadm/app/cmd/init.go`` and ``join.go``.
"""

from __future__ import annotations

import time

from django.db import transaction

from cluster.apiserver.request import User
from cluster.client.client import Client
from cluster.engine.clock import Clock
from cluster.engine.trace import Trace
from cluster.etcd.store import DatabaseStore
from cluster.machinery.meta import SECOND, SimTime, after
from cluster.models import Cluster, Pace
from cluster.runner.assembly import Assembly
from cluster.runner.machines import mark_control_plane, standard_machines, write_machines

SETUP_SECONDS = 60
"""Simulated seconds from the first breath to the handing over: kubelets have registered and reported themselves ready."""

MARKING_SECONDS = 5
"""How long before that the control plane's nodes are given their role."""
KUBEADM = User("kubernetes-admin", ("kubeadm:cluster-admins", "system:authenticated"))


def create_cluster(name: str, *, seed: int, workers: int = 3, pace: str = Pace.LECTURE, now: SimTime | None = None) -> Cluster:
    """Make a cluster and run it up to ``now`` (the present when None), when its nodes are ready.

    Raises django.db.IntegrityError when the name is taken. Nobody sees the cluster before it is complete.
    """
    handed_over = SimTime(int(time.time()) * SECOND) if now is None else now
    with transaction.atomic():
        row = Cluster.objects.create(name=name, seed=seed, now=after(handed_over, -SETUP_SECONDS), pace=pace)
        clock = Clock(SimTime(row.now))
        write_machines(DatabaseStore(row.pk, Trace(clock), clock), standard_machines(workers))
        assembly = Assembly(row.pk)
        with assembly.store.transaction():
            engine = assembly.start_loops()
            engine.run_until(after(handed_over, -MARKING_SECONDS))
            mark_control_plane(Client(assembly.api, "client", KUBEADM, engine.checkpoint))
            engine.run_until(handed_over)
    row.refresh_from_db()
    return row
