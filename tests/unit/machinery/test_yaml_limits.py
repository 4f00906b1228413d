"""YAML from strangers: what it is read as, and what is refused before it is built."""

from __future__ import annotations

import pytest
import yaml

from cluster.machinery.yaml_limits import MAX_ALIASES, MAX_BYTES, MAX_DEPTH, MAX_NODES, YamlLimit, load_documents


@pytest.mark.parametrize(
    ("text", "documents"),
    [
        pytest.param("a: 2024-01-01T00:00:00Z", [{"a": "2024-01-01T00:00:00Z"}], id="a moment stays text"),
        pytest.param("a: 12:30", [{"a": "12:30"}], id="no numbers in base 60"),
        pytest.param(
            "a: 017\nb: 0o17\nc: 0x1f\nd: -5", [{"a": 15, "b": 15, "c": 31, "d": -5}], id="octal, hexadecimal and negative integers"
        ),
        pytest.param("a: 0.5\nb: 500m\nc: 1e3", [{"a": 0.5, "b": "500m", "c": 1000.0}], id="a quantity is text, a float a number"),
        pytest.param("a: yes\nb: 'yes'", [{"a": True, "b": "yes"}], id="yes is true unless quoted"),
        pytest.param("2: a\ntrue: b\nnull: c", [{"2": "a", "true": "b", "null": "c"}], id="keys become text"),
        pytest.param("a: 1\n---\n---\n- 2\n", [{"a": 1}, [2]], id="empty documents are left out"),
        pytest.param("a: &x [1]\nb: *x\nc: {<<: {d: 1}}", [{"a": [1], "b": [1], "c": {"d": 1}}], id="aliases and merge keys within limits"),
        pytest.param("", [], id="nothing"),
    ],
)
def test_what_is_read(text: str, documents: list[object]) -> None:
    assert load_documents(text) == documents


def _bomb(levels: int) -> str:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, levels)]
    return "\n".join(lines)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        pytest.param("x" * (MAX_BYTES + 1), "line 1: the text is larger than 1024 KiB", id="too large"),
        pytest.param("[" * 200_000, f"line 1: nested deeper than {MAX_DEPTH} levels", id="too deep for any parser"),
        pytest.param(_bomb(9), f"line 5: more than {MAX_NODES} values, aliases counted in full", id="a bomb of aliases"),
        pytest.param("a: &a 1\nb: [" + "*a, " * (MAX_ALIASES + 1) + "]", f"line 2: more than {MAX_ALIASES} aliases", id="too many aliases"),
        pytest.param("a: &a [*a]", "line 1: the alias *a stands inside its own value", id="a value that contains itself"),
        pytest.param(
            "a: !!python/name:os.system", "line 1: tags such as 'tag:yaml.org,2002:python/name:os.system' are not allowed", id="tags"
        ),
        pytest.param(
            "- 1\n" * (MAX_NODES + 1), f"line {MAX_NODES}: more than {MAX_NODES} values, aliases counted in full", id="too many values"
        ),
    ],
)
def test_what_is_refused(text: str, what: str) -> None:
    with pytest.raises(YamlLimit) as refused:
        load_documents(text)
    assert str(refused.value) == what


@pytest.mark.parametrize("text", ["a: [1", "a: .inf", "? [1]\n: 2"], ids=["not closed", "not a JSON number", "a list as a key"])
def test_what_is_not_a_manifest_at_all(text: str) -> None:
    with pytest.raises(yaml.YAMLError):
        load_documents(text)
