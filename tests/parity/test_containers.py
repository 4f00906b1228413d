"""Into containers by the real kubectl and the official client: exec, attach, cp, port-forward, run, proxy."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from kubernetes import client, config
from kubernetes.stream import portforward, stream

from tests.parity.conftest import Kubectl
from tests.server import Server

WITHIN = 60.0
"""Seconds in which what is to come has to come."""
BOX = """
apiVersion: v1
kind: Pod
metadata: {name: box}
spec:
  containers:
  - {name: c, image: busybox, command: [cat], stdin: true}
"""


@pytest.fixture
def web(kubectl: Kubectl) -> Kubectl:
    """kubectl in a namespace with a web server."""
    kubectl("run", "web", "--image=nginx", "--port=80")
    kubectl("wait", "pod", "web", "--for=condition=Ready", "--timeout=60s")
    return kubectl


@pytest.mark.parametrize(
    ("command", "stdin", "code", "stdout", "stderr"),
    [
        pytest.param(["cat", "/etc/hostname"], "", 0, "web\n", "", id="a command"),
        pytest.param(
            ["sh", "-c", "echo out; echo err >&2; exit 3"],
            "",
            3,
            "out\n",
            "err\ncommand terminated with exit code 3\n",
            id="one that fails",
        ),
        pytest.param(["cat"], "typed\n", 0, "typed\n", "", id="one that reads"),
        pytest.param(
            ["nosuch"],
            "",
            1,
            "",
            "error: Internal error occurred: Internal error occurred: error executing command in container: failed to exec in container: "
            "failed to start exec: OCI runtime exec failed: exec failed: unable to start container process: "
            'exec: "nosuch": executable file not found in $PATH: unknown\n',
            id="one that is not there",
        ),
    ],
)
def test_exec(web: Kubectl, command: list[str], stdin: str, code: int, stdout: str, stderr: str) -> None:
    result = web.run("exec", "-i", "web", "--", *command, stdin=stdin)
    assert (result.returncode, result.stdout, re.sub('start exec "[0-9a-f]+"', "start exec", result.stderr)) == (code, stdout, stderr)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        pytest.param(["exec", "gone", "--", "ls"], 'Error from server (NotFound): pods "gone" not found', id="no such pod"),
        pytest.param(
            ["exec", "web", "-c", "d", "--", "ls"],
            "Error from server (BadRequest): container d is not valid for pod web",
            id="no such container",
        ),
        pytest.param(
            ["port-forward", "pod/gone", "8080:80"], 'Error from server (NotFound): pods "gone" not found', id="no pod to forward from"
        ),
    ],
)
def test_what_is_refused(web: Kubectl, arguments: list[str], message: str) -> None:
    result = web.run(*arguments)
    assert (result.returncode, result.stderr.strip()) == (1, message)


def test_a_shell_in_a_terminal(web: Kubectl) -> None:
    code, output = in_terminal(web.command("exec", "-it", "web", "--", "sh"), ["echo $((40 + 2))\r", "exit 4\r"])
    assert (code, "\r\n42\r\n" in output, "command terminated with exit code 4" in output) == (4, True, True)


def test_run_with_a_terminal_removes_the_pod(kubectl: Kubectl) -> None:
    arguments = ("run", "tmp", "--rm", "-it", "--image=busybox", "--restart=Never", "--", "sh")
    code, output = in_terminal(kubectl.command(*arguments), ["\r", "echo in$((1))side\r", "exit\r"])
    assert (code, "\r\nin1side\r\n" in output, 'pod "tmp" deleted' in output) == (0, True, True)
    assert 'pods "tmp" not found' in kubectl("get", "pod", "tmp", ok=False)


def test_debug_a_pod_and_a_node(web: Kubectl) -> None:
    node = web("get", "pod", "web", "-o", "jsonpath={.spec.nodeName}")
    typed = ["\r", "echo in$((1))side\r", "exit\r"]
    found = [
        in_terminal(web.command("debug", "-it", target, "--image=busybox", *more, "--", "sh"), typed)
        for target, more in (("web", ["--target=web", "-c", "looker"]), (f"node/{node}", []))
    ]
    looker = web("get", "pod", "web", "-o", "jsonpath={.status.ephemeralContainerStatuses[0].name}")
    assert ([(code, "\r\nin1side\r\n" in output) for code, output in found], looker) == ([(0, True), (0, True)], "looker")


def test_one_stream_of_a_log(kubectl: Kubectl) -> None:
    script = "echo out; echo err >&2; sleep 100"
    kubectl("run", "two", "--image=busybox", "--", "sh", "-c", script)
    kubectl("wait", "pod", "two", "--for=condition=Ready", "--timeout=60s")
    path = f"/api/v1/namespaces/{_namespace(kubectl)}/pods/two/log"
    assert [kubectl("get", "--raw", f"{path}?stream={name}") for name in ("Stdout", "Stderr", "All")] == ["out\n", "err\n", "out\nerr\n"]


def _namespace(kubectl: Kubectl) -> str:
    return kubectl("get", "pod", "two", "-o", "jsonpath={.metadata.namespace}")


def test_an_attachment_ends_with_its_input_and_the_container_does_not(kubectl: Kubectl) -> None:
    kubectl("apply", "-f", "-", stdin=BOX)
    kubectl("wait", "pod", "box", "--for=condition=Ready", "--timeout=60s")
    result = kubectl.run("attach", "-i", "box", stdin="typed\n")
    phase = kubectl("get", "pod", "box", "-o", "jsonpath={.status.phase}")
    assert (result.returncode, result.stdout, phase) == (0, "typed\n", "Running")


def test_attach(kubectl: Kubectl) -> None:
    kubectl("apply", "-f", "-", stdin=BOX)
    kubectl("wait", "pod", "box", "--for=condition=Ready", "--timeout=60s")
    with subprocess.Popen(kubectl.command("attach", "-i", "box"), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as attached:
        assert attached.stdin is not None
        assert attached.stdout is not None
        attached.stdin.write("typed\n")
        attached.stdin.flush()
        line = attached.stdout.readline()
        attached.kill()
    assert line == "typed\n"


def test_cp_there_and_back(web: Kubectl, tmp_path: Path) -> None:
    content = os.urandom(300_000)
    (tmp_path / "there").write_bytes(content)
    web("cp", str(tmp_path / "there"), "web:/tmp/there")
    listed = web("exec", "web", "--", "ls", "/tmp")
    web("cp", "web:/tmp/there", str(tmp_path / "back"))
    assert (listed, (tmp_path / "back").read_bytes() == content) == ("there\n", True)


def test_port_forward(web: Kubectl) -> None:
    with forwarding(web.command("port-forward", "pod/web", ":80")) as address, urllib.request.urlopen(address, timeout=WITHIN) as answer:
        assert (answer.status, b"Welcome to nginx!" in answer.read()) == (200, True)


def test_proxy(web: Kubectl) -> None:
    node = web("get", "pod", "web", "-o", "jsonpath={.spec.nodeName}")
    health = web("get", "--raw", f"/api/v1/nodes/{node}/proxy/healthz")
    with (
        forwarding(web.command("proxy", "--port=0")) as address,
        urllib.request.urlopen(f"{address}/api/v1/namespaces", timeout=WITHIN) as answer,
    ):
        assert (health, answer.status, b'"NamespaceList"' in answer.read()) == ("ok", 200, True)


def test_the_python_client(web: Kubectl, server: Server) -> None:
    api = client.CoreV1Api(config.new_client_from_config(str(server.kubeconfig)))
    where = {"name": "web", "namespace": web.namespace}
    said = stream(api.connect_get_namespaced_pod_exec, **where, command=["echo", "hi"], stdout=True, stderr=True)
    failing = stream(
        api.connect_get_namespaced_pod_exec, **where, command=["sh", "-c", "exit 4"], stdout=True, stderr=True, _preload_content=False
    )
    failing.run_forever(timeout=WITHIN)
    forwarded = portforward(api.connect_get_namespaced_pod_portforward, **where, ports="80")
    socket = forwarded.socket(80)
    socket.setblocking(True)
    socket.sendall(b"GET / HTTP/1.1\r\nHost: web\r\nConnection: close\r\n\r\n")
    line = socket.recv(15)
    socket.close()
    assert (said, failing.returncode, line) == ("hi\n", 4, b"HTTP/1.1 200 OK")


def in_terminal(command: Sequence[str], lines: Sequence[str]) -> tuple[int, str]:
    """Run a command in a terminal, type each line once something new has been shown; return its exit code and all that was shown."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.execv(command[0], command)
    shown = b""
    with suppress(OSError):  # the terminal is closed with the command
        for line in lines:
            shown += os.read(terminal, 65536)
            while not shown.endswith((b"# ", b"enter.\r\n")):
                shown += os.read(terminal, 65536)
            os.write(terminal, line.encode())
        while content := os.read(terminal, 65536):
            shown += content
    os.close(terminal)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), shown.decode(errors="replace")


@contextmanager
def forwarding(command: Sequence[str]) -> Iterator[str]:
    """Run a command that listens on a port of its own choice, and give its address."""
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        try:
            line = running.stdout.readline()
            found = re.search(r"127\.0\.0\.1:(\d+)", line)
            assert found, line
            yield f"http://127.0.0.1:{found[1]}"
        finally:
            running.terminate()
            running.wait(WITHIN)
