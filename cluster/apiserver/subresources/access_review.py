"""Access reviews: whether somebody may do something (``kubectl auth can-i``), answered by the authorizer of every request.

A SelfSubjectAccessReview asks for the asker, a SubjectAccessReview for whom it names; a LocalSubjectAccessReview does so in one
namespace, so that its administrator may ask, too.

Upstream: ``pkg/registry/authorization/{selfsubjectaccessreview,subjectaccessreview,localsubjectaccessreview}/rest.go``,
``pkg/registry/authorization/util/helpers.go``.
"""

from __future__ import annotations

from cluster.apiserver import admission
from cluster.apiserver.authorization.attributes import Attributes
from cluster.apiserver.authorization.decision import Decision
from cluster.apiserver.call import Call
from cluster.apiserver.fieldmanager import FieldManager
from cluster.apiserver.fieldmanager.names import manager_name
from cluster.apiserver.fieldmanager.versions import without_siblings
from cluster.apiserver.registry.store import OTHER_NAMESPACE, place
from cluster.apiserver.request import Response, User
from cluster.apiserver.rest import Installation
from cluster.apiserver.rest.input import body_of
from cluster.apiserver.strategy import BaseStrategy
from cluster.apiserver.validation.authorization.access_review import validate
from cluster.machinery.fields import FieldSelector, Term
from cluster.machinery.kinds.authorization import SELFSUBJECTACCESSREVIEWS
from cluster.machinery.kinds.model import Kind, Subresource
from cluster.machinery.meta import Obj

_OPERATORS = {"In": "=", "NotIn": "!="}


class _ReviewStrategy(BaseStrategy):
    """What the field manager must know of a kind that is never kept."""

    def __init__(self, kind: Kind) -> None:
        self.kind = kind


class AccessReviewRest:
    """Serves ``create`` of one of the three kinds; the answer is the question with its status, and who asked which part of it."""

    def __init__(self, kind: Kind, installation: Installation) -> None:
        self._kind, self._authorizer = kind, installation.authorizer
        self._strategy = _ReviewStrategy(kind)
        self._field_manager = FieldManager(self._strategy, without_siblings, installation.clock)

    def serve(self, call: Call) -> Response:
        """Ask the authorizer. Raises ApiError 400, 422."""
        review, request = body_of(call, self._strategy.codec), call.request
        place(review["metadata"], request.namespace, OTHER_NAMESPACE)
        self._field_manager.update(None, review, manager_name(request))
        attributes = admission.Attributes(admission.CREATE, self._kind, request.namespace, "", "", review, None, call.user, request.options)
        call.admit(attributes)
        spec = review.setdefault("spec", {})
        call.validate(attributes, _nameless(self._kind), validate(self._kind, review))
        who = call.user if self._kind is SELFSUBJECTACCESSREVIEWS else _subject_of(spec)
        review["status"] = _status(self._authorizer.authorize(_question(who, spec)))
        return Response(201, review, warnings=tuple(call.warnings))


def _nameless(kind: Kind) -> Subresource:
    """Upstream takes the kind for its messages from an object that has lost it."""
    return Subresource("", (), "", kind.group, kind.version)


def _subject_of(spec: Obj) -> User:
    extra = tuple(sorted((key, tuple(values)) for key, values in (spec.get("extra") or {}).items()))
    return User(spec.get("user", ""), tuple(spec.get("groups") or ()), spec.get("uid", ""), extra)


def _question(user: User, spec: Obj) -> Attributes:
    path = spec.get("nonResourceAttributes")
    if path is not None:
        return Attributes(user, path.get("verb", ""), path=path.get("path", ""))
    asked = spec["resourceAttributes"]
    return Attributes(
        user,
        asked.get("verb", ""),
        asked.get("group", ""),
        asked.get("version", ""),
        asked.get("resource", ""),
        asked.get("subresource", ""),
        asked.get("namespace", ""),
        asked.get("name", ""),
        _selector_text(asked.get("fieldSelector") or {}),
    )


def _selector_text(selector: Obj) -> str:
    """Write the requirements that a field selector can express; the rest narrows down further, which nobody needs to know."""
    if selector.get("rawSelector"):
        return str(selector["rawSelector"])
    terms = (
        Term(requirement.get("key", ""), _OPERATORS[requirement["operator"]], requirement["values"][0])
        for requirement in selector.get("requirements") or ()
        if requirement.get("operator") in _OPERATORS and len(requirement.get("values") or ()) == 1
    )
    return str(FieldSelector(tuple(terms)))


def _status(decision: Decision) -> Obj:
    return {"allowed": decision.is_allowed, **({"reason": decision.reason} if decision.reason else {})}
