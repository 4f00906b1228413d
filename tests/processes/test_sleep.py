"""What nobody uses sleeps, wherever it is open, and wakes with the next request."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.processes.services import KINDS, site


@pytest.mark.processes
@pytest.mark.parametrize("kind", KINDS)
def test_clusters_that_nobody_uses_sleep_until_somebody_does(kind: str, tmp_path: Path) -> None:
    with site(kind, tmp_path) as shared:
        shared.run("-m", "tests.processes.sleep_process")
