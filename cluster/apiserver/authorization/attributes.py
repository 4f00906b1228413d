"""What authorization is asked about: who wants to do what to which resource, or to which path.

Upstream: ``staging/src/k8s.io/apiserver/pkg/authorization/authorizer/interfaces.go`` (``Attributes``),
``staging/src/k8s.io/apiserver/pkg/endpoints/request/requestinfo.go`` (what of a request becomes which attribute).
"""

from __future__ import annotations

from typing import NamedTuple

from cluster.apiserver.request import Request, User
from cluster.machinery.fields import parse_field_selector
from cluster.machinery.kinds.core import NAMESPACES
from cluster.machinery.label_requirement import SelectorError

_NAME = "metadata.name"


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
    """Return the question that a request for a path without a resource asks. ``verb``: lower case HTTP method."""
    return Attributes(user, verb, path=path)


def required_value(selector: str, field: str) -> str:
    """Return the one value that a field selector asks for, empty if there is none or the selector is none."""
    try:
        return parse_field_selector(selector).required_value(field) or ""
    except SelectorError:
        return ""


def _required_name(selector: str) -> str:
    name = required_value(selector, _NAME)
    return "" if name in (".", "..") or "/" in name or "%" in name else name
