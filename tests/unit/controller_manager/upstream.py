"""Cases of Kubernetes' own tests of the Deployment controller."""

from __future__ import annotations

import orjson

from cluster.machinery.meta import Obj
from tests.shared import shared_path


def cases(file: str, test: str, table: str = "tests") -> list[Obj]:
    """Return the cases of one table; skips the calling module where the data is absent."""
    found: list[Obj] = tables()[f"{file}/{test}/{table}"]["cases"]
    return found


def tables() -> Obj:
    """Return all tables by ``file/test/table``."""
    parsed: Obj = orjson.loads(shared_path("upstream-tables", "deployment.json").read_bytes())["tables"]
    return parsed


def names(rows: list[Obj]) -> list[str]:
    """Return the cases' names, or their places in the table."""
    return [str(row.get("name") or row.get("Name") or f"case {index}") for index, row in enumerate(rows)]


def named(file: str, test: str) -> Obj:
    """Return the arguments of ``pytest.mark.parametrize`` for one table, by the parameter ``row``."""
    rows = cases(file, test)
    return {"argnames": "row", "argvalues": rows, "ids": names(rows)}
