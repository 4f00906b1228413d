"""OpenAPI: what the server tells its clients about the shape of its objects.

``kubectl explain`` reads it, and ``kubectl apply`` and ``create`` check manifests against it or look here whether the
server will. kubectl up to 1.26 asks for ``/openapi/v2`` as protobuf and takes nothing else; 1.27 and later use
``/openapi/v3`` as JSON and fall back to the former.

Upstream: ``k8s.io/kube-openapi/pkg/handler``, ``pkg/handler3``.
"""

from __future__ import annotations

import functools
import hashlib

import orjson

from cluster.apiserver.discovery import KEPT
from cluster.apiserver.openapi.definitions import kinds_of
from cluster.apiserver.openapi.documents import openapi_v3, swagger
from cluster.apiserver.openapi.protobuf import encode
from cluster.machinery.kinds.model import Kind
from cluster.machinery.kinds.served import ServedKinds

_JSON = "application/json"
_V2_PROTOBUF = "application/com.github.proto-openapi.spec.v2"
_V2_PROTOBUF_ANSWER = f"{_V2_PROTOBUF}.v1.0+protobuf"
_V3_PREFIX = "/openapi/v3"


def answer(path: str, accept: str, kinds: ServedKinds) -> tuple[str, bytes, str] | None:
    """Return content type, content and etag of an OpenAPI path, or None for any other.

    ``path`` may carry a query, which is ignored (clients add ``?hash=``); ``accept``: the Accept header. Documents are made
    at first use and kept.
    """
    path = path.partition("?")[0]
    if path == "/openapi/v2":
        if accept.partition(",")[0].strip().startswith(_V2_PROTOBUF):
            return _V2_PROTOBUF_ANSWER, *_v2_protobuf(kinds)
        return _JSON, *_v2_json(kinds)
    if path == _V3_PREFIX:
        return _JSON, *_v3_index(kinds)
    if path.removeprefix(f"{_V3_PREFIX}/") in _v3_paths(kinds):
        return _JSON, *_v3_document(_v3_paths(kinds)[path.removeprefix(f"{_V3_PREFIX}/")])
    return None


def _with_etag(content: bytes) -> tuple[bytes, str]:
    return content, f'"{hashlib.sha256(content).hexdigest().upper()}"'


@functools.lru_cache(KEPT)
def _v2_json(kinds: ServedKinds) -> tuple[bytes, str]:
    return _with_etag(orjson.dumps(swagger(kinds)))


@functools.lru_cache(KEPT)
def _v2_protobuf(kinds: ServedKinds) -> tuple[bytes, str]:
    return _with_etag(encode(swagger(kinds)))


@functools.lru_cache(KEPT)
def _v3_paths(kinds: ServedKinds) -> dict[str, tuple[Kind, ...]]:
    pairs = dict.fromkeys((kind.group, kind.version) for kind in kinds.all)
    return {f"apis/{group}/{version}" if group else f"api/{version}": kinds_of(group, version, kinds) for group, version in pairs}


@functools.lru_cache(KEPT * 64)
def _v3_document(kinds: tuple[Kind, ...]) -> tuple[bytes, str]:
    """By what is in it: a definition that comes or goes leaves the documents of other groups as they are."""
    return _with_etag(orjson.dumps(openapi_v3(kinds)))


@functools.lru_cache(KEPT)
def _v3_index(kinds: ServedKinds) -> tuple[bytes, str]:
    hashes = {path: _v3_document(of_path)[1].strip('"') for path, of_path in _v3_paths(kinds).items()}
    urls = {path: {"serverRelativeURL": f"{_V3_PREFIX}/{path}?hash={digest}"} for path, digest in hashes.items()}
    return _with_etag(orjson.dumps({"paths": urls}))
