"""Media types: what is answered, what is refused."""

from __future__ import annotations

import pytest

from cluster.apiserver.request import PatchType
from cluster.http.negotiation import JSON, PROTOBUF, YAML, Accepted, Form, accepted, body_type, check_streams, patch_type
from cluster.machinery.errors import ApiError

TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io"


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        pytest.param("", Accepted(), id="nothing said"),
        pytest.param("*/*", Accepted(), id="anything"),
        pytest.param("application/yaml", Accepted(media_type=YAML), id="YAML"),
        pytest.param(f"{TABLE},application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json", Accepted(Form.TABLE), id="kubectl get"),
        pytest.param("application/vnd.kubernetes.protobuf,application/json", Accepted(), id="JSON where protobuf was preferred"),
        pytest.param(
            "application/vnd.kubernetes.protobuf;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,"
            "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json",
            Accepted(Form.PARTIAL_LIST),
            id="metadata only",
        ),
        pytest.param("application/json;as=Nothing;v=v1;g=meta.k8s.io,application/json", Accepted(), id="an unknown form is passed over"),
        pytest.param(f"application/json;q=0.5,{TABLE};q=0.8", Accepted(Form.TABLE), id="what is wanted more"),
        pytest.param("*/*,application/yaml", Accepted(media_type=YAML), id="what is said more exactly"),
        pytest.param("text/html,application/yaml;q=0.9,*/*;q=0.8", Accepted(media_type=YAML), id="a browser that reads YAML"),
        pytest.param("application/json;pretty=1", Accepted(is_pretty=True), id="indented"),
    ],
)
def test_what_is_answered(header: str, expected: Accepted) -> None:
    assert accepted(header) == expected


@pytest.mark.parametrize(
    ("user_agent", "pretty", "is_pretty"),
    [
        ("curl/8.5", "", True),
        ("Mozilla/5.0 (X11)", "", True),
        ("kubectl/v1.33", "", False),
        ("kubectl/v1.33", "true", True),
        ("curl/8.5", "false", False),
        ("curl/8.5", "perhaps", False),
    ],
)
def test_who_is_answered_with_indented_json(user_agent: str, pretty: str, is_pretty: bool) -> None:
    assert accepted("", user_agent, pretty) == Accepted(is_pretty=is_pretty)


OFFERED = "application/json, application/yaml, application/vnd.kubernetes.protobuf"


@pytest.mark.parametrize(
    ("header", "message"),
    [
        ("text/html", f"406: Not Acceptable\n\nAvailable representations: {OFFERED}"),
        ("application/vnd.kubernetes.protobuf", f"only the following media types are accepted: {OFFERED}"),
        ("application/json;as=Nothing;v=v1;g=meta.k8s.io", f"only the following media types are accepted: {OFFERED}"),
        ("application/json;as=Table;v=v2;g=meta.k8s.io", f"only the following media types are accepted: {OFFERED}"),
    ],
)
def test_what_cannot_be_answered(header: str, message: str) -> None:
    with pytest.raises(ApiError) as refused:
        accepted(header)
    assert (refused.value.code, refused.value.reason, refused.value.message) == (406, "NotAcceptable", message)


def test_a_watch_is_no_yaml() -> None:
    with pytest.raises(ApiError) as refused:
        check_streams(Accepted(media_type=YAML))
    streams = "application/json;stream=watch, application/vnd.kubernetes.protobuf;stream=watch"
    assert refused.value.message == f"only the following media types are accepted: {streams}"


@pytest.mark.parametrize(
    ("header", "expected"),
    [("", JSON), ("/", JSON), ("application/json; charset=utf-8", JSON), ("application/yaml", YAML), (PROTOBUF, PROTOBUF)],
)
def test_what_is_read(header: str, expected: str) -> None:
    assert body_type(header) == expected


@pytest.mark.parametrize("header", ["application/xml", "application/cbor", "text/yaml", "*/*"])
def test_what_cannot_be_read(header: str) -> None:
    with pytest.raises(ApiError) as refused:
        body_type(header)
    assert (refused.value.code, refused.value.reason) == (415, "UnsupportedMediaType")


@pytest.mark.parametrize("kind", list(PatchType))
def test_the_kinds_of_patches(kind: PatchType) -> None:
    assert patch_type(f"{kind.value}; charset=utf-8") is kind


@pytest.mark.parametrize("header", ["application/json", ""])
def test_another_kind_of_patch_is_refused(header: str) -> None:
    with pytest.raises(ApiError) as refused:
        patch_type(header)
    offered = ", ".join(kind.value for kind in PatchType)
    assert (refused.value.code, refused.value.reason, refused.value.message) == (
        415,
        "UnsupportedMediaType",
        f"415: Unsupported Media Type\n\nAvailable representations: {offered}",
    )
