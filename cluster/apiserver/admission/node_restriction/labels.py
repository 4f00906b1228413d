"""Which labels a kubelet may give its own Node: none by which workloads are steered.

Upstream: ``staging/src/k8s.io/kubelet/pkg/apis/well_known_labels.go``, ``plugin/pkg/admission/noderestriction/admission.go``.
"""

from __future__ import annotations

from collections.abc import Mapping

_RESTRICTED = "node-restriction.kubernetes.io"
_KUBERNETES = ("kubernetes.io", "k8s.io")
_KUBELET_NAMESPACES = ("kubelet.kubernetes.io", "node.kubernetes.io")
_KUBELET_LABELS = frozenset(
    {
        "beta.kubernetes.io/arch",
        "beta.kubernetes.io/instance-type",
        "beta.kubernetes.io/os",
        "failure-domain.beta.kubernetes.io/region",
        "failure-domain.beta.kubernetes.io/zone",
        "kubernetes.io/arch",
        "kubernetes.io/hostname",
        "kubernetes.io/os",
        "node.kubernetes.io/instance-type",
        "topology.kubernetes.io/region",
        "topology.kubernetes.io/zone",
    }
)


def forbidden_labels(new: Mapping[str, str], old: Mapping[str, str]) -> list[str]:
    """Return, sorted, the labels that differ and that a kubelet may not add, change or remove."""
    return sorted(label for label in {*new, *old} if new.get(label) != old.get(label) and _is_forbidden(label))


def _is_forbidden(label: str) -> bool:
    namespace, slash, _ = label.partition("/")
    if not slash:
        return False
    if _is_within(namespace, _RESTRICTED):
        return True
    is_kubelets = label in _KUBELET_LABELS or any(_is_within(namespace, allowed) for allowed in _KUBELET_NAMESPACES)
    return any(_is_within(namespace, reserved) for reserved in _KUBERNETES) and not is_kubelets


def _is_within(namespace: str, domain: str) -> bool:
    return namespace == domain or namespace.endswith(f".{domain}")
