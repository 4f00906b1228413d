"""``pods/eviction``: a deletion that asks first. There are no disruption budgets yet, so nothing ever says no.

Upstream: ``pkg/registry/core/pod/storage/eviction.go``.
"""

from __future__ import annotations

from cluster.apiserver.call import Call
from cluster.apiserver.registry.deletion import delete
from cluster.apiserver.registry.store import GenericStore
from cluster.apiserver.request import Response
from cluster.apiserver.subresources.binding import SUCCESS
from cluster.machinery.errors import bad_request
from cluster.machinery.meta import Obj


def evict(pods: GenericStore, eviction: Obj, call: Call) -> Response:
    """Delete a pod gracefully. ``eviction``: decoded; its deleteOptions are in the request's options. Raises ApiError 400, 404, 409."""
    request = call.request
    if eviction["metadata"].get("name") not in (None, "", request.name):
        raise bad_request("name in URL does not match name in Eviction object")
    delete(pods, request.namespace, request.name, call)
    return Response(201, dict(SUCCESS))
