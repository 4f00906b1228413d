"""What the processes of ``test_exec.py`` do: ``prepare`` a cluster, ``work`` for it until killed, or ``ask`` for programs in a container.

``work`` runs the loops and with them the containers; ``ask`` serves requests and has only the database in common with it.
"""

from __future__ import annotations

import asyncio
import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dashboard.settings")
django.setup()

from cluster.apiserver.request import Request  # noqa: E402 - after the settings
from cluster.http.streaming.carrier import Carrier  # noqa: E402
from cluster.machinery.kinds.core import PODS  # noqa: E402
from cluster.machinery.kubelet_server import Ending, HttpReply, Input  # noqa: E402
from cluster.runner.host import Host  # noqa: E402
from cluster.runner.hosts import OpenClusters  # noqa: E402
from tests.processes import begin  # noqa: E402
from tests.processes.host_process import ADMIN, PATIENCE, phase, pod, until  # noqa: E402

MUCH = 100_000
"""Bytes of output: more than may be under way at a time."""


async def execute(host: Host, *command: str, stdin: bytes = b"") -> tuple[bytes, Ending | None]:
    """Run a command in the container as ``kubectl exec -i`` does; return its output and its end."""
    wanted = {"command": command, "stdout": ("true",), "stderr": ("true",), "stdin": ("true",)}
    asked = Request("create", PODS, "kubectl", ADMIN, "default", "web", "exec", repeated=wanted, protocol="v5.channel.k8s.io")
    session = (await host.serve(asked)).session
    assert session is not None
    written = b""
    async with asyncio.timeout(PATIENCE), Carrier(host, session) as carrier:
        ending = await carrier.begin()
        await carrier.send(Input(stdin))
        await carrier.send(Input(is_end=True))
        while ending is None:
            outputs, ending = await carrier.receive()
            written += b"".join(output.stdout + output.stderr for output in outputs if not isinstance(output, HttpReply))
    return written, ending


async def ask() -> None:
    """Say something to programs, read what they say, and leave nothing behind."""
    serving = OpenClusters(is_supervising=False)
    serving.start()
    host = await serving.get("demo")
    assert host is not None
    try:
        await host.serve(Request("create", PODS, "client", ADMIN, "default", body=pod("web")))

        async def is_running() -> bool:
            return await phase(host, "web") == "Running"

        await until(is_running)
        assert await execute(host, "cat", stdin=b"typed\n") == (b"typed\n", Ending())
        assert await execute(host, "sh", "-c", "echo wrong >&2; exit 3") == (b"wrong\n", Ending(exit_code=3))
        echoed, _ = await execute(host, "cat", stdin=b"x" * MUCH)
        assert len(echoed) == MUCH
        assert [kv.key for kv in await host.read(lambda store: store.list("/runner/sessions/").items)] == []
    finally:
        await serving.close()


async def work() -> None:
    """Run the loops until somebody ends this process."""
    working = OpenClusters(is_supervising=True)
    working.start()
    await working.get("demo")
    await asyncio.Event().wait()


if __name__ == "__main__":
    if sys.argv[1] == "prepare":
        begin.demo()
    else:
        asyncio.run(work() if sys.argv[1] == "work" else ask())
