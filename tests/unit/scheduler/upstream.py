"""Upstream's own tables of the scheduler's plugins, as the tests read them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from cluster.scheduler.interface import Code, Status
from tests.shared import shared_path

TABLES: dict[str, Any] = json.loads(shared_path("upstream-tables", "scheduler_plugins.json").read_text())["tables"]
CODES = {1: Code.ERROR, 2: Code.UNSCHEDULABLE, 3: Code.UNRESOLVABLE, 5: Code.SKIP}


def rows(table: str) -> list[tuple[str, Any]]:
    """The cases of a table with their names."""
    cases = TABLES[table]["cases"]
    if isinstance(cases, dict):
        return list(cases.items())
    return [(case[0], case[1]) if isinstance(case, list) else (case.get("name", str(number)), case) for number, case in enumerate(cases)]


def params(*tables: str) -> list[Any]:
    """Every case of the tables as (table, case)."""
    return [pytest.param(table, case, id=f"{table.split('/')[1]}: {name}") for table in tables for name, case in rows(table)]


def status_of(wanted: Any) -> Status | None:
    """The recorded status in our form."""
    return None if wanted is None else Status(CODES[wanted["code"]], tuple(wanted["reasons"] or ()))
