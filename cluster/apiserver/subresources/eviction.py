"""``pods/eviction``: a deletion that asks first. There are no disruption budgets yet, so nothing ever says no.

Upstream: ``pkg/registry/core/pod/storage/eviction.go``.
"""

from __future__ import annotations

from dataclasses import replace

from cluster.apiserver.call import Call
from cluster.apiserver.codec import PublishedCodec
from cluster.apiserver.registry.deletion import delete
from cluster.apiserver.registry.store import GenericStore
from cluster.apiserver.request import Options, Response
from cluster.apiserver.rest import Installation
from cluster.apiserver.rest.input import body_of
from cluster.apiserver.subresources.binding import SUCCESS
from cluster.machinery.errors import bad_request
from cluster.machinery.kinds.core import PODS
from cluster.machinery.kinds.model import Subresource
from cluster.machinery.meta import Obj

_EVICTION = PublishedCodec(Subresource("eviction", ("create",), "Eviction", "policy", "v1"))


class EvictionRest:
    """Serves ``create``."""

    def __init__(self, installation: Installation) -> None:
        self._pods = installation.registry(PODS)

    def serve(self, call: Call) -> Response:
        """Evict the pod of the path."""
        eviction = body_of(call, _EVICTION)
        call.request = replace(call.request, options=_deletion_options(eviction, call.request.options))
        return evict(self._pods, eviction, call)


def evict(pods: GenericStore, eviction: Obj, call: Call) -> Response:
    """Delete a pod gracefully. ``eviction``: decoded; its deleteOptions are in the request's options. Raises ApiError 400, 404, 409."""
    request = call.request
    if eviction["metadata"].get("name") not in (None, "", request.name):
        raise bad_request("name in URL does not match name in Eviction object")
    delete(pods, request.namespace, request.name, call)
    return Response(201, dict(SUCCESS))


def _deletion_options(eviction: Obj, options: Options) -> Options:
    wanted = eviction.get("deleteOptions") or {}
    preconditions = wanted.get("preconditions") or {}
    return replace(
        options,
        grace_period_seconds=wanted.get("gracePeriodSeconds", options.grace_period_seconds),
        propagation_policy=wanted.get("propagationPolicy", options.propagation_policy),
        precondition_uid=preconditions.get("uid", ""),
        precondition_resource_version=preconditions.get("resourceVersion", ""),
        dry_run=options.dry_run or bool(wanted.get("dryRun")),
    )
