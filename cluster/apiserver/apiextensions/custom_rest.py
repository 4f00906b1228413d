"""Custom resources by verb, and their Scale.

Upstream: ``staging/src/k8s.io/apiextensions-apiserver/pkg/apiserver/customresource_handler.go`` (``serveResource``),
``.../registry/customresource/etcd.go`` (``ScaleREST``).
"""

from __future__ import annotations

from collections.abc import Mapping

from cluster.apiserver.apiextensions.conditions import TERMINATING, is_true
from cluster.apiserver.apiextensions.paths import set_at, value_at
from cluster.apiserver.call import Call
from cluster.apiserver.codec import PublishedCodec
from cluster.apiserver.reader import Reader
from cluster.apiserver.registry.reading import get_object
from cluster.apiserver.registry.store import GenericStore
from cluster.apiserver.request import Response
from cluster.apiserver.rest.applying import applied_scale, is_apply
from cluster.apiserver.rest.input import wanted_by
from cluster.apiserver.rest.scale import judge_scale
from cluster.apiserver.rest.stored import StoredRest
from cluster.machinery.errors import ApiError, internal
from cluster.machinery.kinds.apiextensions import CUSTOMRESOURCEDEFINITIONS
from cluster.machinery.kinds.custom import CustomKind
from cluster.machinery.kinds.model import SCALE
from cluster.machinery.meta import Obj
from cluster.machinery.storage import KeyValue

_SELECTOR = "labelSelectorPath"


class CustomRest:
    """Serves the objects of a kind, with the warning of a deprecated version; nothing is created once the definition is to go."""

    def __init__(self, kind: CustomKind, registry: GenericStore, reader: Reader) -> None:
        self._kind, self._reader = kind, reader
        self._stored = StoredRest(registry, lambda node: ())

    def serve(self, call: Call) -> Response:
        """Read, create, change or delete."""
        kind = self._kind
        if call.request.verb == "create":
            definition = self._reader.get(CUSTOMRESOURCEDEFINITIONS, "", kind.qualified)
            if definition is not None and is_true(definition, TERMINATING):
                message = "create not allowed while custom resource definition is terminating"
                raise ApiError(405, "MethodNotAllowed", message, {"group": kind.group, "kind": kind.plural})
        response = self._stored.serve(call)
        return response._replace(warnings=(*response.warnings, kind.deprecation)) if kind.deprecation else response


class CustomScaleRest:
    """Reads and writes the Scale of a custom resource. ``paths``: where its numbers stand, as the definition has them."""

    def __init__(self, registry: GenericStore, paths: Mapping[str, str]) -> None:
        self._registry, self._paths = registry, paths
        self._codec = PublishedCodec(SCALE)

    def serve(self, call: Call) -> Response:
        """Read, update or patch. Raises ApiError 500 for an object without a number."""
        request, registry = call.request, self._registry
        if request.verb == "get":
            stored = get_object(registry.store, request.kind, request.namespace, request.name, request.options)
            return Response(200, self._scale_of(stored.obj))
        wanted = wanted_by(call, self._codec)

        def change(current: KeyValue) -> Obj:
            if is_apply(call):
                obj = applied_scale(registry, current.obj, call, self._place)
                judge_scale(self._scale_of(obj), call)
                return obj
            scale = wanted(self._scale_of(current.obj))
            judge_scale(scale, call)
            return self._scaled(current.copy(), scale)

        written = registry.update(request.name, change, call)
        return Response(200, self._scale_of(written.obj if isinstance(written, KeyValue) else written), warnings=tuple(call.warnings))

    def _scale_of(self, obj: Obj) -> Obj:
        meta, wanted = obj["metadata"], value_at(obj, self._paths["specReplicasPath"])
        if wanted is None:
            raise internal(f'the spec replicas field "{self._paths["specReplicasPath"]}" does not exist')
        fields = ("name", "namespace", "uid", "resourceVersion", "creationTimestamp")
        status: Obj = {"replicas": value_at(obj, self._paths["statusReplicasPath"]) or 0}
        selector = value_at(obj, self._paths[_SELECTOR]) if self._paths.get(_SELECTOR) else None
        if selector:
            status["selector"] = selector
        return {
            "kind": "Scale",
            "apiVersion": "autoscaling/v1",
            "metadata": {field: meta[field] for field in fields if field in meta},
            "spec": {"replicas": wanted},
            "status": status,
        }

    def _place(self, obj: Obj, replicas: int) -> None:
        set_at(obj, self._paths["specReplicasPath"], replicas)

    def _scaled(self, obj: Obj, scale: Obj) -> Obj:
        set_at(obj, self._paths["specReplicasPath"], scale.get("spec", {}).get("replicas") or 0)
        version = scale["metadata"].get("resourceVersion")
        if version:
            obj["metadata"]["resourceVersion"] = version
        return obj
