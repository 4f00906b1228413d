"""What is to be done to machines, written down for the process that runs the loops.

Machines live where the loops run. A process without the lease cannot reach them, so it leaves an order in the store; the engine
carries orders out one a step, oldest first. What an order says is checked when it is given (``order_details.py``). Nothing of this is
Kubernetes, but for ``drain``, which is kubectl's: it is the hand that pulls the plug.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable

from cluster.engine.engine import Engine
from cluster.machinery.errors import ApiError, already_exists, bad_request, not_found
from cluster.machinery.kinds.core import NODES
from cluster.machinery.meta import Obj
from cluster.machinery.storage import Store
from cluster.runner.order_details import ACTIONS, JOIN, check_detail
from cluster.runner.refused_order import RefusedOrder, Why

logger = logging.getLogger(__name__)

PREFIX = "/runner/orders/"
_NAME = re.compile(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?")
RESTART_SCHEDULER = "restart-scheduler"
"""An order that concerns no node."""


def write_order(store: Store, node: str, action: str, detail: Obj) -> None:
    """Leave an order. Raises ApiError: 404 for a node that does not exist, 400 or 422 for an action or a detail that is no good."""
    check_order(store, node, action, detail)
    with store.transaction():
        leave_order(store, node, action, detail)


def check_order(store: Store, node: str, action: str, detail: Obj) -> None:
    """Raise ApiError when an order cannot be given, as ``write_order`` does."""
    if action not in ACTIONS:
        raise bad_request(f"there is no action {action!r}: choose {', '.join(ACTIONS)}")
    if action == JOIN:
        check_joining(store, node)
    elif store.get(NODES.storage_key("", node)) is None:
        raise not_found("", "nodes", node)
    check_detail(node, action, detail)


def leave_order(store: Store, node: str, action: str, detail: Obj) -> None:
    """Write an order down, within a transaction."""
    store.put(f"{PREFIX}{store.revision + 1:020}", {"node": node, "action": action, "detail": detail})


def check_joining(store: Store, node: str) -> None:
    """Raise ApiError when no machine of this name can join: 409 when there is one, 400 when it is no name of a host."""
    if not _NAME.fullmatch(node):
        message = f"{node!r} cannot be a machine's name: use lower case letters, digits and hyphens, 63 at most"
        raise RefusedOrder(Why.MACHINE_NAME, message, name=node)
    if store.get(NODES.storage_key("", node)) is not None:
        raise already_exists("", "nodes", node)


class NodeOrders:
    """A Runnable of the engine that carries out what was written down."""

    name = "runner"

    def __init__(self, store: Store, engine: Engine, carry_out: Callable[[str, str, Obj], None]) -> None:
        self._store, self._engine, self._carry_out = store, engine, carry_out
        self._seen = -1
        engine.before_step(self._look)

    def run_next(self) -> bool:
        """Carry out the oldest order; what cannot be done any more is dropped."""
        orders = self._store.list(PREFIX, limit=1)
        for kv in orders.items:
            order = kv.obj
            with self._store.transaction():  # it is done, or it is still to be done
                self._store.put(kv.key, None)
                try:
                    self._carry_out(order["node"], order["action"], order["detail"])
                except ApiError as error:
                    logger.warning("%s of node %s: %s", order["action"], order["node"], error)
        return orders.remaining > 0

    def _look(self) -> None:
        if self._store.moves_outside_registry != self._seen:
            self._seen = self._store.moves_outside_registry
            if self._store.list(PREFIX, limit=1).items:
                self._engine.wake(self)
