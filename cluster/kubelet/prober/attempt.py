"""One try of a probe: what is asked, and the words that Events have for what came back.

HTTP, TCP and gRPC go over the network as a process of the node, exec through the runtime. A try takes the simulated time that the
answer took; what takes longer than ``timeoutSeconds`` is a failure. gRPC's health service is asked as the HTTP request that it is
underneath: 200 is SERVING.

Upstream: ``pkg/kubelet/prober/prober.go``, ``pkg/probe/{http,tcp,exec,grpc}``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from cluster.kubelet.prober.verdict import TIMEOUT, Result
from cluster.machinery.cri import CriError, ExecResult, ProcessRuntime
from cluster.machinery.meta import Obj
from cluster.machinery.network import Failure, HttpRequest, Network, NetworkError, Peer

USER_AGENT = "kube-probe/1.36"
HEALTH = "/grpc.health.v1.Health/Check"
_MAX_OUTPUT = 10 * 1024


@dataclass(frozen=True, slots=True)
class Attempt:
    """What one try has shown, in an Event's words, and how many simulated seconds it took. UNKNOWN: it could not be made."""

    result: Result
    output: str = ""
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Target:
    """The container that is asked: its spec, its id, and the address of its pod."""

    container: Obj
    container_id: str
    pod_ip: str


Done = Callable[[Attempt], None]


class Prober:
    """Makes the tries of one node. ``peer``: the node itself."""

    def __init__(self, network: Network, runtime: ProcessRuntime, peer: Peer) -> None:
        self._network, self._runtime, self._peer = network, runtime, peer

    def attempt(self, probe: Obj, target: Target, done: Done) -> None:
        """Try once and call ``done`` with what came of it, now or when the command has ended."""
        timeout = float(probe.get("timeoutSeconds") or TIMEOUT)
        if "exec" in probe:
            self._exec(probe["exec"].get("command") or [], target, timeout, done)
            return
        try:
            done(self._ask(probe, target, timeout))
        except PortError as error:
            done(Attempt(Result.UNKNOWN, str(error)))

    def _ask(self, probe: Obj, target: Target, timeout: float) -> Attempt:
        if "httpGet" in probe:
            return self._http(probe["httpGet"], target, timeout)
        if "tcpSocket" in probe:
            return self._tcp(probe["tcpSocket"], target, timeout)
        return self._grpc(probe["grpc"], target, timeout)

    def _http(self, action: Obj, target: Target, timeout: float) -> Attempt:
        host, port, request = http_request(action, target)
        url = f"{'https' if request.tls else 'http'}://{_joined(host, port)}{request.path}"
        try:
            response = self._network.http(self._peer, host, port, request)
        except NetworkError as error:
            return Attempt(Result.FAILURE, f'Get "{url}": {_reason(error, host, port, timeout)}', min(error.seconds, timeout))
        if response.seconds > timeout:
            return Attempt(Result.FAILURE, f'Get "{url}": {_TOO_LATE}', timeout)
        if 200 <= response.code < 400:
            return Attempt(Result.SUCCESS, "", response.seconds)
        return Attempt(Result.FAILURE, f"HTTP probe failed with statuscode: {response.code}", response.seconds)

    def _tcp(self, action: Obj, target: Target, timeout: float) -> Attempt:
        host, port = action.get("host") or target.pod_ip, port_of(action["port"], target.container)
        try:
            self._network.connect(self._peer, host, port).close()
        except NetworkError as error:
            failure = Failure.TIMED_OUT if error.seconds > timeout else error.failure
            return Attempt(Result.FAILURE, _dial(failure, host, port), min(error.seconds, timeout))
        return Attempt(Result.SUCCESS)

    def _grpc(self, action: Obj, target: Target, timeout: float) -> Attempt:
        address = _joined(target.pod_ip, action["port"])
        request = HttpRequest("POST", HEALTH, {"content-type": "application/grpc", "user-agent": USER_AGENT})
        try:
            response = self._network.http(self._peer, target.pod_ip, action["port"], request)
        except NetworkError:
            output = f'timeout: failed to connect service "{address}" within {timeout:g}s: context deadline exceeded'
            return Attempt(Result.FAILURE, output, timeout)
        if response.code == 200:
            return Attempt(Result.SUCCESS, "", response.seconds)
        return Attempt(Result.FAILURE, 'service unhealthy (responded with "NOT_SERVING")', response.seconds)

    def _exec(self, command: list[str], target: Target, timeout: float, done: Done) -> None:
        def ended(result: ExecResult | CriError) -> None:
            if isinstance(result, CriError) and result.code == "DeadlineExceeded":
                done(Attempt(Result.FAILURE, f'command timed out: "{" ".join(command)}" timed out after {timeout:g}s'))
            elif isinstance(result, CriError):
                done(Attempt(Result.UNKNOWN, str(result)))
            else:
                output = (result.stdout + result.stderr)[:_MAX_OUTPUT].decode(errors="replace")
                done(Attempt(Result.FAILURE if result.exit_code else Result.SUCCESS, output))

        self._runtime.exec_sync(target.container_id, command, timeout, ended)


_TOO_LATE = "context deadline exceeded (Client.Timeout exceeded while awaiting headers)"


class PortError(Exception):
    """A probe or hook names a port that its container does not have."""


def http_request(action: Obj, target: Target) -> tuple[str, int, HttpRequest]:
    """Return host, port and request of an ``httpGet``. Raises PortError."""
    host, port = action.get("host") or target.pod_ip, port_of(action["port"], target.container)
    headers = {"accept": "*/*", "user-agent": USER_AGENT, "host": _joined(host, port)}
    headers |= {header["name"].lower(): header["value"] for header in action.get("httpHeaders") or ()}
    path = action.get("path") or "/"
    return host, port, HttpRequest("GET", path if path.startswith("/") else f"/{path}", headers, tls=action.get("scheme") == "HTTPS")


def port_of(port: int | str, container: Obj) -> int:
    """Return a port by its number or by its name in a container's spec. Raises PortError."""
    if isinstance(port, int):
        return port
    found = next((p["containerPort"] for p in container.get("ports") or () if p.get("name") == port), None)
    if found is not None:
        return int(found)
    if port.isdigit():
        return int(port)
    raise PortError(f"port {port} not found")


def _joined(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _reason(error: NetworkError, host: str, port: int, timeout: float) -> str:
    return _TOO_LATE if error.seconds > timeout or error.failure is Failure.TIMED_OUT else _dial(error.failure, host, port)


def _dial(failure: Failure, host: str, port: int) -> str:
    step = "" if failure is Failure.TIMED_OUT else "connect: "
    return f"dial tcp {_joined(host, port)}: {step}{failure.value}"
