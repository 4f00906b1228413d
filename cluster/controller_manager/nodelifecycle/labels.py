"""Labels that nodes carry under two names. Pure.

Since Kubernetes 1.14 a node's operating system and architecture stand under ``kubernetes.io/``; the older names are kept
equal for selectors that still use them.

Upstream: ``pkg/controller/nodelifecycle/node_lifecycle_controller.go`` (``labelReconcileInfo``, ``reconcileNodeLabels``).
"""

from __future__ import annotations

from cluster.machinery.meta import Obj

_OLDER_NAMES = {"kubernetes.io/os": "beta.kubernetes.io/os", "kubernetes.io/arch": "beta.kubernetes.io/arch"}


def outdated_labels(node: Obj) -> dict[str, str]:
    """Return the labels that a node is to get, so that an older name says what the newer one does."""
    labels = node["metadata"].get("labels") or {}
    return {older: labels[name] for name, older in _OLDER_NAMES.items() if name in labels and labels.get(older) != labels[name]}
