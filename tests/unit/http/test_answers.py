"""What an answer looks like on the wire: headers, compression, forms, refusals, and what is counted of it."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Mapping

import orjson
import pytest

from cluster.http.answer import GZIP_FROM
from cluster.http.load import MUTATING, READ_ONLY, Load
from cluster.machinery.errors import ApiError
from cluster.machinery.kinds.apps import DEPLOYMENTS
from cluster.machinery.kinds.core import CONFIGMAPS
from cluster.machinery.meta import Obj
from tests.unit.apiserver.rig import Rig, pod
from tests.unit.http.door import Door

MAPS = "/clusters/demo/api/v1/namespaces/default/configmaps"
TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io"
PARTIAL = "application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io"
PARTIAL_LIST = "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io"


@pytest.fixture
def door() -> Door:
    """A cluster with one ConfigMap that is larger than what is sent uncompressed, and a small one."""
    rig = Rig()
    for name, size in (("large", GZIP_FROM), ("small", 1)):
        rig.admin.create(CONFIGMAPS, {"metadata": {"name": name, "namespace": "default"}, "data": {"k": "v" * size}})
    return Door(rig)


@pytest.mark.parametrize(
    ("name", "encoding", "is_compressed"),
    [
        ("large", "gzip", True),
        ("large", "deflate, gzip", True),
        ("large", "", False),
        ("large", "gzip;q=1", False),
        ("small", "gzip", False),
    ],
)
def test_a_large_answer_is_compressed_for_who_accepts_it(door: Door, name: str, encoding: str, is_compressed: bool) -> None:
    reply = door.ask("GET", f"{MAPS}/{name}", headers={"accept-encoding": encoding})
    content = gzip.decompress(reply.content) if is_compressed else reply.content
    found = (
        reply.headers.get("content-encoding"),
        reply.headers.get("vary"),
        reply.headers["content-length"],
        orjson.loads(content)["kind"],
    )
    expected = ("gzip", "Accept-Encoding") if is_compressed else (None, None)
    assert found == (*expected, str(len(reply.content)), "ConfigMap")


def test_head_has_the_headers_of_get_and_nothing_else(door: Door) -> None:
    head, get = door.ask("HEAD", f"{MAPS}/small"), door.ask("GET", f"{MAPS}/small")
    assert (head.code, head.headers["content-length"], head.content) == (200, get.headers["content-length"], b"")


def test_a_scale_has_columns_of_its_own() -> None:
    rig = Rig("default")
    meta, labels = {"name": "web", "namespace": "default"}, {"app": "web"}
    template = {"metadata": {"labels": labels}, "spec": pod("web")["spec"]}
    rig.admin.create(DEPLOYMENTS, {"metadata": meta, "spec": {"replicas": 3, "selector": {"matchLabels": labels}, "template": template}})
    reply = Door(rig).ask("GET", "/clusters/demo/apis/apps/v1/namespaces/default/deployments/web/scale", headers={"accept": TABLE})
    found = orjson.loads(reply.content)
    assert ([column["name"] for column in found["columnDefinitions"]], found["rows"][0]["cells"][:3]) == (
        ["Name", "Desired", "Available", "Age"],
        ["web", 3, 0],
    )


def test_an_answer_bears_the_audit_id_that_the_request_brought(door: Door) -> None:
    given = door.ask("GET", f"{MAPS}/small", headers={"audit-id": "a" * 70}).headers["audit-id"]
    made = {door.ask("GET", f"{MAPS}/small").headers["audit-id"] for _ in range(2)}
    assert (given, len(made), {len(each) for each in made}) == ("a" * 64, 2, {36})


def test_curl_gets_indented_json(door: Door) -> None:
    lines = door.ask("GET", f"{MAPS}/small", headers={"user-agent": "curl/8.5.0"}).content.decode().splitlines()
    assert lines[:2] == ["{", '  "kind": "ConfigMap",'] or lines[:2] == ["{", '  "apiVersion": "v1",']


@pytest.mark.parametrize(
    ("path", "accept", "code", "expected"),
    [
        pytest.param("/small", TABLE, 200, {"kind": "Table", "apiVersion": "meta.k8s.io/v1"}, id="an object as a Table"),
        pytest.param("", TABLE, 200, {"kind": "Table", "apiVersion": "meta.k8s.io/v1"}, id="a list as a Table"),
        pytest.param("/small", PARTIAL, 200, {"kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1"}, id="an object's metadata"),
        pytest.param("", PARTIAL_LIST, 200, {"kind": "PartialObjectMetadataList", "apiVersion": "meta.k8s.io/v1"}, id="a list's metadata"),
        pytest.param(
            "",
            PARTIAL,
            406,
            {"message": "you requested PartialObjectMetadata, but the requested object is a list (*core.ConfigMapList)"},
            id="a list as one object's metadata",
        ),
        pytest.param(
            "/small",
            PARTIAL_LIST,
            406,
            {"message": "you requested PartialObjectMetadataList, but the requested object is not a list (*core.ConfigMap)"},
            id="an object as a list's metadata",
        ),
        pytest.param(
            "?includeObject=Everything",
            TABLE,
            400,
            {
                "message": 'Unable to convert to Table as requested: includeObject: Invalid value: "Everything": '
                "must be 'Metadata', 'Object', 'None', or empty"
            },
            id="a Table with what does not exist",
        ),
    ],
)
def test_in_which_form_it_comes(door: Door, path: str, accept: str, code: int, expected: Obj) -> None:
    reply = door.ask("GET", MAPS + path, headers={"accept": accept})
    assert (reply.code, {name: reply.obj[name] for name in expected}) == (code, expected)


def test_a_list_of_what_is_never_kept_is_a_table_too() -> None:
    door = Door()
    door.rig.install_metrics()
    reply = door.ask("GET", "/apis/metrics.k8s.io/v1beta1/nodes", headers={"accept": TABLE})
    assert (reply.code, reply.obj["kind"], reply.obj["rows"]) == (200, "Table", [])


@pytest.mark.parametrize("patch", ["merge-patch+json", "strategic-merge-patch+json"])
@pytest.mark.parametrize("metadata", ["1.5", '"x"', "[]", "true"])
def test_metadata_that_is_no_object_is_refused(door: Door, patch: str, metadata: str) -> None:
    reply = door.ask("PATCH", f"{MAPS}/small", b'{"metadata":%s}' % metadata.encode(), {"content-type": f"application/{patch}"})
    assert (reply.code, reply.obj["kind"]) == (422, "Status")


@pytest.mark.parametrize(
    ("method", "path", "headers", "body"),
    [
        pytest.param("PATCH", MAPS, {}, b"", id="a method that is not served there"),
        pytest.param("GET", MAPS, {"accept": "text/html"}, b"", id="a form that is not served"),
        pytest.param("POST", MAPS, {"content-type": "application/xml"}, b"<a/>", id="a body that is not read"),
        pytest.param("POST", MAPS, {}, b"{", id="a body that is no JSON"),
        pytest.param("GET", f"{MAPS}?limit=x", {}, b"", id="an option that is no number"),
        pytest.param("GET", f"{MAPS}?watch=1&timeoutSeconds=x", {}, b"", id="an option of a watch that is no number"),
    ],
)
def test_who_may_not_ask_is_not_told_what_is_wrong_with_it(
    door: Door, method: str, path: str, headers: Mapping[str, str], body: bytes
) -> None:
    allowed = door.ask(method, path, body, headers)
    refused = door.ask(method, path, body, {**headers, "impersonate-user": "nobody"})
    unknown = door.ask(method, path, body, {**headers, "authorization": "Bearer wrong"})
    assert (allowed.code in (400, 405, 406, 415), refused.code, unknown.code) == (True, 403, 401)


def test_a_refused_request_is_a_hop_like_any_other(door: Door) -> None:
    before = len(door.rig.hops())
    door.ask("POST", MAPS, b"{")
    assert [(hop.source, hop.verb) for hop in door.rig.hops()[before:]] == [
        ("client", "POST"),
        ("kube-apiserver", "authentication"),
        ("kube-apiserver", "authorization"),
        ("kube-apiserver", "reply"),
    ]


def test_too_many_at_once_are_told_to_come_back(door: Door) -> None:
    load = Load({READ_ONLY: 1, MUTATING: 1})
    with load.one(READ_ONLY), load.one(MUTATING), pytest.raises(ApiError) as refused, load.one(READ_ONLY):
        pass
    assert (refused.value.code, refused.value.message, refused.value.details, load.in_flight) == (
        429,
        "Too many requests, please try again later.",
        {"retryAfterSeconds": 1},
        {READ_ONLY: 0, MUTATING: 0},
    )


async def _flood(door: Door, clients: int) -> list[tuple[int, str | None]]:
    replies = await asyncio.gather(*(door.send("GET", f"{MAPS}/small") for _ in range(clients)))
    return [(reply.code, reply.headers.get("retry-after")) for reply in replies]


def test_a_flood_is_answered_with_429_and_when_to_come_back(door: Door) -> None:
    answers = asyncio.run(_flood(door, 450))
    assert {answer: answers.count(answer) for answer in answers} == {(200, None): 400, (429, "1"): 50}


def test_what_is_counted() -> None:
    door = Door()
    door.ask("GET", f"{MAPS}/none")
    door.ask("POST", f"{MAPS}?dryRun=All", b'{"metadata":{"name":"a"}}')
    door.ask("GET", f"{MAPS}?watch=1&timeoutSeconds=-1")
    text = door.ask("GET", "/metrics").content.decode()
    of = 'component="apiserver"'
    where = 'group="",resource="configmaps"'
    wanted = {
        f'apiserver_request_total{{code="404",{of},dry_run="",{where},scope="resource",subresource="",verb="GET",version="v1"}} 1.0',
        f'apiserver_request_total{{code="201",{of},dry_run="All",{where},scope="resource",subresource="",verb="POST",version="v1"}} 1.0',
        f'apiserver_request_total{{code="200",{of},dry_run="",{where},scope="namespace",subresource="",verb="WATCH",version="v1"}} 1.0',
        f'apiserver_longrunning_requests{{{of},{where},scope="namespace",subresource="",verb="WATCH",version="v1"}} 0.0',
        'apiserver_current_inflight_requests{request_kind="mutating"} 0.0',
        'apiserver_resource_objects{group="",resource="namespaces"} 3.0',
        'apiserver_storage_objects{resource="namespaces"} 3.0',
    }
    assert wanted - set(text.splitlines()) == set()
