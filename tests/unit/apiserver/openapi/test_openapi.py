"""The OpenAPI documents: complete in themselves, and the same in each form."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Iterator

import pytest

from cluster.apiserver import openapi
from cluster.machinery.kinds import BUILT_IN, KINDS
from cluster.machinery.kinds.apps import DEPLOYMENTS
from cluster.machinery.kinds.core import PODS
from cluster.machinery.kinds.model import Kind
from cluster.machinery.meta import Obj

_PROTOBUF = "application/com.github.proto-openapi.spec.v2@v1.0+protobuf"


def _content(path: str, accept: str = "") -> bytes:
    found = openapi.answer(path, accept, BUILT_IN)
    assert found is not None
    return found[1]


def _v3_path(kind: Kind) -> str:
    return f"apis/{kind.group}/{kind.version}" if kind.group else f"api/{kind.version}"


@functools.cache
def _documents() -> dict[str, Obj]:
    documents = {"v2": json.loads(_content("/openapi/v2"))}
    for path in json.loads(_content("/openapi/v3"))["paths"]:
        documents[path] = json.loads(_content(f"/openapi/v3/{path}"))
    return documents


def _references(node: object) -> Iterator[str]:
    if isinstance(node, dict):
        for key, value in node.items():
            if key == "$ref" and isinstance(value, str):
                yield value
            else:
                yield from _references(value)
    elif isinstance(node, list):
        for item in node:
            yield from _references(item)


@pytest.mark.parametrize("name", ["v2", *dict.fromkeys(_v3_path(kind) for kind in KINDS)])
def test_every_reference_is_answered_in_the_same_document(name: str) -> None:
    document = _documents()[name]
    v3_schemas = document.get("components", {}).get("schemas", {})
    known = {f"#/definitions/{key}" for key in document.get("definitions", {})} | {f"#/components/schemas/{key}" for key in v3_schemas}
    found = set(_references(document))
    assert found
    assert found - known == set()


@pytest.mark.parametrize("kind", [kind for kind in KINDS if "patch" in kind.verbs], ids=lambda kind: kind.plural)
def test_kubectl_finds_that_the_server_checks_fields_and_runs_dry(kind: Kind) -> None:
    gvk = {"group": kind.group, "kind": kind.kind, "version": kind.version}
    for document in (_documents()["v2"], _documents()[_v3_path(kind)]):
        patches = [item["patch"] for item in document["paths"].values() if "patch" in item]
        queries = [{p["name"] for p in patch["parameters"]} for patch in patches if patch["x-kubernetes-group-version-kind"] == gvk]
        assert queries
        assert all({"dryRun", "fieldManager", "fieldValidation", "force"} <= names for names in queries)


@pytest.mark.parametrize(
    ("kind", "paths"),
    [
        pytest.param(
            DEPLOYMENTS,
            {
                "/apis/apps/v1/deployments": ["get"],
                "/apis/apps/v1/namespaces/{namespace}/deployments": ["delete", "get", "post"],
                "/apis/apps/v1/namespaces/{namespace}/deployments/{name}": ["delete", "get", "patch", "put"],
                "/apis/apps/v1/namespaces/{namespace}/deployments/{name}/scale": ["get", "patch", "put"],
                "/apis/apps/v1/namespaces/{namespace}/deployments/{name}/status": ["get", "patch", "put"],
            },
            id="Deployments with scale and status",
        ),
        pytest.param(
            PODS,
            {
                "/api/v1/pods": ["get"],
                "/api/v1/namespaces/{namespace}/pods": ["delete", "get", "post"],
                "/api/v1/namespaces/{namespace}/pods/{name}": ["delete", "get", "patch", "put"],
                "/api/v1/namespaces/{namespace}/pods/{name}/attach": ["get", "post"],
                "/api/v1/namespaces/{namespace}/pods/{name}/binding": ["post"],
                "/api/v1/namespaces/{namespace}/pods/{name}/ephemeralcontainers": ["get", "patch", "put"],
                "/api/v1/namespaces/{namespace}/pods/{name}/eviction": ["post"],
                "/api/v1/namespaces/{namespace}/pods/{name}/exec": ["get", "post"],
                "/api/v1/namespaces/{namespace}/pods/{name}/log": ["get"],
                "/api/v1/namespaces/{namespace}/pods/{name}/portforward": ["get", "post"],
                "/api/v1/namespaces/{namespace}/pods/{name}/proxy": ["delete", "get", "patch", "post", "put"],
                "/api/v1/namespaces/{namespace}/pods/{name}/resize": ["get", "patch", "put"],
                "/api/v1/namespaces/{namespace}/pods/{name}/status": ["get", "patch", "put"],
            },
            id="Pods with their subresources",
        ),
    ],
)
def test_paths_and_methods_are_those_that_are_served(kind: Kind, paths: dict[str, list[str]]) -> None:
    document = _documents()["v2"]
    found = {path: sorted(item) for path, item in document["paths"].items() if re.search(rf"/{kind.version}/.*{kind.plural}(/|$)", path)}
    assert found == paths


@pytest.mark.parametrize("name", ["v2", "api/v1", "apis/networking.k8s.io/v1"])
def test_the_name_of_a_type_is_left_open(name: str) -> None:
    document = _documents()[name]
    definitions = document.get("definitions") or document["components"]["schemas"]
    fields = [definition.get("properties", {}).get(field, {}) for definition in definitions.values() for field in ("apiVersion", "kind")]
    assert [field for field in fields if "enum" in field] == []


@pytest.mark.parametrize(
    ("path", "method", "operation_id", "query"),
    [
        pytest.param(
            "pods/{name}/exec",
            "post",
            "connectPostCoreV1NamespacedPodExec",
            ["command", "container", "stderr", "stdin", "stdout", "tty"],
            id="a command in a container",
        ),
        pytest.param("services/{name}/proxy", "get", "connectGetCoreV1NamespacedServiceProxy", ["path"], id="a request to a Service"),
    ],
)
def test_what_leads_on_takes_and_gives_no_object(path: str, method: str, operation_id: str, query: list[str]) -> None:
    operation = _documents()["v2"]["paths"][f"/api/v1/namespaces/{{namespace}}/{path}"][method]
    asked = [parameter["name"] for parameter in operation["parameters"] if parameter["in"] != "path"]
    answers = [answer["schema"] for answer in operation["responses"].values()]
    found = (operation["operationId"], operation["x-kubernetes-action"], asked, answers)
    assert found == (operation_id, "connect", query, [{"type": "string"}])


def test_operation_ids_are_unique() -> None:
    document = _documents()["v2"]
    ids = [operation["operationId"] for item in document["paths"].values() for operation in item.values()]
    assert sorted(set(ids)) == sorted(ids)


def test_types_are_written_as_swagger_has_them() -> None:
    definitions = _documents()["v2"]["definitions"]
    quantity, either = (definitions[f"io.k8s.apimachinery.pkg.{name}"] for name in ("api.resource.Quantity", "util.intstr.IntOrString"))
    assert quantity["type"] == "string"
    assert (either["type"], either["format"]) == ("string", "int-or-string")
    assert b'"null"' not in _content("/openapi/v2")
    assert b'"oneOf":[' not in _content("/openapi/v2")


def test_the_index_names_each_document_by_its_content() -> None:
    index = json.loads(_content("/openapi/v3"))["paths"]
    url = index["apis/apps/v1"]["serverRelativeURL"]
    found = openapi.answer(url, "application/json", BUILT_IN)
    assert found is not None
    assert url == f"/openapi/v3/apis/apps/v1?hash={found[2].strip(chr(34))}"


@pytest.mark.parametrize("path", ["/openapi", "/openapi/v3/apis/none/v1", "/openapi/v4", "/api"])
def test_other_paths_are_not_openapi(path: str) -> None:
    assert openapi.answer(path, "", BUILT_IN) is None


def _fields(message: bytes) -> Iterator[tuple[int, bytes | int]]:
    """Read the wire format: field numbers with their bytes, or their number."""
    position = 0

    def varint() -> int:
        nonlocal position
        number = shift = 0
        while True:
            byte = message[position]
            position += 1
            number |= (byte & 0x7F) << shift
            shift += 7
            if not byte & 0x80:
                return number

    while position < len(message):
        key = varint()
        if key & 7 == 0:
            yield key >> 3, varint()
            continue
        assert key & 7 == 2
        length = varint()
        yield key >> 3, message[position : position + length]
        position += length


def _one(message: bytes, *path: int) -> bytes:
    for number in path:
        message = next(value for field, value in _fields(message) if field == number and isinstance(value, bytes))
    return message


def _named(message: bytes, number: int) -> dict[str, bytes]:
    entries = [value for field, value in _fields(message) if field == number and isinstance(value, bytes)]
    return {_one(entry, 1).decode(): _one(entry, 2) for entry in entries}


def test_the_protobuf_form_holds_the_same_paths_and_definitions() -> None:
    found = openapi.answer("/openapi/v2", _PROTOBUF, BUILT_IN)
    assert found is not None
    assert found[0] == "application/com.github.proto-openapi.spec.v2.v1.0+protobuf"
    document = _documents()["v2"]
    assert list(_named(_one(found[1], 8), 2)) == list(document["paths"])
    assert list(_named(_one(found[1], 9), 1)) == list(document["definitions"])


def test_a_definition_in_protobuf_says_what_it_says_in_json() -> None:
    document = _documents()["v2"]
    definitions = _named(_one(_content("/openapi/v2", _PROTOBUF), 9), 1)
    for name, wanted in document["definitions"].items():
        schema = definitions[name]
        properties = _named(_one(schema, 25), 1) if "properties" in wanted else {}
        extensions = {key: json.loads(_one(value, 2)) for key, value in _named(schema, 31).items()}
        assert list(properties) == list(wanted.get("properties", {}))
        assert extensions == {key: value for key, value in wanted.items() if key.startswith("x-")}
