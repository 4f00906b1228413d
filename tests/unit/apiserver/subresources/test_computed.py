"""Objects that nobody keeps: component statuses and metrics."""

from __future__ import annotations

import orjson
import pytest

from cluster.apiserver.printers import table
from cluster.apiserver.request import Credentials, Options, Request, Response
from cluster.machinery.errors import ApiError
from cluster.machinery.kinds.core import COMPONENTSTATUSES, NODES, PODS
from cluster.machinery.kinds.metrics import NODEMETRICS, PODMETRICS
from cluster.machinery.kinds.model import Kind
from cluster.machinery.meta import Obj
from cluster.machinery.usage import SYSTEM, container_usage
from tests.unit.apiserver.rig import START, TOKEN, Rig, pod


def rig() -> Rig:
    """Return a rig with a ready node ``n1``, another one ``n2`` and the pods ``web``, which runs on n1, and ``waiting``."""
    made = Rig()
    made.install_metrics()
    for name, ready in (("n1", "True"), ("n2", "Unknown")):
        conditions = [{"type": "Ready", "status": ready}]
        made.admin.create(NODES, {"apiVersion": "v1", "kind": "Node", "metadata": {"name": name}, "status": {"conditions": conditions}})
    made.admin.create(PODS, pod("waiting"))
    web = made.admin.create(PODS, pod("web", node="n1"))
    running = {"name": "c", "state": {"running": {}}, "ready": True, "image": "nginx", "imageID": "", "restartCount": 0, "lastState": {}}
    web["status"] = {"phase": "Running", "containerStatuses": [running]}
    made.admin.update_status(PODS, web)
    return made


def asked(made: Rig, verb: str, kind: Kind, name: str = "", **options: str) -> Response:
    namespace = "default" if kind.namespaced else ""
    return made.handler.serve(Request(verb, kind, "kubectl", Credentials(token=TOKEN), namespace, name, options=Options(**options)))


def test_every_component_is_well() -> None:
    answer = asked(rig(), "list", COMPONENTSTATUSES)
    rows = table(COMPONENTSTATUSES, [item.obj for item in answer.items], START, list_meta={})["rows"]
    assert ([row["cells"] for row in rows], answer.warnings) == (
        [[name, "Healthy", "ok", ""] for name in ("controller-manager", "scheduler", "etcd-0")],
        ("v1 ComponentStatus is deprecated in v1.19+",),
    )


def test_one_component_is_asked_for() -> None:
    answer = asked(rig(), "get", COMPONENTSTATUSES, "scheduler")
    assert (answer.value, answer.warnings) == (
        {
            "apiVersion": "v1",
            "kind": "ComponentStatus",
            "metadata": {"name": "scheduler"},
            "conditions": [{"type": "Healthy", "status": "True", "message": "ok"}],
        },
        ("v1 ComponentStatus is deprecated in v1.19+",),
    )


def web_usage(made: Rig) -> Obj:
    web = made.admin.get(PODS, "web", "default")
    return container_usage(web["metadata"]["uid"], web["spec"]["containers"][0], START).resources()


MEASURED = {"timestamp": "2025-12-31T23:59:45Z", "window": "15s"}


def test_a_pod_that_runs_is_measured() -> None:
    made = rig()
    items = [orjson.loads(item.raw) for item in asked(made, "list", PODMETRICS).items]
    meta = {"name": "web", "namespace": "default", "labels": {"app": "web"}, "creationTimestamp": "2026-01-01T00:00:00Z"}
    kind = {"apiVersion": "metrics.k8s.io/v1beta1", "kind": "PodMetrics"}
    assert items == [{**kind, "metadata": meta, **MEASURED, "containers": [{"name": "c", "usage": web_usage(made)}]}]


def test_a_node_that_answers_is_measured() -> None:
    made = rig()
    web = made.admin.get(PODS, "web", "default")
    used = SYSTEM.plus(container_usage(web["metadata"]["uid"], web["spec"]["containers"][0], START)).resources()
    meta = {"name": "n1", "creationTimestamp": "2026-01-01T00:00:00Z"}
    kind = {"apiVersion": "metrics.k8s.io/v1beta1", "kind": "NodeMetrics"}
    assert [item.obj for item in asked(made, "list", NODEMETRICS).items] == [{**kind, "metadata": meta, **MEASURED, "usage": used}]


def test_a_row_is_the_sum_over_the_containers() -> None:
    usage = {"cpu": "1500000n", "memory": "20Ki"}
    metrics = {"metadata": {"name": "web"}, "window": "15s", "containers": [{"name": "a", "usage": usage}, {"name": "b", "usage": usage}]}
    found = table(PODMETRICS, [metrics], START, list_meta={})
    columns = [(column["name"], column["format"]) for column in found["columnDefinitions"]]
    assert (columns, found["rows"][0]["cells"]) == (
        [("Name", "name"), ("cpu", ""), ("memory", ""), ("Window", "duration")],
        ["web", "3000000n", "40Ki", "15s"],
    )


SELECTED: dict[str, tuple[dict[str, str], list[str]]] = {
    "by label": ({"label_selector": "app=web"}, ["web"]),
    "by another label": ({"label_selector": "app=db"}, []),
    "by name": ({"field_selector": "metadata.name=web"}, ["web"]),
}


@pytest.mark.parametrize(("options", "names"), SELECTED.values(), ids=SELECTED.keys())
def test_what_is_worked_out_is_selected_like_anything_else(options: dict[str, str], names: list[str]) -> None:
    assert [item.obj["metadata"]["name"] for item in asked(rig(), "list", PODMETRICS, **options).items] == names


MISSING: dict[str, tuple[Kind, str, str]] = {
    "a component": (COMPONENTSTATUSES, "x", 'componentstatus "x" not found'),
    "a pod that does not run": (PODMETRICS, "waiting", 'podmetrics.metrics.k8s.io "default/waiting" not found'),
    "a node that is silent": (NODEMETRICS, "n2", 'nodemetrics.metrics.k8s.io "n2" not found'),
}


@pytest.mark.parametrize(("kind", "name", "message"), MISSING.values(), ids=MISSING.keys())
def test_what_is_not_there_is_not_found(kind: Kind, name: str, message: str) -> None:
    with pytest.raises(ApiError) as refusal:
        asked(rig(), "get", kind, name)
    assert (refusal.value.code, refusal.value.message) == (404, message)
