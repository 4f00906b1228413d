"""What keeps strangers out: exposure checks, headers, Host, CSRF, body limits, the secret."""

from __future__ import annotations

import asyncio
from pathlib import Path

import orjson
import pytest
from asgiref.testing import ApplicationCommunicator
from django.core.asgi import get_asgi_application
from django.test import AsyncClient

from cluster.machinery.meta import Obj
from dashboard.checks import exposure_faults
from dashboard.exposure import LoopbackOnly
from dashboard.limits import BodyLimit, FloodLimit, Receive, Send
from dashboard.middleware import CONTENT_SECURITY_POLICY
from dashboard.secret import LENGTH, secret_key
from tests.unit.dashboard.fake_host import FakeHost

GOOD = "x" * 64


@pytest.mark.parametrize(
    ("bind", "debug", "secret", "hosts", "faults"),
    [
        ("127.0.0.1", True, "short", ["*"], []),
        ("::1", True, "short", ["*"], []),
        ("localhost", True, "short", ["*"], []),
        ("0.0.0.0", False, GOOD, ["podium.example"], []),
        ("0.0.0.0", True, GOOD, ["podium.example"], ["podium.E001"]),
        ("192.168.1.5", False, "short", ["podium.example"], ["podium.E002"]),
        ("::", False, "only-for-loopback" + GOOD, ["podium.example"], ["podium.E002"]),
        ("podium.example", False, GOOD, ["a", "*"], ["podium.E003"]),
        ("0.0.0.0", True, "", ["*"], ["podium.E001", "podium.E002", "podium.E003"]),
    ],
)
def test_a_server_beyond_loopback_needs_a_secret_names_and_no_debug(
    bind: str, debug: bool, secret: str, hosts: list[str], faults: list[str]
) -> None:
    assert [fault.id for fault in exposure_faults(bind, debug=debug, secret=secret, allowed_hosts=hosts)] == faults


@pytest.mark.parametrize(
    ("kind", "server", "answers"),
    [
        ("http", ("127.0.0.1", 8000), [200]),
        ("http", ("::ffff:127.0.0.1", 8000), [200]),
        ("http", ("::1", 8000), [200]),
        ("http", ("/run/podium.socket", None), [200]),
        ("http", None, [200]),
        ("http", ("192.168.1.5", 8000), [503, b"DEBUG is on."]),
        ("http", ("fe80::1%eth0", 8000), [503, b"DEBUG is on."]),
        ("websocket", ("127.0.0.1", 8000), [200]),
        ("websocket", ("192.168.1.5", 8000), [1008]),
    ],
)
def test_an_unsafe_server_that_others_can_reach_answers_nobody_but_this_machine(kind: str, server: object, answers: list[object]) -> None:
    async def application(scope: Obj, receive: Receive, send: Send) -> None:
        await send({"status": 200})

    said: list[object] = []

    async def send(message: Obj) -> None:
        said.extend(message[field] for field in ("status", "code", "body") if field in message)

    async def receive() -> Obj:
        return {}

    asyncio.run(LoopbackOnly(application, ["DEBUG is on."])({"type": kind, "server": server}, receive, send))
    assert said == answers


def test_the_secret_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    secret = secret_key(folder)
    assert (len(secret), secret_key(folder)) == (LENGTH, secret)
    assert (folder / "secret-key").stat().st_mode & 0o777 == 0o600


def test_a_folder_that_can_not_be_written_gives_a_secret_of_the_process(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file, not a folder")
    assert len(secret_key(tmp_path / "data")) == LENGTH


def test_every_answer_allows_nothing_but_this_servers_own_files(host: FakeHost, client: AsyncClient) -> None:
    for path in ("/clusters/demo/state", "/nowhere"):
        response = asyncio.run(client.get(path))
        assert response.headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY
        assert "unsafe" not in CONTENT_SECURITY_POLICY
        assert (response.headers["X-Content-Type-Options"], response.headers["X-Frame-Options"]) == ("nosniff", "DENY")


@pytest.mark.parametrize(("name", "status"), [(b"evil.example", 400), (b"127.0.0.1:8000", 200)])
def test_a_foreign_host_header_is_refused(host: FakeHost, name: bytes, status: int) -> None:
    async def ask() -> Obj:
        scope = {"type": "http", "method": "GET", "path": "/clusters/demo/state", "query_string": b"", "headers": [(b"host", name)]}
        communicator = ApplicationCommunicator(get_asgi_application(), scope)
        await communicator.send_input({"type": "http.request", "body": b""})
        answer: Obj = await communicator.receive_output(10)
        return answer

    assert asyncio.run(ask())["status"] == status


@pytest.mark.parametrize("path", ["manifests", "actions"])
@pytest.mark.parametrize("headers", [{}, {"X-CSRFToken": "wrong"}])
def test_a_write_without_the_pages_token_is_refused(host: FakeHost, path: str, headers: dict[str, str]) -> None:
    client = AsyncClient(enforce_csrf_checks=True)
    response = asyncio.run(client.post(f"/clusters/demo/{path}", data={}, content_type="application/json", headers=headers))
    assert (response.status_code, orjson.loads(response.content)) == (
        403,
        {"message": "This request does not come from a page of this server.", "try": "Reload the page and try again."},
    )


def test_a_write_with_the_pages_token_is_served_and_one_from_elsewhere_is_not(host: FakeHost) -> None:
    token = "a" * 32

    def post(origin: str) -> int:
        client = AsyncClient(enforce_csrf_checks=True)
        client.cookies["csrftoken"] = token
        headers = {"X-CSRFToken": token, "origin": origin}
        response = asyncio.run(client.post("/clusters/demo/manifests", data={"text": ""}, content_type="application/json", headers=headers))
        return int(response.status_code)

    assert (post("http://testserver"), post("http://evil.example")) == (200, 403)


@pytest.mark.parametrize("method", ["get", "put", "delete"])
def test_writes_are_posts(host: FakeHost, client: AsyncClient, method: str) -> None:
    assert asyncio.run(getattr(client, method)("/clusters/demo/actions")).status_code == 405


def test_a_cluster_that_does_not_exist_is_404_everywhere(host: FakeHost, client: AsyncClient) -> None:
    for path in ("state", "hops", "hops/1", "objects?key=pods/default/web"):
        response = asyncio.run(client.get(f"/clusters/nowhere/{path}"))
        assert (response.status_code, orjson.loads(response.content)["message"]) == (404, "There is no cluster nowhere.")


@pytest.mark.parametrize(
    ("path", "headers", "chunks", "status"),
    [
        pytest.param("/nowhere", [(b"content-length", b"11")], [], 413, id="announced too large: nothing is read"),
        pytest.param("/nowhere", [], [b"x" * 6, b"x" * 6], 413, id="turns out too large"),
        pytest.param("/nowhere", [(b"content-length", b"10")], [b"x" * 10], 404, id="within the limit: it is passed on"),
        pytest.param("/large", [(b"content-length", b"20")], [b"x" * 20], 404, id="to a path that may bring more"),
        pytest.param("/large", [(b"content-length", b"21")], [], 413, id="too large there, too"),
        pytest.param("/large", [(b"content-length", b"21"), (b"accept", b"text/html")], [], 303, id="a page's form is led to what to do"),
        pytest.param("/nowhere", [(b"content-length", b"11"), (b"accept", b"text/html")], [], 413, id="nothing else is led there"),
    ],
)
def test_a_body_over_the_limit_is_413(path: str, headers: list[tuple[bytes, bytes]], chunks: list[bytes], status: int) -> None:
    async def ask() -> list[Obj]:
        scope = {"type": "http", "method": "POST", "path": path, "query_string": b"", "headers": [(b"host", b"127.0.0.1"), *headers]}
        communicator = ApplicationCommunicator(BodyLimit(get_asgi_application(), 10, {"/large": 20}), scope)
        for index, chunk in enumerate(chunks):
            await communicator.send_input({"type": "http.request", "body": chunk, "more_body": index < len(chunks) - 1})
        return [await communicator.receive_output(10), await communicator.receive_output(10)]

    start, body = asyncio.run(ask())
    assert start["status"] == status
    if status == 413:
        assert orjson.loads(body["body"])["message"] == f"The request is larger than {20 if path == '/large' else 10} bytes."


def test_a_flood_of_writes_is_429_until_it_ebbs_and_reads_go_on() -> None:
    now = 0.0
    served: list[str] = []

    async def application(scope: Obj, receive: object, send: object) -> None:
        served.append(scope["method"])

    async def ask(method: str, address: str) -> int:
        sent: list[Obj] = []

        async def send(message: Obj) -> None:
            sent.append(message)

        before = len(served)
        await limit({"type": "http", "method": method, "client": (address, 1)}, None, send)  # type: ignore[arg-type]
        return 200 if len(served) > before else int(sent[0]["status"])

    async def flood() -> list[int]:
        nonlocal now
        codes = [await ask("POST", "10.0.0.1") for _ in range(3)]
        codes += [await ask("GET", "10.0.0.1"), await ask("POST", "10.0.0.2")]
        now += 1
        return codes + [await ask("POST", "10.0.0.1") for _ in range(2)]

    limit = FloodLimit(application, rate=1, burst=2, clock=lambda: now)
    assert asyncio.run(flood()) == [200, 200, 429, 200, 200, 200, 429]
