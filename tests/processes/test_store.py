"""Four processes write to one cluster at once while another follows: nothing is lost, doubled or out of order."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.processes.services import KINDS, site
from tests.processes.store_process import PUTS

WRITERS = 4
TRANSACTIONS = 60
SCRIPT = ("-m", "tests.processes.store_process")


@pytest.mark.processes
@pytest.mark.parametrize("kind", KINDS)
def test_revisions_and_hops_are_gapless_in_commit_order_whoever_writes(kind: str, tmp_path: Path) -> None:
    revisions = WRITERS * TRANSACTIONS * PUTS
    with site(kind, tmp_path) as shared:
        shared.run(*SCRIPT, "prepare")
        reader = shared.start(*SCRIPT, "tail", str(revisions))
        writers = [shared.start(*SCRIPT, "write", str(number), str(TRANSACTIONS)) for number in range(WRITERS)]
        assert [process.wait(timeout=280) for process in (*writers, reader)] == [0] * (WRITERS + 1), shared.output()
