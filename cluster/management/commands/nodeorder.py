"""``manage.py nodeorder CLUSTER NODE ACTION [NAME=VALUE ...]``: do something to a machine, past the API server.

Nothing of this is Kubernetes: it is the hand that pulls the plug. The order is checked here and carried out by the process that runs the
cluster's loops.
"""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from cluster.machinery.errors import ApiError
from cluster.machinery.meta import Obj
from cluster.models import Cluster
from cluster.runner.assembly import Assembly
from cluster.runner.order_details import ACTIONS, JOIN, SHUTDOWN


class Command(BaseCommand):
    """Leaves an order for the process that runs the cluster."""

    help = "Do something to a machine: cut its power, let it run short, shut it down, write on its disk."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which machine, and what."""
        parser.add_argument("cluster")
        parser.add_argument("node")
        parser.add_argument("action", choices=[action for action in ACTIONS if action != JOIN])
        parser.add_argument("details", nargs="*", metavar="NAME=VALUE")
        parser.add_argument("--file", type=Path, help="what is to be written: the detail text")

    def handle(self, *args: object, cluster: str, node: str, action: str, details: list[str], file: Path | None, **options: object) -> None:
        """Check the order, then leave it."""
        row = Cluster.objects.filter(name=cluster).first()
        if row is None:
            raise CommandError(f"there is no cluster {cluster!r}")
        detail = _detail(details)
        try:
            if file is not None:
                detail = {"name": file.name, **detail} if action == "write-manifest" else detail
                detail["text"] = file.read_text()
            Assembly(row.pk).act_on_node(node, action, detail, None)
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(f"{file} cannot be read: {error}") from None
        except ApiError as error:
            raise CommandError(error.message) from None
        self.stdout.write(f"{action} of {node} is carried out as soon as the loops of {cluster} run")


def _detail(pairs: list[str]) -> Obj:
    detail: Obj = {}
    for pair in pairs:
        name, is_given, value = pair.partition("=")
        if not is_given:
            raise CommandError(f"{pair!r} is no NAME=VALUE")
        try:
            detail[name] = float(value) if name in SHUTDOWN else value
        except ValueError:
            raise CommandError(f"{name} is a number of seconds, not {value!r}") from None
    return detail
