"""Programs in containers live where the loops run; who serves requests elsewhere reaches them all the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.processes.services import KINDS, site

SCRIPT = ("-m", "tests.processes.exec_process")


@pytest.mark.processes
@pytest.mark.parametrize("kind", KINDS)
def test_a_program_is_typed_into_and_heard_from_another_process(kind: str, tmp_path: Path) -> None:
    with site(kind, tmp_path) as shared:
        shared.run(*SCRIPT, "prepare")
        shared.start(*SCRIPT, "work")
        shared.run(*SCRIPT, "ask")
