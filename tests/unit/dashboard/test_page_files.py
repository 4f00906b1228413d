"""What pages load: joined for those who look, one by one for those who develop, and little enough in both cases."""

from __future__ import annotations

import gzip
import posixpath
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from django.test import override_settings

from dashboard.modules import modules_of, text_of
from dashboard.page_files import CODEMIRROR, COMPARE, EDITOR, STAGE, PageFiles, files_of, joined_files
from dashboard.views.pages import stage_context

STATIC = Path(settings.BASE_DIR) / "static"
MOST = 200_000
"""Bytes, gzipped."""
PLAIN = {"css/plain.css"}
"""Styles of pages that load no more than this."""


def gzipped(*texts: str) -> int:
    return sum(len(gzip.compress(text.encode())) for text in texts)


@pytest.mark.parametrize("page", [STAGE, COMPARE], ids=["stage", "comparison"])
def test_a_page_is_one_style_and_one_script(page: PageFiles) -> None:
    files, joined = files_of(page), joined_files()
    assert (len(files.styles), files.modules, {*files.styles, files.script} <= joined.keys()) == (1, (), True)
    style = joined[files.styles[0]].decode()
    assert [path for path in page.styles if text_of(path) not in style] == []


@pytest.mark.parametrize("page", [STAGE, COMPARE], ids=["stage", "comparison"])
def test_while_developing_a_page_names_every_module_that_it_will_load(page: PageFiles) -> None:
    with override_settings(DEBUG=True):
        files = files_of(page)
    wanted = {
        posixpath.normpath(posixpath.join(posixpath.dirname(path), needed))
        for path in files.modules
        for needed in re.findall(r'^[^/*]*\bfrom\s+"(\.[^"]+)"', text_of(path), re.MULTILINE)
    }
    assert (files.styles, files.script, wanted | {page.script}) == (page.styles, page.script, set(files.modules))


def test_every_style_belongs_to_a_page() -> None:
    there = {f"css/{file.name}" for file in (STATIC / "css").glob("*.css")}
    assert there == {*STAGE.styles, *COMPARE.styles, *PLAIN}


@pytest.mark.parametrize("page", [STAGE, COMPARE], ids=["stage", "comparison"])
def test_what_a_page_draws_has_its_style_there(page: PageFiles) -> None:
    drawn = {name for path in modules_of(page.script) for name in re.findall(r'class: "([a-z-]+)"', text_of(path)) if "/stage/" in path}
    styled = {name for path in STAGE.styles for name in re.findall(r"\.([a-z][a-z-]+)", text_of(path))} & drawn
    assert {"fault-badge-box", "chip-box"} <= styled
    assert styled <= {name for path in page.styles for name in re.findall(r"\.([a-z][a-z-]+)", text_of(path))}


def test_styles_find_their_fonts_from_where_they_are_joined() -> None:
    for path, content in joined_files().items():
        for needed in re.findall(r'url\("([^"]+)"\)', content.decode()) if path.endswith(".css") else ():
            assert (STATIC / posixpath.normpath(posixpath.join(posixpath.dirname(path), needed))).is_file()


def test_the_editor_comes_when_somebody_writes() -> None:
    joined = {path: content.decode() for path, content in joined_files().items() if path.endswith(".js")}
    assert {path: re.findall(r'await import\(`([^`]+)`\)|^import\*as \$\d+ from"([^"]+)";', text) for path, text in joined.items()} == {
        "js/main.joined.js": [("./panels/manifest.joined.js", "")],
        "js/compare.joined.js": [],
        "js/panels/manifest.joined.js": [("", "../../vendor/codemirror.js")],
    }


def test_the_stage_and_the_editor_together_are_less_than_200_kb_of_javascript() -> None:
    joined = [content.decode() for path, content in joined_files().items() if path in ("js/main.joined.js", "js/panels/manifest.joined.js")]
    assert len(joined) == 2
    assert gzipped(*joined, text_of(CODEMIRROR)) < MOST


@pytest.mark.parametrize("page", [STAGE, COMPARE], ids=["stage", "comparison"])
def test_a_page_loads_less_than_200_kb_of_javascript(page: PageFiles) -> None:
    assert 10_000 < gzipped(joined_files()[files_of(page).script].decode()) < MOST


@pytest.mark.parametrize("page", [STAGE, COMPARE], ids=["stage", "comparison"])
def test_it_is_less_than_200_kb_in_single_modules_as_well(page: PageFiles) -> None:
    assert 10_000 < gzipped(*map(text_of, modules_of(page.script))) < MOST


def test_what_is_opened_later_is_not_needed_at_once() -> None:
    assert {EDITOR, CODEMIRROR}.isdisjoint(modules_of(STAGE.script))


@pytest.mark.parametrize("is_debug", [False, True], ids=["served", "while developing"])
def test_the_page_names_these_files_and_no_others(is_debug: bool) -> None:
    with override_settings(DEBUG=is_debug):
        files = files_of(STAGE)
        page = render_to_string("stage.html", {**stage_context("demo"), "files": files})
    named = re.findall(
        r'<(?:link rel="(?:stylesheet|modulepreload)" href|script type="module" src)="/static/(?:[0-9a-f]{12}/)?([^"]+)"', page
    )
    assert named == [*files.styles, *files.modules, files.script]
