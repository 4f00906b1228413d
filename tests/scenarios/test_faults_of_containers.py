"""What docs/faults.md says of containers is what kubectl shows."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from cluster.apiserver.printers.core.pod import pod_progress
from cluster.container_runtime.trouble import Trouble
from cluster.machinery.errors import ApiError
from cluster.machinery.kinds.apps import DEPLOYMENTS
from cluster.machinery.kinds.core import SERVICES
from cluster.machinery.meta import Obj
from cluster.runner.faults.record import KEY, Fault, break_component, mend
from tests.scenarios.scripts import create, delete
from tests.scenarios.test_faults import PORT, cells_of_tables, stored
from tests.scenarios.world import World

KILL = "kill"
SERVICE_NAME = "kubernetes.io/service-name"
PROBE = {"httpGet": {"path": "/", "port": 80}, "periodSeconds": 5}


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table of containers."""

    fault: str
    container: str
    soon: str
    late: str
    endpoints: str


def rows() -> list[Row]:
    return [Row(*cells[:5]) for cells in cells_of_tables() if len(cells) == 6 and cells[0] in (KILL, *Trouble)]


def cluster(has: str) -> World:
    """Return a cluster with one replica of web and its Service. ``has``: the words of the table's second column."""
    world = World()
    world.run(20)
    container: Obj = {"name": "web", "image": "nginx:1.25", "resources": {"requests": {"memory": "32Mi"}}}
    for word, field in (("readiness", "readinessProbe"), ("liveness", "livenessProbe")):
        if word in has:
            container[field] = PROBE
    if "limit" in has:
        container["resources"]["limits"] = {"memory": "64Mi"}
    meta = {"labels": {"app": "web"}}
    spec = {
        "replicas": 1,
        "selector": {"matchLabels": meta["labels"]},
        "template": {"metadata": meta, "spec": {"containers": [container], "terminationGracePeriodSeconds": 10}},
    }
    create(DEPLOYMENTS, "web", spec)(world)
    create(SERVICES, "web", PORT)(world)
    world.run(30)
    return world


def target_of(world: World) -> str:
    pod = stored(world, "pods/default")[0]
    return f"node/{pod['spec']['nodeName']}/pod/default/{pod['metadata']['name']}/web"


def shown(world: World) -> str:
    """Return READY, STATUS and RESTARTS of each pod, the newest first."""
    pods = sorted(stored(world, "pods/default"), key=lambda pod: pod["metadata"]["creationTimestamp"], reverse=True)
    columns = [(progress := pod_progress(pod), f"{progress.ready}/1 {progress.status} {progress.restarts}")[1] for pod in pods]
    return ", ".join(columns)


def ready_endpoints(world: World) -> str:
    slices = [each for each in stored(world, "endpointslices/default") if each["metadata"]["labels"].get(SERVICE_NAME) == "web"]
    return str(sum(endpoint["conditions"]["ready"] for each in slices for endpoint in each.get("endpoints") or ()))


@pytest.mark.parametrize("row", rows(), ids=lambda row: f"{row.fault} {row.container}")
def test_a_class_sees_what_the_table_says_of_a_container_and_it_is_over_with_its_pod(row: Row) -> None:
    world = cluster(row.container)
    target = target_of(world)
    if row.fault == KILL:
        uid = stored(world, "pods/default")[0]["metadata"]["uid"]
        world.loops.act_on_node(target.split("/")[1], "kill-container", {"uid": uid, "container": "web"})
    else:
        break_component(world.store, world.trace, Fault(target, row.fault))
    world.run(10)
    soon = shown(world)
    world.run(110)
    seen = Row(row.fault, row.container, soon, shown(world), ready_endpoints(world))
    if world.store.get(KEY) is not None:
        mend(world.store, world.trace)
    delete(DEPLOYMENTS, "web")(world)
    world.run(400)
    assert (seen, stored(world, "pods/default"), world.store.get(KEY)) == (row, [], None)


def test_what_is_wrong_with_a_container_outlasts_who_runs_the_loops() -> None:
    world = cluster("readiness probe")
    break_component(world.store, world.trace, Fault(target_of(world), Trouble.HUNG))
    world.run(30)
    successor = World(past=world.at(world.store.revision))
    successor.run(30)
    hung = shown(successor)
    mend(successor.store, successor.trace)
    successor.run(30)
    assert (hung, shown(successor)) == ("0/1 Running 0", "1/1 Running 0")


REFUSED = {
    "a container that there is not": ("web/sidecar", 400, "container sidecar is not valid for pod {pod}"),
    "a pod that there is not": ("gone/web", 404, 'pods "gone" not found'),
}


@pytest.mark.parametrize(("name", "code", "message"), REFUSED.values(), ids=REFUSED.keys())
def test_what_cannot_be_broken_is_refused(name: str, code: int, message: str) -> None:
    world = cluster("nothing")
    node, pod, _ = target_of(world).replace("/pod/default", "").rsplit("/", 2)
    target = f"{node}/pod/default/{name.replace('web/', f'{pod}/')}"
    with pytest.raises(ApiError) as caught:
        break_component(world.store, world.trace, Fault(target, Trouble.HUNG))
    assert (caught.value.code, caught.value.message) == (code, message.format(pod=pod))
