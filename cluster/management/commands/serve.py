"""``manage.py serve``: one server process of several, on a database that ``manage.py migrate`` has prepared.

Pages, sockets and the Kubernetes API; the clusters' loops run here only when PODIUM_SUPERVISOR is ``embedded`` (the default)
and no other process holds their lease.
"""

from __future__ import annotations

from argparse import ArgumentParser

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from cluster.http import serving
from cluster.runner import hosts


class Command(BaseCommand):
    """Serves until it is told to stop."""

    help = "Serve the dashboard and the Kubernetes API (one process of several)."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Ports."""
        parser.add_argument("--port", default="8000", help="of the dashboard")
        parser.add_argument("--api-port", default="6443", help="of the Kubernetes API (TLS)")

    def handle(self, *args: object, port: str, api_port: str, **options: object) -> None:
        """Check what must be there, then serve."""
        try:
            page_port, tls_port = serving.free_ports(settings.BIND, port, api_port)
            serving.check_images(settings.IMAGES)
            credentials = serving.prepare_folder(settings.DATA_DIR)
        except serving.CannotServe as fault:
            raise CommandError(str(fault)) from None

        def say_ready() -> None:
            hosts.current()
            self.stdout.write(f"serving on http://{settings.BIND}:{page_port} and https://{settings.BIND}:{tls_port}")
            self.stdout.flush()

        serving.run(settings.BIND, page_port, tls_port, credentials, on_ready=say_ready, on_stop=hosts.stop)
