"""Odd requests, answered by the handler as a real control plane answered them, word for word."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
import yaml

from cluster.apiserver.request import Credentials, Request, Response
from cluster.http import options as http_options
from cluster.http.negotiation import patch_type
from cluster.http.routes import is_served, resource_at, verb_of
from cluster.machinery.errors import ApiError
from cluster.machinery.kinds import BUILT_IN
from cluster.machinery.kinds.core import NAMESPACES, NODES
from cluster.machinery.meta import Obj
from cluster.machinery.storage import KeyValue
from tests.shared import shared_path
from tests.unit.apiserver.rig import TOKEN, Rig

ENV = {
    "c": "/api/v1/namespaces/bad",
    "a": "/apis/apps/v1/namespaces/bad",
    "b": "/apis/batch/v1/namespaces/bad",
    "L": "l" * 64,
    "L253": "l" * 254,
}
PATCHES = {kind: f"application/{kind}-patch+json" for kind in ("merge", "json")} | {"strategic": "application/strategic-merge-patch+json"}
NOT_HERE = {
    "pod-priority-by-class": "needs the kind PriorityClass",
    "apiversion-garbage": "a body that the HTTP layer judges: see tests/unit/http",
    "field-validation-bad": "a query that the HTTP layer judges: see tests/unit/http",
    "dryrun-bad": "a query that the HTTP layer judges: see tests/unit/http",
    "patch-force-merge": "a query that the HTTP layer judges: see tests/unit/http",
    "delete-bad-propagation": "options that the HTTP layer judges: see tests/unit/http",
}
_NORMAL = (
    (re.compile(r'Invalid value: "\{.*\}"', re.S), 'Invalid value: "<object>"'),
    (re.compile(r"\bGen_[a-z0-9]{5}\b"), "Gen_<rand>"),
    (re.compile(r"\n@@ -.*", re.S), "\n<diff>"),
    (re.compile(r'Invalid value: \{".*\}: field is immutable', re.S), "Invalid value: <object>: field is immutable"),
    (re.compile(r"(in record |version: 1 )\(\d+\)"), r"\1(<rv>)"),
    (re.compile(r"current: \d+"), "current: <rv>"),
    (re.compile(r"\b\d{1,3}(\.\d{1,3}){3}\b"), "<ip>"),
    (re.compile(r"kube-api-access-[a-z0-9]{5}"), "kube-api-access-<rand>"),
    (re.compile(r"\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b"), "<uid>"),
)


def _load() -> tuple[Obj, dict[str, Obj]]:
    document = json.loads(
        json.dumps(yaml.load(shared_path("golden", "bad_requests.yaml").read_text(), Loader=yaml.CSafeLoader))
    )  # keys as they are sent
    return document, json.loads(shared_path("golden", "golden", "public", "bad_requests.json").read_text())


DOCUMENT, ANSWERS = _load()


def _filled(value: Any, env: dict[str, str]) -> Any:
    if isinstance(value, str):
        for name, text in env.items():
            value = value.replace(f"{{{name}}}", text)
        return value
    if isinstance(value, list):
        return [_filled(item, env) for item in value]
    if isinstance(value, dict):
        return {_filled(key, env): _filled(item, env) for key, item in value.items()}
    return value


def _send(rig: Rig, step: Obj, env: dict[str, str]) -> Obj:
    """Send one request and write the answer down as the recordings are written."""
    request = _request(_filled(step, env))
    try:
        if request.verb == "watch":
            event = rig.handler.watch(request, lambda: None).next()
            return {"code": 200, "event": event}
        response = rig.handler.serve(request)
    except ApiError as error:
        return {"code": error.code, "status": error.status, "warnings": error.warnings}
    return {"code": response.code, "response": response, "kind": request.kind.kind, "warnings": response.warnings}


def _request(step: Obj) -> Request:
    verb, url = step["do"].split(" ", 1)
    path, _, query = url.partition("?")
    resource = resource_at(path, BUILT_IN)
    if resource is None:
        pytest.skip(f"{path} is not served yet")
    parsed = http_options.parse_query(query.encode())
    kubernetes_verb = verb_of(verb, resource, is_watch=http_options.is_true(parsed, "watch"))
    if not is_served(kubernetes_verb, resource):
        pytest.skip(f"{verb} of {path} is refused before it reaches the handler: see tests/unit/http")
    body = step.get("body")
    if isinstance(body, str) or "headers" in step:
        pytest.skip("a body or a header that the HTTP layer judges: see tests/unit/http")
    if not step.get("raw") and verb in ("POST", "PUT"):
        body = {"apiVersion": resource.kind.api_version, "kind": resource.kind.kind, **body} if not resource.subresource else body
    if verb == "PATCH" and step.get("type") not in PATCHES:
        pytest.skip("options that the HTTP layer judges: see tests/unit/http")
    kind_of_patch = patch_type(PATCHES[step["type"]]) if verb == "PATCH" else None
    request = Request(
        kubernetes_verb,
        resource.kind,
        "client",
        Credentials(token=TOKEN),
        resource.namespace,
        resource.name,
        resource.subresource,
        body,
        kind_of_patch,
    )
    if resource.is_text:
        return request._replace(query=parsed)
    if verb == "DELETE":
        return request._replace(options=http_options.for_delete(parsed, body, request))
    return request._replace(options=http_options.from_query(parsed, kubernetes_verb))


def _text(text: str) -> str:
    for pattern, replacement in _NORMAL:
        text = pattern.sub(replacement, text)
    return text


def _normal(value: Any) -> Any:
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, list):
        return [_normal(item) for item in value]
    if isinstance(value, dict):
        return {key: _normal(item) for key, item in value.items()}
    return value


def _pick(obj: Any, dotted: str) -> Any:
    for part in dotted.split("."):
        if isinstance(obj, list) and part.isdigit() and int(part) < len(obj):
            obj = obj[int(part)]
        else:
            obj = obj.get(part) if isinstance(obj, dict) else None
    return obj


def _written(answer: Obj, case: Obj) -> Obj:
    """Write an answer down as the recording does."""
    record: Obj = {"code": answer["code"]}
    obj: Obj = answer.get("status") or {}
    if answer.get("warnings"):
        record["warnings"] = sorted("299 - " + json.dumps(warning) for warning in answer["warnings"])
    response = answer.get("response")
    if isinstance(response, Response):
        obj = response.value.obj if isinstance(response.value, KeyValue) else response.value or {}
        if response.list_meta is not None:
            obj = {"kind": f"{answer['kind']}List", "metadata": response.list_meta}
            if case.get("count"):
                record["items"] = len(response.items)
    if obj.get("kind") == "Status":
        details = obj.get("details") or {}
        record |= {"status": obj["status"], "reason": obj.get("reason"), "message": obj.get("message", "")}
        record["details"] = {key: str(details[key]) for key in ("name", "group", "kind", "retryAfterSeconds") if details.get(key)}
        record["causes"] = details.get("causes") or []
    event = answer.get("event")
    if event is not None:
        failed = event.type == "ERROR"
        fields = {key: str(event.value.obj[key]) for key in ("code", "reason", "message")} if failed else {}
        record["first_event"] = {"type": event.type, **fields}
    for wanted in case.get("want") or []:
        record.setdefault("got", {})[wanted] = _pick(obj, wanted)
    return dict(_normal(record))


@pytest.fixture
def rig() -> Rig:
    """The fixtures of the recording, as far as their kinds are served."""
    rig = Rig("default", "kube-system", "bad")
    rig.admin.create(NODES, {"metadata": {"name": "bad-node"}})
    for step in DOCUMENT["fixtures"]:
        if resource_at(_filled(step["do"].split(" ", 1)[1], ENV), BUILT_IN) is None:
            continue
        answer = _send(rig, step, ENV)
        assert answer["code"] < 400, answer
    assert rig.admin.get(NAMESPACES, "bad-terminating")["status"]["phase"] == "Terminating"
    rig.store.compact(rig.store.revision)
    return rig


@pytest.mark.parametrize("case", DOCUMENT["cases"], ids=[case["name"] for case in DOCUMENT["cases"]])
def test_the_handler_answers_a_request_as_it_was_recorded(case: Obj, rig: Rig) -> None:
    if case["name"] in NOT_HERE:
        pytest.skip(NOT_HERE[case["name"]])
    env = dict(ENV)
    for step in case.get("setup") or []:
        answer = _send(rig, step, env)
        for name, dotted in (step.get("save") or {}).items():
            value = answer["response"].value
            obj = value.obj if isinstance(value, KeyValue) else {"metadata": answer["response"].list_meta}
            env[name] = str(_pick(obj, dotted))
    assert _written(_send(rig, case, env), case) == ANSWERS[case["name"]]
