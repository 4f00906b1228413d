"""Fields that stand in a body twice, and configurations that are none."""

from __future__ import annotations

import pytest

from cluster.http import body, options
from cluster.http.negotiation import JSON, YAML
from cluster.machinery.errors import ApiError


@pytest.mark.parametrize(
    ("content", "media_type", "expected"),
    [
        pytest.param(b'{"a": 1, "b": {"a": 2}}', JSON, (), id="none"),
        pytest.param(b'{"a": 1, "a": 2, "a": 3}', JSON, ('duplicate field "a"', 'duplicate field "a"'), id="one for each repetition"),
        pytest.param(
            b'{"spec": {"c": [{}, {"i": 1, "i": 2}], "x": 1, "x": 1}}',
            JSON,
            ('duplicate field "spec.c[1].i"', 'duplicate field "spec.x"'),
            id="deep down, in document order",
        ),
        pytest.param(b'{"a": ', JSON, (), id="what is not JSON has none"),
        pytest.param(b"a: 1\nb:\n  c: 1\n", YAML, (), id="none in YAML"),
        pytest.param(
            b"a: 1\nb:\n  - c: 1\n    c: 2\na: 3\n",
            YAML,
            ('yaml: unmarshal errors:\n  line 4: key "c" already set in map\n  line 5: key "a" already set in map',),
            id="in YAML they are one complaint",
        ),
    ],
)
def test_what_stands_there_twice(content: bytes, media_type: str, expected: tuple[str, ...]) -> None:
    assert body.duplicates_in(content, media_type) == expected


def test_of_a_json_patch_it_is_said_so() -> None:
    found = body.duplicates_in(b'[{"op": "add", "op": "test"}]', JSON, is_json_patch=True)
    assert found == ('json patch duplicate field "[0].op"',)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        pytest.param(b"kind: Pod\nmetadata: {name: x}\n", {"kind": "Pod", "metadata": {"name": "x"}}, id="YAML"),
        pytest.param(b'{"kind": "Pod"}', {"kind": "Pod"}, id="JSON"),
        pytest.param(b"", {}, id="nothing"),
    ],
)
def test_a_configuration_is_decoded(content: bytes, expected: object) -> None:
    assert body.decode_configuration(content) == (expected, ())


@pytest.mark.parametrize(
    ("content", "message"),
    [
        pytest.param(
            b"[1]",
            "error decoding YAML: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal array into Go value of type "
            "map[string]interface {}",
            id="a list",
        ),
        pytest.param(
            b"a: [b", "error decoding YAML: error converting YAML to JSON: yaml: line 1: did not find expected ',' or ']'", id="no YAML"
        ),
    ],
)
def test_a_configuration_is_refused(content: bytes, message: str) -> None:
    with pytest.raises(ApiError) as refused:
        body.decode_configuration(content)
    assert (refused.value.code, refused.value.message) == (400, message)


@pytest.mark.parametrize(
    ("query", "causes"),
    [
        pytest.param({}, [("fieldManager", "Required value: is required for apply patch")], id="nobody applies"),
        pytest.param({"fieldManager": "m", "force": "true"}, None, id="somebody does, with force"),
        pytest.param(
            {"fieldManager": "m" * 129}, [("fieldManager", "Too long: may not be more than 128 bytes")], id="somebody with a long name does"
        ),
    ],
)
def test_the_options_of_an_apply(query: dict[str, str], causes: list[tuple[str, str]] | None) -> None:
    found: list[tuple[str, str]] | None
    try:
        found = None if options.from_query(query, "patch", is_apply=True).force else []
    except ApiError as error:
        found = [(cause["field"], cause["message"]) for cause in (error.details or {})["causes"]]
    assert found == causes
