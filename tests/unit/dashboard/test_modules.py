"""Which modules a script needs."""

from __future__ import annotations

import pytest

from dashboard.modules import modules_of


def test_what_a_module_needs_comes_after_it_and_each_once() -> None:
    assert modules_of("js/core/placement.js") == ("js/core/placement.js",)
    assert modules_of("js/core/packed.js")[0] == "js/core/packed.js"
    assert modules_of("js/core/crowd.js") == ("js/core/crowd.js", "js/core/layout.js")


def test_a_module_that_is_not_there() -> None:
    with pytest.raises(LookupError):
        modules_of("js/nowhere.js")
