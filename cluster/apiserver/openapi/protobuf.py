"""The Swagger document as protobuf: the only form that kubectl up to 1.26 reads, and later ones fall back to.

The message is gnostic's ``openapi.v2.Document``. What is written here is what Kubernetes' clients read: definitions with
their extensions, and each operation's query parameters and extensions. Extensions travel as YAML text; JSON is YAML.

Upstream: ``github.com/google/gnostic-models/openapiv2/OpenAPIv2.proto`` (field numbers), ``k8s.io/kube-openapi/pkg/util/proto``.
"""

from __future__ import annotations

from collections.abc import Iterable

import orjson

from cluster.machinery.meta import Obj

_METHODS = {"get": 2, "put": 3, "post": 4, "delete": 5, "patch": 8}
_LENGTH_DELIMITED = 2


def _varint(number: int) -> bytes:
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def _message(number: int, content: bytes) -> bytes:
    """A field that holds a message, string or bytes."""
    return _varint(number << 3 | _LENGTH_DELIMITED) + _varint(len(content)) + content


def _text(number: int, value: str) -> bytes:
    """A string field; an empty one is not written."""
    return _message(number, value.encode()) if value else b""


def _flag(number: int, value: bool) -> bytes:
    return _varint(number << 3) + b"\x01" if value else b""


def _any(value: object) -> bytes:
    return _text(2, orjson.dumps(value).decode())


def _named(name: str, value: bytes) -> bytes:
    return _text(1, name) + _message(2, value)


def _extensions(number: int, node: Obj) -> bytes:
    return b"".join(_message(number, _named(key, _any(value))) for key, value in node.items() if key.startswith("x-"))


def _texts(number: int, values: Iterable[str]) -> bytes:
    return b"".join(_message(number, value.encode()) for value in values)


def _schema(node: Obj) -> bytes:
    """``Schema``, with ``TypeItem`` (22), ``ItemsItem`` (23), ``Properties`` (25) and ``AdditionalPropertiesItem`` (21)."""
    out = _text(1, node.get("$ref", "")) + _text(2, node.get("format", "")) + _text(4, node.get("description", ""))
    if "default" in node:
        out += _message(5, _any(node["default"]))
    out += _texts(19, node.get("required", ()))
    out += b"".join(_message(20, _any(value)) for value in node.get("enum", ()))
    if "additionalProperties" in node:
        out += _message(21, _message(1, _schema(node["additionalProperties"])))
    if "type" in node:
        out += _message(22, _text(1, node["type"]))
    if "items" in node:
        out += _message(23, _message(1, _schema(node["items"])))
    if "properties" in node:
        out += _message(25, _named_schemas(node["properties"]))
    return out + _extensions(31, node)


def _named_schemas(schemas: Obj) -> bytes:
    return b"".join(_message(1, _named(name, _schema(node))) for name, node in schemas.items())


def _parameter(parameter: Obj) -> bytes:
    """``ParametersItem`` around ``Parameter``: a ``BodyParameter``, or a ``QueryParameterSubSchema`` or a path's."""
    name, where = parameter["name"], parameter["in"]
    if where == "body":
        body = _text(2, name) + _text(3, where) + _flag(4, parameter["required"]) + _message(5, _schema(parameter["schema"]))
        return _message(1, _message(1, body))
    if where == "query":
        query = _text(2, where) + _text(4, name) + _text(6, parameter["type"])
        return _message(1, _message(2, _message(3, query)))
    in_path = _flag(1, True) + _text(2, where) + _text(4, name) + _text(5, parameter["type"])
    return _message(1, _message(2, _message(4, in_path)))


def _responses(responses: Obj) -> bytes:
    out = b""
    for code, response in responses.items():
        content = _text(1, response["description"]) + _message(2, _message(1, _schema(response["schema"])))
        out += _message(1, _named(code, _message(1, content)))
    return out


def _operation(operation: Obj) -> bytes:
    out = _text(5, operation["operationId"]) + _texts(6, operation["produces"]) + _texts(7, operation["consumes"])
    out += b"".join(_message(8, _parameter(parameter)) for parameter in operation["parameters"])
    return out + _message(9, _responses(operation["responses"])) + _extensions(13, operation)


def _path_item(item: Obj) -> bytes:
    return b"".join(_message(_METHODS[method], _operation(operation)) for method, operation in item.items())


def encode(document: Obj) -> bytes:
    """Return a Swagger document as ``openapi.v2.Document``."""
    info = _text(1, document["info"]["title"]) + _text(2, document["info"]["version"])
    paths = b"".join(_message(2, _named(path, _path_item(item))) for path, item in document["paths"].items())
    definitions = _named_schemas(document["definitions"])
    return _text(1, document["swagger"]) + _message(2, info) + _message(8, paths) + _message(9, definitions)
