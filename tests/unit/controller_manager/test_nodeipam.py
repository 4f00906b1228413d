"""Every node has a range of its own, as long as there are any."""

from __future__ import annotations

import pytest

from cluster.controller_manager.nodeipam.controller import RANGES, free_range


@pytest.mark.parametrize(
    ("taken", "free"),
    [
        pytest.param([], "10.244.0.0/24", id="the lowest range comes first"),
        pytest.param(["10.244.0.0/24", "10.244.1.0/24"], "10.244.2.0/24", id="what nodes have is left out"),
        pytest.param(["10.244.1.0/24"], "10.244.0.0/24", id="the range of a node that has gone is given again"),
        pytest.param(RANGES[:-1], "10.244.255.0/24", id="the last one is the 256th"),
        pytest.param(RANGES, None, id="there is none for a 257th node"),
    ],
)
def test_a_node_gets_the_first_range_that_no_node_has(taken: list[str], free: str | None) -> None:
    assert free_range(RANGES, taken.__contains__) == free
