"""POST recordings: what is said of a file that is no log, and how a recording is called."""

from __future__ import annotations

import asyncio

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import AsyncClient
from django.utils import translation

from cluster.etcd.log_file import FAULTS, BadLog
from cluster.models import Cluster
from dashboard.views.recordings import can_be_shown, free_name, sentence
from tests.unit.dashboard.builders import pod, pod_key
from tests.unit.dashboard.fake_host import FakeHost


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("fault", FAULTS)
def test_every_fault_is_said_with_its_line(fault: str, language: str) -> None:
    with translation.override(language):
        said = sentence(BadLog(7, fault, "100% web"))
    assert said.startswith("Line 7: " if language == "en" else "7번째 줄: ")
    assert ("100% web" in said) == (fault in ("version", "unknown", "field", "object", "order", "gap", "long", "many"))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "Line 1: The file is empty."),
        (b"not a log\n", "Line 1: This is not JSON."),
        (b'{"log": "podium", "version": 9}\n', "Line 1: Version 9 of the format is not known here."),
        (None, "Choose a file with a log."),
    ],
)
def test_a_bad_file_is_answered_by_the_list_of_clusters(host: FakeHost, client: AsyncClient, content: bytes | None, said: str) -> None:
    files = {} if content is None else {"log": SimpleUploadedFile("a.jsonl", content)}
    response = asyncio.run(client.post("/recordings", files))
    assert (response.status_code, response.context["fault"]) == (400, said)
    assert [row["name"] for row in response.context["clusters"]] == ["demo"]


def test_a_file_that_is_too_large_is_told_of_with_what_to_do(host: FakeHost, client: AsyncClient) -> None:
    response = asyncio.run(client.get("/?fault=large"))
    said = "The file is larger than 128 MB. Export the session again, with fewer steps: choose from which step to which."
    assert (response.status_code, response.context["fault"]) == (400, said)


def test_a_file_from_another_page_is_refused(host: FakeHost) -> None:
    response = asyncio.run(AsyncClient(enforce_csrf_checks=True).post("/recordings", {"log": SimpleUploadedFile("a.jsonl", b"x")}))
    assert response.status_code == 403


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("wanted", "taken", "name"),
    [
        ("demo", [], "demo-recording"),
        ("demo", ["demo-recording"], "demo-recording-2"),
        ("demo-recording", ["demo-recording", "demo-recording-2"], "demo-recording-3"),
        ("../Öl & <b>", [], "l-b-recording"),
        ("", [], "log-recording"),
        ("x" * 200, [], "x" * 50 + "-recording"),
    ],
)
def test_a_recording_gets_a_name_of_its_own(wanted: str, taken: list[str], name: str) -> None:
    for each in taken:
        Cluster.objects.create(name=each, seed=1, now=0)
    assert free_name(wanted) == name


@pytest.mark.parametrize(
    ("key", "value", "is_so"),
    [
        (pod_key(), pod(), True),
        (pod_key(), {"metadata": {"name": "web"}}, False),
        (pod_key(), {**pod(), "spec": []}, False),
        ("/registry/minions/n1", {"metadata": {"name": "n1"}, "status": "x"}, False),
        ("/node/n1/containers/a", {"anything": 1}, True),
        ("/registry/events/default/e", {"metadata": {}}, False),
    ],
)
def test_what_the_page_cannot_draw_is_known_before_it_is_kept(key: str, value: dict[str, object], is_so: bool) -> None:
    assert can_be_shown(key, value) == is_so
