"""NamespaceLifecycle: no object in a namespace that is not there, no new one in a namespace that is going.

Upstream: ``staging/src/k8s.io/apiserver/pkg/admission/plugin/namespace/lifecycle/admission.go``. It differs in that the
namespace is always looked up fresh, so that there is no grace for a cache that lags behind.
"""

from __future__ import annotations

from cluster.apiserver.admission import CREATE, DELETE, Attributes, BasePlugin
from cluster.apiserver.reader import Reader
from cluster.machinery.errors import not_found
from cluster.machinery.kinds.core import NAMESPACES
from cluster.machinery.kinds.model import Kind

IMMORTAL = frozenset({"default", "kube-system", "kube-public"})


class NamespaceLifecycle(BasePlugin):
    """Guards what lies in namespaces, and the namespaces that every cluster has."""

    name = "NamespaceLifecycle"

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    def handles(self, operation: str, kind: Kind, subresource: str) -> bool:
        """Deletions of namespaces, and every write of anything within one."""
        return kind.namespaced if operation != DELETE else kind is NAMESPACES

    def admit(self, attributes: Attributes) -> bool:
        """Refuse with 404 or 403."""
        if attributes.kind is NAMESPACES:
            if attributes.name in IMMORTAL:
                raise attributes.forbidden("this namespace may not be deleted")
            return False
        namespace = self._reader.get(NAMESPACES, "", attributes.namespace)
        if namespace is None:
            raise not_found("", "namespaces", attributes.namespace)
        if attributes.operation == CREATE and namespace.get("status", {}).get("phase") == "Terminating":
            raise self._terminating(attributes)
        return False

    def _terminating(self, attributes: Attributes) -> Exception:
        where = attributes.namespace
        error = attributes.forbidden(f"unable to create new content in namespace {where} because it is being terminated")
        cause = {"reason": "NamespaceTerminating", "message": f"namespace {where} is being terminated", "field": "metadata.namespace"}
        error.details = {**(error.details or {}), "causes": [cause]}
        return error
