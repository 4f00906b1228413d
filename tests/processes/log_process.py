"""Plays one course of requests and writes the log's digest to a file: ``<file>``."""

from __future__ import annotations

import hashlib
import os
import sys
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dashboard.settings")
django.setup()

from tests.processes import begin  # noqa: E402 - after the settings
from tests.unit.runner.test_determinism import run  # noqa: E402

if __name__ == "__main__":
    begin.migrate()
    log, _ = run(7, name=Path(sys.argv[1]).stem)
    Path(sys.argv[1]).write_text(hashlib.sha256(log.data).hexdigest())
