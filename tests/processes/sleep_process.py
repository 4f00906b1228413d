"""A process that runs the loops and one that serves requests: what nobody uses sleeps in both, and the next request wakes it in both."""

from __future__ import annotations

import asyncio
import os
import threading

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dashboard.settings")
django.setup()

from cluster.apiserver.request import Request  # noqa: E402 - after the settings
from cluster.machinery.kinds.core import PODS  # noqa: E402
from cluster.models import Cluster  # noqa: E402
from cluster.runner import hosts, sleeping  # noqa: E402
from cluster.runner.bootstrap import create_cluster  # noqa: E402
from cluster.runner.hosts import OpenClusters  # noqa: E402
from tests.processes import begin  # noqa: E402
from tests.processes.host_process import ADMIN, phase, pod, until  # noqa: E402

sleeping.AFTER = 1.5
hosts.LOOK_EVERY = 0.2


def threads() -> list[str]:
    return sorted(thread.name for thread in threading.enumerate() if thread.name.startswith("cluster-"))


async def main() -> None:
    """Let both clusters sleep, wake one, and see that a viewer keeps it awake."""
    working, serving = OpenClusters(is_supervising=True), OpenClusters(is_supervising=False)
    working.start()
    serving.start()
    try:

        async def all_sleep() -> bool:
            return threads() == []

        async def is_awake() -> bool:
            return threads() == ["cluster-one", "cluster-one"]

        async def is_awake_when_asked() -> bool:
            await serving.get("one")
            return await is_awake()

        await until(is_awake_when_asked)
        await until(all_sleep)
        row = await Cluster.objects.aget(name="one")
        await asyncio.sleep(1.0)
        again = await Cluster.objects.aget(name="one")
        assert (row.lease_holder, row.now, row.hop_seq) == ("", again.now, again.hop_seq)

        host = await serving.get("one")
        assert host is not None
        unsubscribe = host.subscribe(lambda: None)
        await host.serve(Request("create", PODS, "client", ADMIN, "default", body=pod("web")))

        async def is_running() -> bool:
            return await phase(host, "web") == "Running"

        await until(is_running)
        await asyncio.sleep(2 * sleeping.AFTER)
        assert await is_awake(), "somebody watches"
        unsubscribe()
        await until(all_sleep)
        assert [(each.name, each.nodes) for each in await serving.overview()] == [("one", 4), ("two", 4)]
        assert threads() == [], "a list of clusters wakes none"
    finally:
        await serving.close()
        await working.close()


if __name__ == "__main__":
    begin.migrate()
    for name in ("one", "two"):
        create_cluster(name, seed=1, pace="instant")
    Cluster.objects.update(used_at="2020-01-01T00:00:00Z")
    asyncio.run(main())
