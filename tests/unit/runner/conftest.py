"""Every test has a data folder of its own: none reads the keys of whoever runs it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import override_settings


@pytest.fixture(autouse=True)
def data_folder(tmp_path: Path) -> Iterator[None]:
    """Let the settings name a folder that is not there yet."""
    with override_settings(DATA_DIR=tmp_path / "data"):
        yield
