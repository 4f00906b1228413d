"""What a kubelet answers over plain HTTP."""

from __future__ import annotations

from collections.abc import Mapping

import orjson
import pytest

from cluster.kubelet.node_endpoints import answer
from cluster.machinery.meta import SECOND, Obj, SimTime
from cluster.machinery.network import HttpRequest
from cluster.machinery.usage import Usage

NOW = SimTime(1_767_225_600 * SECOND)


def pod(name: str, phase: str) -> Obj:
    meta = {"name": name, "namespace": "default", "uid": name, "annotations": {"simulation.podium/cpu": "100m"}}
    return {"metadata": meta, "spec": {"containers": [{"name": "c", "image": "i"}]}, "status": {"phase": phase}}


class Measured:
    """Every container uses as much as its annotations have characters, and 64 MiB."""

    def pod(self, pod: Obj, annotations: Mapping[str, str]) -> dict[str, Usage]:
        return {c["name"]: Usage(len("".join(annotations.values())) * 1000, 64 << 20) for c in pod["spec"]["containers"]}


PODS = [pod("web", "Running"), pod("done", "Succeeded")]


@pytest.mark.parametrize(
    ("method", "path", "code", "content"),
    [
        pytest.param("GET", "/healthz", 200, "ok", id="its health"),
        pytest.param(
            "GET",
            "/metrics",
            200,
            "# HELP kubelet_running_pods [ALPHA] Number of pods that have a running pod sandbox\n"
            "# TYPE kubelet_running_pods gauge\nkubelet_running_pods 1\n",
            id="its metrics",
        ),
        pytest.param("GET", "/logs/", 200, '<pre>\n<a href="pods/">pods/</a>\n</pre>\n', id="its logs"),
        pytest.param("GET", "/debug/pprof", 404, "404 page not found\n", id="what it has not"),
        pytest.param("POST", "/pods", 405, "405: Method Not Allowed", id="what may not be written"),
    ],
)
def test_text(method: str, path: str, code: int, content: str) -> None:
    reply = answer("n1", PODS, NOW, Measured(), HttpRequest(method, path))
    assert (reply.code, reply.body.decode()) == (code, content)


@pytest.mark.parametrize(
    ("path", "names"),
    [pytest.param("/pods", ["web", "done"], id="all pods"), pytest.param("/runningpods/?x=1", ["web"], id="those that run")],
)
def test_pods(path: str, names: list[str]) -> None:
    found = orjson.loads(answer("n1", PODS, NOW, Measured(), HttpRequest(path=path)).body)
    assert (found["kind"], [each["metadata"]["name"] for each in found["items"]]) == ("PodList", names)


def test_summary() -> None:
    found = orjson.loads(answer("n1", PODS, NOW, Measured(), HttpRequest(path="/stats/summary")).body)
    at = "2026-01-01T00:00:00Z"
    usage = {"cpu": {"time": at, "usageNanoCores": 4_000}, "memory": {"time": at, "workingSetBytes": 64 << 20}}
    node = {"cpu": {"time": at, "usageNanoCores": 60_004_000}, "memory": {"time": at, "workingSetBytes": 464 << 20}}
    reference = {"name": "web", "namespace": "default", "uid": "web"}
    assert found == {
        "node": {"nodeName": "n1", **node},
        "pods": [{"podRef": reference, "startTime": None, "containers": [{"name": "c", **usage}], **usage}],
    }
