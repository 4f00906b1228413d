"""The upstream tables of the machinery room: cases by table, and tests whose ids say where a case comes from."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

from tests.shared import shared_path


@lru_cache
def upstream(name: str) -> dict[str, Any]:
    """Return a whole file of upstream's cases; skips the calling module when it is not there."""
    return json.loads(shared_path("upstream-tables", f"{name}.json").read_text())


def cases(name: str, table: str) -> list[Any]:
    """Return the cases of one table."""
    return list(upstream(name)["tables"][table]["cases"])


def covered(name: str, ran: set[str], not_applicable: dict[str, str]) -> None:
    """Fail unless every table of the file runs or is listed with a reason, and not both."""
    tables = set(upstream(name)["tables"])
    assert ran | set(not_applicable) == tables
    assert not ran & set(not_applicable)
