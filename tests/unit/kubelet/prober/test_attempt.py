"""One try of a probe, and the words for what came of it."""

from __future__ import annotations

from collections.abc import Callable
from math import inf
from typing import cast

import pytest

from cluster.kubelet.prober.attempt import Attempt, Prober, Target
from cluster.kubelet.prober.verdict import Result
from cluster.machinery.cri import CriError, ExecResult, ProcessRuntime
from cluster.machinery.meta import Obj
from cluster.machinery.network import Failure, HttpRequest, NetworkError, Peer
from tests.unit.kubelet.fake_network import FakeNetwork

NODE = Peer("n1", "192.168.0.10")
TARGET = Target({"name": "c", "ports": [{"name": "web", "containerPort": 8080}]}, "id", "10.244.0.2")
REFUSED, LOST = NetworkError(Failure.REFUSED), NetworkError(Failure.TIMED_OUT, inf)
LATE = "context deadline exceeded (Client.Timeout exceeded while awaiting headers)"


class FakeRuntime:
    """Answers every command with the same result."""

    def __init__(self, result: ExecResult | CriError) -> None:
        self._result = result

    def exec_sync(self, container_id: str, argv: list[str], timeout: float, reply: Callable[[ExecResult | CriError], None]) -> None:
        reply(self._result)


def attempt(probe: Obj, network: FakeNetwork, result: ExecResult | CriError | None = None) -> Attempt:
    runtime = cast(ProcessRuntime, FakeRuntime(result or ExecResult(b"", b"", 0)))
    found: list[Attempt] = []
    Prober(network, runtime, NODE).attempt(probe, TARGET, found.append)
    (one,) = found
    return one


def failure(output: str, seconds: float = 0.0) -> Attempt:
    return Attempt(Result.FAILURE, output, seconds)


HTTP = {"httpGet": {"port": "web", "path": "/healthz"}}
NETWORK: dict[str, tuple[Obj, int | NetworkError, Attempt]] = {
    "HTTP 200": (HTTP, 200, Attempt(Result.SUCCESS)),
    "a redirect is a success": (HTTP, 302, Attempt(Result.SUCCESS)),
    "HTTP 404": (HTTP, 404, failure("HTTP probe failed with statuscode: 404")),
    "HTTP 500": (HTTP, 500, failure("HTTP probe failed with statuscode: 500")),
    "nobody listens": (
        HTTP,
        REFUSED,
        failure('Get "http://10.244.0.2:8080/healthz": dial tcp 10.244.0.2:8080: connect: connection refused'),
    ),
    "nobody ever answers": (HTTP, LOST, failure(f'Get "http://10.244.0.2:8080/healthz": {LATE}', 1.0)),
    "HTTPS to another host": (
        {"httpGet": {"port": 8080, "scheme": "HTTPS", "host": "10.0.0.9"}},
        REFUSED,
        failure('Get "https://10.0.0.9:8080/": dial tcp 10.0.0.9:8080: connect: connection refused'),
    ),
    "a port that the container does not name": (
        {"httpGet": {"port": "admin"}},
        200,
        Attempt(Result.UNKNOWN, "port admin not found"),
    ),
    "TCP": ({"tcpSocket": {"port": 8080}}, 200, Attempt(Result.SUCCESS)),
    "TCP refused": ({"tcpSocket": {"port": 8080}}, REFUSED, failure("dial tcp 10.244.0.2:8080: connect: connection refused")),
    "TCP lost": ({"tcpSocket": {"port": 8080}, "timeoutSeconds": 2}, LOST, failure("dial tcp 10.244.0.2:8080: i/o timeout", 2.0)),
    "gRPC": ({"grpc": {"port": 8080}}, 200, Attempt(Result.SUCCESS)),
    "gRPC refused": (
        {"grpc": {"port": 8080}},
        REFUSED,
        failure('timeout: failed to connect service "10.244.0.2:8080" within 1s: context deadline exceeded', 1.0),
    ),
    "gRPC not serving": ({"grpc": {"port": 8080}}, 503, failure('service unhealthy (responded with "NOT_SERVING")')),
}


@pytest.mark.parametrize(("probe", "answer", "expected"), NETWORK.values(), ids=NETWORK.keys())
def test_over_the_network(probe: Obj, answer: int | NetworkError, expected: Attempt) -> None:
    assert attempt(probe, FakeNetwork(p8080=answer)) == expected


EXEC: dict[str, tuple[ExecResult | CriError, Attempt]] = {
    "exit code 0": (ExecResult(b"ok\n", b"", 0), Attempt(Result.SUCCESS, "ok\n")),
    "another": (
        ExecResult(b"", b"cat: can't open '/tmp/healthy': No such file or directory\n", 1),
        failure("cat: can't open '/tmp/healthy': No such file or directory\n"),
    ),
    "too late": (CriError("DeadlineExceeded", "x"), failure('command timed out: "cat /tmp/healthy" timed out after 1s')),
    "not possible": (CriError("NotFound", "x"), Attempt(Result.UNKNOWN, "rpc error: code = NotFound desc = x")),
}


@pytest.mark.parametrize(("result", "expected"), EXEC.values(), ids=EXEC.keys())
def test_by_a_command(result: ExecResult | CriError, expected: Attempt) -> None:
    assert attempt({"exec": {"command": ["cat", "/tmp/healthy"]}}, FakeNetwork(), result) == expected


def test_an_answer_that_takes_longer_than_the_timeout_is_none() -> None:
    network = FakeNetwork()
    network.seconds = 1.5
    assert attempt(HTTP, network) == failure(f'Get "http://10.244.0.2:8080/healthz": {LATE}', 1.0)
    assert attempt({**HTTP, "timeoutSeconds": 2}, network) == Attempt(Result.SUCCESS, "", 1.5)


def test_what_is_asked() -> None:
    network = FakeNetwork()
    attempt({"httpGet": {"port": 80, "path": "ready", "httpHeaders": [{"name": "X-Kind", "value": "probe"}]}}, network)
    headers = {"accept": "*/*", "user-agent": "kube-probe/1.36", "host": "10.244.0.2:80", "x-kind": "probe"}
    assert network.asked == [(NODE, "10.244.0.2", 80, HttpRequest("GET", "/ready", headers))]
