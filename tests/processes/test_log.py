"""The log is the same in every process: nothing in it hangs on the order in which Python keeps a set."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.processes.services import site


@pytest.mark.processes
def test_two_processes_write_the_same_log(tmp_path: Path) -> None:
    with site("sqlite", tmp_path) as shared:
        for hash_seed in ("1", "2"):
            shared.run("-m", "tests.processes.log_process", str(tmp_path / f"run-{hash_seed}.txt"), PYTHONHASHSEED=hash_seed)
    first, second = ((tmp_path / f"run-{hash_seed}.txt").read_text() for hash_seed in ("1", "2"))
    assert len(first) == 64
    assert first == second
