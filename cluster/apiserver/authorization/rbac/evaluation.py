"""Whether a PolicyRule is about a request.

Upstream: ``pkg/apis/rbac/v1/evaluation_helpers.go``, ``plugin/pkg/auth/authorizer/rbac/rbac.go`` (``RuleAllows``).
"""

from __future__ import annotations

from cluster.apiserver.authorization.attributes import Attributes
from cluster.machinery.meta import Obj

ALL = "*"


def rule_allows(rule: Obj, attributes: Attributes) -> bool:
    """Return whether a rule allows what is asked."""
    if attributes.path is not None:
        return _has(rule, "verbs", attributes.verb) and _matches_path(rule, attributes.path)
    names = names_of(rule)
    return (not names or attributes.name in names) and covers_resource(rule, attributes)


def covers_resource(rule: Obj, attributes: Attributes) -> bool:
    """Return whether a rule allows what is asked of some object of the resource; ``names_of`` says of which."""
    return _has(rule, "verbs", attributes.verb) and _has(rule, "apiGroups", attributes.group) and _matches_resource(rule, attributes)


def names_of(rule: Obj) -> frozenset[str]:
    """Return the names of the objects that a rule is about; none: it is about all of them."""
    return frozenset(rule.get("resourceNames") or ())


def _has(rule: Obj, field: str, wanted: str) -> bool:
    values = rule.get(field) or ()
    return ALL in values or wanted in values


def _matches_resource(rule: Obj, attributes: Attributes) -> bool:
    resources = rule.get("resources") or ()
    if ALL in resources or attributes.qualified_resource in resources:
        return True
    return bool(attributes.subresource) and f"{ALL}/{attributes.subresource}" in resources


def _matches_path(rule: Obj, path: str) -> bool:
    """A path may end in a star, and then stands for all that begins like it."""
    urls = rule.get("nonResourceURLs") or ()
    return ALL in urls or path in urls or any(url.endswith(ALL) and path.startswith(url.rstrip(ALL)) for url in urls)
