"""The house keeps its rules: who imports whom, how long a file may grow, what names must not appear."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SOURCES = sorted(path for folder in ("cluster", "dashboard") for path in (ROOT / folder).rglob("*.py") if "migrations" not in path.parts)
SCRIPTS = sorted(path for path in (ROOT / "static" / "js").rglob("*.js"))
MAX_LINES = 400
FORBIDDEN_NAMES = {"utils", "helpers", "services", "common", "misc"}


def _id(path: Path) -> str:
    return str(path.relative_to(ROOT))


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


@pytest.mark.parametrize("path", SOURCES + SCRIPTS, ids=_id)
def test_a_module_fits_into_one_reading(path: Path) -> None:
    limit = 200 if path.suffix == ".js" else MAX_LINES
    assert len(path.read_text().splitlines()) <= limit


@pytest.mark.parametrize("path", SOURCES, ids=_id)
def test_a_module_says_what_it_is(path: Path) -> None:
    assert path.stem not in FORBIDDEN_NAMES
    if path.read_text().strip():
        assert ast.get_docstring(ast.parse(path.read_text()))


@pytest.mark.parametrize("path", [p for p in SOURCES if p.is_relative_to(ROOT / "cluster")], ids=_id)
def test_no_module_of_the_cluster_imports_inside_a_function(path: Path) -> None:
    tree = ast.parse(path.read_text())
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    inside = [node.lineno for function in functions for node in ast.walk(function) if isinstance(node, ast.Import | ast.ImportFrom)]
    assert inside == []


def test_no_signals_and_no_business_in_save() -> None:
    offenders = [
        _id(path)
        for path in SOURCES
        if "django.dispatch" in path.read_text()
        or "django.db.models.signals" in path.read_text()
        or any(isinstance(node, ast.FunctionDef) and node.name == "save" for node in ast.walk(ast.parse(path.read_text())))
    ]
    assert offenders == []
