"""TaintNodesByCondition: a new node gets no pods until its kubelet has said that it is ready.

Upstream: ``plugin/pkg/admission/nodetaint/admission.go``.
"""

from __future__ import annotations

from cluster.apiserver.admission import CREATE, Attributes, BasePlugin
from cluster.machinery.kinds.core import NODES
from cluster.machinery.kinds.model import Kind
from cluster.machinery.meta import Obj

NOT_READY = {"key": "node.kubernetes.io/not-ready", "effect": "NoSchedule"}


class TaintNodesByCondition(BasePlugin):
    """Adds the not-ready taint."""

    name = "TaintNodesByCondition"

    def handles(self, operation: str, kind: Kind, subresource: str) -> bool:
        """New nodes."""
        return operation == CREATE and kind is NODES and not subresource

    def admit(self, attributes: Attributes) -> bool:
        """Change the node's taints."""
        spec = attributes.given.setdefault("spec", {})
        taints: list[Obj] = spec.get("taints") or []
        if any(taint.get("key") == NOT_READY["key"] and taint.get("effect") == NOT_READY["effect"] for taint in taints):
            return False
        spec["taints"] = [*taints, dict(NOT_READY)]
        return True
