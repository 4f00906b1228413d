"""1,000 requests to one cluster's address, bent in every way: none reads another cluster of the same server, none changes it."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import cast
from urllib.parse import quote

import orjson
import pytest
from django.core.asgi import get_asgi_application

from cluster.apiserver.handler import Handler
from cluster.apiserver.request import Credentials, Request, Response, Watch, WatchReady
from cluster.client.client import Client
from cluster.engine.engine import Engine
from cluster.engine.rng import Rng
from cluster.http.api import KubernetesApi
from cluster.machinery.kinds.core import CONFIGMAPS, NAMESPACES
from cluster.machinery.meta import Obj
from cluster.runner.host import Hosts
from dashboard import clusters
from tests.unit.apiserver.default_policy import default_policy
from tests.unit.apiserver.rig import ADMIN
from tests.unit.dashboard.fake_host import FakeHost, FakeHosts

PROBES = 1_000
TOKEN = "c" * 32
SECRET = "what only cluster {} knows"
TEXT = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: planted, namespace: default}\n"

BENT: tuple[Callable[[str, str], str], ...] = (
    lambda mine, other: mine,
    lambda mine, other: f"../{other}/{mine}",
    lambda mine, other: f"%2e%2e/{other}/{mine}",
    lambda mine, other: f"..%2f{other}%2f{mine}",
    lambda mine, other: f"./..//{other}/{mine}",
    lambda mine, other: f"%252e%252e/{other}/{mine}",
    lambda mine, other: f"clusters/{other}/{mine}",
    lambda mine, other: f"/clusters/{other}/{mine}",
    lambda mine, other: f"{mine}/../../../../../../{other}/{mine}",
    lambda mine, other: f"{mine}%00/../{other}",
    lambda mine, other: f"{mine}?cluster={other}&name={other}",
    lambda mine, other: f"{mine}#/clusters/{other}/",
    lambda mine, other: f"..;/{other}/{mine}",
    lambda mine, other: f"..\\{other}\\{mine}",
    lambda mine, other: quote(f"../{other}/", safe="") + mine,
)
"""How a path below ``/clusters/<mine>/`` may try to get to the other one."""

READS = (
    "api/v1/namespaces/default/configmaps/known",
    "api/v1/configmaps",
    "api/v1/namespaces/default/configmaps?limit=1",
    "state",
    "hops?after=0&limit=500",
    "hops/3",
    "objects?key=configmaps/default/known",
    "etcd/keys?prefix=/registry/configmaps/",
    "etcd/key?key=/registry/configmaps/default/known",
    "why?key=configmaps/default/known",
    "branches",
    "breakpoints",
)
TELLING = [*READS[:3], "objects?key=configmaps/default/known", "etcd/key?key=/registry/configmaps/default/known"]
"""Those in whose answers the secret stands."""
WRITES: tuple[tuple[str, str, Obj], ...] = (
    ("POST", "api/v1/namespaces/default/configmaps", {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "planted"}}),
    ("DELETE", "api/v1/namespaces/default/configmaps/known", {}),
    ("PUT", "api/v1/namespaces/default/configmaps/known", {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "known"}}),
    ("POST", "manifests", {"text": TEXT, "dryRun": False}),
    ("POST", "actions", {"action": "delete", "key": "configmaps/default/known"}),
    ("POST", "faults", {"target": "kube-scheduler", "fault": "stopped"}),
    ("POST", "breakpoints", {"text": "pod web bound", "set": True}),
)


class Tenant(FakeHost):
    """One of two clusters, with its own API server, its own token, and one object that says whose it is."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        rng = Rng(1)
        self.token = f"token-of-{name}"
        tokens = {self.token: ADMIN}
        self.api = Handler(self.store, self.trace, self.clock, rng, tokens=tokens, signing_key=None, policy=default_policy())
        admin = Client(self.api, "kubectl", ADMIN, Engine(self.clock, self.trace, rng, strict=True).checkpoint)
        admin.create(NAMESPACES, {"metadata": {"name": "default"}})
        known = {"metadata": {"name": "known", "namespace": "default"}, "data": {"secret": SECRET.format(name)}}
        admin.create(CONFIGMAPS, known)

    async def serve(self, request: Request) -> Response:
        return self.api.serve(request)

    async def watch(self, request: Request, on_ready: WatchReady) -> Watch:
        return self.api.watch(request, on_ready)

    async def visit(self, credentials: Credentials, verb: str, path: str) -> None:
        """Authorize a path that is no resource."""
        self.api.visit(credentials, verb, path)

    def everything(self) -> tuple[int, int, int, int]:
        """What would be another number if somebody had got through."""
        return self.store.revision, len(self.store.hops), len(self.steered), len(self.conditions)


@dataclass
class Outside:
    """Somebody who sends bytes to the server."""

    application: Callable[..., Awaitable[None]]

    async def send(self, method: str, target: str, body: bytes, token: str) -> tuple[int, bytes]:
        """Send one request line as it is; returns the code and the body."""
        path, _, query = target.partition("?")
        headers = {
            "host": "127.0.0.1",
            "content-type": "application/json",
            "authorization": f"Bearer {token}",
            "cookie": f"csrftoken={TOKEN}",
            "x-csrftoken": TOKEN,
            "referer": "http://127.0.0.1/",
        }
        scope = {
            "type": "http",
            "method": method,
            "path": path,
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        }
        incoming = [{"type": "http.request", "body": body, "more_body": False}]
        answered: list[Obj] = []

        async def receive() -> Obj:
            if incoming:
                return incoming.pop()
            await asyncio.Event().wait()
            return {}

        async def send(message: Obj) -> None:
            answered.append(message)

        await self.application(scope, receive, send)
        return answered[0]["status"], b"".join(message.get("body", b"") for message in answered[1:])


@pytest.fixture
def tenants(monkeypatch: pytest.MonkeyPatch) -> dict[str, Tenant]:
    """Two clusters of one server."""
    both = {name: Tenant(name) for name in ("mine", "other")}
    monkeypatch.setattr(clusters, "hosts", lambda: FakeHosts(dict(both)))
    return both


def test_nothing_of_a_cluster_is_read_or_changed_through_anothers_address(tenants: dict[str, Tenant]) -> None:
    numbers = random.Random(4)
    mine, other = tenants["mine"], tenants["other"]
    outside = Outside(KubernetesApi(lambda: cast(Hosts, FakeHosts(dict(tenants))), get_asgi_application()))
    before = other.everything()
    own, foreign, codes = [], [], set()

    async def probe() -> None:
        for path in READS:
            _, content = await outside.send("GET", f"/clusters/mine/{path}", b"", mine.token)
            own.append(SECRET.format("mine").encode() in content)
        for _ in range(PROBES):
            bend = numbers.choice(BENT)
            if numbers.random() < 0.7:
                method, path, body = "GET", numbers.choice(READS), b""
            else:
                method, path, document = numbers.choice(WRITES)
                body = orjson.dumps(document)
            target = f"/clusters/mine/{bend(path, 'other')}"
            code, content = await outside.send(method, target, body, numbers.choice((mine.token, other.token, "")))
            codes.add(code)
            if SECRET.format("other").encode() in content:
                foreign.append(f"{method} {target}")

    asyncio.run(probe())
    assert (foreign, other.everything()) == ([], before)
    assert [path for path, is_told in zip(READS, own, strict=True) if is_told] == TELLING, "of its own cluster an address does not tell"
    assert {200, 401, 404, 409} <= codes
