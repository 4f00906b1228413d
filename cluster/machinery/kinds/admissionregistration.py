"""Kinds of the group ``admissionregistration.k8s.io``; those of webhooks, and of policies that change objects, are not served.

Upstream: ``pkg/registry/admissionregistration/rest/storage_apiserver.go``.
"""

from __future__ import annotations

from cluster.machinery.kinds.model import Kind, status_of

GROUP = "admissionregistration.k8s.io"
_CATEGORIES = ("api-extensions",)

VALIDATINGADMISSIONPOLICIES = Kind(
    GROUP,
    "v1",
    "ValidatingAdmissionPolicy",
    "validatingadmissionpolicies",
    "validatingadmissionpolicy",
    False,
    "validatingadmissionpolicies",
    (),
    _CATEGORIES,
    subresources=(status_of(GROUP, "v1", "ValidatingAdmissionPolicy"),),
)
VALIDATINGADMISSIONPOLICYBINDINGS = Kind(
    GROUP,
    "v1",
    "ValidatingAdmissionPolicyBinding",
    "validatingadmissionpolicybindings",
    "validatingadmissionpolicybinding",
    False,
    "validatingadmissionpolicybindings",
    (),
    _CATEGORIES,
)

KINDS: tuple[Kind, ...] = (VALIDATINGADMISSIONPOLICIES, VALIDATINGADMISSIONPOLICYBINDINGS)
