"""PodTopologyLabels: a pod that is bound learns the zone and region of its node as labels of its own.

Upstream: ``plugin/pkg/admission/podtopologylabels/admission.go``.
"""

from __future__ import annotations

from cluster.apiserver.admission import CREATE, Attributes, BasePlugin
from cluster.apiserver.reader import Reader
from cluster.machinery.kinds.core import NODES, PODS
from cluster.machinery.kinds.model import Kind

LABELS = ("topology.kubernetes.io/zone", "topology.kubernetes.io/region")


class PodTopologyLabels(BasePlugin):
    """Puts the node's labels on a Binding, from where they go to the pod, or on a pod created on a node."""

    name = "PodTopologyLabels"

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    def handles(self, operation: str, kind: Kind, subresource: str) -> bool:
        """Bindings, and new pods that name their node."""
        return operation == CREATE and kind is PODS and subresource in ("", "binding")

    def admit(self, attributes: Attributes) -> bool:
        """Change the labels of the Binding or the pod."""
        obj = attributes.given
        name = obj.get("target", {}).get("name", "") if attributes.subresource else obj["spec"].get("nodeName", "")
        node = self._reader.get(NODES, "", name) if name else None
        if node is None:
            return False
        present = node["metadata"].get("labels") or {}
        labels = {label: present[label] for label in LABELS if label in present}
        if labels:
            obj["metadata"]["labels"] = {**(obj["metadata"].get("labels") or {}), **labels}
        return bool(labels)
