"""Where the recorded data lives that tests are held against: a folder beside the project, or PODIUM_SHARED."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

_ROOT = Path(os.environ.get("PODIUM_SHARED", Path(__file__).resolve().parent.parent.parent / "shared"))


def shared_path(*parts: str) -> Path:
    """Return a path in the recorded data; skips the calling test, and says so, when the data is not there."""
    path = _ROOT.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"recorded data {'/'.join(parts)} not found (set PODIUM_SHARED to the folder that holds it)", allow_module_level=True)
    return path
