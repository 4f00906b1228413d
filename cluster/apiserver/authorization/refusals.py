"""The 403 of authorization, in upstream's words.

Upstream: ``staging/src/k8s.io/apiserver/pkg/endpoints/handlers/responsewriters/errors.go`` (``ForbiddenStatusError``).
"""

from __future__ import annotations

from cluster.apiserver.authorization.attributes import Attributes
from cluster.machinery.errors import ApiError, forbidden, quote


def refused(attributes: Attributes, reason: str = "") -> ApiError:
    """Return the refusal of a request. ``reason``: what the authorizers said."""
    why = _what(attributes) + (f": {reason}" if reason else "")
    if attributes.path is not None:
        return ApiError(403, "Forbidden", f"forbidden: {why}")
    return forbidden(attributes.group, attributes.resource, attributes.name, why)


def _what(attributes: Attributes) -> str:
    who = f"User {quote(attributes.user.name)} cannot {attributes.verb}"
    if attributes.path is not None:
        return f"{who} path {quote(attributes.path)}"
    what = f"{who} resource {quote(attributes.qualified_resource)} in API group {quote(attributes.group)}"
    return f"{what} in the namespace {quote(attributes.namespace)}" if attributes.namespace else f"{what} at the cluster scope"
