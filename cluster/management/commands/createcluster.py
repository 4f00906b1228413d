"""``manage.py createcluster NAME``: one more cluster in the database.

Upstream: ``kubeadm init`` and ``kubeadm join``, in one.
"""

from __future__ import annotations

import secrets
from argparse import ArgumentParser

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, IntegrityError

from cluster.http import serving
from cluster.models import Cluster, Pace
from cluster.runner.bootstrap import create_cluster

MAX_WORKERS = 200


class Command(BaseCommand):
    """Makes a cluster with one control-plane node and some workers."""

    help = "Create a cluster."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Name and size."""
        parser.add_argument("name", help="lower case letters, digits and hyphens")
        parser.add_argument("--workers", type=int, default=3, help=f"worker nodes, 1 to {MAX_WORKERS}")
        parser.add_argument("--seed", type=int, default=None, help="where its random draws begin (default: drawn)")
        parser.add_argument("--pace", choices=Pace.values, default=Pace.LECTURE)
        parser.add_argument("--no-addons", action="store_true", help="without static pods, kube-proxy and CoreDNS")

    def handle(self, *args: object, name: str, workers: int, seed: int | None, pace: str, no_addons: bool, **options: object) -> None:
        """Check the arguments, then create it."""
        if not 1 <= workers <= MAX_WORKERS:
            raise CommandError(f"--workers is a number from 1 to {MAX_WORKERS}, not {workers}")
        try:
            Cluster._meta.get_field("name").clean(name, None)
            serving.prepare_folder(settings.DATA_DIR)
            create_cluster(name, seed=secrets.randbits(32) if seed is None else seed, workers=workers, pace=pace, addons=not no_addons)
        except serving.CannotServe as fault:
            raise CommandError(str(fault)) from None
        except ValidationError as fault:
            raise CommandError(f"{name!r} cannot be a cluster's name: {' '.join(fault.messages)}") from None
        except IntegrityError:
            raise CommandError(f"there is a cluster {name!r} already") from None
        except DatabaseError as error:
            raise CommandError(f"the database cannot be used ({error}): has 'manage.py migrate' been run?") from None
        self.stdout.write(f"cluster {name} is ready: {workers} workers")
