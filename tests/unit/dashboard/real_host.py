"""A whole cluster in memory behind the same seam as the fake one: API server, scheduler, controllers, kubelets."""

from __future__ import annotations

from cluster.apiserver.handler import Handler
from cluster.apiserver.request import Request, Response
from cluster.controller_manager.keys import Keys
from cluster.engine.engine import Engine
from cluster.engine.rng import Rng
from cluster.machinery.meta import Obj, after
from cluster.runner.assembly import Loops
from cluster.runner.bootstrap import standard_machines
from tests.unit.controller_manager.authority import AUTHORITY
from tests.unit.dashboard.fake_host import FakeHost


class RealHost(FakeHost):
    """Serves requests by the real API server; ``run`` lets simulated time pass."""

    def __init__(self) -> None:
        super().__init__()
        rng = Rng(1)
        self.api = Handler(self.store, self.trace, self.clock, rng)
        self.engine = Engine(self.clock, self.trace, rng, strict=True)
        self.loops = Loops(self.store, self.api, self.engine, standard_machines(), Keys(AUTHORITY))
        with self.store.transaction():
            self.loops.start()
        self.run(30)

    def run(self, seconds: float) -> None:
        """Let the loops work for so many simulated seconds."""
        with self.store.transaction():
            self.engine.run_until(after(self.clock.now, seconds))

    async def serve(self, request: Request) -> Response:
        return self.api.serve(request)

    async def act_on_node(self, node: str, action: str, detail: Obj) -> None:
        with self.store.transaction():
            self.loops.act_on_node(node, action, detail)
