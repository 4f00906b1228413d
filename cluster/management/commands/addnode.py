"""``manage.py addnode CLUSTER NODE``: one more machine for a cluster, also for one that runs.

The process that runs the cluster's loops gives the machine power; its kubelet registers it. To take a machine away again, delete its Node
(``kubectl delete node``). Differs from upstream in that there is no token: the machine is trusted as it comes.

Upstream: ``kubeadm join`` (``cmd/kubeadm/app/cmd/join.go``).
"""

from __future__ import annotations

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from cluster.machinery.errors import ApiError
from cluster.models import Cluster
from cluster.runner.assembly import Assembly
from cluster.runner.node_orders import JOIN


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

    def handle(self, *args: object, cluster: str, node: str, cpu: str, memory: str, label: list[str], **options: object) -> None:
        """Check that it can join, then leave the order."""
        row = Cluster.objects.filter(name=cluster).first()
        if row is None:
            raise CommandError(f"there is no cluster {cluster!r}")
        labels = dict(pair.partition("=")[::2] for pair in label)
        try:
            Assembly(row.pk).act_on_node(node, JOIN, {"cpu": cpu, "memory": memory, "labels": labels}, None)
        except ApiError as error:
            raise CommandError(error.message) from None
        self.stdout.write(f"{node} joins {cluster} as soon as its loops run")
