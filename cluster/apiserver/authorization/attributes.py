"""What authorization is asked about: who wants to do what to which resource, or to which path.

Upstream: ``staging/src/k8s.io/apiserver/pkg/authorization/authorizer/interfaces.go`` (``Attributes``),
``staging/src/k8s.io/apiserver/pkg/endpoints/request/requestinfo.go`` (what of a request becomes which attribute).
"""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import unquote

from cluster.apiserver.request import Request, User
from cluster.machinery.fields import parse_field_selector
from cluster.machinery.kinds.core import NAMESPACES
from cluster.machinery.label_requirement import SelectorError

_NAME = "metadata.name"
_VERBS = {"post": "create", "get": "get", "head": "get", "put": "update", "patch": "patch", "delete": "delete"}
_OF_MANY = {"get": "list", "delete": "deletecollection"}
_OF_NAMESPACES = ("status", "finalize")
"""Subresources that a path names where otherwise a resource of the namespace stands."""


class Attributes(NamedTuple):
    """One question. ``path``: None when it is about a resource. ``field_selector``: what a list is narrowed down to."""

    user: User
    verb: str
    group: str = ""
    version: str = ""
    resource: str = ""
    subresource: str = ""
    namespace: str = ""
    name: str = ""
    field_selector: str = ""
    path: str | None = None

    @property
    def qualified_resource(self) -> str:
        """``pods`` or ``pods/status``: how rules and messages name it."""
        return f"{self.resource}/{self.subresource}" if self.subresource else self.resource


def attributes_of(user: User, request: Request) -> Attributes:
    """Return the question that a request for a resource asks.

    A Namespace lies in itself, so that a Role in it may allow to read it. A list that asks for one name is about that object.
    """
    kind, namespace, name, selector = request.kind, request.namespace, request.name, request.options.field_selector
    if kind is NAMESPACES:
        namespace = name
    elif not name and selector and _NAME in selector:
        name = _required_name(selector)
    return Attributes(user, request.verb, kind.group, kind.version, kind.plural, request.subresource, namespace, name, selector)


def path_attributes(user: User, verb: str, path: str) -> Attributes:
    """Return the question that a request for a path asks where nothing is served, or no resource. ``verb``: lower case HTTP method.

    Who asks for a resource that there is not may be refused, and then does not hear that it is not there.
    """
    parts = [unquote(part) for part in path.strip("/").split("/")]
    prefix = {"api": 2, "apis": 3}.get(parts[0])
    if prefix is None or len(parts) <= prefix:
        return Attributes(user, verb, path=path)
    group, version, rest = "" if prefix == 2 else parts[1], parts[prefix - 1], parts[prefix:]
    namespace = ""
    if rest[0] == "namespaces" and len(rest) > 1:
        namespace = rest[1]
        rest = rest[2:] if len(rest) > 2 and rest[2] not in _OF_NAMESPACES else rest
    resource, name, subresource = (*rest[:3], "", "")[:3]
    asked = _VERBS.get(verb, "")
    return Attributes(user, asked if name else _OF_MANY.get(asked, asked), group, version, resource, subresource, namespace, name)


def required_value(selector: str, field: str) -> str:
    """Return the one value that a field selector asks for, empty if there is none or the selector is none."""
    try:
        return parse_field_selector(selector).required_value(field) or ""
    except SelectorError:
        return ""


def _required_name(selector: str) -> str:
    name = required_value(selector, _NAME)
    return "" if name in (".", "..") or "/" in name or "%" in name else name
