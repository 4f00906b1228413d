"""A cluster with a long past, made as fast as its components work: ``python -m scripts.bench.history <hops>`` in a data folder.

One Deployment after another is rolled out, updated and deleted on the demo's own nodes until the log is long enough.
"""

from __future__ import annotations

import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dashboard.settings")
django.setup()

from django.conf import settings  # noqa: E402 - after the settings
from django.core.management import call_command  # noqa: E402

from cluster.apiserver.request import Credentials, PatchType, Request, User  # noqa: E402
from cluster.machinery.kinds.apps import DEPLOYMENTS  # noqa: E402
from cluster.machinery.meta import Obj, after  # noqa: E402
from cluster.runner.assembly import Assembly  # noqa: E402
from cluster.runner.bootstrap import create_cluster  # noqa: E402

ADMIN = Credentials(component=User("admin", ("system:masters", "system:authenticated")))
REPLICAS = 60
ROLLED_OUT, GONE = 40.0, 45.0
"""Simulated seconds that a rollout and a deletion are given."""


def deployment(name: str, image: str) -> Obj:
    """A Deployment whose pods are small."""
    labels = {"app": name}
    container = {"name": "c", "image": image, "resources": {"requests": {"cpu": "10m", "memory": "16Mi"}}}
    template: Obj = {"metadata": {"labels": labels}, "spec": {"containers": [container]}}
    spec = {"replicas": REPLICAS, "selector": {"matchLabels": labels}, "template": template}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name, "namespace": "default"}, "spec": spec}


def live(hops: int) -> None:
    """Make the cluster ``demo`` and let it live for so many hops."""
    call_command("migrate", verbosity=0)
    assembly = Assembly(create_cluster("demo", seed=1, pace="instant", addons=False).pk)
    with assembly.store.transaction():
        engine = assembly.start_loops()

    def run(seconds: float) -> None:
        end = after(assembly.clock.now, seconds)
        while assembly.clock.now < end:
            with assembly.store.transaction():
                engine.run_until(end, max_steps=500)

    round_number = 0
    while assembly.store.hop_seq < hops:
        name = f"web{round_number}"
        assembly.api.serve(Request("create", DEPLOYMENTS, "kubectl", ADMIN, "default", body=deployment(name, "nginx:1.27")))
        run(ROLLED_OUT)
        patch: Obj = {"spec": {"template": {"spec": {"containers": [{"name": "c", "image": "nginx:1.28"}]}}}}
        assembly.api.serve(Request("patch", DEPLOYMENTS, "kubectl", ADMIN, "default", name, body=patch, patch_type=PatchType.STRATEGIC))
        run(ROLLED_OUT)
        if round_number % 2:  # every other one stays
            assembly.api.serve(Request("delete", DEPLOYMENTS, "kubectl", ADMIN, "default", name))
            run(GONE)
        round_number += 1


if __name__ == "__main__":
    settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
    live(int(sys.argv[1]))
