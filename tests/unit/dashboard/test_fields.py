"""GET fields: what the editor proposes and explains."""

from __future__ import annotations

import asyncio

import orjson
import pytest
from django.test import AsyncClient

from cluster.machinery.meta import Obj
from tests.unit.dashboard.fake_host import FakeHost

BASE = "/clusters/demo/fields"


def get(client: AsyncClient, query: str) -> tuple[int, Obj]:
    response = asyncio.run(client.get(BASE + query))
    return response.status_code, orjson.loads(response.content)


def deployment(path: str) -> str:
    return f"?apiVersion=apps/v1&kind=Deployment&path={path}"


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        pytest.param(
            "",
            ["apiVersion string", "kind string", "metadata ObjectMeta", "spec DeploymentSpec"],
            id="an object has no status to be written",
        ),
        pytest.param(
            "spec.strategy.rollingUpdate",
            ["maxSurge IntOrString", "maxUnavailable IntOrString"],
            id="numbers and percentages",
        ),
        pytest.param(
            "spec.template.spec.containers.env",
            ["name string required", "value string", "valueFrom EnvVarSource"],
            id="items of a list within a list, required ones first",
        ),
        pytest.param(
            "spec.template.spec.containers.resources",
            ["claims []ResourceClaim", "limits map[string]Quantity", "requests map[string]Quantity"],
            id="lists and maps",
        ),
        pytest.param("metadata.labels", [], id="a map of strings has no fields"),
        pytest.param("spec.replicas.more", [], id="nor has a number"),
        pytest.param("spec.nothing", [], id="nor what does not exist"),
    ],
)
def test_fields_at(client: AsyncClient, host: FakeHost, path: str, expected: list[str]) -> None:
    code, answer = get(client, deployment(path))
    shown = [f"{f['name']} {f['type']}{' required' if f['required'] else ''}" for f in answer["fields"]]
    assert (code, shown) == (200, expected)


def test_a_field_says_what_it_means_and_what_it_may_be(client: AsyncClient, host: FakeHost) -> None:
    fields = {field["name"]: field for field in get(client, deployment("spec"))[1]["fields"]}
    assert fields["paused"] == {
        "name": "paused",
        "type": "boolean",
        "required": False,
        "description": "Indicates that the deployment is paused.",
        "values": ["true", "false"],
    }


def test_without_a_kind_there_are_the_kinds_that_can_be_created(client: AsyncClient, host: FakeHost) -> None:
    code, answer = get(client, "")
    expected = sorted(
        ({"apiVersion": kind.api_version, "kind": kind.kind} for kind in host.kinds.all if "create" in kind.verbs),
        key=lambda each: (each["kind"], each["apiVersion"]),
    )
    assert (code, sorted(answer["kinds"], key=lambda each: (each["kind"], each["apiVersion"]))) == (200, expected)


def test_an_unknown_kind_is_refused(client: AsyncClient, host: FakeHost) -> None:
    assert get(client, "?apiVersion=v9&kind=Nothing") == (
        404,
        {"message": "This cluster serves no Nothing of v9.", "try": "Choose one of the kinds that the editor proposes."},
    )
