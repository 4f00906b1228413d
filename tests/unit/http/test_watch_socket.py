"""A watch over a WebSocket: a message for each event."""

from __future__ import annotations

import orjson

from cluster.machinery.kinds.core import CONFIGMAPS
from tests.unit.http.streaming.pod_room import PodRoom, SocketClient, run


def test_each_event_is_a_message() -> None:
    async def talk() -> None:
        room = PodRoom()
        client = SocketClient(room, "/clusters/demo/api/v1/namespaces/default/configmaps?watch=true")
        await client.opened()
        for name in ("a", "b"):
            room.rig.admin.create(CONFIGMAPS, {"metadata": {"name": name, "namespace": "default"}})
        room.rig.handler.cacher.pump()
        heard = [orjson.loads(message) for message in await client.heard(2) if isinstance(message, str)]
        reply = await client.leave()
        told = [(event["type"], event["object"]["metadata"]["name"]) for event in heard]
        assert (told, reply.code) == ([("ADDED", "a"), ("ADDED", "b")], 101)

    run(talk())


def test_a_page_of_another_site_may_not_watch() -> None:
    async def talk() -> None:
        reply = await SocketClient(PodRoom(), "/clusters/demo/api/v1/pods?watch=1", headers={"origin": "https://evil.example"}).task
        assert reply.code == 403

    run(talk())
