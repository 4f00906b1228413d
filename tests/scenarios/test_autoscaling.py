"""A teacher turns the load up and down, and the autoscaler follows."""

from __future__ import annotations

from cluster.kubeadm.metrics_server import metrics_server
from cluster.machinery.kinds.apps import DEPLOYMENTS
from tests.scenarios.scripts import NAMESPACE, create, kind_named, patch, workload
from tests.scenarios.world import World

SPEC = {
    "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"},
    "minReplicas": 1,
    "maxReplicas": 8,
    "metrics": [{"type": "Resource", "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 50}}}],
    "behavior": {"scaleDown": {"stabilizationWindowSeconds": 30}},
}


def replicas_under(world: World, load: str | None) -> int:
    patch(DEPLOYMENTS, "web", {"metadata": {"annotations": {"simulation.podium/load": load}}})(world)
    world.run(240)
    count: int = world.admin.get(DEPLOYMENTS, "web", NAMESPACE)["spec"]["replicas"]
    return count


def test_replicas_follow_the_load() -> None:
    world = World()
    world.run(20)
    for kind, obj in metrics_server():
        world.admin.create(kind, obj)
    create(DEPLOYMENTS, "web", workload(1))(world)
    create(kind_named("HorizontalPodAutoscaler"), "web", SPEC)(world)
    # Each pod requests 100m and shall use half of it: 200m are for four pods, 300m for six, 80m for two.
    assert [replicas_under(world, load) for load in ("200m", "300m", "80m")] == [4, 6, 2]
