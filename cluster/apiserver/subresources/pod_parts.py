"""``pods/ephemeralcontainers`` and ``pods/resize``: a pod is read whole, and one part of it is written.

Upstream: ``pkg/registry/core/pod/storage/storage.go`` (``EphemeralContainersREST``, ``ResizeREST``).
"""

from __future__ import annotations

from cluster.apiserver.call import Call
from cluster.apiserver.registry.core.pod_subresources import PodEphemeralContainersStrategy, PodResizeStrategy
from cluster.apiserver.registry.reading import get_object
from cluster.apiserver.registry.store import GenericStore
from cluster.apiserver.request import Response
from cluster.apiserver.rest import Installation, Rest
from cluster.apiserver.rest.input import wanted_by
from cluster.apiserver.rest.stored import answer, change
from cluster.machinery.kinds.core import PODS


class PodPartRest:
    """Serves ``get``, ``update`` and ``patch``. ``pods``: with the strategy of the part."""

    def __init__(self, pods: GenericStore) -> None:
        self._pods = pods

    def serve(self, call: Call) -> Response:
        """Read or change the pod of the path."""
        request, pods = call.request, self._pods
        if request.verb == "get":
            return Response(200, get_object(pods.store, PODS, request.namespace, request.name, request.options))
        return answer(200, change(pods, wanted_by(call, pods.strategy.codec), call, is_status=False), call)


def ephemeral_containers_rest(installation: Installation) -> Rest:
    """Return what serves ``pods/ephemeralcontainers``."""
    return PodPartRest(installation.registry(PODS).speaking_as(PodEphemeralContainersStrategy()))


def resize_rest(installation: Installation) -> Rest:
    """Return what serves ``pods/resize``."""
    return PodPartRest(installation.registry(PODS).speaking_as(PodResizeStrategy()))
