"""Requests that are passed on to pods, services and kubelets."""

from __future__ import annotations

import asyncio

import pytest

from cluster.machinery.kinds.core import ENDPOINTS, NODES, PODS, SERVICES
from cluster.machinery.meta import SECOND, SimTime
from cluster.runner.session_records import PREFIX
from tests.unit.http.door import Reply
from tests.unit.http.streaming.pod_room import PodRoom

API = "/clusters/demo/api/v1"
WEB = f"{API}/namespaces/default"


def room() -> PodRoom:
    """``web`` has an address and is behind the service ``web``; the service ``none`` has no endpoints."""
    made = PodRoom()
    made.rig.admin.patch(PODS, "web", "default", {"status": {"podIP": "10.244.0.2", "phase": "Running"}}, subresource="status")
    for name in ("web", "none"):
        made.rig.admin.create(
            SERVICES, {"metadata": {"name": name, "namespace": "default"}, "spec": {"ports": [{"port": 8080, "name": "http"}]}}
        )
    subsets = [{"addresses": [{"ip": "10.244.0.2"}], "ports": [{"port": 80, "name": "http"}]}]
    made.rig.admin.create(ENDPOINTS, {"metadata": {"name": "web", "namespace": "default"}, "subsets": subsets})
    made.rig.admin.create(ENDPOINTS, {"metadata": {"name": "none", "namespace": "default"}})
    made.rig.admin.create(NODES, {"metadata": {"name": "n1"}})
    return made


@pytest.mark.parametrize(
    ("method", "path", "code", "content"),
    [
        pytest.param("GET", f"{WEB}/pods/web:80/proxy/a/b?x=1", 418, "192.168.0.10 GET /a/b?x=1 ['content-type'] ", id="a pod"),
        pytest.param(
            "POST", f"{WEB}/services/web:http/proxy/", 418, "192.168.0.10 POST / ['content-type'] body", id="a service by its port's name"
        ),
        pytest.param(
            "GET", f"{WEB}/services/web:8080/proxy//a%2Fb/", 418, "192.168.0.10 GET //a%2Fb/ ['content-type'] ", id="a path stays as it is"
        ),
        pytest.param("GET", f"{API}/nodes/n1/proxy/healthz", 200, "ok", id="a kubelet"),
        pytest.param("GET", f"{API}/nodes/n1:10250/proxy/nothing", 404, "404 page not found\n", id="a kubelet that has no such path"),
    ],
)
def test_what_comes_back(method: str, path: str, code: int, content: str) -> None:
    made = room()
    reply = made.door.ask(method, path, b"body" if method == "POST" else b"")
    assert (reply.code, reply.content.decode(), len(made.rig.store.list(PREFIX).items)) == (code, content, 0)


@pytest.mark.parametrize(
    ("path", "code", "message"),
    [
        pytest.param(
            f"{WEB}/pods/web:99/proxy/",
            503,
            "error trying to reach service: dial tcp 10.244.0.2:99: connect: connection refused",
            id="nobody listens",
        ),
        pytest.param(f"{WEB}/pods/gone/proxy/", 404, 'pods "gone" not found', id="no such pod"),
        pytest.param(f"{WEB}/pods/new:80/proxy/", 400, "address not allowed", id="a pod without an address"),
        pytest.param(f"{WEB}/pods/ftp:web:80/proxy/", 400, 'invalid pod request "ftp:web:80"', id="no such scheme"),
        pytest.param(f"{WEB}/services/web:81/proxy/", 503, 'no service port 81 found for service "web"', id="no such port of a service"),
        pytest.param(f"{WEB}/services/web/proxy/", 503, 'no endpoints available for service "web"', id="a service whose port has a name"),
        pytest.param(
            f"{WEB}/services/none:8080/proxy/", 503, 'no endpoints available for service "none"', id="a service without endpoints"
        ),
        pytest.param(f"{API}/nodes/n9/proxy/healthz", 404, 'nodes "n9" not found', id="no such node"),
    ],
)
def test_what_is_refused(path: str, code: int, message: str) -> None:
    reply = room().door.ask("GET", path)
    assert (reply.code, reply.obj["message"]) == (code, message)


def test_a_proxy_without_a_path_is_a_folder() -> None:
    reply = room().door.ask("GET", f"{WEB}/pods/web:80/proxy?x=1")
    assert (reply.code, reply.headers["location"]) == (301, "proxy/?x=1")


def test_an_answer_comes_when_its_time_has_come() -> None:
    made = room()

    async def ask() -> tuple[bool, Reply]:
        asking = asyncio.ensure_future(made.door.send("GET", f"{WEB}/pods/web:80/proxy/slow"))
        for _ in range(20):
            await asyncio.sleep(0)
        was_done = asking.done()
        made.rig.engine.run_until(SimTime(made.rig.clock.now + 6 * SECOND))
        return was_done, await asking

    was_done, reply = asyncio.run(ask())
    assert (was_done, reply.code) == (False, 418)


def test_who_may_not_is_refused() -> None:
    reply = room().door.ask("GET", f"{API}/nodes/n1/proxy/pods", headers={"authorization": ""})
    assert (reply.code, reply.obj["message"]) == (
        403,
        'nodes "n1" is forbidden: User "system:anonymous" cannot get resource "nodes/proxy" in API group "" at the cluster scope',
    )
