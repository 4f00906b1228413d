"""Whoever runs the loops may die at any moment: the cluster goes on, and nothing is lost or doubled.

Each death costs the wait for a takeover, so that the two databases share the twenty moments; ``PODIUM_TEST_FULL=1`` tries all on both.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.processes.services import KINDS, site
from tests.server import free_ports

SCRIPT = ("-m", "tests.processes.rollout_process")
MOMENTS = [str(number) for number in range(1, 21)]
"""Stages of a rollout at which its worker is killed."""
SHARES = {"sqlite": MOMENTS[::2], "postgresql": MOMENTS[1::2]} if os.environ.get("PODIUM_TEST_FULL") != "1" else {}

pytestmark = [pytest.mark.processes, pytest.mark.timeout(600)]


@pytest.mark.parametrize("kind", KINDS)
def test_the_worker_is_killed_again_and_again_in_the_middle_of_a_rollout(kind: str, tmp_path: Path) -> None:
    with site(kind, tmp_path) as shared:
        shared.environment["PODIUM_LEASE_SECONDS"] = "1"
        shared.run(*SCRIPT, "prepare")
        driver = shared.start(*SCRIPT, "drive", *SHARES.get(kind, MOMENTS))
        assert driver.wait(timeout=560) == 0, shared.output()


@pytest.mark.parametrize("kind", KINDS)
def test_every_doorbell_is_dropped(kind: str, tmp_path: Path) -> None:
    with site(kind, tmp_path) as shared:
        shared.environment |= {"PODIUM_LEASE_SECONDS": "1", "PODIUM_DOORBELL": "0"}
        shared.run(*SCRIPT, "prepare")
        driver = shared.start(*SCRIPT, "drive", *MOMENTS[:2])
        assert driver.wait(timeout=560) == 0, shared.output()


def test_two_embedded_servers_on_one_file_have_one_leader(tmp_path: Path) -> None:
    with site("sqlite", tmp_path) as shared:
        shared.environment |= {"PODIUM_LEASE_SECONDS": "2", "PODIUM_SUPERVISOR": "embedded"}
        shared.run(*SCRIPT, "prepare")
        for number in (1, 2):
            folder = tmp_path / f"server-{number}"
            folder.mkdir()
            port, api_port = free_ports()
            shared.start("manage.py", "serve", "--port", str(port), "--api-port", str(api_port), PODIUM_DATA=str(folder))
        driver = shared.start(*SCRIPT, "share")
        assert driver.wait(timeout=280) == 0, shared.output()
