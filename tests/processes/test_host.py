"""What a host promises to the server's loop, held by one that runs the loops and one that does not."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.processes.services import KINDS, site


@pytest.mark.processes
@pytest.mark.parametrize("kind", KINDS)
def test_requests_watches_steering_and_machines_work_through_any_process(kind: str, tmp_path: Path) -> None:
    with site(kind, tmp_path) as shared:
        shared.run("-m", "tests.processes.host_process")
