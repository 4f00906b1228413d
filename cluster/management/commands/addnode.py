"""``manage.py addnode CLUSTER NODE``: one more machine for a cluster, also for one that runs.

The command runs ``kubeadm join`` on the new machine: what it finds wrong it says, and nothing comes of it. The process that runs the
cluster's loops then gives the machine power; its kubelet gets itself a certificate and registers. To take a machine away again, delete its
Node (``kubectl delete node``). A cluster that kubeadm has not made (``--no-addons``) has no tokens: its machines are trusted as they come.

Upstream: ``cmd/kubeadm/app/cmd/{join,token}.go``.
"""

from __future__ import annotations

import secrets
import time
from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from cluster.machinery.errors import ApiError
from cluster.machinery.meta import Obj
from cluster.models import Cluster
from cluster.runner.assembly import Assembly
from cluster.runner.node_orders import check_order
from cluster.runner.order_details import JOIN

UNAVAILABLE = 503
RETRY_SECONDS = 1.0
"""Of the wall clock, between two tries of discovery."""


class Command(BaseCommand):
    """Leaves an order for the process that runs the cluster."""

    help = "Let one more machine join a cluster."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which cluster, and what the machine is like."""
        parser.add_argument("cluster")
        parser.add_argument("node", help="the machine's name: lower case letters, digits and hyphens")
        parser.add_argument("--cpu", default="4", help="processor cores")
        parser.add_argument("--memory", default="8Gi")
        parser.add_argument("--label", action="append", default=[], metavar="KEY=VALUE", help="what its kubelet says of it (several times)")
        parser.add_argument("--token", default="", help="a bootstrap token (default: a good one of the cluster, or a new one)")
        parser.add_argument(
            "--discovery-token-ca-cert-hash", default="", metavar="HASH", help="of the cluster's authority (default: what it is)"
        )
        parser.add_argument("--discovery-timeout", type=float, default=20, metavar="SECONDS", help="to wait until the token is signed for")

    def handle(
        self,
        *args: object,
        cluster: str,
        node: str,
        cpu: str,
        memory: str,
        label: list[str],
        token: str,
        discovery_token_ca_cert_hash: str,
        discovery_timeout: float,
        **options: object,
    ) -> None:
        """Run kubeadm, then leave the order."""
        row = Cluster.objects.filter(name=cluster).first()
        if row is None:
            raise CommandError(f"there is no cluster {cluster!r}")
        detail: Obj = {"cpu": cpu, "memory": memory, "labels": dict(pair.partition("=")[::2] for pair in label)}
        assembly = Assembly(row.pk)
        try:
            detail = self._order(assembly, node, detail, token, discovery_token_ca_cert_hash, discovery_timeout)
            assembly.act_on_node(node, JOIN, detail, None)
        except ApiError as error:
            raise CommandError(error.message) from None
        self.stdout.write(f"{node} joins {cluster} as soon as its loops run")

    def _order(self, assembly: Assembly, node: str, detail: Obj, token: str, ca_hash: str, seconds: float) -> Obj:
        kubeadm = assembly.kubeadm
        check_order(assembly.store, node, JOIN, detail)
        if kubeadm.is_used:
            token = token or str(kubeadm.usable_token() or kubeadm.create_token(secrets.token_bytes(32)))
            ca_hash = ca_hash or kubeadm.ca_cert_hash
            self.stdout.write(kubeadm.join_command(token, ca_hash))
        tries_until = time.monotonic() + seconds
        while True:
            try:
                return kubeadm.order(node, detail, token, ca_hash)
            except ApiError as error:
                if error.code != UNAVAILABLE or time.monotonic() >= tries_until:
                    raise
            time.sleep(RETRY_SECONDS)
            assembly.refresh()
