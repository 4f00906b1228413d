"""The house keeps its rules: who imports whom, how long a file may grow, what names must not appear."""

from __future__ import annotations

import ast
import functools
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCES = sorted(path for folder in ("cluster", "dashboard") for path in (ROOT / folder).rglob("*.py") if "migrations" not in path.parts)
SCRIPTS = sorted(path for path in (ROOT / "static" / "js").rglob("*.js"))
MAX_LINES = 400
FORBIDDEN_NAMES = {"utils", "helpers", "services", "common", "misc"}


def _id(path: Path) -> str:
    return str(path.relative_to(ROOT))


@functools.cache
def _trees() -> dict[Path, ast.Module]:
    """Return every module of ours, parsed."""
    return {path: ast.parse(path.read_text()) for path in SOURCES}


def test_the_import_contracts_hold() -> None:
    result = subprocess.run([Path(sys.executable).with_name("lint-imports")], cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr


def test_the_top_level_is_the_one_that_was_agreed() -> None:
    present = {path.name for path in ROOT.iterdir()}
    wanted = {
        "manage.py",
        "requirements.txt",
        "cluster",
        "dashboard",
        "templates",
        "static",
        "tests",
        "docs",
        "Makefile",
        "README.md",
        "README.ko.md",
        "LICENSE",
    }
    assert wanted - present == set()


def test_a_module_fits_into_one_reading() -> None:
    lines = {_id(path): len(path.read_text().splitlines()) for path in SOURCES + SCRIPTS}
    assert {name: count for name, count in lines.items() if count > (200 if name.endswith(".js") else MAX_LINES)} == {}


def test_a_module_says_what_it_is() -> None:
    assert [_id(path) for path in SOURCES if path.stem in FORBIDDEN_NAMES] == []
    assert [_id(path) for path, tree in _trees().items() if path.read_text().strip() and not ast.get_docstring(tree)] == []


def test_no_module_of_the_cluster_imports_inside_a_function() -> None:
    functions = [
        (path, node)
        for path, tree in _trees().items()
        if path.is_relative_to(ROOT / "cluster")
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    inside = {
        f"{_id(path)}:{node.lineno}"
        for path, function in functions
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    }
    assert (len(functions) > len(SOURCES), inside) == (True, set())


def test_no_signals_and_no_business_in_save() -> None:
    offenders = [
        _id(path)
        for path, tree in _trees().items()
        if "django.dispatch" in path.read_text()
        or "django.db.models.signals" in path.read_text()
        or any(isinstance(node, ast.FunctionDef) and node.name == "save" for node in ast.walk(tree))
    ]
    assert offenders == []
