"""A machine that joins from the page: what it is offered, what it asks for, what kubeadm says."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

import orjson
import pytest
from django.test import AsyncClient

from cluster.machinery.kinds.core import SECRETS
from cluster.machinery.kubelet_credentials import BOOTSTRAP_KUBECONFIG
from cluster.machinery.meta import Obj
from cluster.machinery.storage import Store
from cluster.runner.kubeadm import Kubeadm
from dashboard import clusters
from tests.unit.controller_manager.authority import AUTHORITY
from tests.unit.dashboard.fake_host import FakeHost, FakeHosts
from tests.unit.kubeadm.rig import PIN, TOKEN, KubeadmRig

T = TypeVar("T")
URL = "/clusters/demo/join"
ENDPOINT = "192.168.0.10:6443"


class KubeadmHost(FakeHost):
    """A host whose cluster kubeadm has made, or not (``is_bare``)."""

    def __init__(self, *, is_bare: bool = False) -> None:
        super().__init__()
        self.rig = KubeadmRig()
        self._kubeadm = Kubeadm(self.rig.handler, self.rig.store, self.rig.clock, None if is_bare else AUTHORITY)

    async def read(self, call: Callable[[Store], T]) -> T:
        return call(self.rig.store)

    async def kubeadm(self, call: Callable[[Kubeadm], T]) -> T:
        return call(self._kubeadm)


def open_host(monkeypatch: pytest.MonkeyPatch, *, is_bare: bool = False) -> KubeadmHost:
    host = KubeadmHost(is_bare=is_bare)
    monkeypatch.setattr(clusters, "hosts", lambda: FakeHosts({"demo": host}))
    return host


def get(client: AsyncClient) -> Obj:
    return orjson.loads(asyncio.run(client.get(URL)).content)  # type: ignore[no-any-return]


def post(client: AsyncClient, url: str = URL, **body: object) -> tuple[int, Obj]:
    response = asyncio.run(client.post(url, data=body, content_type="application/json"))
    return response.status_code, orjson.loads(response.content)


def test_the_next_machine_is_offered_a_name_and_a_token(client: AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    host = open_host(monkeypatch)
    host.rig.add_node("worker-1")
    assert get(client) == {"uses": True, "endpoint": ENDPOINT, "token": str(TOKEN), "hash": PIN, "name": "worker-2"}


def test_without_a_token_that_is_good_none_is_offered_until_one_is_made(client: AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    host = open_host(monkeypatch)
    host.rig.admin.delete(SECRETS, f"bootstrap-token-{TOKEN.id}", "kube-system")
    before = get(client)["token"]
    code, made = post(client, f"{URL}/token")
    kept = [secret["metadata"]["name"] for secret in host.rig.admin.list(SECRETS)]
    assert (before, code, kept, get(client)["token"]) == ("", 200, [f"bootstrap-token-{made['token'][:6]}"], made["token"])


def test_a_machine_joins_with_what_kubeadm_leaves_on_it(client: AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    host = open_host(monkeypatch)
    answer = post(client, name="worker-9", cpu="8", memory="", token=str(TOKEN), hash=PIN)
    ((node, action, detail),) = host.node_actions
    assert (answer, node, action, detail["cpu"], "memory" in detail, BOOTSTRAP_KUBECONFIG in detail["files"]) == (
        (200, {"message": "Node worker-9 joins: its kubelet registers it."}),
        "worker-9",
        "join",
        "8",
        False,
        True,
    )


def test_a_cluster_that_kubeadm_has_not_made_trusts_its_machines(client: AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    host = open_host(monkeypatch, is_bare=True)
    offered = get(client)
    code, _ = post(client, name="worker-9", cpu="8", memory="", token="", hash="")
    assert (offered["uses"], offered["token"], code, host.node_actions) == (False, "", 200, [("worker-9", "join", {"cpu": "8"})])


IDENTITY = "error execution phase preflight: couldn't validate the identity of the API Server: "
REFUSED: dict[str, tuple[Obj, int, str]] = {
    "a machine without a name": ({"name": ""}, 400, "It is not said what machine shall join."),
    "a name that is none": ({"name": "W 9"}, 400, "This cannot be a machine's name: W 9."),
    "a memory that is none": ({"memory": "lots"}, 400, "This is no quantity of memory: lots."),
    "a token that the cluster does not know": (
        {"token": "zzzzzz.0123456789abcdef"},
        503,
        f'{IDENTITY}could not find a JWS signature in the cluster-info ConfigMap for token ID "zzzzzz"',
    ),
    "another authority": (
        {"hash": "sha256:" + "0" * 64},
        400,
        f'{IDENTITY}cluster CA found in cluster-info ConfigMap is invalid: none of the public keys "{PIN}" are pinned',
    ),
    "no hash": (
        {"hash": ""},
        400,
        'discovery.bootstrapToken.caCertHashes: Invalid value: "": using token-based discovery without caCertHashes can be unsafe. '
        "Set unsafeSkipCAVerification as true in your kubeadm config file or pass --discovery-token-unsafe-skip-ca-verification flag to "
        "continue",
    ),
}


@pytest.mark.parametrize(("wrong", "code", "message"), REFUSED.values(), ids=REFUSED.keys())
def test_what_is_refused_leaves_nothing(client: AsyncClient, monkeypatch: pytest.MonkeyPatch, wrong: Obj, code: int, message: str) -> None:
    host = open_host(monkeypatch)
    before = host.rig.store.revision
    wanted = {"name": "worker-9", "cpu": "4", "memory": "8Gi", "token": str(TOKEN), "hash": PIN} | wrong
    answered, body = post(client, **wanted)
    assert (answered, body["message"], host.node_actions, host.rig.store.revision) == (code, message, [], before)
