"""``<kind>/status``: the half of an object that its controller writes.

Upstream: ``StatusREST`` in ``pkg/registry/*/*/storage/storage.go``.
"""

from __future__ import annotations

from cluster.apiserver.call import Call
from cluster.apiserver.registry.reading import get_object
from cluster.apiserver.registry.store import GenericStore
from cluster.apiserver.request import Response
from cluster.apiserver.rest.input import wanted_by
from cluster.apiserver.rest.stored import answer, change


class StatusRest:
    """Reads the whole object, writes its status."""

    def __init__(self, registry: GenericStore) -> None:
        self._registry = registry

    def serve(self, call: Call) -> Response:
        """Read, update or patch."""
        request, registry = call.request, self._registry
        if request.verb == "get":
            return Response(200, get_object(registry.store, request.kind, request.namespace, request.name, request.options))
        return answer(200, change(registry, wanted_by(call, registry.strategy.codec, kept="spec"), call, is_status=True), call)
