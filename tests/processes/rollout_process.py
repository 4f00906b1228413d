"""Drives a cluster whose loops run in other processes: rolls out again and again, and kills who runs the loops.

``prepare``; ``drive <moment>...`` starts workers of its own; ``share`` expects servers that run already.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
import sys
from collections.abc import Sequence
from multiprocessing.context import ForkServerProcess

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dashboard.settings")
django.setup()

from django.conf import settings  # noqa: E402 - after the settings
from django.core.management import call_command  # noqa: E402
from django.db import transaction  # noqa: E402

from cluster.apiserver.request import Credentials, PatchType, Request, User  # noqa: E402
from cluster.etcd.rows import Rows  # noqa: E402
from cluster.machinery.kinds.apps import DEPLOYMENTS  # noqa: E402
from cluster.machinery.kinds.core import PODS  # noqa: E402
from cluster.machinery.kinds.model import Kind  # noqa: E402
from cluster.machinery.meta import Obj  # noqa: E402
from cluster.machinery.storage import KeyValue  # noqa: E402
from cluster.models import Cluster  # noqa: E402
from cluster.runner import hosts  # noqa: E402
from cluster.runner.host import Host  # noqa: E402
from tests.processes import begin  # noqa: E402

ADMIN = Credentials(component=User("admin", ("system:masters", "system:authenticated")))
REPLICAS = 3
WORKERS = 2
PATIENCE = 240.0
"""Seconds for anything to come true."""
NURSERY = multiprocessing.get_context("forkserver")
"""Where workers come from: forked from a process that has imported everything, which is most of what the start of one costs."""


def deployment(tag: str) -> Obj:
    labels = {"app": "web"}
    pod: Obj = {"metadata": {"labels": labels}, "spec": {"containers": [{"name": "web", "image": f"nginx:{tag}"}]}}
    spec = {"replicas": REPLICAS, "selector": {"matchLabels": labels}, "template": pod}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web", "namespace": "default"}, "spec": spec}


class Driver:
    """Speaks to the cluster through this process's own API server; this process never runs the loops."""

    def __init__(self, host: Host) -> None:
        self.host = host
        self.workers: list[ForkServerProcess] = []

    async def create(self, obj: Obj) -> None:
        await self.host.serve(Request("create", DEPLOYMENTS, "client", ADMIN, "default", body=obj))

    async def roll_out(self, tag: str) -> None:
        patch: Obj = {"spec": {"template": {"spec": {"containers": [{"name": "web", "image": f"nginx:{tag}"}]}}}}
        request = Request("patch", DEPLOYMENTS, "client", ADMIN, "default", "web", body=patch, patch_type=PatchType.STRATEGIC)
        await self.host.serve(request)

    async def list(self, kind: Kind) -> list[Obj]:
        response = await self.host.serve(Request("list", kind, "client", ADMIN, "default"))
        return [item.obj for item in response.items]

    async def is_rolled_out(self, tag: str) -> bool:
        (found,) = await self.list(DEPLOYMENTS)
        pods = await self.list(PODS)
        status = found.get("status") or {}
        return (
            status.get("observedGeneration") == found["metadata"]["generation"]
            and status.get("replicas") == status.get("updatedReplicas") == status.get("availableReplicas") == REPLICAS
            and [pod["spec"]["containers"][0]["image"] for pod in pods] == [f"nginx:{tag}"] * REPLICAS
        )

    async def until_rolled_out(self, tag: str) -> None:
        async with asyncio.timeout(PATIENCE):
            while not await self.is_rolled_out(tag):
                await asyncio.sleep(0.05)

    async def holder(self) -> tuple[int, int]:
        """Return (process id, epoch) of who runs the loops now."""
        async with asyncio.timeout(PATIENCE):
            while not self.host.control.is_running:
                await asyncio.sleep(0.02)
        row = await Cluster.objects.aget()
        return int(row.lease_holder.split(":")[1]), row.lease_epoch

    async def until_revision(self, revision: int) -> None:
        async with asyncio.timeout(PATIENCE):
            while self.host.position.revision < revision:
                await asyncio.sleep(0.002)

    def hire(self) -> None:
        """Have as many workers as there should be."""
        self.workers = [worker for worker in self.workers if worker.is_alive()]
        while len(self.workers) < WORKERS:
            worker = NURSERY.Process(target=call_command, args=("runworker",))
            worker.start()
            self.workers.append(worker)

    def dismiss(self) -> None:
        for worker in self.workers:
            worker.kill()
            worker.join()


def check_log(cluster_id: int) -> None:
    """Hold the whole log, of one moment, against what it promises: gapless, and its replay is the latest state."""
    row = Cluster.objects.get(pk=cluster_id)
    rows = Rows(cluster_id)
    changes = rows.changes(0, row.revision)
    assert [change[0] for change in changes] == list(range(1, row.revision + 1))
    hops = rows.hops(0, row.hop_seq + 10)
    assert [hop.seq for hop in hops] == list(range(1, row.hop_seq + 1))
    replayed: dict[str, KeyValue] = {}
    for _, key, kv, hop in changes:
        assert hop == 0 or hops[hop - 1].target == "etcd", f"{key} was not written by hop {hop}"
        if kv is None:
            del replayed[key]
        else:
            replayed[key] = kv
    latest = rows.values()
    assert {key: kv.raw for key, kv in replayed.items()} == {key: kv.raw for key, kv in latest.items()}


async def drive(moments: Sequence[int]) -> None:
    """Kill the worker that runs the loops at each of these moments of a rollout; then everything must have settled."""
    host = await hosts.start(is_supervising=False).get("demo")
    assert host is not None
    driver = Driver(host)
    driver.hire()
    try:
        await driver.create(deployment("0"))
        await driver.until_rolled_out("0")
        epoch = 0
        for moment in moments:
            pid, epoch = await driver.holder()
            await driver.roll_out(str(moment))
            await driver.until_revision(host.position.revision + 3 * moment % 40)
            os.kill(pid, signal.SIGKILL)
            driver.hire()
            async with asyncio.timeout(PATIENCE):
                while (await Cluster.objects.aget()).lease_epoch == epoch:
                    await asyncio.sleep(0.05)
        await driver.until_rolled_out(str(moments[-1]))
        assert epoch >= len(moments)
    finally:
        driver.dismiss()
        await hosts.stop()


async def share() -> None:
    """Two servers try to run the loops: one does, all the time; when it is killed the other does."""
    host = await hosts.start(is_supervising=False).get("demo")
    assert host is not None
    driver = Driver(host)
    try:
        first = await driver.holder()
        await driver.create(deployment("0"))
        await driver.until_rolled_out("0")
        await asyncio.sleep(2 * settings.LEASE_SECONDS)
        assert await driver.holder() == first
        os.kill(first[0], signal.SIGKILL)
        await driver.roll_out("1")
        await driver.until_rolled_out("1")
        second = await driver.holder()
        assert second[0] != first[0]
        assert second[1] == first[1] + 1
    finally:
        await hosts.stop()


if __name__ == "__main__":
    NURSERY.set_forkserver_preload(["tests.processes.rollout_process"])
    if sys.argv[1] == "prepare":
        begin.demo()
    else:
        asyncio.run(drive([int(moment) for moment in sys.argv[2:]]) if sys.argv[1] == "drive" else share())
        with transaction.atomic():
            check_log(Cluster.objects.get().pk)
