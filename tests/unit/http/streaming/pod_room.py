"""A pod whose container runs programs, a door to reach it by, and clients over WebSocket and SPDY: everything but a network."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Coroutine, Mapping, Sequence
from typing import cast

from wsproto.connection import Connection, ConnectionType
from wsproto.events import BytesMessage, CloseConnection, Event, TextMessage

from cluster.http.spdy.frames import Frame, FrameReader, FrameWriter
from cluster.http.upgrade import RawConnection
from cluster.kubelet.cri import RecordedRuntime
from cluster.machinery.cri import ContainerRuntime
from cluster.machinery.kinds.core import PODS
from cluster.machinery.network import Failure, HttpRequest, HttpResponse, NetworkError, NoNetwork, Peer
from cluster.runner.far_ends import FarEnds
from cluster.runner.kubelet_servers import StoredKubelets
from cluster.runner.sessions import Sessions
from tests.unit.apiserver.rig import Rig
from tests.unit.http.door import Door, Reply
from tests.unit.http.streaming.fake_raw import FakeRaw
from tests.unit.kubelet.fake_processes import FakeProcesses

POD = "/clusters/demo/api/v1/namespaces/default/pods/web"
KEY = base64.b64encode(b"0123456789abcdef").decode()


class FakeNetwork(NoNetwork):
    """Answers at ``10.244.0.2:80`` with what it was asked; ``/slow`` after 5 seconds. Elsewhere nobody listens."""

    def http(self, peer: Peer, address: str, port: int, request: HttpRequest) -> HttpResponse:
        if (address, port) != ("10.244.0.2", 80):
            raise NetworkError(Failure.REFUSED)
        said = f"{peer.ip} {request.method} {request.path} {sorted(request.headers)} {request.body.decode()}"
        headers = {"content-type": "text/plain", "server": "nginx"}
        return HttpResponse(418, said.encode(), headers, 5.0 if request.path == "/slow" else 0.0)


class PodRoom:
    """``default/web``, container ``c``, on the node ``n1``; ``default/lost`` on one that is switched off; ``default/new`` on none."""

    def __init__(self) -> None:
        self.rig = Rig(kubelets=StoredKubelets)
        for index, (name, is_stopped) in enumerate((("n1", False), ("n2", True))):
            self.rig.store.put(f"/node/{name}/machine", {"index": index, "stopped": is_stopped, "uid": ""})
        uid = self._pod("web", "n1")
        self._pod("lost", "n2")
        self._pod("new", "")
        self.runtime, self.has_kubelet = FakeProcesses(uid), True
        self._recorded = RecordedRuntime(cast(ContainerRuntime, self.runtime), self.rig.trace, "n1")
        self.network = FakeNetwork()
        far_ends = FarEnds(self._runtime_of, self.network, Peer("n0", "192.168.0.10"), self.rig.engine)
        self.sessions = Sessions(self.rig.store, self.rig.trace, far_ends)
        self.sessions.start()
        self.door = Door(self.rig, between=self.carry)

    def carry(self) -> None:
        """What the process that runs the loops does between its steps."""
        if self.sessions.is_due:
            with self.rig.store.transaction():
                self.sessions.serve()

    def _pod(self, name: str, node: str) -> str:
        spec = {"containers": [{"name": "c", "image": "busybox"}]} | ({"nodeName": node} if node else {})
        created = self.rig.admin.create(PODS, {"metadata": {"name": name, "namespace": "default"}, "spec": spec})
        return str(created["metadata"]["uid"])

    def _runtime_of(self, node: str) -> RecordedRuntime | None:
        return self._recorded if node == "n1" and self.has_kubelet else None


class Client:
    """One connection. ``reply``: what the server answered when it did not accept."""

    def __init__(self, room: PodRoom, path: str, method: str, headers: Mapping[str, str]) -> None:
        self.raw = FakeRaw()
        self.accepted: dict[bytes, bytes] = {}
        self._opened = asyncio.Event()
        self.task = asyncio.ensure_future(room.door.send(method, path, headers=headers, takeover=self._take_over))

    def _take_over(self, headers: Sequence[tuple[bytes, bytes]]) -> RawConnection:
        self.accepted = dict(headers)
        self._opened.set()
        return self.raw

    async def opened(self) -> None:
        """Wait until the server has accepted, or answered something else."""
        waiting = asyncio.ensure_future(self._opened.wait())
        await asyncio.wait((waiting, self.task), return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()

    async def leave(self) -> Reply:
        """Hang up, and return how it ended."""
        self.raw.arrives(b"")
        return await self.task


class SocketClient(Client):
    """Over a WebSocket."""

    def __init__(self, room: PodRoom, path: str, *protocols: str, headers: Mapping[str, str] | None = None) -> None:
        given = {"connection": "Upgrade", "upgrade": "websocket", "sec-websocket-version": "13", "sec-websocket-key": KEY}
        named = {"sec-websocket-protocol": ", ".join(protocols)} if protocols else {}
        super().__init__(room, path, "GET", {**given, **named, **(headers or {})})
        self._frames = Connection(ConnectionType.CLIENT)
        self._part = b""

    def say(self, message: bytes | str) -> None:
        """Send a message."""
        self.raw.arrives(self._frames.send(TextMessage(message) if isinstance(message, str) else BytesMessage(message)))

    def send(self, event: Event) -> None:
        """Send anything else."""
        self.raw.arrives(self._frames.send(event))

    async def heard(self, count: int) -> list[bytes | str | int]:
        """Wait for so many messages; a number is the code of a goodbye."""
        found: list[bytes | str | int] = []
        while len(found) < count:
            self._frames.receive_data(await self.raw.until_written(1))
            for event in self._frames.events():
                if isinstance(event, CloseConnection):
                    found.append(int(event.code))
                elif isinstance(event, BytesMessage | TextMessage):
                    self._part += event.data if isinstance(event, BytesMessage) else event.data.encode()
                    if event.message_finished:
                        found.append(self._part if isinstance(event, BytesMessage) else self._part.decode())
                        self._part = b""
        return found


class SpdyClient(Client):
    """Over SPDY."""

    def __init__(self, room: PodRoom, path: str, *protocols: str) -> None:
        headers = {"connection": "Upgrade", "upgrade": "SPDY/3.1", "x-stream-protocol-version": ",".join(protocols)}
        super().__init__(room, path, "POST", headers)
        self._reader, self._writer = FrameReader(), FrameWriter()

    def say(self, *frames: Frame) -> None:
        """Send frames."""
        for frame in frames:
            self.raw.arrives(self._writer.bytes_of(frame))

    async def heard(self, count: int) -> list[Frame]:
        """Wait for so many frames."""
        found: list[Frame] = []
        while len(found) < count:
            found += self._reader.frames(await self.raw.until_written(1))
        return found


def run(talk: Coroutine[object, object, object]) -> None:
    """Let a client talk; a talk that gets stuck fails."""
    asyncio.run(asyncio.wait_for(talk, 20))
