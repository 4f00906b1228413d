"""CPU: what a GET costs the server beside a view that does nothing, and what the dearest bombs cost it."""

from __future__ import annotations

from collections.abc import Callable

import urllib3

from scripts.bench.client import Api, config_map
from scripts.bench.report import figure
from scripts.bench.traffic import MAPS
from scripts.bench.usage import cpu_seconds
from tests.robustness.bombs import BOMBS, JSON, YAML
from tests.server import Server

GETS = 1_000
BOMB_LIMIT = 100.0
"""Milliseconds of CPU that refusing a bomb may take."""


def get_beside_a_view(server: Server, runs: int) -> None:
    """Both through the door without TLS, by one client after the other."""
    api = Api(server.data, server.page)
    api.call("POST", MAPS, config_map("cheap"))
    pool = urllib3.PoolManager()
    view = [_cost(server, lambda: pool.request("GET", f"{server.page}/trivial")) for _ in range(runs)]
    read = [_cost(server, lambda: api.send("GET", f"{MAPS}/cheap")) for _ in range(runs)]
    figure("CPU of a trivial Django view", "ms", view)
    figure("CPU of a GET of a ConfigMap", "ms", read)
    figure("a GET costs so many views (target: at most 2)", "times", [one / other for one, other in zip(read, view, strict=True)])
    api.call("DELETE", f"{MAPS}/cheap")


def bombs(server: Server) -> None:
    """The five dearest of the corpus, and how many pass the limit."""
    api = Api(server.data)
    api.call("POST", MAPS, config_map("target"))
    costs: list[tuple[float, str]] = []
    for name, bomb in BOMBS.items():
        is_patch = bomb.content_type not in (JSON, YAML)
        path = f"{MAPS}/target" if is_patch else MAPS
        before = cpu_seconds(server)
        api.send("PATCH" if is_patch else "POST", path, bomb.body, {"Content-Type": bomb.content_type})
        costs.append(((cpu_seconds(server) - before) * 1000, name))
    for cost, name in sorted(costs)[-5:]:
        figure(f"CPU of a bomb: {name}"[:58], "ms", [cost])
    print(f"bombs that cost more than {BOMB_LIMIT:g} ms: {sum(cost > BOMB_LIMIT for cost, _ in costs)} of {len(costs)}")
    api.call("DELETE", f"{MAPS}/target")


def _cost(server: Server, call: Callable[[], object]) -> float:
    before = cpu_seconds(server)
    for _ in range(GETS):
        call()
    return (cpu_seconds(server) - before) * 1000 / GETS
