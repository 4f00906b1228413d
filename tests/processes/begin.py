"""What a process of a test begins with: the tables, and a cluster in them."""

from __future__ import annotations

from django.core.management import call_command

from cluster.runner.bootstrap import create_cluster


def migrate() -> None:
    """Make the tables, unless they are there; a process of its own for that would cost more than all else that it does."""
    call_command("migrate", verbosity=0, skip_checks=True)


def demo() -> None:
    """Make the cluster ``demo`` in a new database: at instant pace, without pods of its own."""
    migrate()
    create_cluster("demo", seed=1, pace="instant", addons=False)
