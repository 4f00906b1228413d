"""Slow clients of connections that were taken over, over real sockets."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.processes.services import ROOT


@pytest.mark.processes
def test_nobody_keeps_what_the_other_end_does_not_take() -> None:
    ran = subprocess.run([sys.executable, "-m", "tests.processes.takeover_process"], cwd=ROOT, capture_output=True, text=True, timeout=280)
    assert ran.returncode == 0, ran.stderr
