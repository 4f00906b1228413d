"""PriorityClasses: kept like any other kind, but the system's own are not deleted.

Upstream: ``pkg/registry/scheduling/priorityclass/storage/storage.go``.
"""

from __future__ import annotations

from cluster.apiserver.call import Call
from cluster.apiserver.request import Response
from cluster.apiserver.rest import Installation
from cluster.apiserver.rest.stored import StoredRest
from cluster.machinery.errors import forbidden
from cluster.machinery.kinds.scheduling import PRIORITYCLASSES
from cluster.machinery.priority import SYSTEM_CLASSES

_SYSTEM = frozenset(each["metadata"]["name"] for each in SYSTEM_CLASSES)


class PriorityClassRest(StoredRest):
    """Serves every verb of a kept kind."""

    def __init__(self, installation: Installation) -> None:
        super().__init__(installation.registry(PRIORITYCLASSES), lambda node: ())

    def serve(self, call: Call) -> Response:
        """As any kept kind. Raises ApiError 403 for the deletion of a class of the system."""
        request = call.request
        if request.verb == "delete" and request.name in _SYSTEM:
            why = "this is a system priority class and cannot be deleted"
            raise forbidden(PRIORITYCLASSES.group, PRIORITYCLASSES.plural, request.name, why)
        return super().serve(call)
