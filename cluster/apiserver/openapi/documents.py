"""The two published forms: one Swagger 2 document of everything, and an OpenAPI 3 document for each group and version.

Upstream: ``k8s.io/kube-openapi/pkg/handler`` and ``pkg/handler3``.
"""

from __future__ import annotations

from cluster.apiserver.openapi.definitions import V2_REFERENCE, V3_REFERENCE, kinds_of, published, reachable, roots_of
from cluster.apiserver.openapi.operations import JSON, Operation, operations
from cluster.apiserver.schema.definitions import VERSION
from cluster.machinery.kinds.served import ServedKinds
from cluster.machinery.meta import Obj

_INFO = {"title": "Kubernetes", "version": VERSION}


def swagger(kinds: ServedKinds) -> Obj:
    """Return the Swagger 2 document."""
    names = reachable(roots_of(kinds.all))
    paths: dict[str, Obj] = {}
    for operation in operations(kinds.all):
        paths.setdefault(operation.path, {})[operation.method] = _v2_operation(operation)
    definitions = {name: published(name, V2_REFERENCE) for name in names}
    return {"swagger": "2.0", "info": _INFO, "paths": paths, "definitions": definitions}


def openapi_v3(group: str, version: str, served: ServedKinds) -> Obj:
    """Return the OpenAPI 3 document of one group and version."""
    kinds = kinds_of(group, version, served)
    paths: dict[str, Obj] = {}
    for operation in operations(kinds):
        paths.setdefault(operation.path, {})[operation.method] = _v3_operation(operation)
    schemas = {name: published(name, V3_REFERENCE) for name in reachable(roots_of(kinds))}
    return {"openapi": "3.0.0", "info": _INFO, "paths": paths, "components": {"schemas": schemas}}


def _common(operation: Operation) -> Obj:
    return {
        "operationId": operation.id,
        "x-kubernetes-action": operation.action,
        "x-kubernetes-group-version-kind": operation.gvk,
    }


def _success(operation: Operation) -> tuple[str, str]:
    return ("201", "Created") if operation.method == "post" else ("200", "OK")


def _v2_operation(operation: Operation) -> Obj:
    parameters: list[Obj] = [{"name": name, "in": "path", "required": True, "type": "string"} for name in operation.in_path]
    parameters += [{"name": name, "in": "query", "type": kind} for name, kind in operation.query]
    if operation.body:
        schema = {"$ref": V2_REFERENCE + operation.body}
        parameters.append({"name": "body", "in": "body", "required": operation.method != "delete", "schema": schema})
    code, description = _success(operation)
    answer = {"description": description, "schema": {"$ref": V2_REFERENCE + operation.result}}
    return {
        **_common(operation),
        "consumes": operation.consumes,
        "produces": [JSON],
        "parameters": parameters,
        "responses": {code: answer},
    }


def _v3_operation(operation: Operation) -> Obj:
    parameters: list[Obj] = [{"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in operation.in_path]
    parameters += [{"name": name, "in": "query", "schema": {"type": kind}} for name, kind in operation.query]
    code, description = _success(operation)
    answer = {"description": description, "content": {JSON: {"schema": {"$ref": V3_REFERENCE + operation.result}}}}
    document: Obj = {**_common(operation), "parameters": parameters, "responses": {code: answer}}
    if operation.body:
        schema = {"$ref": V3_REFERENCE + operation.body}
        document["requestBody"] = {"content": {media_type: {"schema": schema} for media_type in operation.consumes}}
    return document
