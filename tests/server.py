"""A real server in a process of its own, as a newcomer starts it, for the tests that use it from outside."""

from __future__ import annotations

import os
import random
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS, STOP_SECONDS = 180, 60
"""Until a server counts as one that does not start, or does not stop; a busy machine is no fault of it."""
PORTS = range(10_000, 32_768)
"""Below those that a system gives to whoever connects: nobody takes one of them by chance between the look and the start."""


@dataclass(frozen=True, slots=True)
class Server:
    """A running demo. ``page``: the dashboard's address; ``api``: the API's, without the cluster's path."""

    page: str
    api: str
    data: Path
    process: subprocess.Popen[str]

    @property
    def kubeconfig(self) -> Path:
        return self.data / "kubeconfig"

    @property
    def stage(self) -> str:
        return f"{self.page}/clusters/demo/"


def free_ports() -> tuple[int, int]:
    """Return two ports that nobody listens on."""
    first, second, *_ = filter(_is_free, random.SystemRandom().sample(PORTS, 50))
    return first, second


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


@contextmanager
def running_demo(data: Path, *, pace: str = "instant", env: dict[str, str] | None = None, addons: bool = True) -> Iterator[Server]:
    """Start ``manage.py demo`` and wait until it answers; stop it with SIGTERM and demand that it ends well.

    ``addons=False``: the cluster has no pods of its own, so that a test sees what it made and nothing else.
    """
    port, api_port = free_ports()
    log = data.parent / f"{data.name}.log"
    command = [sys.executable, "manage.py", "demo", "--port", str(port), "--api-port", str(api_port), "--pace", pace]
    command += [] if addons else ["--no-addons"]
    with log.open("w") as output:
        process = subprocess.Popen(
            command, cwd=ROOT, env={**os.environ, "PODIUM_DATA": str(data), **(env or {})}, stdout=output, stderr=output, text=True
        )
    server = Server(f"http://127.0.0.1:{port}", f"https://127.0.0.1:{api_port}", data, process)
    try:
        _wait_until_it_answers(server, log)
        yield server
    finally:
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                pytest.fail(f"the server did not stop on SIGTERM within {STOP_SECONDS} s:\n{log.read_text()}")


def _wait_until_it_answers(server: Server, log: Path) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        if server.process.poll() is not None:
            pytest.fail(f"the server ended with {server.process.returncode}:\n{log.read_text()}")
        try:
            with urllib.request.urlopen(server.stage, timeout=START_SECONDS):
                if server.kubeconfig.exists():
                    return
        except OSError:
            time.sleep(0.1)
    pytest.fail(f"the server did not answer within {START_SECONDS} s:\n{log.read_text()}")


def kubectl_path() -> str:
    """Return the kubectl to test with; skips, and says so, when there is none."""
    path = os.environ.get("PODIUM_TEST_KUBECTL") or shutil.which("kubectl")
    if not path:
        pytest.skip("no kubectl on this machine (make test finds or installs one)")
    return path


def chromium_path() -> str:
    """Return the Chromium to test with; skips, and says so, when there is none."""
    path = os.environ.get("PODIUM_TEST_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if not path:
        pytest.skip("no Chromium on this machine (make test finds or installs one)")
    return path
