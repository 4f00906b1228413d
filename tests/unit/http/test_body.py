"""Request bodies: read within limits, refused in the API server's words."""

from __future__ import annotations

import asyncio

import orjson
import pytest
import yaml

from cluster.apiserver.request import PatchType
from cluster.http import body
from cluster.http.negotiation import JSON, YAML
from cluster.machinery.errors import ApiError
from cluster.machinery.kinds import core
from tests.shared import shared_path

UNRECOGNIZED = "the object provided is unrecognized (must be of type Pod): "
STRUCT = 'struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }'


@pytest.mark.parametrize(
    ("content", "media_type", "expected"),
    [
        pytest.param(b'{"kind":"Pod"}', JSON, {"kind": "Pod"}, id="JSON"),
        pytest.param(b"kind: Pod\n", YAML, {"kind": "Pod"}, id="YAML"),
    ],
)
def test_decode(content: bytes, media_type: str, expected: object) -> None:
    assert body.decode(content, media_type, core.PODS) == expected


@pytest.mark.parametrize(
    ("content", "media_type", "message"),
    [
        pytest.param(b"", JSON, "couldn't get version/kind; json parse error: unexpected end of JSON input (<empty>)", id="nothing"),
        pytest.param(
            b'{"a": ', JSON, 'couldn\'t get version/kind; json parse error: unexpected end of JSON input ({"a": )', id="cut short"
        ),
        pytest.param(
            b'{"a": nope}',
            JSON,
            "couldn't get version/kind; json parse error: invalid character 'o' in literal null (expecting 'u') ({\"a\": nope})",
            id="a word that is none",
        ),
        pytest.param(
            b"[1]",
            JSON,
            f"couldn't get version/kind; json parse error: json: cannot unmarshal array into Go value of type {STRUCT} (5b315d)",
            id="a list",
        ),
        pytest.param(
            b'{"apiVersion": "a/b/c", "kind": "Pod", "metadata": {}}',
            JSON,
            'unexpected GroupVersion string: a/b/c ({"apiVersion": "a/b/c", "kind" ...)',
            id="a version that is none",
        ),
        pytest.param(b"[" * 100, YAML, f"yaml: line 1: nested deeper than 64 levels ({'5b' * 30} ...)", id="beyond a limit"),
    ],
)
def test_decode_refuses(content: bytes, media_type: str, message: str) -> None:
    with pytest.raises(ApiError) as refused:
        body.decode(content, media_type, core.PODS)
    assert (refused.value.code, refused.value.message) == (400, UNRECOGNIZED + message)


RECORDED = ("json-empty-body", "json-malformed", "json-string-body", "yaml-malformed", "apiversion-garbage")


@pytest.mark.parametrize("name", RECORDED)
def test_a_real_api_server_says_the_same(name: str) -> None:
    answers = orjson.loads(shared_path("golden", "golden", "public", "bad_requests.json").read_bytes())
    cases = yaml.load(shared_path("golden", "bad_requests.yaml").read_text(), Loader=yaml.CSafeLoader)["cases"]
    case = next(case for case in cases if case["name"] == name)
    content = case["body"].encode() if isinstance(case["body"], str) else _as_sent(case["body"])
    media_type = YAML if case.get("type") == "application/yaml" else JSON
    kind = core.PODS if case["do"].endswith("pods") else core.CONFIGMAPS
    with pytest.raises(ApiError) as refused:
        body.decode(content, media_type, kind)
    assert refused.value.message == answers[name]["message"]


def _as_sent(value: object) -> bytes:
    """The recording was made with Python's own encoder, whose spaces show in the message."""
    return orjson.dumps(value).replace(b'":', b'": ').replace(b',"', b', "')


DECODING = "error decoding patch: "
NO_OBJECT = "json: cannot unmarshal array into Go value of type map[string]interface {}"


@pytest.mark.parametrize(
    ("content", "patch_type", "message"),
    [
        pytest.param(
            b'{"a": 1}',
            PatchType.JSON,
            f"{DECODING}json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp",
            id="not a list",
        ),
        pytest.param(b"[1]", PatchType.MERGE, f"{DECODING}{NO_OBJECT}", id="not an object"),
        pytest.param(b"{", PatchType.MERGE, f"{DECODING}unexpected end of JSON input", id="cut short"),
        pytest.param(b"[1]", PatchType.STRATEGIC, NO_OBJECT, id="a strategic one that is no object"),
        pytest.param(b"{", PatchType.STRATEGIC, "unexpected end of JSON input", id="a strategic one cut short"),
    ],
)
def test_decode_patch_refuses(content: bytes, patch_type: PatchType, message: str) -> None:
    with pytest.raises(ApiError) as refused:
        body.decode_patch(content, patch_type)
    assert (refused.value.code, refused.value.message) == (400, message)


def _receive(*chunks: bytes | None) -> body.Receive:
    messages: list[dict[str, object]] = [
        {"type": "http.disconnect"} if chunk is None else {"type": "http.request", "body": chunk, "more_body": i + 1 < len(chunks)}
        for i, chunk in enumerate(chunks)
    ]

    async def receive() -> dict[str, object]:
        return messages.pop(0)

    return receive


def test_a_body_in_pieces_is_put_together() -> None:
    assert asyncio.run(body.read(_receive(b"ab", b"", b"c"))) == b"abc"


def test_a_body_over_the_limit_is_refused_before_it_has_all_come() -> None:
    half = b"x" * (body.MAX_BYTES // 2 + 1)
    with pytest.raises(ApiError) as refused:
        asyncio.run(body.read(_receive(half, half, b"never read")))
    assert (refused.value.code, refused.value.message) == (413, "Request entity too large: limit is 3145728")


def test_a_client_that_leaves_while_it_sends() -> None:
    with pytest.raises(body.Disconnected):
        asyncio.run(body.read(_receive(b"a", None)))
