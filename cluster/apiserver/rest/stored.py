"""The objects that etcd keeps, by verb.

Upstream: ``staging/src/k8s.io/apiserver/pkg/registry/generic/registry/store.go``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from cluster.apiserver.call import Call
from cluster.apiserver.registry.deletion import delete
from cluster.apiserver.registry.reading import get_object, list_objects
from cluster.apiserver.registry.store import GenericStore, Written, check_uid
from cluster.apiserver.request import Request, Response
from cluster.apiserver.rest.applying import applied, is_apply
from cluster.apiserver.rest.input import Wanted, body_of, wanted_by
from cluster.machinery.errors import ApiError, conflict, method_not_supported
from cluster.machinery.meta import Obj
from cluster.machinery.storage import KeyValue


class StoredRest:
    """Serves a kind itself. ``pods_on``: the watch cache's index of pods by node."""

    def __init__(self, registry: GenericStore, pods_on: Callable[[str], Sequence[KeyValue]]) -> None:
        self._registry, self._pods_on = registry, pods_on

    def serve(self, call: Call) -> Response:
        """Read, create, change or delete."""
        request, registry = call.request, self._registry
        match request.verb:
            case "get":
                return Response(200, get_object(registry.store, request.kind, request.namespace, request.name, request.options))
            case "list":
                return list_objects(registry.store, registry.strategy, request.namespace, request.options, self._pods_on)
            case "create":
                return answer(201, registry.create(body_of(call, registry.strategy.codec), call), call)
            case "update" | "patch":
                return self._change(call)
            case "delete":
                return self._warned(delete(registry, request.namespace, request.name, call), call)
            case "deletecollection":
                return self._warned(self._delete_collection(call), call)
        raise method_not_supported(request.kind.group, request.kind.plural, request.verb)

    def _warned(self, deleted: Response, call: Call) -> Response:
        return deleted._replace(warnings=(*call.warnings, *self._registry.strategy.warnings_on_delete(call.request.options)))

    def _change(self, call: Call) -> Response:
        request, registry = call.request, self._registry
        if is_apply(call) and not _exists(registry, request):
            body = applied(registry, None, call)
            uid = body["metadata"].get("uid")
            if uid:
                why = f"uid mismatch: the provided object specified uid {uid}, and no existing object was found"
                raise conflict(request.kind.group, request.kind.plural, request.name, why)
            body["metadata"].pop("resourceVersion", None)
            return answer(201, registry.create(body, call), call)
        wanted = wanted_by(call, registry.strategy.codec)
        if request.verb == "update" and not _exists(registry, request):
            body = wanted({})
            key = request.kind.storage_key(request.namespace, request.name)
            check_uid(request.kind, request.name, key, body["metadata"].get("uid", ""), "")
            if registry.strategy.allow_create_on_update:
                body["metadata"].pop("resourceVersion", None)
                return answer(201, registry.create(body, call), call)
        return answer(200, change(registry, wanted, call, is_status=False), call)

    def _delete_collection(self, call: Call) -> Response:
        request, registry = call.request, self._registry
        listed = list_objects(registry.store, registry.strategy, request.namespace, request.options)
        for kv in listed.items:
            meta = kv.obj["metadata"]
            try:
                delete(registry, meta.get("namespace", ""), meta["name"], call)
            except ApiError as error:
                if error.code != 404:
                    raise
        return listed


def change(registry: GenericStore, wanted: Wanted, call: Call, *, is_status: bool) -> Written:
    """Make of the stored object what is wanted, with defaults. Raises ApiError."""

    def defaulted(current: KeyValue) -> Obj:
        obj = applied(registry, current.obj, call) if is_apply(call) else wanted(current.obj)
        registry.strategy.default(obj)
        return obj

    return registry.update(call.request.name, defaulted, call, is_status=is_status)


def answer(code: int, written: Written, call: Call) -> Response:
    """Answer with what was written, and with the warnings so far."""
    return Response(code, written, warnings=tuple(call.warnings))


def _exists(registry: GenericStore, request: Request) -> bool:
    return registry.store.peek(registry.kind.storage_key(request.namespace, request.name)) is not None
