"""Whoever runs the loops may die at any moment: the cluster goes on, and nothing is lost or doubled."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from tests.processes.services import KINDS, site

SCRIPT = ("-m", "tests.processes.rollout_process")

pytestmark = [pytest.mark.processes, pytest.mark.timeout(600)]


@pytest.mark.parametrize("kind", KINDS)
def test_the_worker_is_killed_20_times_in_the_middle_of_a_rollout(kind: str, tmp_path: Path) -> None:
    with site(kind, tmp_path) as shared:
        shared.environment["PODIUM_LEASE_SECONDS"] = "1"
        shared.run(*SCRIPT, "prepare")
        driver = shared.start(*SCRIPT, "drive", "20")
        assert driver.wait(timeout=560) == 0, shared.output()


@pytest.mark.parametrize("kind", KINDS)
def test_every_doorbell_is_dropped(kind: str, tmp_path: Path) -> None:
    with site(kind, tmp_path) as shared:
        shared.environment |= {"PODIUM_LEASE_SECONDS": "1", "PODIUM_DOORBELL": "0"}
        shared.run(*SCRIPT, "prepare")
        driver = shared.start(*SCRIPT, "drive", "2")
        assert driver.wait(timeout=560) == 0, shared.output()


def test_two_embedded_servers_on_one_file_have_one_leader(tmp_path: Path) -> None:
    with site("sqlite", tmp_path) as shared:
        shared.environment |= {"PODIUM_LEASE_SECONDS": "1", "PODIUM_SUPERVISOR": "embedded"}
        shared.run(*SCRIPT, "prepare")
        for number in (1, 2):
            folder = tmp_path / f"server-{number}"
            folder.mkdir()
            port, api_port = free_ports()
            shared.start("manage.py", "serve", "--port", str(port), "--api-port", str(api_port), PODIUM_DATA=str(folder))
        driver = shared.start(*SCRIPT, "share")
        assert driver.wait(timeout=280) == 0, shared.output()


def free_ports() -> tuple[int, int]:
    """Return two ports that nobody listens on."""
    with socket.socket() as first, socket.socket() as second:
        first.bind(("127.0.0.1", 0))
        second.bind(("127.0.0.1", 0))
        return first.getsockname()[1], second.getsockname()[1]
