"""The whole application, as a server calls it: pages, static files and sockets behind one door."""

from __future__ import annotations

import asyncio

from asgiref.testing import ApplicationCommunicator
from channels.testing import WebsocketCommunicator

from cluster.machinery.meta import Obj
from dashboard.asgi import application
from tests.unit.dashboard.fake_host import FakeHost

HOST = (b"host", b"127.0.0.1:8000")


async def status_of(path: str) -> int:
    scope: Obj = {"type": "http", "method": "GET", "path": path, "raw_path": path.encode(), "query_string": b"", "headers": [HOST]}
    communicator = ApplicationCommunicator(application, scope)
    await communicator.send_input({"type": "http.request", "body": b""})
    answer: Obj = await communicator.receive_output(10)
    return int(answer["status"])


def test_pages_answers_and_static_files_are_served(host: FakeHost) -> None:
    paths = ("/", "/clusters/demo/", "/clusters/demo/state", "/static/js/main.js", "/static/nothing.js", "/nowhere")
    assert [asyncio.run(status_of(path)) for path in paths] == [200, 200, 200, 200, 404, 404]


def test_the_socket_is_open_to_this_servers_pages_only(host: FakeHost) -> None:
    async def connects(origin: bytes) -> bool:
        communicator = WebsocketCommunicator(application, "/clusters/demo/socket", headers=[HOST, (b"origin", origin)])
        connected, _ = await communicator.connect()
        await communicator.disconnect()
        return bool(connected)

    assert asyncio.run(connects(b"http://127.0.0.1:8000")) is True
    assert asyncio.run(connects(b"https://evil.example")) is False
