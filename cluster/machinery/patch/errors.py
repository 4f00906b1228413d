"""Why a patch was refused; messages are upstream's.

Upstream: ``staging/src/k8s.io/apimachinery/pkg/util/mergepatch/errors.go``, and for what the API server answers
``staging/src/k8s.io/apiserver/pkg/endpoints/handlers/patch.go``.
"""

from __future__ import annotations


class PatchError(ValueError):
    """A patch that can not be applied. Unless it is one of the subclasses, the API server answers 500."""


class BadPatchFormat(PatchError):  # noqa: N818 - upstream's ErrBadPatchFormat...
    """The patch itself is malformed: 400 with this message."""


class PatchNotApplicable(PatchError):  # noqa: N818
    """The patch does not fit the object: 422. Of a JSON patch the API server hides the message
    (``the server rejected our request due to an error in our request``)."""


def go_format(value: object) -> str:
    """Write a JSON value as Go's ``%v`` does: ``map[a:1 b:x]``, ``[1 2]``, ``<nil>``."""
    if isinstance(value, dict):
        return "map[" + " ".join(f"{key}:{go_format(value[key])}" for key in sorted(value)) + "]"
    if isinstance(value, list):
        return "[" + " ".join(go_format(item) for item in value) + "]"
    if value is None:
        return "<nil>"
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def go_type(value: object) -> str:
    """Name the Go type that a JSON value is decoded into."""
    match value:
        case dict():
            return "map[string]interface {}"
        case list():
            return "[]interface {}"
        case bool():
            return "bool"
        case int():
            return "int64"
        case float():
            return "float64"
        case str():
            return "string"
    return "<nil>"


def json_type(value: object) -> str:
    """Name a JSON value's type as Go's decoder does in its messages."""
    match value:
        case dict():
            return "object"
        case list():
            return "array"
        case bool():
            return "bool"
        case int() | float():
            return "number"
    return "string"
