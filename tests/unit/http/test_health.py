"""Health: answered for a cluster and for the server itself, everything beside it is a page."""

from __future__ import annotations

import asyncio
from typing import cast

import pytest

from cluster.http.api import KubernetesApi, Scope
from cluster.machinery.kinds import BUILT_IN
from cluster.runner.host import Hosts


@pytest.mark.parametrize(
    ("path", "answer"),
    [
        ("/healthz", (200, b"ok")),
        ("/livez", (200, b"ok")),
        ("/readyz", (200, b"ok")),
        ("/clusters/demo/healthz", (200, b"ok")),
        ("/healthz/more", (200, b"a page")),
        ("/", (200, b"a page")),
    ],
)
def test_who_answers_a_path(path: str, answer: tuple[int, bytes]) -> None:
    messages: list[dict[str, object]] = []
    scope: Scope = {"method": "GET", "raw_path": path.encode(), "query_string": b"", "headers": [], "extensions": {}}

    class Host:
        """A cluster that everybody may look at."""

        kinds = BUILT_IN

        async def get(self, name: str) -> Host:
            """Be the host of every cluster."""
            return self

        async def visit(self, *of: object) -> None:
            """Let everybody look."""

    async def receive() -> dict[str, object]:
        return {"type": "http.request"}

    async def send(message: dict[str, object]) -> None:
        messages.append(message)

    async def pages(*of: object) -> None:
        messages.extend(({"status": 200}, {"body": b"a page"}))

    asyncio.run(KubernetesApi(lambda: cast(Hosts, Host()), pages)(scope, receive, send))
    assert (messages[0]["status"], messages[1]["body"]) == answer
