"""``namespaces/finalize``: the namespace controller says that a Namespace is empty.

Upstream: ``pkg/registry/core/namespace/storage/storage.go`` (``FinalizeREST``).
"""

from __future__ import annotations

from cluster.apiserver.admission import UPDATE, Attributes
from cluster.apiserver.call import Call
from cluster.apiserver.registry.store import GenericStore, Written
from cluster.apiserver.request import Response
from cluster.apiserver.rest import Installation
from cluster.apiserver.rest.input import body_of, named
from cluster.apiserver.rest.stored import answer
from cluster.apiserver.validation.core.namespace import validate_finalize
from cluster.machinery.errors import MODIFIED, conflict
from cluster.machinery.kinds.core import NAMESPACES
from cluster.machinery.meta import Obj


class FinalizeRest:
    """Serves ``update``."""

    def __init__(self, installation: Installation) -> None:
        self._namespaces = installation.registry(NAMESPACES)

    def serve(self, call: Call) -> Response:
        """Take over the finalizers of the body."""
        wanted = named(body_of(call, self._namespaces.strategy.codec), call.request)
        return answer(200, finalize(self._namespaces, wanted, call), call)


def finalize(namespaces: GenericStore, wanted: Obj, call: Call) -> Written:
    """Take over the finalizers of ``wanted``, nothing else; without any the Namespace goes. Raises ApiError 404, 409, 422."""
    name = call.request.name
    current = namespaces.current("", name)
    version = wanted["metadata"].get("resourceVersion") or str(current.mod_revision)
    if version != str(current.mod_revision):
        raise conflict("", namespaces.kind.plural, name, MODIFIED)
    obj = current.copy()
    finalizers = wanted.get("spec", {}).get("finalizers")
    if finalizers:
        obj["spec"]["finalizers"] = finalizers
    else:
        obj["spec"].pop("finalizers", None)
    attributes = Attributes(UPDATE, namespaces.kind, "", name, "finalize", obj, current.obj, call.user, call.request.options)
    call.admit(attributes)
    call.validate(attributes, namespaces.kind, validate_finalize(obj, current.obj))
    return namespaces.store_changed(current, obj, call)
