"""PATCH with an applied configuration: what its manager wants of an object that is there, or that it thereby creates.

Upstream: ``staging/src/k8s.io/apiserver/pkg/endpoints/handlers/patch.go`` (``applyPatcher``).
"""

from __future__ import annotations

from collections.abc import Callable

from cluster.apiserver.call import Call
from cluster.apiserver.codec import PublishedCodec
from cluster.apiserver.fieldmanager.configuration import check
from cluster.apiserver.fieldmanager.configuration import named as described
from cluster.apiserver.registry.store import GenericStore
from cluster.apiserver.request import PatchType
from cluster.apiserver.rest.input import named
from cluster.machinery.errors import ApiError, bad_request
from cluster.machinery.kinds.model import SCALE
from cluster.machinery.meta import Obj


def is_apply(call: Call) -> bool:
    """Whether a request applies."""
    return call.request.patch_type is PatchType.APPLY


def configuration_of(call: Call) -> Obj:
    """Return what a request applies. Fields that stand there twice are refused or warned of. Raises ApiError 400."""
    request = call.request
    if request.duplicates and request.options.field_validation == "Strict":
        raise bad_request(f"error strict decoding YAML: {request.duplicates[0]}")
    if request.options.field_validation != "Ignore":
        call.warnings += request.duplicates
    return request.body if isinstance(request.body, dict) else {}


def applied(registry: GenericStore, live: Obj | None, call: Call) -> Obj:
    """Return the object, decoded, that a request makes of ``live`` (None: of nothing) by applying its body. Raises ApiError."""
    request, options = call.request, call.request.options
    config = configuration_of(call)
    obj = registry.field_manager.apply(live, config, options.field_manager, request.subresource, is_forced=options.force)
    try:
        decoded, _ = registry.strategy.codec.decode(obj, "Ignore")
    except ApiError as error:
        why = error.message.rpartition(f"cannot be handled as a {registry.kind.kind}: ")[2]
        raise ApiError(500, "", f"failed to convert new typed object ({described(config)}) to object: {why}") from None
    return named(decoded, request)


def applied_scale(registry: GenericStore, live: Obj, call: Call, place: Callable[[Obj, int], None]) -> Obj:
    """Return the object, decoded and defaulted, that a request makes by applying a Scale. Raises ApiError.

    ``place``: writes a number of replicas where the objects of this kind have it; who applies it owns that field, with the subresource.

    Upstream: ``staging/src/k8s.io/apimachinery/pkg/util/managedfields/scalehandler.go``.
    """
    config, options, kind = configuration_of(call), call.request.options, registry.kind
    check(config, SCALE, PublishedCodec(SCALE).merge_type)
    wanted: Obj = {"apiVersion": kind.api_version, "kind": kind.kind, "metadata": config.get("metadata") or {}}
    replicas = (config.get("spec") or {}).get("replicas")
    if replicas is not None:
        place(wanted, replicas)
    obj = registry.field_manager.apply(live, wanted, options.field_manager, call.request.subresource, is_forced=options.force)
    decoded, _ = registry.strategy.codec.decode(obj, "Ignore")
    registry.strategy.default(decoded)
    return decoded
