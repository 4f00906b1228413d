"""The kubelet's end of sessions: which container, what goes in and comes out, and how it ends."""

from __future__ import annotations

import pytest

from cluster.kubelet.streaming_server import FarEnd, StreamingServer
from cluster.machinery.cri import CriError
from cluster.machinery.kubelet_server import Ending, HttpReply, Input, Output, StreamOptions
from tests.unit.kubelet.fake_processes import POD, PORT, SANDBOX, FakeProcesses


def options(*command: str, container: str = "c", stdin: bool = True, stdout: bool = True, stderr: bool = True) -> StreamOptions:
    return StreamOptions(container, command, stdin=stdin, stdout=stdout, stderr=stderr)


def server() -> StreamingServer:
    return StreamingServer(FakeProcesses(), lambda: None)


def used(end: FarEnd, *pieces: Input) -> tuple[list[Output | HttpReply], Ending | None]:
    end.take(pieces)
    ending = end.ending
    return list(end.output()), ending


@pytest.mark.parametrize(
    ("asked", "pieces", "outputs", "ending"),
    [
        pytest.param(options("echo", "hi"), [], [Output(b"hi\n")], Ending(0), id="a command that ends at once"),
        pytest.param(options("fail", "3"), [], [Output(stderr=b"failed\n")], Ending(3), id="one that fails"),
        pytest.param(options("fail", "3", stderr=False), [], [], Ending(3), id="one whose errors nobody wants"),
        pytest.param(options("cat"), [Input(b"x")], [Output(b"x")], None, id="one that goes on"),
        pytest.param(options("cat"), [Input(b"x", is_end=True)], [Output(b"x")], Ending(0), id="one that reads to the end of its input"),
        pytest.param(options("cat", stdin=False), [Input(b"x", is_end=True)], [], None, id="one without an input"),
        pytest.param(options("size"), [Input(size=(80, 24))], [Output(b"80x24\n")], None, id="one whose terminal changes"),
        pytest.param(
            options("nothing"),
            [],
            [],
            Ending(error="error executing command in container: failed to exec in container: nothing of that name"),
            id="one that is not there",
        ),
        pytest.param(options("echo", container="d"), [], [], Ending(refusal='container not found ("d")'), id="no such container runs"),
    ],
)
def test_exec(asked: StreamOptions, pieces: list[Input], outputs: list[Output], ending: Ending | None) -> None:
    assert used(server().exec(POD, asked), *pieces) == (outputs, ending)


def test_attach() -> None:
    streaming = server()
    attached = streaming.attach(POD, options())
    missed = streaming.attach("another", options())
    assert (used(attached, Input(b"x")), used(missed)) == (([Output(b"x")], None), ([], Ending(refusal='container not found ("c")')))


@pytest.mark.parametrize(
    ("pod", "port", "pieces", "outputs", "ending"),
    [
        pytest.param(POD, 80, [Input(b"get")], [Output(b"GET")], None, id="a port that answers"),
        pytest.param(POD, 80, [Input(b"get", is_end=True)], [Output(b"GET")], Ending(), id="the client has said all"),
        pytest.param(
            POD,
            81,
            [],
            [],
            Ending(error=f"error forwarding port 81 to pod {SANDBOX}, uid : failed to connect to localhost:81"),
            id="a port where nobody listens",
        ),
        pytest.param("another", 80, [], [], Ending(refusal="failed to find sandboxID for pod another"), id="a pod without a sandbox"),
    ],
)
def test_port_forward(pod: str, port: int, pieces: list[Input], outputs: list[Output], ending: Ending | None) -> None:
    assert used(server().port_forward(pod, port), *pieces) == (outputs, ending)


def test_leaving_detaches_from_the_process_and_closes_the_connection() -> None:
    runtime = FakeProcesses()
    streaming = StreamingServer(runtime, lambda: None)
    streaming.exec(POD, options("cat")).leave()
    streaming.port_forward(POD, 80).leave()
    assert (runtime.processes[0].is_left, runtime.connections[0].is_open) == (True, False)


@pytest.mark.parametrize(
    ("is_kubelet", "ending"),
    [pytest.param(True, Ending(is_cut=True), id="the kubelet: they break off"), pytest.param(False, Ending(), id="containerd: they end")],
)
def test_streams_end_with_who_passes_them_on(is_kubelet: bool, ending: Ending) -> None:
    runtime, is_cut = FakeProcesses(), False
    streaming = StreamingServer(runtime, lambda: None, lambda: is_cut)
    process, connection = streaming.exec(POD, options("cat")), streaming.port_forward(POD, PORT)
    before = [process.ending, connection.ending]
    is_cut, runtime.down = is_kubelet, None if is_kubelet else CriError("Unavailable", "connection error")
    after = [process.ending, connection.ending]
    is_cut, runtime.down = False, None  # whoever comes back knows nothing of it
    process.leave()
    assert (before, after, process.ending) == ([None, None], [ending, Ending(lost="lost connection to pod")], ending)
    assert (runtime.processes[0].is_cut, runtime.processes[0].is_left) == (True, False)


def test_while_the_runtime_is_down_nothing_is_begun_and_its_socket_is_blamed() -> None:
    down = CriError("Unavailable", "connection error")
    streaming = StreamingServer(FakeProcesses(down=down), lambda: None)
    ends = [streaming.exec(POD, options("echo", "hi")), streaming.attach(POD, options()), streaming.port_forward(POD, 80)]
    words = "rpc error: code = Unavailable desc = connection error"
    assert [used(end) for end in ends] == [([], ending) for ending in (Ending(refusal=words), Ending(refusal=words), Ending(lost=words))]
