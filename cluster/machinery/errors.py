"""What the API server answers instead of an object: Kubernetes' Status, with upstream's wording.

Upstream: ``staging/src/k8s.io/apimachinery/pkg/api/errors/errors.go`` and ``.../util/validation/field/errors.go``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import orjson

from cluster.machinery.meta import Obj


@dataclass(frozen=True, slots=True)
class FieldError:
    """One fault of one field. ``reason`` is the cause's reason, ``text`` what follows ``field: ``."""

    field: str
    reason: str
    text: str

    def __str__(self) -> str:
        return f"{self.field}: {self.text}"


def quote(value: object) -> str:
    """Write a bad value as upstream's field errors do: strings quoted as Go does, null, maps as JSON."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f'"{"".join(map(_escaped, value))}"'
    if isinstance(value, dict | list):
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()
    return str(value)


_ESCAPES = {"\a": "\\a", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\v": "\\v", "\\": "\\\\", '"': '\\"'}


def _escaped(character: str) -> str:
    """Write a character as it stands between Go's quotes."""
    if character in _ESCAPES:
        return _ESCAPES[character]
    code = ord(character)
    if character.isprintable():
        return character
    if code < 0x80:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def invalid(field: str, value: object, detail: str) -> FieldError:
    """``field: Invalid value: "x": detail``."""
    return FieldError(
        field, "FieldValueInvalid", f"Invalid value: {quote(value)}: {detail}" if detail else f"Invalid value: {quote(value)}"
    )


def required(field: str, detail: str = "") -> FieldError:
    """``field: Required value: detail``."""
    return FieldError(field, "FieldValueRequired", f"Required value: {detail}" if detail else "Required value")


def forbidden_field(field: str, detail: str) -> FieldError:
    """``field: Forbidden: detail``."""
    return FieldError(field, "FieldValueForbidden", f"Forbidden: {detail}")


def not_supported(field: str, value: object, supported: Iterable[str], *, in_order: bool = False) -> FieldError:
    """``field: Unsupported value: "x": supported values: "a", "b"`` (sorted, unless they are to stay ``in_order``)."""
    values = ", ".join(quote(v) for v in (supported if in_order else sorted(supported)))
    return FieldError(field, "FieldValueNotSupported", f"Unsupported value: {quote(value)}: supported values: {values}")


def duplicate(field: str, value: object) -> FieldError:
    """``field: Duplicate value: "x"``."""
    return FieldError(field, "FieldValueDuplicate", f"Duplicate value: {quote(value)}")


def field_not_found(field: str, value: object) -> FieldError:
    """``field: Not found: "x"``."""
    return FieldError(field, "FieldValueNotFound", f"Not found: {quote(value)}")


def too_long(field: str, limit: int) -> FieldError:
    """``field: Too long: may not be more than N bytes``."""
    return FieldError(field, "FieldValueTooLong", f"Too long: may not be more than {limit} bytes")


def too_many(field: str, actual: int, limit: int) -> FieldError:
    """``field: Too many: 3: must have at most 2 items``."""
    return FieldError(field, "FieldValueTooMany", f"Too many: {actual}: must have at most {limit} items")


_SERVER_ERROR = 500


class ApiError(Exception):
    """A request that the API server refused; ``status`` is the body it answers with, ``warnings`` what it says beside that."""

    warnings: tuple[str, ...] = ()

    def __init__(self, code: int, reason: str, message: str, details: Obj | None = None, list_meta: Obj | None = None) -> None:
        super().__init__(message)
        self.code, self.reason, self.message, self.details, self.list_meta = code, reason, message, details, list_meta

    @property
    def is_server_error(self) -> bool:
        """Whether the API server could not be reached or could not answer: the same request may succeed later."""
        return self.code >= _SERVER_ERROR

    @property
    def status(self) -> Obj:
        """The metav1.Status of this refusal."""
        body: Obj = {"kind": "Status", "apiVersion": "v1", "metadata": self.list_meta or {}, "status": "Failure"}
        body["message"] = self.message
        if self.reason:
            body["reason"] = self.reason
        if self.details:
            body["details"] = self.details
        body["code"] = self.code
        return body


def _details(group: str, kind: str, name: str) -> Obj:
    pairs = (("name", name), ("group", group), ("kind", kind))
    return {key: value for key, value in pairs if value}


def _qualified(group: str, resource: str) -> str:
    return f"{resource}.{group}" if group else resource


def bad_request(message: str) -> ApiError:
    """400: the request could not be understood."""
    return ApiError(400, "BadRequest", message)


def unauthorized() -> ApiError:
    """401: credentials were given and are not good."""
    return ApiError(401, "Unauthorized", "Unauthorized")


def service_unavailable(verb: str, group: str, resource: str) -> ApiError:
    """503: the API server behind an APIService does not answer; in the words that a client finds for it."""
    message = f"the server is currently unable to handle the request ({verb} {_qualified(group, resource)})"
    return ApiError(503, "ServiceUnavailable", message)


def forbidden(group: str, resource: str, name: str, why: str) -> ApiError:
    """403: ``pods "web" is forbidden: why``."""
    subject = f'{_qualified(group, resource)} "{name}"' if name else _qualified(group, resource)
    return ApiError(403, "Forbidden", f"{subject} is forbidden: {why}", _details(group, resource, name))


def not_found(group: str, resource: str, name: str) -> ApiError:
    """404: ``deployments.apps "web" not found``."""
    return ApiError(404, "NotFound", f'{_qualified(group, resource)} "{name}" not found', _details(group, resource, name))


def not_found_path() -> ApiError:
    """404: nothing is served at the path of a request."""
    return ApiError(404, "NotFound", "the server could not find the requested resource")


def already_exists(group: str, resource: str, name: str) -> ApiError:
    """409 on create."""
    return ApiError(409, "AlreadyExists", f'{_qualified(group, resource)} "{name}" already exists', _details(group, resource, name))


def conflict(group: str, resource: str, name: str, why: str) -> ApiError:
    """409 on update: somebody else was faster."""
    message = f'Operation cannot be fulfilled on {_qualified(group, resource)} "{name}": {why}'
    return ApiError(409, "Conflict", message, _details(group, resource, name))


MODIFIED = "the object has been modified; please apply your changes to the latest version and try again"
"""The usual ``why`` of a Conflict."""


def unprocessable(group: str, kind: str, name: str, faults: Sequence[FieldError]) -> ApiError:
    """422: every fault of every field at once."""
    qualified = _qualified(group, kind)
    texts = list(dict.fromkeys(str(fault) for fault in faults))
    joined = texts[0] if len(texts) == 1 else "[" + ", ".join(texts) + "]"
    causes = [{"reason": f.reason, "message": f.text, "field": f.field} for f in faults]
    details = {**_details(group, kind, name), "causes": causes}
    return ApiError(422, "Invalid", f'{qualified} "{name}" is invalid: {joined}', details)


def expired(message: str, list_meta: Obj | None = None) -> ApiError:
    """410: the revision or continue token is too old. ``list_meta``: of the Status, with a token to go on with."""
    return ApiError(410, "Expired", message, list_meta=list_meta)


def method_not_supported(group: str, resource: str, verb: str) -> ApiError:
    """405."""
    message = f'{verb} is not supported on resources of kind "{_qualified(group, resource)}"'
    return ApiError(405, "MethodNotAllowed", message, _details(group, resource, ""))


def too_many_requests(message: str, retry_after: int) -> ApiError:
    """429: ``retry_after`` in seconds."""
    return ApiError(429, "TooManyRequests", message, {"retryAfterSeconds": retry_after} if retry_after else None)


def internal(message: str) -> ApiError:
    """500."""
    return ApiError(500, "InternalError", f"Internal error occurred: {message}", {"causes": [{"message": message}]})
