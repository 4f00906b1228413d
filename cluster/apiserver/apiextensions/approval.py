"""Groups of the Kubernetes community, ``*.k8s.io`` and ``*.kubernetes.io``: who defines kinds in them names the review that approved it.

Upstream: ``staging/src/k8s.io/apiextensions-apiserver/pkg/apihelpers/helpers.go`` (``GetAPIApprovalState``),
``.../pkg/controller/apiapproval/apiapproval_controller.go``.
"""

from __future__ import annotations

from enum import Enum
from urllib.parse import urlsplit

from cluster.apiserver.apiextensions.conditions import FALSE, TRUE, with_condition
from cluster.machinery.errors import quote
from cluster.machinery.meta import Obj

ANNOTATION = "api-approved.kubernetes.io"
CONFORMANT = "KubernetesAPIApprovalPolicyConformant"
_PULL = "https://github.com/kubernetes/enhancements/pull/1111"


class Approval(Enum):
    """What the annotation says. The value is the condition's reason."""

    MISSING = "MissingAnnotation"
    INVALID = "InvalidAnnotation"
    BYPASSED = "UnapprovedAnnotation"
    APPROVED = "ApprovedAnnotation"


def is_protected(definition: Obj) -> bool:
    """Whether the group of a definition is one of the community's."""
    return f".{definition['spec'].get('group') or ''}".endswith((".k8s.io", ".kubernetes.io"))


def approval_of(definition: Obj) -> tuple[Approval, str]:
    """Return how a definition stands, and what is to be said of it."""
    text = (definition["metadata"].get("annotations") or {}).get(ANNOTATION) or ""
    wanted = f'protected groups must have approval annotation "{ANNOTATION}"'
    if not text:
        return Approval.MISSING, f"{wanted}, see {_PULL}"
    if text.startswith("unapproved"):
        return Approval.BYPASSED, f"not approved: {quote(text)}"
    try:
        url = urlsplit(text)
    except ValueError:
        url = urlsplit("")
    if url.scheme and url.netloc:
        return Approval.APPROVED, f"approved in {text}"
    return Approval.INVALID, f'{wanted} with either a URL or a reason starting with "unapproved", see {_PULL}'


def with_approval(definition: Obj, status: Obj, now: str) -> Obj:
    """Return a status with the condition of a protected group; others have none."""
    if not is_protected(definition):
        return status
    state, message = approval_of(definition)
    return with_condition(status, CONFORMANT, TRUE if state is Approval.APPROVED else FALSE, state.value, message, now)
