"""Kinds of the group ``authentication.k8s.io``: questions, none of which is kept.

Upstream: ``pkg/registry/authentication/rest/storage_authentication.go``.
"""

from __future__ import annotations

from cluster.machinery.kinds.model import Kind, Subresource

SELFSUBJECTREVIEWS = Kind(
    "authentication.k8s.io", "v1", "SelfSubjectReview", "selfsubjectreviews", "selfsubjectreview", False, "", verbs=("create",)
)
TOKENREVIEWS = Kind("authentication.k8s.io", "v1", "TokenReview", "tokenreviews", "tokenreview", False, "", verbs=("create",))
TOKEN = Subresource("token", ("create",), "TokenRequest", "authentication.k8s.io", "v1")
"""Of ServiceAccounts."""

KINDS: tuple[Kind, ...] = (SELFSUBJECTREVIEWS, TOKENREVIEWS)
