"""The line of the page: what is asked of kubectl, and how its answer comes back."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import orjson
import pytest
from django.test import AsyncRequestFactory

from cluster.http.kubectl import Kubectl, NoKubectlError, Output
from cluster.http.pki import Pki
from cluster.machinery.meta import Obj
from dashboard import clusters
from dashboard.views import kubectl
from tests.unit.dashboard.fake_host import FakeHost, FakeHosts


@dataclass(frozen=True)
class Scripted(Kubectl):
    """Answers with one output, or has no program."""

    output: Output | NoKubectlError | None = None

    async def run(self, cluster: str, arguments: Sequence[str]) -> Output:
        if not isinstance(self.output, Output):
            raise self.output or NoKubectlError
        return self.output._replace(text=f"{cluster} {' '.join(arguments)}\n{self.output.text}")


def post(output: Output | NoKubectlError | None, **body: object) -> tuple[int, Obj]:
    """Post a line to a server that has kubectl (``output``), or none (None)."""
    request = AsyncRequestFactory().post("/clusters/demo/kubectl", data=body, content_type="application/json")
    if output is not None:
        request.scope["extensions"] = {"kubectl": Scripted("kubectl", "https://127.0.0.1:6443", Pki(Path()), Path(), output=output)}
    response = asyncio.run(kubectl.run(request, name="demo"))
    return response.status_code, orjson.loads(response.content)


@pytest.fixture(autouse=True)
def _demo(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clusters, "hosts", lambda: FakeHosts({"demo": FakeHost()}))


WELL = Output("pod/web\n", 0, is_cut=False)
ANSWERS = [
    pytest.param(WELL, {"text": "demo get pods\npod/web\n", "code": 0, "changes": False}, id="it ends well"),
    pytest.param(WELL._replace(code=1), {"text": "demo get pods\npod/web\n", "code": 1, "changes": False}, id="it ends badly"),
    pytest.param(
        WELL._replace(is_cut=True),
        {"text": "demo get pods\npod/web\n\n... more than can be shown here", "code": 0, "changes": False},
        id="it says much",
    ),
    pytest.param(
        WELL._replace(code=None),
        {"text": "demo get pods\npod/web\n\n... ended by the page: it took more than 20 seconds", "code": None, "changes": False},
        id="it does not end",
    ),
]


@pytest.mark.parametrize(("output", "expected"), ANSWERS)
def test_a_question(output: Output, expected: Obj) -> None:
    assert post(output, line="kubectl get pods") == (200, expected)


def test_who_looks_back_asks_and_does_not_change() -> None:
    asked = [post(WELL, line=line, isPast=True)[1] for line in ("rollout history deploy/web", "rollout undo deploy/web")]
    assert asked == [
        {"text": "demo rollout history deploy/web\npod/web\n", "code": 0, "changes": False},
        {"text": None, "code": None, "changes": True},
    ]


REFUSALS = [
    pytest.param(WELL, {"line": 7}, (400, "line must be a text, and isPast true or false.", ""), id="a line that is none"),
    pytest.param(
        WELL,
        {"line": "edit pod web"},
        (400, "kubectl edit cannot be typed here.", "It works on files: press M to write a manifest and to apply it."),
        id="what needs a terminal",
    ),
    pytest.param(
        None,
        {"line": "get pods"},
        (503, "This server runs no kubectl: it has no Kubernetes API beside its pages.", "Start it with make demo."),
        id="a server of pages alone",
    ),
    pytest.param(
        NoKubectlError(),
        {"line": "get pods"},
        (
            503,
            "There is no kubectl on the machine that runs Podium.",
            "Install it (https://kubernetes.io/docs/tasks/tools/), or name it by PODIUM_KUBECTL.",
        ),
        id="a machine without kubectl",
    ),
    pytest.param(
        NoKubectlError("Exec format error"),
        {"line": "get pods"},
        (
            503,
            "kubectl cannot be started on the machine that runs Podium: Exec format error.",
            "Install it (https://kubernetes.io/docs/tasks/tools/), or name it by PODIUM_KUBECTL.",
        ),
        id="a file that is no program",
    ),
]


@pytest.mark.parametrize(("output", "body", "expected"), REFUSALS)
def test_what_is_refused(output: Output | NoKubectlError | None, body: Obj, expected: tuple[int, str, str]) -> None:
    code, told = post(output, **body)
    assert (code, told["message"], told["try"]) == expected
