"""``manage.py demo`` as its users start and stop it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.parity.conftest import Kubectl
from tests.server import ROOT, STOP_SECONDS, kubectl_path, running_demo

pytestmark = pytest.mark.processes


def demo(data: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Start a demo that cannot run, and return what it said."""
    command = [sys.executable, "manage.py", "demo", *options]
    return subprocess.run(
        command, cwd=ROOT, env={**os.environ, "PODIUM_DATA": str(data)}, capture_output=True, text=True, timeout=60, check=False
    )


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_it_stops_when_it_is_told_to_and_finds_the_cluster_as_it_was_left(tmp_path: Path, how: signal.Signals) -> None:
    with running_demo(tmp_path / "data") as server:
        kubectl = Kubectl(kubectl_path(), server.kubeconfig, "default")
        kubectl("create", "configmap", "left", "--from-literal=a=b")
        uid = kubectl("get", "configmap", "left", "-o", "jsonpath={.metadata.uid}")
        with subprocess.Popen(kubectl.command("get", "pods", "-w"), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as watching:
            server.process.send_signal(how)
            assert server.process.wait(STOP_SECONDS) == 0
            watching.kill()
    assert "Traceback" not in (tmp_path / "data.log").read_text()
    with running_demo(tmp_path / "data") as again:
        kubectl = Kubectl(kubectl_path(), again.kubeconfig, "default")
        assert kubectl("get", "configmap", "left", "-o", "jsonpath={.metadata.uid}") == uid


def test_a_taken_port_is_named_in_one_line(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        result = demo(tmp_path / "data", "--port", str(taken.getsockname()[1]))
    assert result.returncode == 1
    assert len(result.stderr.splitlines()) == 1
    assert "is taken: stop what listens there, or choose another one with PORT=" in result.stderr


def test_a_folder_that_cannot_be_written_to_is_named_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    result = demo(tmp_path / "file" / "data")
    assert (result.returncode, len(result.stderr.splitlines())) == (1, 1)
    assert "cannot be written to" in result.stderr
    assert "DATA=<folder>" in result.stderr
