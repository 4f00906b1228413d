"""Kinds of the group ``authorization.k8s.io``: questions, none of which is kept.

Upstream: ``pkg/registry/authorization/rest/storage_authorization.go``.
"""

from __future__ import annotations

from cluster.machinery.kinds.model import Kind

GROUP = "authorization.k8s.io"


def _review(kind: str, *, namespaced: bool = False) -> Kind:
    return Kind(GROUP, "v1", kind, f"{kind.lower()}s", kind.lower(), namespaced, "", verbs=("create",))


LOCALSUBJECTACCESSREVIEWS = _review("LocalSubjectAccessReview", namespaced=True)
SELFSUBJECTACCESSREVIEWS = _review("SelfSubjectAccessReview")
SELFSUBJECTRULESREVIEWS = _review("SelfSubjectRulesReview")
SUBJECTACCESSREVIEWS = _review("SubjectAccessReview")

KINDS: tuple[Kind, ...] = (LOCALSUBJECTACCESSREVIEWS, SELFSUBJECTACCESSREVIEWS, SELFSUBJECTRULESREVIEWS, SUBJECTACCESSREVIEWS)
