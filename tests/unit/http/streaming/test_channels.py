"""What messages on the channels of a WebSocket mean, and how a session's end is told."""

from __future__ import annotations

import orjson
import pytest

from cluster.http.streaming import channels
from cluster.http.streaming.channels import OLD, OLD_BASE64, V4, V4_BASE64, V5
from cluster.http.streaming.outcome import status_of
from cluster.machinery.kubelet_server import Ending, Input
from cluster.machinery.meta import Obj


@pytest.mark.parametrize(
    ("received", "protocol", "expected"),
    [
        pytest.param(b"\x00ls\n", V5, Input(b"ls\n"), id="input"),
        pytest.param(b"0bHMK", V4_BASE64, Input(b"ls\n"), id="input as text"),
        pytest.param(b"\x00", V4, None, id="an empty message ends nothing"),
        pytest.param(b"\xff\x00", V5, Input(is_end=True), id="the end of the input"),
        pytest.param(b"\xff\x00", V4, None, id="a signal that v4 does not know"),
        pytest.param(b"\xff\x01", V5, None, id="the end of a channel that is not the client's to end"),
        pytest.param(b'\x04{"Width":80,"Height":24}', V4, Input(size=(80, 24)), id="the size of the terminal"),
        pytest.param(b"\x04{}", V4, None, id="a size that is none"),
        pytest.param(b"\x04[1]", V4, None, id="a size that is no object"),
        pytest.param(b"", V5, None, id="nothing"),
        pytest.param(b"0%%%", V4_BASE64, None, id="no base64"),
        pytest.param(b"\x01out", V5, None, id="output from the wrong side"),
    ],
)
def test_input(received: bytes, protocol: str, expected: Input | None) -> None:
    assert channels.input_in(received, protocol) == expected


@pytest.mark.parametrize(
    ("protocol", "expected"),
    [
        pytest.param(V5, b"\x01hi", id="binary"),
        pytest.param("", b"\x01hi", id="of a client that names no protocol"),
        pytest.param(OLD_BASE64, b"1aGk=", id="as text"),
    ],
)
def test_output(protocol: str, expected: bytes) -> None:
    assert channels.message(channels.STDOUT, b"hi", protocol) == expected


SUCCESS: Obj = {"metadata": {}, "status": "Success"}
CAUSES = {"causes": [{"reason": "ExitCode", "message": "3"}]}
NON_ZERO: Obj = {"metadata": {}, "status": "Failure", "reason": "NonZeroExitCode", "details": CAUSES}


def internal(message: str) -> Obj:
    return {
        "kind": "Status",
        "apiVersion": "v1",
        "metadata": {},
        "status": "Failure",
        "message": f"Internal error occurred: {message}",
        "reason": "InternalError",
        "details": {"causes": [{"message": message}]},
        "code": 500,
    }


@pytest.mark.parametrize(
    ("ending", "by_the_kubelet", "by_the_api_server"),
    [
        pytest.param(Ending(), SUCCESS, SUCCESS, id="it went well"),
        pytest.param(
            Ending(3),
            {**NON_ZERO, "message": "command terminated with non-zero exit code: error executing command [sh -c x], exit code 3"},
            {**NON_ZERO, "message": "command terminated with non-zero exit code: command terminated with exit code 3"},
            id="the command failed",
        ),
        pytest.param(
            Ending(error="error executing command in container: none"),
            internal("error executing command in container: none"),
            internal("Internal error occurred: error executing command in container: none"),
            id="there is no such command",
        ),
        pytest.param(
            Ending(refusal='container not found ("c")'),
            internal('unable to upgrade connection: container not found ("c")'),
            internal('unable to upgrade connection: container not found ("c")'),
            id="the container does not run",
        ),
        pytest.param(
            Ending(lost="dial tcp: no route to host"),
            internal("dial tcp: no route to host"),
            internal("dial tcp: no route to host"),
            id="the kubelet does not answer",
        ),
    ],
)
def test_status(ending: Ending, by_the_kubelet: Obj, by_the_api_server: Obj) -> None:
    told = [status_of(ending, ["sh", "-c", "x"], is_translated=is_translated) for is_translated in (False, True)]
    assert told == [by_the_kubelet, by_the_api_server]


@pytest.mark.parametrize(
    ("protocol", "status", "expected"),
    [
        pytest.param(V4, SUCCESS, orjson.dumps(SUCCESS), id="a Status"),
        pytest.param(OLD, SUCCESS, b"", id="nothing, of a success in an old protocol"),
        pytest.param(OLD, {**NON_ZERO, "message": "it failed"}, b"it failed", id="the message, of a failure in an old protocol"),
    ],
)
def test_what_the_error_channel_says(protocol: str, status: Obj, expected: bytes) -> None:
    assert channels.final_message(status, protocol) == expected
