"""The page names what its script needs, and that is little enough to come up at once."""

from __future__ import annotations

import gzip

import pytest

from dashboard.modules import modules_of, text_of


def test_what_a_module_needs_comes_after_it_and_each_once() -> None:
    assert modules_of("js/core/placement.js") == ("js/core/placement.js",)
    assert modules_of("js/core/packed.js")[0] == "js/core/packed.js"
    assert modules_of("js/core/crowd.js") == ("js/core/crowd.js", "js/core/layout.js")


def test_what_is_opened_later_is_not_needed_at_once() -> None:
    assert "vendor/codemirror.js" not in modules_of("js/main.js")


@pytest.mark.parametrize("entry", ["js/main.js", "js/compare.js"])
def test_a_page_loads_less_than_200_kb_of_javascript(entry: str) -> None:
    assert 10_000 < sum(len(gzip.compress(text_of(path).encode())) for path in modules_of(entry)) < 200_000


def test_a_module_that_is_not_there() -> None:
    with pytest.raises(LookupError):
        modules_of("js/nowhere.js")
