"""CustomResourceDefinitions by verb: as other stored objects, but a deletion only begins here.

A definition that is to go waits, Terminating, for the API server's own controller to delete its objects.

Upstream: ``staging/src/k8s.io/apiextensions-apiserver/pkg/registry/customresourcedefinition/etcd.go`` (``Delete``).
"""

from __future__ import annotations

from cluster.apiserver.admission import DELETE, Attributes
from cluster.apiserver.apiextensions.conditions import TERMINATING, TRUE, with_condition
from cluster.apiserver.call import Call
from cluster.apiserver.registry.deletion import delete
from cluster.apiserver.registry.reading import list_objects
from cluster.apiserver.registry.store import GenericStore
from cluster.apiserver.request import Response
from cluster.apiserver.rest import Installation
from cluster.apiserver.rest.stored import StoredRest
from cluster.machinery.errors import conflict
from cluster.machinery.kinds.apiextensions import CUSTOMRESOURCEDEFINITIONS
from cluster.machinery.meta import timestamp

CLEANUP = "customresourcecleanup.apiextensions.k8s.io"
"""The finalizer that a definition gets with its deletion."""
_PENDING = "CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon"


class DefinitionRest:
    """Serves ``customresourcedefinitions``."""

    def __init__(self, installation: Installation) -> None:
        self._registry: GenericStore = installation.registry(CUSTOMRESOURCEDEFINITIONS)
        self._stored = StoredRest(self._registry, lambda node: ())

    def serve(self, call: Call) -> Response:
        """Read, create, change, or begin to delete."""
        request = call.request
        if request.verb == "delete":
            return self._delete(request.name, call)
        if request.verb == "deletecollection":
            listed = list_objects(self._registry.store, self._registry.strategy, "", request.options)
            for kv in listed.items:
                self._delete(kv.obj["metadata"]["name"], call)
            return listed
        return self._stored.serve(call)

    def _delete(self, name: str, call: Call) -> Response:
        registry, options = self._registry, call.request.options
        current = registry.current("", name)
        meta = current.obj["metadata"]
        if meta.get("deletionTimestamp"):
            return delete(registry, "", name, call)
        kind = registry.kind
        if options.precondition_uid and options.precondition_uid != meta["uid"]:
            why = f"Precondition failed: UID in precondition: {options.precondition_uid}, UID in object meta: {meta['uid']}"
            raise conflict(kind.group, kind.plural, name, why)
        if options.precondition_resource_version and options.precondition_resource_version != meta["resourceVersion"]:
            wanted = options.precondition_resource_version
            why = (
                f"Precondition failed: ResourceVersion in precondition: {wanted}, ResourceVersion in object meta: {meta['resourceVersion']}"
            )
            raise conflict(kind.group, kind.plural, name, why)
        call.admit(Attributes(DELETE, kind, "", name, "", None, current.obj, call.user, options))
        now = timestamp(registry.clock.now)
        obj = current.copy()
        obj["metadata"] |= {"deletionTimestamp": now, "deletionGracePeriodSeconds": 0}
        finalizers = obj["metadata"].setdefault("finalizers", [])
        if CLEANUP not in finalizers:
            finalizers.append(CLEANUP)
        obj["status"] = with_condition(obj["status"], TERMINATING, TRUE, "InstanceDeletionPending", _PENDING, now)
        return Response(200, registry.write(current.key, obj, current.mod_revision, call))
