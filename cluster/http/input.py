"""What a request for a resource brings: its options from the query, its object, patch or DeleteOptions from the body.

Upstream: ``staging/src/k8s.io/apiserver/pkg/endpoints/handlers/{create,update,patch,delete,get}.go``.
"""

from __future__ import annotations

from dataclasses import replace

from cluster.apiserver.request import PatchType, Request
from cluster.apiserver.schema.definitions import Typed
from cluster.http import body as request_body
from cluster.http import negotiation, options
from cluster.http.negotiation import JSON
from cluster.http.options import Query
from cluster.http.routes import Resource

READS = ("get", "list")
_WITHOUT_BODY = (*READS, "watch")


def brings_body(verb: str, content_type: str) -> bool:
    """Whether a body is to be read, and is in a form that is served. Raises ApiError 415."""
    if verb == "patch":
        negotiation.patch_type(content_type)
    elif verb in ("create", "update"):
        negotiation.body_type(content_type)
    return verb not in _WITHOUT_BODY


def with_input(request: Request, resource: Resource, query: Query, content_type: str, content: bytes) -> Request:
    """Return the request with its options and its body. Raises ApiError."""
    verb = request.verb
    if verb in _WITHOUT_BODY:
        request = request._replace(options=options.from_query(query, verb))
        return _by_name(request) if verb == "watch" else request
    if verb in ("delete", "deletecollection"):
        decoded = request_body.decode_options(content, negotiation.body_type(content_type)) if content else None
        return request._replace(options=options.for_delete(query, decoded, request))
    patch_type = negotiation.patch_type(content_type) if verb == "patch" else None
    request = request._replace(patch_type=patch_type, options=options.from_query(query, verb, is_apply=patch_type is PatchType.APPLY))
    if patch_type is PatchType.APPLY:
        config, duplicates = request_body.decode_configuration(content)
        return request._replace(body=config, duplicates=duplicates)
    if patch_type is not None:
        is_list = patch_type is PatchType.JSON
        patch = request_body.decode_patch(content, patch_type)
        return request._replace(body=patch, duplicates=request_body.duplicates_in(content, JSON, is_json_patch=is_list))
    media_type = negotiation.body_type(content_type)
    typed: Typed = next((s for s in resource.kind.subresources if s.name == resource.subresource), resource.kind)
    decoded = request_body.decode(content, media_type, typed)
    return request._replace(body=decoded, duplicates=request_body.duplicates_in(content, media_type))


def _by_name(request: Request) -> Request:
    """Return the watch of one object as that of a collection, of which it selects one."""
    if not request.name:
        return request
    by_name = f"metadata.name={request.name}"
    given = request.options.field_selector
    return request._replace(name="", options=replace(request.options, field_selector=f"{given},{by_name}" if given else by_name))
