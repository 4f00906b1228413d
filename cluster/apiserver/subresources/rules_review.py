"""SelfSubjectRulesReview: everything that the asker may do in a namespace (``kubectl auth can-i --list``).

Upstream: ``pkg/registry/authorization/selfsubjectrulesreview/rest.go``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from cluster.apiserver.admission import CREATE, Attributes
from cluster.apiserver.call import Call
from cluster.apiserver.codec import PublishedCodec
from cluster.apiserver.request import Response
from cluster.apiserver.rest import Installation
from cluster.apiserver.rest.input import body_of
from cluster.machinery.errors import bad_request
from cluster.machinery.kinds.authorization import SELFSUBJECTRULESREVIEWS
from cluster.machinery.meta import Obj

_CODEC = PublishedCodec(SELFSUBJECTRULESREVIEWS)
_RESOURCE_FIELDS = ("verbs", "apiGroups", "resources", "resourceNames")
_PATH_FIELDS = ("verbs", "nonResourceURLs")


class SelfSubjectRulesReviewRest:
    """Serves ``create``. Nothing of what was sent comes back."""

    def __init__(self, installation: Installation) -> None:
        self._authorizer = installation.authorizer

    def serve(self, call: Call) -> Response:
        """List the asker's rules. Raises ApiError 400 without a namespace."""
        asked = body_of(call, _CODEC)
        attributes = Attributes(CREATE, SELFSUBJECTRULESREVIEWS, "", "", "", asked, None, call.user, call.request.options)
        call.admit(attributes)
        namespace = (asked.get("spec") or {}).get("namespace", "")
        if not namespace:
            raise bad_request("no namespace on request")
        call.validate(attributes, SELFSUBJECTRULESREVIEWS, ())
        found = self._authorizer.rules_for(call.user, namespace)
        status: Obj = {
            "resourceRules": _shown(found.rules, "resources", _RESOURCE_FIELDS),
            "nonResourceRules": _shown(found.rules, "nonResourceURLs", _PATH_FIELDS),
            "incomplete": found.is_incomplete,
        }
        if found.errors:
            status["evaluationError"] = _joined(found.errors)
        review: Obj = {
            "apiVersion": SELFSUBJECTRULESREVIEWS.api_version,
            "kind": SELFSUBJECTRULESREVIEWS.kind,
            "metadata": {},
            "spec": {},
            "status": status,
        }
        return Response(201, review, warnings=tuple(call.warnings))


def _shown(rules: Iterable[Obj], about: str, fields: Sequence[str]) -> list[Obj]:
    """Return the rules that are about resources, or about paths, with the fields that say so."""
    return [{field: rule[field] for field in fields if rule.get(field)} for rule in rules if rule.get(about)]


def _joined(errors: Sequence[str]) -> str:
    each = list(dict.fromkeys(errors))
    return each[0] if len(each) == 1 else f"[{', '.join(each)}]"
