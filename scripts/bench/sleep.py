"""Two hundred clusters in one process, ten of them in use: ``python -m scripts.bench.sleep`` in a data folder of its own.

What the sleeping ones cost is what the process takes beyond what it took with the ten alone in its database.
"""

from __future__ import annotations

import asyncio
import os
import time
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dashboard.settings")
django.setup()

from django.conf import settings  # noqa: E402 - after the settings
from django.core.management import call_command  # noqa: E402

from cluster.apiserver.request import Request  # noqa: E402
from cluster.machinery.kinds.core import PODS  # noqa: E402
from cluster.models import Cluster  # noqa: E402
from cluster.runner import hosts  # noqa: E402
from cluster.runner.bootstrap import create_cluster  # noqa: E402
from cluster.runner.family import fork  # noqa: E402
from cluster.runner.host import Host  # noqa: E402
from scripts.bench.history import ADMIN  # noqa: E402
from scripts.bench.report import figure  # noqa: E402

CLUSTERS, IN_USE, WOKEN = 200, 10, 20
SECONDS = 10.0
"""How long the process is watched."""


def memory() -> float:
    """Megabytes that the process holds now."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


async def watched(name: str) -> None:
    """Print what the process takes while nothing new is asked of it."""
    used, begun = time.process_time(), time.monotonic()
    await asyncio.sleep(SECONDS)
    figure(f"{name}: CPU", "%", [100 * (time.process_time() - used) / (time.monotonic() - begun)])
    figure(f"{name}: memory", "MB", [memory()])


async def first_answer(host: Host) -> None:
    """Ask what a person who comes back asks first."""
    await host.serve(Request("list", PODS, "kubectl", ADMIN, "default"))


async def main(names: list[str]) -> None:
    """Use some, leave the others asleep, wake some of those."""
    open_clusters = hosts.start(is_supervising=True)
    for name in names[:IN_USE]:
        host = await open_clusters.get(name)
        if host is not None:
            host.subscribe(lambda: None)
    await asyncio.sleep(5)
    await watched(f"{IN_USE} clusters in use, no others")
    await asyncio.to_thread(_make_others, names)
    await watched(f"{IN_USE} in use, {CLUSTERS - IN_USE} asleep")
    times = []
    for name in names[-WOKEN:]:
        begun = time.monotonic()
        host = await open_clusters.get(name)
        if host is not None:
            await first_answer(host)
        times.append(1000 * (time.monotonic() - begun))
    figure("from asleep to the first answer", "ms", times)
    await hosts.stop()


def _make_others(names: list[str]) -> None:
    first = Cluster.objects.get(name=names[0])
    for name in names[IN_USE:]:
        made = fork(first.pk, first.hop_seq)
        Cluster.objects.filter(name=made).update(name=name, used_at="2020-01-01T00:00:00Z")


if __name__ == "__main__":
    settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
    call_command("migrate", verbosity=0)
    everyone = [f"class-{number:03}" for number in range(CLUSTERS)]
    create_cluster(everyone[0], seed=1, pace="lecture")
    for name in everyone[1:IN_USE]:
        create_cluster(name, seed=1, pace="lecture")
    asyncio.run(main(everyone))
