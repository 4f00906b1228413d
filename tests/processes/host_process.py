"""One process that runs the loops, and beside it, as another process would be, one host that does not."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable

import django
import pytest

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dashboard.settings")
django.setup()

from cluster.apiserver.request import Credentials, Options, Request, User  # noqa: E402 - after the settings
from cluster.machinery.errors import ApiError  # noqa: E402
from cluster.machinery.kinds.core import PODS  # noqa: E402
from cluster.machinery.meta import Obj  # noqa: E402
from cluster.runner.host import Host  # noqa: E402
from cluster.runner.hosts import OpenClusters  # noqa: E402
from tests.processes import begin  # noqa: E402

ADMIN = Credentials(component=User("admin", ("system:masters", "system:authenticated")))
PATIENCE = 60.0
"""Seconds for anything to come true."""


def pod(name: str) -> Obj:
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name}, "spec": {"containers": [{"name": "web", "image": "nginx:1.27"}]}}


async def until(claim: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not await claim():
            await asyncio.sleep(0.02)


async def phase(host: Host, name: str) -> str:
    response = await host.serve(Request("list", PODS, "client", ADMIN, "default"))
    return {item.obj["metadata"]["name"]: str(item.obj["status"]["phase"]) for item in response.items}[name]


async def is_stopped(host: Host, node: str) -> bool:
    record = await host.read(lambda store: store.get(f"/node/{node}/machine"))
    return record is not None and bool(record.obj["stopped"])


async def check_a_watch_and_the_log(host: Host) -> None:
    """Every event of a pod's life arrives, in order, and the subscriber hears that the cluster moves."""
    moves: list[int] = []
    unsubscribe = host.subscribe(lambda: moves.append(host.position.seq))
    arrived = asyncio.Event()
    listing = await host.serve(Request("list", PODS, "client", ADMIN, "default"))
    version = str((listing.list_meta or {})["resourceVersion"])
    watch = await host.watch(Request("watch", PODS, "client", ADMIN, "default", options=Options(resource_version=version)), arrived.set)
    await host.serve(Request("create", PODS, "client", ADMIN, "default", body=pod("one")))
    seen: list[tuple[str, str]] = []
    async with asyncio.timeout(PATIENCE):
        while not seen or seen[-1][1] != "Running":
            await arrived.wait()
            arrived.clear()
            while (event := watch.next()) is not None:
                seen.append((event.type, event.value.obj["status"]["phase"]))
    watch.stop()
    unsubscribe()
    assert seen[0] == ("ADDED", "Pending")
    assert {kind for kind, _ in seen[1:]} == {"MODIFIED"}
    assert moves
    assert moves == sorted(moves)
    hops = await host.hops(after=0, limit=100_000)
    assert [hop.seq for hop in hops] == list(range(1, len(hops) + 1))
    assert len(hops) >= moves[-1]


async def check_steering(leader: Host, other: Host) -> None:
    """Whoever is asked, the process that runs the loops obeys; requests are served while paused."""
    control = await other.steer(paused=True)
    assert (control.is_paused, control.is_running) == (True, True)

    async def is_paused() -> bool:
        return leader.control.is_paused

    await until(is_paused)
    await other.serve(Request("create", PODS, "client", ADMIN, "default", body=pod("two")))
    await asyncio.sleep(0.3)
    assert await phase(leader, "two") == "Pending"
    before = leader.position.seq
    await other.steer(steps=1)

    async def has_stepped() -> bool:
        hops = await other.hops(after=before, limit=1000)
        return any(hop.step for hop in hops)

    await until(has_stepped)
    assert await phase(leader, "two") == "Pending"
    await other.steer(paused=False)

    async def is_running() -> bool:
        return await phase(other, "two") == "Running"

    await until(is_running)
    with pytest.raises(ValueError, match="There is no pace 'warp'"):
        await other.steer(pace="warp")


async def check_machines(leader: Host, other: Host) -> None:
    """A machine is stopped through any process; one that does not exist is refused by any."""
    for host, node in ((leader, "worker-1"), (other, "worker-2")):
        await host.act_on_node(node, "stop", {})
        await until(lambda node=node: is_stopped(leader, node))  # type: ignore[misc]
        with pytest.raises(ApiError, match='nodes "worker-9" not found'):
            await host.act_on_node("worker-9", "stop", {})


async def main() -> None:
    """Open the cluster twice and hold both against what a host promises."""
    leading, following = OpenClusters(is_supervising=True), OpenClusters(is_supervising=False)
    leading.start()
    following.start()
    leader, other = await leading.get("demo"), await following.get("demo")
    assert leader is not None
    assert other is not None
    assert await leading.get("nowhere") is None
    assert await leading.names() == ["demo"]

    async def runs() -> bool:
        return other.control.is_running

    await until(runs)
    try:
        await check_a_watch_and_the_log(leader)
        await check_steering(leader, other)
        await check_machines(leader, other)
    finally:
        await following.close()
        await leading.close()


if __name__ == "__main__":
    begin.demo()
    asyncio.run(main())
