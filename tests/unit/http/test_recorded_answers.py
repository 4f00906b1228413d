"""What a real server said to requests that never reach its handlers: every recorded case that the HTTP side alone decides."""

from __future__ import annotations

import asyncio
import json
from functools import cache
from types import SimpleNamespace
from typing import cast

import orjson
import pytest
import yaml

from cluster.apiserver.request import Request, Response
from cluster.http.api import KubernetesApi, Scope
from cluster.http.routes import resource_at
from cluster.machinery.errors import ApiError
from cluster.machinery.kinds import BUILT_IN
from cluster.machinery.meta import Obj, SimTime
from cluster.runner.host import Hosts
from tests.shared import shared_path

_BASES = {"{c}": "/api/v1/namespaces/bad", "{a}": "/apis/apps/v1/namespaces/bad", "{b}": "/apis/batch/v1/namespaces/bad"}
_PATCHES = {
    "json": "application/json-patch+json",
    "merge": "application/merge-patch+json",
    "strategic": "application/strategic-merge-patch+json",
    "apply": "application/apply-patch+yaml",
}
_ELSEWHERE = {
    "forbidden-nonresource": "authorization is the handler's",
    "patch-apply-no-manager": "server-side apply is not simulated",
}
_KINDS_OF_OTHERS = ("log", "resize")
"""Subresources and kinds that the recorded server has and this one does not serve yet answer 404 here."""
_DECIDED_HERE = {
    "accept-unsupported",
    "apiversion-garbage",
    "create-on-name-path",
    "delete-bad-propagation",
    "delete-body-garbage",
    "dryrun-bad",
    "field-validation-bad",
    "json-empty-body",
    "json-malformed",
    "json-string-body",
    "media-xml",
    "method-patch-collection",
    "patch-force-merge",
    "patch-json-not-list",
    "patch-merge-array",
    "path-unknown",
    "resource-unknown",
    "subresource-unknown",
    "version-unknown",
    "yaml-malformed",
}


class _Host:
    """A cluster whose handler is beyond what is tested; ``is_reached`` when a request went on to it."""

    kinds = BUILT_IN
    position = SimpleNamespace(now=SimTime(0))
    is_reached = False

    async def get(self, name: str) -> _Host:
        """Be the host of every cluster."""
        return self

    async def serve(self, request: Request) -> Response:
        """Note that the request came through, unless there was something wrong with it."""
        if request.fault is not None:
            raise request.fault
        self.is_reached = True
        raise ApiError(404, "NotFound", "")

    async def watch(self, request: Request, on_ready: object) -> object:
        """Note that the request came through."""
        return await self.serve(request)

    async def visit(self, *of: object) -> None:
        """Let everybody look."""


@cache
def _recorded() -> tuple[dict[str, Obj], dict[str, Obj]]:
    cases = yaml.load(shared_path("golden", "bad_requests.yaml").read_text(), Loader=yaml.CSafeLoader)["cases"]
    answers = json.loads(shared_path("golden", "golden", "public", "bad_requests.json").read_text())
    return {case["name"]: case for case in cases}, answers


def _content(case: Obj) -> bytes:
    """A body as the recording's client sent it: text as it stands, objects with their kind filled in unless ``raw``."""
    body = case.get("body")
    if body is None or isinstance(body, str):
        return (body or "").encode()
    resource = resource_at(_address(case)[1].partition("?")[0], BUILT_IN)
    if not case.get("raw") and resource is not None and not resource.subresource and case["do"].startswith(("POST", "PUT")):
        body = {"apiVersion": resource.kind.api_version, "kind": resource.kind.kind, **body}
    return json.dumps(body).encode()


def _address(case: Obj) -> tuple[str, str]:
    method, _, path = case["do"].partition(" ")
    for name, base in _BASES.items():
        path = path.replace(name, base)
    return method, path


def _answer(case: Obj) -> Obj | None:
    """Return the answer to a case as the recording has it, or None when it went on to the handler."""
    method, address = _address(case)
    path, _, query = address.partition("?")
    content_type = _PATCHES.get(case.get("type", ""), case.get("type", "application/json"))
    headers = {"content-type": content_type} | {name.lower(): value for name, value in case.get("headers", {}).items()}
    scope: Scope = {
        "method": method,
        "raw_path": f"/clusters/demo{path}".encode(),
        "query_string": query.encode(),
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        "extensions": {"tls": {"client_certificate": b""}},
    }
    messages: list[dict[str, object]] = []

    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": _content(case), "more_body": False}

    async def send(message: dict[str, object]) -> None:
        messages.append(message)

    async def pages(*of: object) -> None:
        raise AssertionError("no case of the API is a page")

    host = _Host()
    asyncio.run(KubernetesApi(lambda: cast(Hosts, host), pages)(scope, receive, send))
    if host.is_reached:
        return None
    content = b"".join(cast(bytes, message.get("body", b"")) for message in messages)
    if not content.startswith(b"{"):
        return {"code": messages[0]["status"], "text": content.decode().strip()}
    status = orjson.loads(content)
    details = status.get("details", {})
    return {
        "code": messages[0]["status"],
        "status": status["status"],
        "reason": status["reason"],
        "message": status["message"],
        "details": {name: details[name] for name in ("name", "group", "kind") if details.get(name)},
        "causes": details.get("causes", []),
    }


def _is_of_a_served_kind(case: Obj) -> bool:
    parts = _address(case)[1].partition("?")[0].strip("/").split("/")
    start = 2 if parts[0] == "api" else 3
    if parts[start : start + 1] == ["namespaces"] and len(parts) > start + 2:
        start += 2
    group, version = ("", parts[1]) if parts[0] == "api" else (parts[1], parts[2])
    return BUILT_IN.by_resource(group, version, parts[start]) is not None and parts[start + 2 : start + 3] not in (
        [name] for name in _KINDS_OF_OTHERS
    )


@pytest.mark.parametrize("name", sorted(_DECIDED_HERE))
def test_a_real_server_says_the_same(name: str) -> None:
    cases, answers = _recorded()
    assert _answer(cases[name]) == answers[name]


def test_no_other_recorded_case_ends_here() -> None:
    cases, _ = _recorded()
    decided = {
        name
        for name, case in cases.items()
        if name not in _ELSEWHERE and (name in _DECIDED_HERE or _is_of_a_served_kind(case)) and _answer(case) is not None
    }
    assert decided == _DECIDED_HERE
