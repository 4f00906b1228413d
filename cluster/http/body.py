"""Request bodies: read within limits, decoded from JSON or YAML, refused in the API server's words.

Upstream: ``staging/src/k8s.io/apiserver/pkg/endpoints/handlers/rest.go`` (``limitedReadBody``, ``transformDecodeError``,
``summarizeData``) and the JSON serializer's errors.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import orjson
import yaml

from cluster.apiserver.request import PatchType
from cluster.apiserver.schema.definitions import Typed
from cluster.http import duplicates, protobuf
from cluster.http.go_json import TOO_DEEP, syntax_error
from cluster.http.negotiation import JSON, PROTOBUF, YAML, unsupported_body
from cluster.machinery.errors import ApiError, bad_request
from cluster.machinery.meta import Obj
from cluster.machinery.yaml_limits import YamlLimit, load_documents

MAX_BYTES = 3 * 1024 * 1024
"""Upstream's limit on a request body (``MaxRequestBodyBytes``)."""

MAX_DEPTH = 128
"""Levels of a JSON body; Go's decoder goes deeper, Python's functions do not."""
MAX_VALUES = 100_000
"""Values in a JSON body. The largest definitions of custom resources have a third of it."""

_LONGEST_RECOUNT = 64 * 1024
"""Up to here a configuration in JSON that repeats itself is read once more as YAML, for the lines."""

Receive = Callable[[], Awaitable[dict[str, object]]]


class Disconnected(Exception):  # noqa: N818
    """The client went away before it had sent its whole body."""


async def read(receive: Receive) -> bytes:
    """Read a whole ASGI request body. Raises ApiError 413 beyond ``MAX_BYTES``, Disconnected."""
    chunks: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Disconnected
        chunk = message.get("body", b"")
        if isinstance(chunk, bytes):
            size += len(chunk)
            if size > MAX_BYTES:
                raise ApiError(413, "RequestEntityTooLarge", f"Request entity too large: limit is {MAX_BYTES}")
            chunks.append(chunk)
        if not message.get("more_body"):
            return b"".join(chunks)


def decode(body: bytes, media_type: str, typed: Typed) -> Obj:
    """Decode an object. ``typed``: what the path serves. Raises ApiError 400, 415 for protobuf that is not Kubernetes'."""
    kind = typed.kind
    if media_type == PROTOBUF:
        return _decode_protobuf(body, typed)
    try:
        value = _parse(body, media_type)
    except ValueError as error:
        raise _unrecognized(kind, str(error), body) from None
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise _unrecognized(kind, f"couldn't get version/kind; json parse error: {_not_an_object(value)}", body)
    api_version = value.get("apiVersion")
    if isinstance(api_version, str) and api_version.count("/") > 1:
        raise _unrecognized(kind, f"unexpected GroupVersion string: {api_version}", body)
    return value


def decode_options(body: bytes, media_type: str) -> Obj:
    """Decode the DeleteOptions that a deletion may bring. Raises ApiError 400, 415."""
    if media_type == PROTOBUF:
        return _decode_protobuf(body, protobuf.DELETE_OPTIONS)
    try:
        value = _parse(body, media_type)
    except ValueError as error:
        raise bad_request(str(error)) from None
    if not isinstance(value, dict):
        raise bad_request(f"couldn't get version/kind; json parse error: {_not_an_object(value)}")
    return value


def decode_configuration(body: bytes) -> tuple[Obj, tuple[str, ...]]:
    """Decode what somebody applies, YAML or JSON, and say which of its fields stand there twice. Raises ApiError 400."""
    try:
        value = _parse_configuration(body)
    except ValueError as error:
        raise bad_request(f"error decoding YAML: error converting YAML to JSON: {error}") from None
    if value is not None and not isinstance(value, dict):
        fault = f"json: cannot unmarshal {go_type(value)} into Go value of type map[string]interface {{}}"
        raise bad_request(f"error decoding YAML: error unmarshaling JSON: while decoding JSON: {fault}")
    if body[:1] != b"{":
        return value or {}, duplicates.in_yaml(body)
    found = duplicates.in_json(body)
    return value or {}, duplicates.in_yaml(body) if found and len(body) <= _LONGEST_RECOUNT else found


def duplicates_in(body: bytes, media_type: str, *, is_json_patch: bool = False) -> tuple[str, ...]:
    """Return what strict decoding has against fields that stand in a body twice."""
    if media_type == PROTOBUF:
        return ()
    if media_type == YAML:
        return duplicates.in_yaml(body)
    return duplicates.in_json(body, "json patch " if is_json_patch else "")


def decode_patch(body: bytes, patch_type: PatchType) -> Obj | list[Obj]:
    """Decode a JSON patch (a list) or one of the merge patches (an object). Raises ApiError 400."""
    is_list = patch_type is PatchType.JSON
    complaint = "" if patch_type is PatchType.STRATEGIC else "error decoding patch: "
    try:
        value = _from_json(body)
    except ValueError as error:
        raise bad_request(f"{complaint}{error}") from None
    if is_list and isinstance(value, list):
        return value
    if not is_list and isinstance(value, dict):
        return value
    wanted = "[]handlers.jsonPatchOp" if is_list else "map[string]interface {}"
    raise bad_request(f"{complaint}json: cannot unmarshal {go_type(value)} into Go value of type {wanted}")


def go_type(value: object) -> str:
    """The word Go's JSON decoder has for a value's type."""
    if isinstance(value, bool):
        return "bool"
    names = {dict: "object", list: "array", str: "string", int: "number", float: "number"}
    return names.get(type(value), "null")


def go_yaml_error(error: yaml.YAMLError) -> str:
    """What Go's YAML decoder says about an error: it counts lines from 0, but from 1 where the scanner failed."""
    if not isinstance(error, yaml.MarkedYAMLError):
        return str(error)
    marks = [mark.line for mark in (error.context_mark, error.problem_mark) if mark is not None and mark.line]
    line = marks[0] + isinstance(error, yaml.scanner.ScannerError) if marks else 0
    return f"line {line}: {error.problem}" if line else str(error.problem)


def _decode_protobuf(body: bytes, typed: Typed) -> Obj:
    try:
        return protobuf.decode(body, typed)
    except protobuf.NotAnEnvelope:
        raise unsupported_body() from None
    except protobuf.BadMessageError as error:
        message = f'{error.kind} in version "{error.version}" cannot be handled as a {typed.kind}: {error}'
        raise bad_request(message) from None
    except ValueError as error:
        raise _unrecognized(typed.kind, str(error), body) from None


def _parse_configuration(body: bytes) -> object:
    try:
        return _from_json(body)
    except ValueError:
        return _parse_yaml(body)


def _parse(body: bytes, media_type: str) -> object:
    if media_type != JSON:
        return _parse_yaml(body)
    try:
        return _from_json(body)
    except ValueError as error:
        raise ValueError(f"couldn't get version/kind; json parse error: {error}") from None


def _parse_yaml(body: bytes) -> object:
    try:
        documents = load_documents(body)
    except YamlLimit as error:
        raise ValueError(f"yaml: {error}") from None
    except yaml.YAMLError as error:
        raise ValueError(f"yaml: {go_yaml_error(error)}") from None
    return documents[0] if documents else None


def _from_json(body: bytes) -> object:
    """Decode JSON. Raises ValueError in the words of Go's decoder, ApiError 413 for more than can be worked with."""
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise ValueError(syntax_error(body)) from None
    if body.count(b"{") + body.count(b"[") > MAX_DEPTH or len(body) > MAX_VALUES:
        _check_shape(value)
    return value


def _check_shape(value: object) -> None:
    """Refuse what is too deep or has too many parts, level by level. Raises ValueError, ApiError 413."""
    level, depth, count = [value], 0, 0
    while level:
        depth, count = depth + 1, count + len(level)
        if depth > MAX_DEPTH:
            raise ValueError(TOO_DEEP)
        if count > MAX_VALUES:
            raise ApiError(413, "RequestEntityTooLarge", f"Request entity too large: limit is {MAX_VALUES} values")
        level = [child for node in level if isinstance(node, dict | list) for child in (node.values() if isinstance(node, dict) else node)]


def _not_an_object(value: object) -> str:
    fields = '{ APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }'
    return f"json: cannot unmarshal {go_type(value)} into Go value of type struct {fields}"


def _unrecognized(kind: str, why: str, body: bytes) -> ApiError:
    return bad_request(f"the object provided is unrecognized (must be of type {kind}): {why} ({_summary(body)})")


def _summary(body: bytes, length: int = 30) -> str:
    if not body:
        return "<empty>"
    cut = body[:length]
    shown = cut.decode("utf-8", "replace") if body[:1] == b"{" else cut.hex()
    return f"{shown} ..." if len(body) > length else shown
