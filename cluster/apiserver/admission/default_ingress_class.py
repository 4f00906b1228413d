"""DefaultIngressClass: an Ingress that names no class gets the one that is marked as default.

Upstream: ``plugin/pkg/admission/network/defaultingressclass/admission.go``.
"""

from __future__ import annotations

from cluster.apiserver.admission import CREATE, Attributes, BasePlugin
from cluster.apiserver.reader import Reader
from cluster.machinery.default_classes import default_class
from cluster.machinery.kinds.model import Kind
from cluster.machinery.kinds.networking import INGRESSCLASSES, INGRESSES

ANNOTATION = "ingressclass.kubernetes.io/is-default-class"
_CLASS_ANNOTATION = "kubernetes.io/ingress.class"


class DefaultIngressClass(BasePlugin):
    """Fills in the class."""

    name = "DefaultIngressClass"

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    def handles(self, operation: str, kind: Kind, subresource: str) -> bool:
        """New Ingresses."""
        return operation == CREATE and kind is INGRESSES and not subresource

    def admit(self, attributes: Attributes) -> bool:
        """Change ``spec.ingressClassName``, unless the annotation of old says which class it is."""
        ingress = attributes.given
        if "ingressClassName" in ingress["spec"] or _CLASS_ANNOTATION in (ingress["metadata"].get("annotations") or {}):
            return False
        name = default_class(self._reader.list(INGRESSCLASSES), (ANNOTATION,))
        if name:
            ingress["spec"]["ingressClassName"] = name
        return bool(name)
