"""DefaultTolerationSeconds: a pod stays five minutes on a node that has fallen silent, unless it says otherwise.

Upstream: ``plugin/pkg/admission/defaulttolerationseconds/admission.go``.
"""

from __future__ import annotations

from collections.abc import Iterable

from cluster.apiserver.admission import DELETE, Attributes, BasePlugin
from cluster.machinery.kinds.core import PODS
from cluster.machinery.kinds.model import Kind
from cluster.machinery.meta import Obj

SECONDS = 300
KEYS = ("node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable")


class DefaultTolerationSeconds(BasePlugin):
    """Adds the two tolerations that are missing."""

    name = "DefaultTolerationSeconds"

    def handles(self, operation: str, kind: Kind, subresource: str) -> bool:
        """Pods, new or changed."""
        return operation != DELETE and kind is PODS and not subresource

    def admit(self, attributes: Attributes) -> bool:
        """Change the pod's tolerations."""
        spec = attributes.given["spec"]
        tolerations: list[Obj] = spec.get("tolerations") or []
        missing = [_toleration(key) for key in KEYS if not _is_tolerated(key, tolerations)]
        if missing:
            spec["tolerations"] = [*tolerations, *missing]
        return bool(missing)


def _is_tolerated(key: str, tolerations: Iterable[Obj]) -> bool:
    return any(t.get("key", "") in (key, "") and t.get("effect", "") in ("NoExecute", "") for t in tolerations)


def _toleration(key: str) -> Obj:
    return {"key": key, "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": SECONDS}
