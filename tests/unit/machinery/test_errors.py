"""What the API server answers instead of an object."""

from __future__ import annotations

import pytest

from cluster.machinery.errors import quote


@pytest.mark.parametrize(
    ("value", "quoted"),
    [
        pytest.param("web", '"web"', id="text"),
        pytest.param('a"b\\c', '"a\\"b\\\\c"', id="quotes and backslashes"),
        pytest.param("\a\b\f\n\r\t\v", '"\\a\\b\\f\\n\\r\\t\\v"', id="controls that have a letter"),
        pytest.param("\x00\x1b\x7f", '"\\x00\\x1b\\x7f"', id="controls that have none"),
        pytest.param("파드 é 🚀", '"파드 é 🚀"', id="what can be printed stays"),
        pytest.param("\u200b\u2028\ufeff\U000e0001", '"\\u200b\\u2028\\ufeff\\U000e0001"', id="what cannot be printed does not"),
        pytest.param("\u00a0", '"\\u00a0"', id="a space that is not the space"),
        pytest.param(None, "null", id="nothing"),
        pytest.param(True, "true", id="a boolean"),
        pytest.param(1.5, "1.5", id="a number"),
        pytest.param({"b": [1], "a": None}, '{"a":null,"b":[1]}', id="an object, sorted"),
    ],
)
def test_a_value_as_messages_show_it(value: object, quoted: str) -> None:
    assert quote(value) == quoted
