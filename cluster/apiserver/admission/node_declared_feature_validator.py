"""NodeDeclaredFeatureValidator: a pod on a node changes only in ways that its kubelet can carry out.

Upstream: ``plugin/pkg/admission/nodedeclaredfeatures/admission.go``.
"""

from __future__ import annotations

from cluster.apiserver.admission import UPDATE, Attributes, BasePlugin
from cluster.apiserver.reader import Reader
from cluster.machinery.declared_features import declared_by, required_to_change
from cluster.machinery.kinds.core import NODES, PODS
from cluster.machinery.kinds.model import Kind


class NodeDeclaredFeatureValidator(BasePlugin):
    """Compares what a change needs with ``status.declaredFeatures`` of the node."""

    name = "NodeDeclaredFeatureValidator"

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    def handles(self, operation: str, kind: Kind, subresource: str) -> bool:
        """Changed pods, and their resizes."""
        return operation == UPDATE and kind is PODS and subresource in ("", "resize")

    def validate(self, attributes: Attributes) -> None:
        """Refuse with 403 what the node does not declare."""
        pod, old = attributes.given, attributes.old or {}
        name = pod["spec"].get("nodeName", "")
        required = required_to_change(old["spec"], pod["spec"]) if name and old["spec"] != pod["spec"] else ()
        if not required:
            return
        node = self._reader.get(NODES, "", name)
        if node is None:
            raise attributes.forbidden(f'node "{name}" not found')
        missing = [feature for feature in required if feature not in declared_by(node)]
        if missing:
            raise attributes.forbidden(f'pod update requires features {", ".join(missing)} which are not available on node "{name}"')
