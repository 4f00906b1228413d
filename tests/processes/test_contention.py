"""Optimistic concurrency and watches that miss nothing, on both databases, through two hosts at once.

The sizes leave the whole test run short; ``PODIUM_TEST_FULL=1`` makes them 40,000 operations, 50,000 events and 1,000 resumes.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.processes.services import KINDS, site

SIZES = ("40000", "50000", "1000") if os.environ.get("PODIUM_TEST_FULL") == "1" else ("2400", "2400", "200")


@pytest.mark.processes
@pytest.mark.timeout(3000)
@pytest.mark.parametrize("kind", KINDS)
def test_one_winner_per_revision_and_no_change_unseen(kind: str, tmp_path: Path) -> None:
    with site(kind, tmp_path) as shared:
        process = shared.start("-m", "tests.processes.contention_process", *SIZES)
        assert process.wait(timeout=2800) == 0, shared.output()
