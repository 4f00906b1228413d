"""What a container uses, as every process finds it on the node's disk."""

from __future__ import annotations

import pytest

from cluster.container_runtime.image_file import image_table
from cluster.container_runtime.measuring import StoredMeasurements
from cluster.machinery.cri import ContainerConfig, Resources
from cluster.machinery.network import HttpRequest, Peer
from cluster.machinery.usage import Usage
from tests.unit.container_runtime.room import Node, script

MEBI = 1 << 20
LOOP = script("while true; do :; done")
STRESS = ("stress", "--cpu", "2", "--vm", "1", "--vm-bytes", "99M", "--vm-hang", "1")
CASES = {
    "by its image's row": (ContainerConfig("c", "registry.k8s.io/hpa-example"), {}, Usage(1_000_000, 14 * MEBI)),
    "on its way up": (ContainerConfig("c", "podium/leak"), {}, Usage(20_000_000, 20 * MEBI + 1004 * MEBI // 60 + 1)),
    "a loop that never waits": (LOOP, {}, Usage(1_000_000_000, MEBI)),
    "what a process takes": (ContainerConfig("c", "polinux/stress", command=STRESS), {}, Usage(2_000_000_000, 101 * MEBI)),
    "no more than its limits": (
        ContainerConfig("c", "polinux/stress", command=STRESS, resources=Resources(cpu_limit=500, memory_limit=200 * MEBI)),
        {},
        Usage(500_000_000, 101 * MEBI),
    ),
    "what annotations say now": (
        ContainerConfig("c", "nginx"),
        {"simulation.podium/cpu": "300m", "simulation.podium/memory": "64Mi"},
        Usage(300_000_000, 64 * MEBI),
    ),
}


@pytest.mark.parametrize(("config", "annotations", "expected"), CASES.values(), ids=CASES.keys())
def test_use(config: ContainerConfig, annotations: dict[str, str], expected: Usage) -> None:
    node = Node()
    made = node.launch(config)
    node.run(10 + image_table().row(config.image).start_seconds)
    measured = StoredMeasurements(node.disk, node.engine.clock, image_table()).pod("u1", annotations)
    assert (measured, node.runtime.container_stats(made) if not annotations else expected) == ({"c": expected}, expected)


def test_requests_are_found_on_the_disk() -> None:
    node = Node()
    node.launch(ContainerConfig("c", "registry.k8s.io/hpa-example"))
    node.run(2)
    for _ in range(50):
        node.runtime.http("10.244.0.2", 80, Peer("n2", "10.244.1.9"), HttpRequest())
    node.run(1)
    measured = StoredMeasurements(node.disk, node.engine.clock, image_table())
    busy = measured.pod("u1", {})
    node.run(30)
    assert (busy, measured.pod("u1", {}), measured.pod("u2", {})) == (
        {"c": Usage(201_000_000, 14 * MEBI)},
        {"c": Usage(1_000_000, 14 * MEBI)},
        {},
    )
