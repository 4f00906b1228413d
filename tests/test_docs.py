"""The documents stay true: the files they name exist, the links lead somewhere, the commands are there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
_PATH = re.compile(r"`((?:cluster|dashboard|static|templates|tests|scripts|docs)/[\w./-]*)`")
_LINK = re.compile(r"\]\((?!https?:)([^)#]+)")
_TARGET = re.compile(r"\bmake ([a-z-]+)")


def _id(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("document", DOCUMENTS, ids=_id)
def test_every_file_that_is_named_exists(document: Path) -> None:
    assert [path for path in _PATH.findall(document.read_text()) if not (ROOT / path).exists()] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=_id)
def test_every_link_leads_somewhere(document: Path) -> None:
    assert [link for link in _LINK.findall(document.read_text()) if not (document.parent / link).exists()] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=_id)
def test_every_make_target_exists(document: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    code = "\n".join(_code(document))
    assert set(_TARGET.findall(code)) - targets == set()


def _code(document: Path) -> list[str]:
    text = document.read_text()
    return [*re.findall(r"`([^`\n]*)`", text), *re.findall(r"^    (.*)$", text, re.MULTILINE)]


def test_the_steps_for_adding_something_name_files_that_exist() -> None:
    text = (ROOT / "docs" / "contributing.md").read_text()
    sections = re.findall(r"^### A[n]? ([\w ]+)$", text, re.MULTILINE)
    assert sections == ["kind", "controller", "scheduler plugin", "diagram actor", "module or style"]
    assert len(_PATH.findall(text)) >= 12
