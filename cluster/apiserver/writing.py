"""Writes by verb: from a request's body to the registry's methods.

Upstream: ``staging/src/k8s.io/apiserver/pkg/endpoints/handlers/{create,update,patch,delete}.go``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from cluster.apiserver import schema
from cluster.apiserver.admission import UPDATE, Attributes
from cluster.apiserver.call import Call
from cluster.apiserver.patching import apply_patch
from cluster.apiserver.registry.deletion import delete
from cluster.apiserver.registry.reading import list_objects
from cluster.apiserver.registry.store import GenericStore, Written, place
from cluster.apiserver.request import Options, PatchType, Request, Response
from cluster.apiserver.schema.definitions import Typed
from cluster.apiserver.subresources.binding import bind
from cluster.apiserver.subresources.eviction import evict
from cluster.apiserver.subresources.finalize import finalize
from cluster.apiserver.subresources.scale import scale_of, scaled, validate_scale
from cluster.machinery.errors import ApiError, bad_request, method_not_supported
from cluster.machinery.kinds.model import Kind
from cluster.machinery.meta import Obj
from cluster.machinery.storage import KeyValue

_Wanted = Callable[[Obj], Obj]
"""Makes the wanted object, decoded, out of the current one."""


class Writer:
    """Carries out every verb that writes."""

    def __init__(self, registries: Mapping[Kind, GenericStore]) -> None:
        self._registries = registries

    def write(self, call: Call) -> Response:
        """Carry out a request that has been authorized. Raises ApiError."""
        request = call.request
        registry = self._registries[request.kind]
        match request.verb, request.subresource:
            case "create", "":
                return _answer(201, registry.create(_body(call), call), call)
            case "create", "binding":
                return bind(registry, _body(call), call)
            case "create", "eviction":
                return self._evict(registry, call)
            case "update", "finalize":
                return _answer(200, finalize(registry, _named(_body(call), request), call), call)
            case (("update" | "patch"), "scale"):
                return self._scale(registry, call)
            case "update", ("" | "status"):
                return self._update(registry, call)
            case "patch", ("" | "status"):
                wanted = _patch(call, request.kind)
                return _answer(200, self._change(registry, wanted, call), call)
            case "delete", "":
                return delete(registry, request.namespace, request.name, call)
            case "deletecollection", "":
                return self._delete_collection(registry, call)
        raise method_not_supported(request.kind.group, request.kind.plural, request.verb)

    def _update(self, registry: GenericStore, call: Call) -> Response:
        request = call.request
        body = _named(_body(call), request)
        if registry.strategy.allow_create_on_update and not _exists(registry, request):
            body["metadata"].pop("resourceVersion", None)
            return _answer(201, registry.create(body, call), call)
        return _answer(200, self._change(registry, _replacement(body), call), call)

    def _change(self, registry: GenericStore, wanted: _Wanted, call: Call) -> Written:
        def change(current: KeyValue) -> Obj:
            obj = wanted(current.obj)
            registry.strategy.default(obj)
            return obj

        return registry.update(call.request.name, change, call, is_status=call.request.subresource == "status")

    def _scale(self, registry: GenericStore, call: Call) -> Response:
        request = call.request
        typed = _typed(request)
        wanted = _patch(call, typed) if request.verb == "patch" else _replacement(_named(_body(call), request))

        def change(current: KeyValue) -> Obj:
            scale = wanted(scale_of(current.obj))
            attributes = Attributes(UPDATE, request.kind, request.namespace, request.name, "scale", scale, None, call.user)
            faults = validate_scale(scale)
            if faults:
                call.validate(attributes, typed, faults)
            return scaled(current.copy(), scale)

        written = registry.update(request.name, change, call)
        return Response(200, scale_of(written.obj if isinstance(written, KeyValue) else written), warnings=tuple(call.warnings))

    def _evict(self, registry: GenericStore, call: Call) -> Response:
        eviction = _body(call)
        call.request = replace(call.request, options=_eviction_options(eviction, call.request.options))
        return evict(registry, eviction, call)

    def _delete_collection(self, registry: GenericStore, call: Call) -> Response:
        request = call.request
        listed = list_objects(registry.store, registry.strategy, request.namespace, request.options)
        for kv in listed.items:
            meta = kv.obj["metadata"]
            try:
                delete(registry, meta.get("namespace", ""), meta["name"], call)
            except ApiError as error:
                if error.code != 404:
                    raise
        return listed


def _replacement(body: Obj) -> _Wanted:
    """Whatever there is now, the body takes its place."""
    return lambda current: body


def _typed(request: Request) -> Typed:
    return next((sub for sub in request.kind.subresources if sub.name == request.subresource), request.kind)


def _body(call: Call) -> Obj:
    """Decode the body as what the path takes. Raises ApiError 400."""
    request = call.request
    body = request.body if isinstance(request.body, dict) else {}
    obj, warnings = schema.decode(_typed(request), body, request.options.field_validation)
    call.warnings += warnings
    return obj


def _patch(call: Call, typed: Typed) -> _Wanted:
    request = call.request

    def wanted(current: Obj) -> Obj:
        patched = apply_patch(current, request.body, request.patch_type or PatchType.STRATEGIC, schema.patch_schema(typed))
        obj, warnings = schema.decode_patched(typed, patched, request.options.field_validation)
        call.warnings += warnings
        return _named(obj, request)

    return wanted


def _named(obj: Obj, request: Request) -> Obj:
    """Hold an object's name and namespace against the path's. Raises ApiError 400."""
    meta = obj["metadata"]
    name = meta.get("name", "")
    if not name:
        raise bad_request(f"the name of the object ({request.name} based on URL) was undeterminable: name must be provided")
    if name != request.name:
        raise bad_request(f"the name of the object ({name}) does not match the name on the URL ({request.name})")
    said = meta.get("namespace", "")
    place(
        meta, request.namespace, f"the namespace of the object ({said}) does not match the namespace on the request ({request.namespace})"
    )
    return obj


def _exists(registry: GenericStore, request: Request) -> bool:
    return registry.store.untraced.get(registry.kind.storage_key(request.namespace, request.name)) is not None


def _answer(code: int, written: Written, call: Call) -> Response:
    return Response(code, written, warnings=tuple(call.warnings))


def _eviction_options(eviction: Obj, options: Options) -> Options:
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
