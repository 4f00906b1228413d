"""Media types: what is answered, what is refused."""

from __future__ import annotations

import pytest

from cluster.apiserver.request import PatchType
from cluster.http.negotiation import JSON, PROTOBUF, YAML, Accepted, Form, accepted, body_type, patch_type
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
    ],
)
def test_what_is_answered(header: str, expected: Accepted) -> None:
    assert accepted(header) == expected


@pytest.mark.parametrize("header", ["text/html", "application/vnd.kubernetes.protobuf", "application/json;as=Nothing;v=v1;g=meta.k8s.io"])
def test_what_cannot_be_answered(header: str) -> None:
    with pytest.raises(ApiError) as refused:
        accepted(header)
    offered = "application/json, application/yaml, application/vnd.kubernetes.protobuf"
    assert (refused.value.code, refused.value.reason) == (406, "NotAcceptable")
    assert refused.value.message == f"406: Not Acceptable\n\nAvailable representations: {offered}"


@pytest.mark.parametrize(
    ("header", "expected"), [("", JSON), ("application/json; charset=utf-8", JSON), ("application/yaml", YAML), (PROTOBUF, PROTOBUF)]
)
def test_what_is_read(header: str, expected: str) -> None:
    assert body_type(header) == expected


@pytest.mark.parametrize("header", ["application/xml", "application/cbor"])
def test_what_cannot_be_read(header: str) -> None:
    with pytest.raises(ApiError) as refused:
        body_type(header)
    assert (refused.value.code, refused.value.reason) == (415, "UnsupportedMediaType")


@pytest.mark.parametrize("kind", list(PatchType))
def test_the_three_kinds_of_patches(kind: PatchType) -> None:
    assert patch_type(f"{kind.value}; charset=utf-8") is kind


def test_another_kind_of_patch_is_refused() -> None:
    with pytest.raises(ApiError) as refused:
        patch_type("application/json")
    assert (refused.value.code, refused.value.reason) == (415, "UnsupportedMediaType")
