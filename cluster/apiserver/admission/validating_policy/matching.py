"""Which requests a policy, or a binding, is about.

Upstream: ``staging/src/k8s.io/apiserver/pkg/admission/plugin/policy/matching/matching.go``,
``.../plugin/webhook/predicates/rules/rules.go``.
"""

from __future__ import annotations

from collections.abc import Sequence

from cluster.apiserver.admission import Attributes
from cluster.machinery.kinds.core import NAMESPACES
from cluster.machinery.labels import selector_from_object
from cluster.machinery.meta import Obj


def matches(match: Obj, attributes: Attributes, namespace: Obj | None) -> bool:
    """Whether a request is one of those that ``match`` (MatchResources) is about. ``namespace``: the one it is in, if any."""
    if not _selects_namespace(match.get("namespaceSelector"), attributes, namespace):
        return False
    if not _selects_object(match.get("objectSelector"), attributes):
        return False
    if _any_rule(match.get("excludeResourceRules") or (), attributes):
        return False
    rules = match.get("resourceRules") or ()
    return not rules or _any_rule(rules, attributes)


def _selects_namespace(selector: Obj | None, attributes: Attributes, namespace: Obj | None) -> bool:
    """What lies in no namespace is always meant; a Namespace is judged by its own labels."""
    if not selector:
        return True
    judged = (attributes.obj or attributes.old) if attributes.kind is NAMESPACES else namespace
    return judged is None or selector_from_object(selector).matches(judged["metadata"].get("labels"))


def _selects_object(selector: Obj | None, attributes: Attributes) -> bool:
    if not selector:
        return True
    wanted = selector_from_object(selector)
    return any(each is not None and wanted.matches(each["metadata"].get("labels")) for each in (attributes.obj, attributes.old))


def _any_rule(rules: Sequence[Obj], attributes: Attributes) -> bool:
    return any(_fits(rule, attributes) for rule in rules)


def _fits(rule: Obj, attributes: Attributes) -> bool:
    kind = attributes.kind
    wanted = (("operations", attributes.operation), ("apiGroups", kind.group), ("apiVersions", kind.version))
    if not all("*" in rule.get(field, ()) or value in rule.get(field, ()) for field, value in wanted):
        return False
    if rule.get("scope", "*") not in ("*", "Namespaced" if kind.namespaced else "Cluster"):
        return False
    if rule.get("resourceNames") and attributes.name not in rule["resourceNames"]:
        return False
    return any(each in ("*", "*/*", kind.plural) for each in rule.get("resources") or ())
