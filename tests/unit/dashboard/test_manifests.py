"""POST manifests: created, configured, unchanged, or errors on the lines that caused them."""

from __future__ import annotations

import asyncio

import orjson
import pytest
from django.test import AsyncClient

from cluster.apiserver.request import PatchType, Response
from cluster.machinery.errors import ApiError, bad_request, forbidden, invalid, not_found, required, unprocessable
from cluster.machinery.meta import Obj
from dashboard import samples
from dashboard.manifests import ADMIN
from tests.unit.dashboard.builders import pod, pod_key
from tests.unit.dashboard.fake_host import FakeHost

URL = "/clusters/demo/manifests"
POD = """\
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
    - name: main
      image: nginx
"""
TWO = POD + "---\n# nothing here\n---\n" + POD.replace("web", "api").replace("containers:", "containesr:")


def submit(client: AsyncClient, text: str, *, dry_run: bool = False) -> list[Obj]:
    response = asyncio.run(client.post(URL, data={"text": text, "dryRun": dry_run}, content_type="application/json"))
    assert response.status_code == 200, response.content
    documents: list[Obj] = orjson.loads(response.content)["documents"]
    return documents


def document(line: int, **fields: object) -> Obj:
    return {"line": line, "kind": "", "namespace": "", "name": "", "result": "", "errors": [], "warnings": [], **fields}


def test_a_new_object_is_created_in_the_default_namespace_by_the_dashboard_as_an_administrator(host: FakeHost, client: AsyncClient) -> None:
    host.answers = [Response(201, pod())]
    assert submit(client, POD) == [document(1, kind="Pod", namespace="default", name="web", result="created")]
    request = host.requests[0]
    assert (request.verb, request.kind.kind, request.namespace, request.name) == ("create", "Pod", "default", "")
    assert (request.source, request.credentials, request.options.dry_run) == ("dashboard", ADMIN, False)
    assert request.options.field_validation == "Strict"
    assert request.body["metadata"] == {"name": "web", "namespace": "default"}  # type: ignore[index,call-overload]


def test_what_the_api_server_warns_of_stands_on_its_line(host: FakeHost, client: AsyncClient) -> None:
    about_image = "spec.containers[0].image: nobody pulls it"
    host.answers = [Response(201, pod(), warnings=(about_image, "this kind is old: use another one"))]
    warnings = [{"line": 8, "message": about_image, "hint": ""}, {"line": 1, "message": "this kind is old: use another one", "hint": ""}]
    assert submit(client, POD) == [document(1, kind="Pod", namespace="default", name="web", result="created", warnings=warnings)]


@pytest.mark.parametrize(("answer", "result"), [(pod(), "unchanged"), (pod(image="other"), "configured")])
def test_an_object_that_exists_is_patched(host: FakeHost, client: AsyncClient, answer: Obj, result: str) -> None:
    host.write(pod_key(), pod())
    host.answers = [Response(200, answer)]
    assert submit(client, POD, dry_run=True) == [document(1, kind="Pod", namespace="default", name="web", result=result)]
    request = host.requests[0]
    assert (request.verb, request.name, request.patch_type, request.options.dry_run) == ("patch", "web", PatchType.STRATEGIC, True)


@pytest.mark.parametrize(
    ("error", "errors"),
    [
        pytest.param(
            unprocessable(
                "", "Pod", "web", [invalid("spec.containers[0].image", "", "bad"), required("spec.containers[0].ports[0].containerPort")]
            ),
            [(8, 'spec.containers[0].image: Invalid value: "": bad'), (7, "spec.containers[0].ports[0].containerPort: Required value")],
            id="field errors",
        ),
        pytest.param(
            bad_request('strict decoding error: unknown field "spec.containers[0].image"'),
            [(8, 'strict decoding error: unknown field "spec.containers[0].image"')],
            id="a misspelt field",
        ),
        pytest.param(
            bad_request("json: cannot unmarshal string into Go struct field PodSpec.spec.containers of type []v1.Container"),
            [(6, "json: cannot unmarshal string into Go struct field PodSpec.spec.containers of type []v1.Container")],
            id="a value of the wrong type",
        ),
        pytest.param(forbidden("", "pods", "web", "no"), [(1, 'pods "web" is forbidden: no')], id="a refusal of the whole"),
    ],
)
def test_what_the_api_server_refuses_stands_on_its_line(
    host: FakeHost, client: AsyncClient, error: ApiError, errors: list[tuple[int, str]]
) -> None:
    host.answers = [error]
    (found,) = submit(client, POD)
    assert [(each["line"], each["message"]) for each in found.pop("errors")] == errors
    assert found == {"line": 1, "kind": "Pod", "namespace": "default", "name": "web", "result": "", "warnings": []}


def test_every_document_is_sent_and_lines_count_in_the_whole_text(host: FakeHost, client: AsyncClient) -> None:
    host.answers = [Response(201, pod()), bad_request('strict decoding error: unknown field "spec.containesr"')]
    first, second = submit(client, TWO)
    assert (first["line"], first["result"], first["errors"]) == (1, "created", [])
    assert (second["line"], second["result"], [error["line"] for error in second["errors"]]) == (12, "", [17])


@pytest.mark.parametrize(
    ("text", "line", "message", "hint"),
    [
        pytest.param("", 1, "There is no manifest in the text.", "Choose a sample to start from.", id="nothing"),
        pytest.param(
            "- a\n- b\n", 1, "A manifest is a mapping with apiVersion, kind and metadata.", "Choose a sample to start from.", id="a list"
        ),
        pytest.param("a: [1,\nb: }\n", 2, "This is not YAML", "Check the indentation", id="not YAML"),
        pytest.param(
            "a: &x [1]\nb: " + "*x " * 1,
            1,
            'no matches for kind ""',
            "The editor proposes the kinds that this cluster serves.",
            id="no kind",
        ),
        pytest.param("apiVersion: v1\nkind: Pdo\n", 2, 'no matches for kind "Pdo" in version "v1"', "Pod (v1)", id="a misspelt kind"),
        pytest.param("apiVersion: v1\nkind: Pod\n", 1, "metadata.name: Required value", "Give the object a name.", id="no name"),
        pytest.param("a: !!python/object 1\n", 1, "tags such as", "Send less at once.", id="a tag"),
        pytest.param("[" * 80, 1, "nested deeper than 64 levels", "Send less at once.", id="too deep"),
        pytest.param("a: &a [x]\nb: [" + "*a, " * 101 + "]", 2, "more than 100 aliases", "Send less at once.", id="too many aliases"),
        pytest.param("a: [" + "1, " * 20_001 + "]", 1, "more than 20000 values", "Send less at once.", id="too many values"),
    ],
)
def test_a_text_that_is_no_manifest_is_one_document_with_one_error(
    host: FakeHost, client: AsyncClient, text: str, line: int, message: str, hint: str
) -> None:
    (found,) = submit(client, text)
    (error,) = found["errors"]
    assert (error["line"], host.requests) == (line, [])
    assert message in error["message"]
    assert hint in error["hint"]


def test_a_dry_run_believes_in_the_namespace_of_an_earlier_document(host: FakeHost, client: AsyncClient) -> None:
    text = "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: shop\n---\n" + POD.replace("name: web", "name: web\n  namespace: shop")
    host.answers = [Response(201, {}), not_found("", "namespaces", "shop")]
    assert [found["result"] for found in submit(client, text, dry_run=True)] == ["created", "created"]
    host.answers = [Response(201, {}), not_found("", "namespaces", "shop")]
    assert [found["result"] for found in submit(client, text)] == ["created", ""]


def test_every_sample_is_read_and_names_served_kinds(host: FakeHost, client: AsyncClient) -> None:
    for sample in samples.documents():
        host.answers = [Response(201, {}) for _ in range(3)]
        results = [found["result"] for found in submit(client, sample["text"])]
        assert (sample["name"], set(results)) == (sample["name"], {"created"})
        assert sorted(sample["title"]) == ["en", "ko"]
    assert len(samples.documents()) == 6


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("nonsense", "The request's body is not JSON."),
        ("[]", "The request's body is not a JSON object."),
        ("{}", "The text of the manifests is missing."),
    ],
)
def test_a_body_that_is_no_submission_is_refused(host: FakeHost, client: AsyncClient, body: str, message: str) -> None:
    response = asyncio.run(client.post(URL, data=body, content_type="application/json"))
    assert (response.status_code, orjson.loads(response.content)["message"]) == (400, message)
