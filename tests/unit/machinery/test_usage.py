"""What a container uses: always the same for the same container and moment, and within its limits."""

from __future__ import annotations

import pytest

from cluster.machinery.meta import SECOND, Obj, SimTime, after
from cluster.machinery.usage import Usage, container_usage

NOW = SimTime(1_767_225_600 * SECOND)
MEBI = 1 << 20


def container(**resources: Obj) -> Obj:
    return {"name": "c", "image": "nginx", "resources": resources}


BOUNDS: dict[str, tuple[Obj, Usage, Usage]] = {
    "two fifths of the processor time and three of the memory requested, more or less": (
        container(requests={"cpu": "1", "memory": "100Mi"}),
        Usage(320_000_000, 48 * MEBI),
        Usage(480_000_000, 72 * MEBI),
    ),
    "a little without a request": (container(), Usage(800_000, 6 * MEBI), Usage(1_200_000, 48 * MEBI)),
    "no more than the limits": (
        container(requests={"cpu": "1", "memory": "100Mi"}, limits={"cpu": "100m", "memory": "10Mi"}),
        Usage(100_000_000, 10 * MEBI),
        Usage(100_000_000, 10 * MEBI),
    ),
}


@pytest.mark.parametrize(("made", "least", "most"), BOUNDS.values(), ids=BOUNDS.keys())
def test_a_container_uses_a_part_of_what_it_requests(made: Obj, least: Usage, most: Usage) -> None:
    found = [container_usage(f"u{number}", made, after(NOW, number)) for number in range(50)]
    assert all(least.cpu <= usage.cpu <= most.cpu and least.memory <= usage.memory <= most.memory for usage in found)


def test_usage_changes_with_the_quarter_of_a_minute_and_with_nothing_else() -> None:
    made = container(requests={"cpu": "1", "memory": "100Mi"})
    quarters = [container_usage("u", made, after(NOW, seconds)) for seconds in (0, 14, 15, 29)]
    assert (quarters[0] == quarters[1], quarters[2] == quarters[3], quarters[0] == quarters[2]) == (True, True, False)


def test_usage_is_written_as_a_resource_list() -> None:
    assert Usage(1_500_000, 20 * 1024).resources() == {"cpu": "1500000n", "memory": "20Ki"}


STATED: dict[str, tuple[Obj, dict[str, str], Usage]] = {
    "what the annotations say": (
        container(requests={"cpu": "1"}),
        {"simulation.podium/cpu": "1500m", "simulation.podium/memory": "1Gi"},
        Usage(1_500_000_000, 1024 * MEBI),
    ),
    "no more than the limits all the same": (
        container(limits={"cpu": "1", "memory": "10Mi"}),
        {"simulation.podium/cpu": "2", "simulation.podium/memory": "1Gi"},
        Usage(1_000_000_000, 10 * MEBI),
    ),
    "nothing, where it says nothing": (container(), {"simulation.podium/cpu": "0", "simulation.podium/memory": "0"}, Usage(0, 0)),
}


@pytest.mark.parametrize(("made", "annotations", "expected"), STATED.values(), ids=STATED.keys())
def test_a_pod_can_say_what_its_containers_use(made: Obj, annotations: dict[str, str], expected: Usage) -> None:
    assert container_usage("u", made, NOW, annotations) == expected


def test_an_annotation_that_is_no_quantity_says_nothing() -> None:
    assert container_usage("u", container(), NOW, {"simulation.podium/cpu": "much"}) == container_usage("u", container(), NOW)
