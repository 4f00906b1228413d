"""Labels of nodes that have a younger name: who selects nodes by the old one hears of it.

Upstream: ``pkg/api/node/util.go``.
"""

from __future__ import annotations

from cluster.machinery.meta import Obj

CURRENT_NAMES = {
    "beta.kubernetes.io/arch": ("v1.14", "kubernetes.io/arch"),
    "beta.kubernetes.io/os": ("v1.14", "kubernetes.io/os"),
    "failure-domain.beta.kubernetes.io/region": ("v1.17", "topology.kubernetes.io/region"),
    "failure-domain.beta.kubernetes.io/zone": ("v1.17", "topology.kubernetes.io/zone"),
    "beta.kubernetes.io/instance-type": ("v1.17", "node.kubernetes.io/instance-type"),
}
"""By old name: since when it is out of date, and what took its place."""


def deprecation(label: str) -> str:
    """Return what to say about a label, or an empty text for one of today."""
    if label not in CURRENT_NAMES:
        return ""
    since, name = CURRENT_NAMES[label]
    return f'deprecated since {since}; use "{name}" instead'


def node_selector_warnings(selector: Obj, path: str) -> list[str]:
    """Warn of old labels in a NodeSelector."""
    found: list[str] = []
    for index, term in enumerate(selector.get("nodeSelectorTerms") or ()):
        for position, expression in enumerate(term.get("matchExpressions") or ()):
            label = expression.get("key", "")
            if text := deprecation(label):
                found.append(f"{path}.nodeSelectorTerms[{index}].matchExpressions[{position}].key: {label} is {text}")
    return found
