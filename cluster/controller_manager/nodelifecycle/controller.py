"""Watches the nodes' heartbeats every 5 s: marks silent nodes Unknown, their pods not ready, and taints them.

Tells of a new node as soon as it sees it, where upstream does so at its next look.

Upstream: ``pkg/controller/nodelifecycle/node_lifecycle_controller.go``.
"""

from __future__ import annotations

from collections.abc import Sequence

from cluster.apiserver.request import PatchType
from cluster.client.events import NORMAL, WARNING
from cluster.client.workqueue import Result, WorkQueue
from cluster.controller_manager.base import NODE, Lane, bare_reference, by_node, copy_of
from cluster.controller_manager.nodelifecycle.health import (
    NodeHealth,
    is_silent,
    observe,
    ready_status,
    seconds_left,
    unknown_conditions,
)
from cluster.controller_manager.nodelifecycle.labels import outdated_labels
from cluster.controller_manager.nodelifecycle.taints import no_execute_taints, no_schedule_taints, taints_of, without_no_execute
from cluster.controller_manager.nodelifecycle.zones import ZoneState, eviction_rate, zone_of, zone_state
from cluster.controller_manager.periodic import Periodic
from cluster.controller_manager.pods import READY, condition_of
from cluster.engine.timers import Timer
from cluster.machinery.errors import ApiError
from cluster.machinery.kinds.coordination import LEASES
from cluster.machinery.kinds.core import NODES, PODS
from cluster.machinery.meta import SECOND, Key, Obj, SimTime, key_of, timestamp

MONITOR_PERIOD = 5
"""Seconds."""
LEASE_NAMESPACE = "kube-node-lease"


class NodeLifecycleController:
    """The lane ``kube-controller-manager/nodelifecycle``. Work items set NoSchedule taints and labels; the monitor does the rest."""

    def __init__(self, lane: Lane) -> None:
        self._name, self._client, self._recorder, self._engine = lane.name, lane.client, lane.recorder, lane.engine
        self._queue = WorkQueue(lane.name, lane.engine, self.reconcile)
        self._nodes = lane.follow(
            NODES, self._queue, on_add=self._added, on_update=lambda _, new: self._updated(new), on_delete=lambda _: None
        )
        self._leases = lane.lister(LEASES)
        self._pods = lane.lister(PODS)
        self._pods.add_index(NODE, by_node)
        self._known: dict[str, Obj] = {}
        self._health: dict[str, NodeHealth] = {}
        self._went_silent: dict[str, None] = {}
        self._tainted_at: dict[tuple[str, str], SimTime] = {}
        self._timer = Periodic(lane.engine, lane.name, MONITOR_PERIOD, self._monitor)
        self._countdown: Timer | None = None

    def start(self) -> None:
        """Begin to watch the heartbeats."""
        self._timer.start()

    def stop(self) -> None:
        """Watch no more."""
        self._timer.stop()
        if self._countdown is not None:
            self._countdown.cancel()

    def reconcile(self, key: Key, now: SimTime) -> Result:
        """Set the NoSchedule taints and the older labels of a node. Raises ApiError."""
        node = self._nodes.get(key)
        if node is not None:
            self._register(node)
            self._set_taints(node, no_schedule_taints(node, now))
            labels = outdated_labels(node)
            if labels:
                self._client.patch(NODES, key, "", {"metadata": {"labels": labels}})
        return Result()

    def _register(self, node: Obj) -> None:
        name = node["metadata"]["name"]
        if name not in self._known:
            self._known[name] = node
            self._tell(node, "RegisteredNode", f"Registered Node {name} in Controller")

    def _added(self, node: Obj) -> None:
        self._queue.add(key_of(node))

    def _updated(self, node: Obj) -> None:
        """A node that is not registered yet waits in the queue since it was added: its heartbeats are no work."""
        if no_schedule_taints(node, self._engine.clock.now) != taints_of(node) or outdated_labels(node):
            self._queue.add(key_of(node))

    def _monitor(self) -> None:
        nodes = {node["metadata"]["name"]: node for node in self._nodes.list()}
        self._note_changes(nodes)
        looked_at: list[Obj] = []
        for name, node in nodes.items():
            try:
                looked_at.append(self._check(name, node))
            except ApiError:
                # Somebody else has written the node; the next look is in five seconds.
                looked_at.append(node)
        self._taint(looked_at)
        self._count_down(nodes)

    def _note_changes(self, nodes: dict[str, Obj]) -> None:
        for name, node in nodes.items():
            if name not in self._known:
                self._register(node)
        for name, node in self._known.items():
            if name not in nodes:
                self._tell(node, "RemovingNode", f"Removing Node {name} from Controller")
                self._health.pop(name, None)
                self._went_silent.pop(name, None)
        self._known = nodes

    def _tell(self, node: Obj, reason: str, event: str) -> None:
        self._recorder.event(bare_reference(node), NORMAL, reason, f"Node {node['metadata']['name']} event: {event}")

    def _check(self, name: str, node: Obj) -> Obj:
        """Look at one node; return it as it is now. Raises ApiError.

        Pods are marked only where the node went silent: a kubelet that reports itself not ready vouches for its pods.
        """
        now = self._engine.clock.now
        lease = self._leases.get(name, LEASE_NAMESPACE)
        health = observe(self._health.get(name), node, lease, now)
        self._health[name] = health
        before = status = ready_status(node)
        if is_silent(health, now) and seconds_left(health, node, now) < 0:
            conditions = unknown_conditions(node, now)
            if conditions != node.get("status", {}).get("conditions"):
                silent = copy_of(node)
                silent.setdefault("status", {})["conditions"] = conditions
                node = self._client.update_status(NODES, silent)
                status = ready_status(node)
                if before == "True":
                    self._recorder.event(bare_reference(node), NORMAL, "NodeNotReady", f"Node {name} status is now: NodeNotReady")
                    self._went_silent[name] = None
        if status == "True":
            self._went_silent.pop(name, None)
        elif name in self._went_silent:
            self._mark_pods_not_ready(name, now)
            del self._went_silent[name]
        return node

    def _mark_pods_not_ready(self, node: str, now: SimTime) -> None:
        for pod in self._pods.by_index(NODE, node):
            condition = condition_of(pod, READY)
            if condition is None or condition["status"] != "True":
                continue
            changed = {"type": READY, "status": "False", "lastTransitionTime": timestamp(now)}
            patch = {"metadata": {"uid": pod["metadata"]["uid"]}, "status": {"conditions": [changed]}}
            try:
                self._client.patch(PODS, pod["metadata"]["name"], pod["metadata"]["namespace"], patch, subresource="status")
            except ApiError as refusal:
                if refusal.code == 404:
                    continue
                raise
            self._recorder.event(pod, WARNING, "NodeNotReady", "Node is not ready")

    def _taint(self, nodes: Sequence[Obj]) -> None:
        """Set or take the NoExecute taints; new ones only as fast as the state of their zone allows."""
        zones: dict[tuple[str, str], list[Obj]] = {}
        for node in nodes:
            zones.setdefault(zone_of(node), []).append(node)
        trouble = {zone: [node for node in members if ready_status(node) != "True"] for zone, members in zones.items()}
        states = {zone: zone_state(len(members) - len(trouble[zone]), len(trouble[zone])) for zone, members in zones.items()}
        is_blind = all(state is ZoneState.FULL_DISRUPTION for state in states.values())
        for node in nodes:
            if node["spec"].get("taints") and (is_blind or ready_status(node) == "True"):
                self._try_taints(node, without_no_execute(node))
        for zone, members in zones.items() if not is_blind else ():
            self._taint_zone(zone, trouble[zone], eviction_rate(states[zone], len(members)))

    def _taint_zone(self, zone: tuple[str, str], not_ready: Sequence[Obj], rate: float) -> None:
        now = self._engine.clock.now
        for node in not_ready:
            wanted = no_execute_taints(node, now)
            if rate == 0 or wanted == taints_of(node):
                continue
            is_swap = without_no_execute(node) != taints_of(node)
            if not is_swap and zone in self._tainted_at and now - self._tainted_at[zone] < SECOND / rate:
                return
            self._try_taints(node, wanted)
            if not is_swap:
                self._tainted_at[zone] = now

    def _try_taints(self, node: Obj, taints: Sequence[Obj]) -> None:
        try:
            self._set_taints(node, taints)
        except ApiError:
            # The node has changed meanwhile: it is looked at again in five seconds.
            return

    def _set_taints(self, node: Obj, taints: Sequence[Obj]) -> None:
        if list(taints) == taints_of(node):
            return
        meta = node["metadata"]
        patch = {"metadata": {"resourceVersion": meta["resourceVersion"]}, "spec": {"taints": list(taints) or None}}
        self._client.patch(NODES, meta["name"], "", patch, type=PatchType.MERGE)

    def _count_down(self, nodes: dict[str, Obj]) -> None:
        """While a node is silent, set a timer that the screen waits for: the end of its grace period.

        The monitor itself is routine, and nobody would see why nothing happens for so long.
        """
        if self._countdown is not None:
            self._countdown.cancel()
            self._countdown = None
        now = self._engine.clock.now
        waits = [
            left
            for name, node in nodes.items()
            if (health := self._health.get(name)) is not None
            and is_silent(health, now)
            and ready_status(node) == "True"
            and (left := seconds_left(health, node, now)) >= 0
        ]
        if waits:
            self._countdown = self._engine.after(min(waits) + 0.001, self._name, self._monitor)
