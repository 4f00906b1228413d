"""``deployments/scale`` and ``replicasets/scale``: the number of replicas, for who need not know what is scaled.

Upstream: ``pkg/registry/apps/deployment/storage/storage.go`` (``ScaleREST``), ``pkg/apis/autoscaling/validation``.
"""

from __future__ import annotations

from collections.abc import Callable

from cluster.apiserver.admission import UPDATE, Attributes
from cluster.apiserver.call import Call
from cluster.apiserver.codec import PublishedCodec
from cluster.apiserver.registry.reading import get_object
from cluster.apiserver.registry.store import GenericStore
from cluster.apiserver.request import Response
from cluster.apiserver.rest.applying import applied_scale, is_apply
from cluster.apiserver.rest.input import wanted_by
from cluster.machinery.errors import FieldError, invalid
from cluster.machinery.kinds.model import SCALE
from cluster.machinery.labels import Selector, selector_from_object
from cluster.machinery.meta import Obj
from cluster.machinery.storage import KeyValue


class ScaleRest:
    """Reads and writes the Scale of a workload; the workload itself changes as by any other update."""

    def __init__(self, registry: GenericStore, selector_of: Callable[[Obj | None], Selector] = selector_from_object) -> None:
        """``selector_of``: reads the workload's ``spec.selector``."""
        self._registry, self._selector_of = registry, selector_of
        self._codec = PublishedCodec(SCALE)

    def serve(self, call: Call) -> Response:
        """Read, update or patch."""
        request, registry = call.request, self._registry
        if request.verb == "get":
            stored = get_object(registry.store, request.kind, request.namespace, request.name, request.options)
            return Response(200, self._scale_of(stored.obj))
        wanted = wanted_by(call, self._codec)

        def change(current: KeyValue) -> Obj:
            if is_apply(call):
                obj = applied_scale(registry, current.obj, call, _place)
                judge_scale(self._scale_of(obj), call)
                return obj
            scale = wanted(self._scale_of(current.obj))
            judge_scale(scale, call)
            return scaled(current.copy(), scale)

        written = registry.update(request.name, change, call)
        return Response(200, self._scale_of(written.obj if isinstance(written, KeyValue) else written), warnings=tuple(call.warnings))

    def _scale_of(self, obj: Obj) -> Obj:
        return scale_of(obj, self._selector_of(obj["spec"].get("selector")))


def _place(obj: Obj, replicas: int) -> None:
    obj["spec"] = {"replicas": replicas}


def judge_scale(scale: Obj, call: Call) -> None:
    """Refuse a Scale that nothing can be scaled to. Raises ApiError 422."""
    faults = validate_scale(scale)
    if faults:
        request = call.request
        attributes = Attributes(UPDATE, request.kind, request.namespace, request.name, "scale", scale, None, call.user, request.options)
        call.validate(attributes, SCALE, faults)


def scale_of(obj: Obj, selector: Selector) -> Obj:
    """Return the Scale of a workload. Shares nothing with it that could change."""
    meta = obj["metadata"]
    fields = ("name", "namespace", "uid", "resourceVersion", "creationTimestamp")
    return {
        "kind": "Scale",
        "apiVersion": "autoscaling/v1",
        "metadata": {field: meta[field] for field in fields if field in meta},
        "spec": {"replicas": obj["spec"].get("replicas", 0)},
        "status": {
            "replicas": obj.get("status", {}).get("replicas", 0),
            "selector": str(selector),
        },
    }


def validate_scale(scale: Obj) -> list[FieldError]:
    """Judge a wanted Scale."""
    replicas = scale.get("spec", {}).get("replicas") or 0
    return [] if replicas >= 0 else [invalid("spec.replicas", replicas, "must be greater than or equal to 0")]


def scaled(obj: Obj, scale: Obj) -> Obj:
    """Return a workload with the Scale's number and resourceVersion; ``obj`` is taken over."""
    obj["spec"]["replicas"] = scale.get("spec", {}).get("replicas") or 0
    meta = scale["metadata"]
    obj["metadata"]["resourceVersion"] = meta.get("resourceVersion", "")
    if meta.get("uid"):
        obj["metadata"]["uid"] = meta["uid"]
    return obj
