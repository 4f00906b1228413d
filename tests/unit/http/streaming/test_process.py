"""``exec`` and ``attach`` from a client's first byte to the last, over WebSocket and SPDY, through the API server to a node and back."""

from __future__ import annotations

import asyncio

import orjson
import pytest
from wsproto.events import CloseConnection

from cluster.http.spdy.frames import Data, Opened, Replied
from cluster.http.streaming.channels import OLD, V4, V4_BASE64, V5
from cluster.machinery.meta import Obj
from cluster.machinery.storage import Store
from cluster.runner.session_records import PREFIX
from tests.unit.http.streaming.pod_room import POD, PodRoom, SocketClient, SpdyClient, run

OUTPUT = "stdout=true&stderr=true"
SUCCESS = orjson.dumps({"metadata": {}, "status": "Success"})


def exec_path(*command: str, more: str = OUTPUT, pod: str = POD) -> str:
    return f"{pod}/exec?{'&'.join(f'command={word}' for word in command)}&{more}"


def left(store: Store) -> list[str]:
    return [kv.key for kv in store.list(PREFIX).items]


@pytest.mark.parametrize(
    ("protocol", "expected"),
    [
        pytest.param(V5, [b"\x01", b"\x01hi\n", b"\x03" + SUCCESS, 1000], id="v5"),
        pytest.param(V4, [b"\x01", b"\x01hi\n", b"\x03" + SUCCESS, 1000], id="v4"),
        pytest.param(V4_BASE64, ["1", "1aGkK", "3" + "eyJtZXRhZGF0YSI6e30sInN0YXR1cyI6IlN1Y2Nlc3MifQ==", 1000], id="v4 as text"),
        pytest.param(OLD, [b"\x01", b"\x01hi\n", 1000], id="the oldest, which says nothing of a success"),
    ],
)
def test_a_command_over_a_websocket(protocol: str, expected: list[object]) -> None:
    async def talk() -> None:
        room = PodRoom()
        client = SocketClient(room, exec_path("echo", "hi"), protocol)
        heard = await client.heard(len(expected))
        reply = await client.leave()
        assert (heard, client.accepted[b"Sec-WebSocket-Protocol"], reply.code, left(room.rig.store)) == (
            expected,
            protocol.encode(),
            101,
            [],
        )

    run(talk())


def test_input_a_terminals_size_and_the_end_of_the_input() -> None:
    async def talk() -> None:
        room = PodRoom()
        client = SocketClient(room, exec_path("cat", more=OUTPUT + "&stdin=true"), V5)
        first = await client.heard(1)
        client.say(b"\x00abc")
        echoed = await client.heard(1)
        client.say(b"\xff\x00")
        rest = await client.heard(2)
        await client.leave()
        sized = SocketClient(room, exec_path("size", more="stdin=true&stdout=true&tty=true"), V5)
        sized.say(b'\x04{"Width":80,"Height":24}')
        told = await sized.heard(2)
        await sized.leave()
        heard = (first, echoed, rest, told)
        assert heard == ([b"\x01"], [b"\x01abc"], [b"\x03" + SUCCESS, 1000], [b"\x01", b"\x0180x24\n"])

    run(talk())


def test_a_command_over_spdy() -> None:
    async def talk() -> None:
        room = PodRoom()
        client = SpdyClient(room, exec_path("fail", "3"), "v5.channel.k8s.io", V4)
        await client.opened()
        client.say(Opened(1, {"streamtype": "error"}), Opened(3, {"streamtype": "stdout"}), Opened(5, {"streamtype": "stderr"}))
        heard = await client.heard(7)
        await client.leave()
        status = {
            "metadata": {},
            "status": "Failure",
            "message": "command terminated with non-zero exit code: error executing command [fail 3], exit code 3",
            "reason": "NonZeroExitCode",
            "details": {"causes": [{"reason": "ExitCode", "message": "3"}]},
        }
        assert (client.accepted[b"X-Stream-Protocol-Version"], heard) == (
            V4.encode(),
            [
                *(Replied(stream, {}) for stream in (1, 3, 5)),
                Data(5, b"failed\n"),
                Data(1, orjson.dumps(status), is_last=True),
                Data(3, b"", is_last=True),
                Data(5, b"", is_last=True),
            ],
        )

    run(talk())


def test_attach_over_spdy() -> None:
    async def talk() -> None:
        room = PodRoom()
        client = SpdyClient(room, f"{POD}/attach?stdin=true&stdout=true", V4)
        await client.opened()
        client.say(*(Opened(stream, {"streamtype": name}) for stream, name in ((1, "error"), (3, "stdin"), (5, "stdout"))))
        client.say(Data(3, b"typed"), Data(3, b"", is_last=True))
        heard = await client.heard(6)
        await client.leave()
        assert heard[3:] == [Data(5, b"typed"), Data(1, SUCCESS, is_last=True), Data(5, b"", is_last=True)]

    run(talk())


@pytest.mark.parametrize("how", ["goodbye", "hang up"])
def test_a_client_that_leaves_is_detached(how: str) -> None:
    async def talk() -> None:
        room = PodRoom()
        client = SocketClient(room, f"{POD}/attach?stdin=true&stdout=true", V5)
        await client.heard(1)
        while not room.runtime.processes:
            await asyncio.sleep(0)
        if how == "goodbye":
            client.send(CloseConnection(1000))
        await client.leave()
        room.carry()
        assert (room.runtime.processes[0].is_left, left(room.rig.store)) == (True, [])

    run(talk())


def test_an_exec_breaks_off_without_a_goodbye_when_its_kubelet_ends() -> None:
    async def talk() -> None:
        room = PodRoom()
        client = SocketClient(room, exec_path("sleep", "60", more=OUTPUT + "&stdin=true"), V5)
        heard = await client.heard(1)
        while not room.runtime.processes:
            await asyncio.sleep(0)
        room.has_kubelet = False
        client.say(b"\x00x")
        more = await client.raw.until_written(1)  # nothing: the server has hung up
        await client.leave()
        assert (heard, more, left(room.rig.store)) == ([b"\x01"], b"", [])

    run(talk())


def internal(message: str) -> Obj:
    causes = {"causes": [{"message": message}]}
    said = f"Internal error occurred: {message}"
    status: Obj = {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure", "message": said}
    return status | {"reason": "InternalError", "details": causes, "code": 500}


@pytest.mark.parametrize(
    ("path", "message"),
    [
        pytest.param(
            exec_path("nothing"),
            "Internal error occurred: error executing command in container: failed to exec in container: nothing of that name",
            id="there is no such program",
        ),
        pytest.param(
            exec_path("echo", pod=POD.replace("web", "lost"), more="stdout=true&stderr=true&tty=true"),
            'error sending request: Post "https://n2:10250/exec/default/lost/c?command=echo&output=1&tty=1": '
            "dial tcp 192.168.0.11:10250: connect: no route to host",
            id="the node does not answer",
        ),
    ],
)
def test_over_v5_a_failure_is_told_on_the_error_channel(path: str, message: str) -> None:
    async def talk() -> None:
        client = SocketClient(PodRoom(), path, V5)
        heard = await client.heard(3)
        await client.leave()
        assert heard == [b"\x01", b"\x03" + orjson.dumps(internal(message)), 1000]

    run(talk())


@pytest.mark.parametrize(
    ("path", "protocol", "headers", "code", "text"),
    [
        pytest.param(exec_path("echo", pod=POD.replace("web", "gone")), V5, {}, 404, 'pods \\"gone\\" not found', id="no such pod"),
        pytest.param(
            exec_path("echo", pod=POD.replace("web", "new")), V5, {}, 400, "pod new does not have a host assigned", id="a pod on no node"
        ),
        pytest.param(
            exec_path("echo", more="container=d&stdout=true"), V5, {}, 400, "container d is not valid for pod web", id="no such container"
        ),
        pytest.param(exec_path("echo", more=""), V5, {}, 400, "you must specify at least 1 of stdin, stdout, stderr", id="no stream"),
        pytest.param(exec_path("echo"), "chat", {}, 400, "websocket: unable to negotiate protocol", id="no protocol in common"),
        pytest.param(
            exec_path("echo"), V5, {"origin": "https://evil.example"}, 403, "may not open a connection", id="a page of another site"
        ),
        pytest.param(exec_path("echo"), V5, {"authorization": "Bearer wrong"}, 401, "Unauthorized", id="an unknown token"),
        pytest.param(
            exec_path("echo"),
            V5,
            {"authorization": ""},
            403,
            'User \\"system:anonymous\\" cannot get resource \\"pods/exec\\"',
            id="nobody",
        ),
        pytest.param(exec_path("echo"), V5, {"connection": "close"}, 400, "Upgrade request required", id="a plain request"),
        pytest.param(
            exec_path("echo", pod=POD.replace("web", "lost")),
            V4,
            {},
            500,
            "error dialing backend: dial tcp 192.168.0.11:10250: connect: no route to host",
            id="a node that does not answer, over v4",
        ),
    ],
)
def test_what_is_refused_before_anything_flows(path: str, protocol: str, headers: dict[str, str], code: int, text: str) -> None:
    async def talk() -> None:
        client = SocketClient(PodRoom(), path, protocol, headers=headers)
        reply = await client.task
        assert (reply.code, text in reply.content.decode(), client.accepted) == (code, True, {})

    run(talk())


def test_over_v4_a_container_that_does_not_run_refuses_the_upgrade_in_the_kubelets_words() -> None:
    async def talk() -> None:
        room = PodRoom()
        room.runtime.list_containers = lambda pod_uid: []  # type: ignore[method-assign]
        client = SocketClient(room, exec_path("echo"), V4)
        reply = await client.task
        assert (reply.code, reply.content, left(room.rig.store)) == (500, b'container not found ("c")', [])

    run(talk())


def test_every_hop_of_the_way_is_recorded() -> None:
    async def talk() -> None:
        room = PodRoom()
        before = len(room.rig.hops())
        client = SocketClient(room, exec_path("echo", "hi"), V5)
        await client.heard(4)
        await client.leave()
        hops = room.rig.hops()[before:]
        causes = {hop.seq: f"{hop.source} {hop.verb}" for hop in hops}
        way = [(hop.source, hop.target, hop.verb, hop.key, hop.outcome, causes.get(hop.cause, "")) for hop in hops]
        api, kubelet, containerd, key = "kube-apiserver", "node/n1/kubelet", "node/n1/containerd", "pods/default/web/exec"
        asked = "client GET"
        assert [each for each in way if each[2] in ("GET", "exec", "Exec", "reply")] == [
            ("client", api, "GET", key, "", ""),
            (api, kubelet, "exec", key, "", asked),
            (api, "client", "reply", key, "101 Switching Protocols", asked),
            (kubelet, containerd, "Exec", "pods/default/web/c", "OK", "kube-apiserver exec"),
        ]

    run(talk())


def test_the_loops_cut_sessions_that_they_find() -> None:
    async def talk() -> None:
        room = PodRoom()
        client = SocketClient(room, f"{POD}/attach?stdin=true&stdout=true", V5)
        await client.heard(1)
        with room.rig.store.transaction():
            room.sessions.start()
        client.say(b"\x00x")
        heard = await client.heard(2)
        await client.leave()
        lost = internal("the connection to the kubelet was lost")
        assert heard == [b"\x03" + orjson.dumps(lost), 1000]

    run(talk())
