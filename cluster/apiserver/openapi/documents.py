"""The two published forms: one Swagger 2 document of everything, and an OpenAPI 3 document for each group and version.

Upstream: ``k8s.io/kube-openapi/pkg/handler`` and ``pkg/handler3``.
"""

from __future__ import annotations

from collections.abc import Sequence

from cluster.apiserver.openapi.definitions import V2_REFERENCE, V3_REFERENCE, published_by
from cluster.apiserver.openapi.operations import JSON, Operation, operations
from cluster.apiserver.schema.definitions import VERSION
from cluster.machinery.kinds.model import Kind
from cluster.machinery.kinds.served import ServedKinds
from cluster.machinery.meta import Obj

_INFO = {"title": "Kubernetes", "version": VERSION}


def swagger(kinds: ServedKinds) -> Obj:
    """Return the Swagger 2 document."""
    paths: dict[str, Obj] = {}
    for operation in operations(kinds.all):
        paths.setdefault(operation.path, {})[operation.method] = _v2_operation(operation)
    return {"swagger": "2.0", "info": _INFO, "paths": paths, "definitions": published_by(kinds.all, V2_REFERENCE)}


def openapi_v3(kinds: Sequence[Kind]) -> Obj:
    """Return the OpenAPI 3 document of the kinds of one group and version."""
    paths: dict[str, Obj] = {}
    for operation in operations(kinds):
        paths.setdefault(operation.path, {})[operation.method] = _v3_operation(operation)
    return {"openapi": "3.0.0", "info": _INFO, "paths": paths, "components": {"schemas": published_by(kinds, V3_REFERENCE)}}


def _common(operation: Operation) -> Obj:
    return {
        "operationId": operation.id,
        "x-kubernetes-action": operation.action,
        "x-kubernetes-group-version-kind": operation.gvk,
    }


def _result(operation: Operation, references: str) -> Obj:
    return {"$ref": references + operation.result} if operation.result else {"type": "string"}


def _success(operation: Operation) -> tuple[str, str]:
    return ("201", "Created") if operation.method == "post" else ("200", "OK")


def _v2_operation(operation: Operation) -> Obj:
    parameters: list[Obj] = [{"name": name, "in": "path", "required": True, "type": "string"} for name in operation.in_path]
    parameters += [{"name": name, "in": "query", "type": kind} for name, kind in operation.query]
    if operation.body:
        schema = {"$ref": V2_REFERENCE + operation.body}
        parameters.append({"name": "body", "in": "body", "required": operation.method != "delete", "schema": schema})
    code, description = _success(operation)
    answer = {"description": description, "schema": _result(operation, V2_REFERENCE)}
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
    answer = {"description": description, "content": {JSON: {"schema": _result(operation, V3_REFERENCE)}}}
    document: Obj = {**_common(operation), "parameters": parameters, "responses": {code: answer}}
    if operation.body:
        schema = {"$ref": V3_REFERENCE + operation.body}
        document["requestBody"] = {"content": {media_type: {"schema": schema} for media_type in operation.consumes}}
    return document
