"""``manage.py demo``: from an empty folder to a cluster on the screen, in one command.

Migrates the database, makes the cluster ``demo``, credentials and a kubeconfig, all only where they are missing, and serves.
"""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection

from cluster.http import serving
from cluster.models import Cluster, Pace
from cluster.runner import hosts
from cluster.runner.bootstrap import create_cluster

CLUSTER = "demo"
WORKERS = 3
SEED = 1


class Command(BaseCommand):
    """Prepares what is missing, says where to look, serves."""

    help = "Serve the dashboard with the cluster 'demo' (one control-plane node, three workers)."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Ports and pace."""
        parser.add_argument("--port", default="8000", help="of the dashboard")
        parser.add_argument("--api-port", default="6443", help="of the Kubernetes API (TLS)")
        parser.add_argument("--pace", choices=Pace.values, default=None, help="how fast the cluster runs (default: as it was left)")
        parser.add_argument("--no-addons", action="store_true", help="make the cluster without static pods, kube-proxy and CoreDNS")

    def handle(self, *args: object, port: str, api_port: str, pace: str | None, no_addons: bool, **options: object) -> None:
        """Prepare and serve."""
        folder: Path = settings.DATA_DIR
        host: str = settings.BIND
        try:
            page_port, tls_port = serving.free_ports(host, port, api_port)
            serving.check_images(settings.IMAGES)
            credentials = serving.prepare_folder(folder)
            self._prepare_database(addons=not no_addons)
            kubeconfig = serving.write_kubeconfig(folder, CLUSTER, host, tls_port, credentials)
        except serving.CannotServe as fault:
            raise CommandError(str(fault)) from None
        if pace is not None:
            Cluster.objects.filter(name=CLUSTER).update(pace=pace)
        connection.close()

        def say_ready() -> None:
            hosts.current()
            self.stdout.write(
                f"\n  Podium is ready: http://{serving.authority(host, page_port)}/clusters/{CLUSTER}/\n"
                f"  Try: kubectl --kubeconfig {kubeconfig} get nodes\n"
                "  Stop with Ctrl-C; the cluster stays as it is.\n"
            )
            self.stdout.flush()

        serving.run(host, page_port, tls_port, credentials, on_ready=say_ready, on_stop=hosts.stop)

    def _prepare_database(self, *, addons: bool) -> None:
        try:
            call_command("migrate", verbosity=0)
            if not Cluster.objects.filter(name=CLUSTER).exists():
                create_cluster(CLUSTER, seed=SEED, workers=WORKERS, addons=addons)
        except DatabaseError as error:
            name = connection.settings_dict["NAME"]
            raise serving.CannotServe(f"the database {name} cannot be used ({error}): choose another folder with DATA=<folder>") from None
