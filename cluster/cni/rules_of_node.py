"""What happens to a connection in the kernel of the node it comes from: the rules there choose where it goes.

The kernel remembers two things beside the rules: how many connections an ipvs virtual server has had, and, for a Service with
session affinity, which endpoint a client was given last. Both are records of the node (``netfilter/turns/``,
``netfilter/recent/``), so that they last as long as the machine has power.
"""

from __future__ import annotations

from dataclasses import dataclass

from cluster.engine.clock import Clock
from cluster.engine.rng import Rng
from cluster.machinery.meta import SECOND, SimTime
from cluster.machinery.netfilter import walk
from cluster.machinery.netfilter.rules import PREFIX, ProxyMode, ServiceRule, read_rules
from cluster.machinery.node_storage import NodeStorage

TURNS, RECENT = f"{PREFIX}turns/", f"{PREFIX}recent/"


@dataclass(frozen=True, slots=True)
class Translation:
    """What the rules made of a packet. ``endpoint`` (``address:port``) is empty when ``match.target`` says that it goes nowhere."""

    match: walk.Match
    endpoint: str
    choice: walk.Choice
    chains: list[str]


class NodeRules:
    """The rules of one node, followed for one connection after the other."""

    def __init__(self, disk: NodeStorage, node_ip: str, clock: Clock, rng: Rng) -> None:
        self._disk, self._node_ip, self._clock, self._rng = disk, node_ip, clock, rng

    def translate(
        self, client: str, address: str, port: int, protocol: str, *, is_from_cluster: bool, is_from_pod: bool
    ) -> Translation | None:
        """Choose where a connection from ``client`` goes; None: no rule is for it, it goes where it was sent."""
        found = walk.match(read_rules(self._disk), address, port, protocol, node_ip=self._node_ip, is_from_cluster=is_from_cluster)
        if found is None:
            return None
        endpoint, choice = self._choose(found, client) if found.endpoints else ("", walk.Choice.NONE)
        return Translation(found, endpoint, choice, walk.path(found, endpoint, is_from_pod=is_from_pod))

    def _choose(self, found: walk.Match, client: str) -> tuple[str, walk.Choice]:
        if found.rule.affinity_seconds:
            return self._remembered(found, client)
        if found.rule.mode is ProxyMode.IPVS:
            return walk.choose(found, self._rng.fraction(), self._take_turn(found.rule)), walk.Choice.IN_TURN
        return walk.choose(found, self._rng.fraction(), 0), walk.Choice.DRAWN

    def _take_turn(self, rule: ServiceRule) -> int:
        key = TURNS + rule.name
        turn = int((self._disk.get(key) or {"turn": 0})["turn"])
        self._disk.put(key, {"turn": turn + 1})
        return turn

    def _remembered(self, found: walk.Match, client: str) -> tuple[str, walk.Choice]:
        """Choose the endpoint that a client was given last, while that is not too long ago and the endpoint is still one."""
        key, now = RECENT + found.rule.name, self._clock.now
        clients = dict((self._disk.get(key) or {"clients": {}})["clients"])
        endpoint, at = clients.get(client) or ("", SimTime(0))
        is_fresh = now - at < found.rule.affinity_seconds * SECOND
        choice = walk.Choice.REMEMBERED if is_fresh and endpoint in found.endpoints else walk.Choice.DRAWN
        if choice is walk.Choice.DRAWN:
            endpoint = walk.choose(found, self._rng.fraction(), 0)
        clients[client] = [endpoint, now]
        self._disk.put(key, {"clients": clients})
        return endpoint, choice
