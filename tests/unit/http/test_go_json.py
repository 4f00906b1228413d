"""Syntax errors in the words of Go's decoder."""

from __future__ import annotations

import pytest

from cluster.http.go_json import syntax_error


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "unexpected end of JSON input"),
        ('{"a": 1', "unexpected end of JSON input"),
        ('{"a": "x', "unexpected end of JSON input"),
        ('{"a"', "unexpected end of JSON input"),
        ("[1,", "unexpected end of JSON input"),
        ("tru", "unexpected end of JSON input"),
        ("x", "invalid character 'x' looking for beginning of value"),
        ("{a: 1}", "invalid character 'a' looking for beginning of object key string"),
        ("{'a': 1}", "invalid character '\\'' looking for beginning of object key string"),
        ('{"a": 1,}', "invalid character '}' looking for beginning of object key string"),
        ("[1,]", "invalid character ']' looking for beginning of value"),
        ("[1,\n  ]", "invalid character ']' looking for beginning of value"),
        ('{"a" 1}', "invalid character '1' after object key"),
        ('{"a": 1 "b": 2}', "invalid character '\"' after object key:value pair"),
        ('{"a": [1 2]}', "invalid character '2' after array element"),
        ('{"a": {"b": 1]}', "invalid character ']' after object key:value pair"),
        ('{"a": "]" "b": 2}', "invalid character '\"' after object key:value pair"),
        ('{"a": 1}x', "invalid character 'x' after top-level value"),
        ('{"a": 1} {}', "invalid character '{' after top-level value"),
        ('{"a": nope}', "invalid character 'o' in literal null (expecting 'u')"),
        ('{"a": True}', "invalid character 'T' looking for beginning of value"),
        ('{"a": tru}', "invalid character '}' in literal true (expecting 'e')"),
        ('{"a": NaN}', "invalid character 'N' looking for beginning of value"),
        ('{"NaN": "NaN", "a": NaN}', "invalid character 'N' looking for beginning of value"),
        ('{"a": -x}', "invalid character 'x' in numeric literal"),
        ('{"a": 1.x}', "invalid character 'x' after decimal point in numeric literal"),
        ('{"a": 1ex}', "invalid character 'x' in exponent of numeric literal"),
        ('{"a": 1e+}', "invalid character '}' in exponent of numeric literal"),
        ('{"a": 01}', "invalid character '1' after object key:value pair"),
        ('{"a": "\n"}', "invalid character '\\n' in string literal"),
        ('{"a": "\\x"}', "invalid character 'x' in string escape code"),
        ('{"a": "\\u12g4"}', "invalid character 'g' in \\u hexadecimal character escape"),
        ("[" * 100_000, "exceeded max depth"),
        ('{"a": "\\ud800"}', "neither half characters nor numbers beyond 64 bits are taken"),
        ("é", "invalid character 'Ã' looking for beginning of value"),
    ],
    ids=lambda value: repr(value[:40]),
)
def test_what_go_says(text: str, complaint: str) -> None:
    assert syntax_error(text.encode()) == complaint
