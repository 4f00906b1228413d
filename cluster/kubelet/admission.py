"""Whether a node takes a pod that is bound to it. The scheduler has asked already; who binds by hand has not.

A node counts what the pods that it has taken ask for. One that asks for more than is left, whose affinity does not suit, whose
ports are taken or that does not tolerate a taint with the effect NoExecute fails at once, in upstream's words; so does a pod of no
class of service while the node is short of memory, and any pod while the node shuts down. Static pods are taken always (upstream
makes room for them).

Upstream: ``pkg/kubelet/lifecycle/predicate.go``, ``pkg/kubelet/eviction/eviction_manager.go`` (Admit).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from cluster.machinery.meta import Obj
from cluster.machinery.node_selector import required_affinity
from cluster.machinery.pod_resources import CPU, EPHEMERAL_STORAGE, MEMORY, PODS, Amounts, amounts, pod_requests
from cluster.machinery.taints import NO_EXECUTE, find_untolerated

MEMORY_PRESSURE_TAINT = {"key": "node.kubernetes.io/memory-pressure", "effect": "NoSchedule"}
_REASONS = {CPU: "OutOfcpu", MEMORY: "OutOfmemory", EPHEMERAL_STORAGE: "OutOfephemeral-storage", PODS: "OutOfpods"}

Port = tuple[str, int]
"""(protocol, host port)."""


@dataclass(frozen=True, slots=True)
class Rejection:
    """Why a node does not take a pod."""

    reason: str
    message: str


def host_ports(pod: Obj) -> frozenset[Port]:
    """Return the ports of the node that a pod wants."""
    every = (*pod["spec"]["containers"], *(pod["spec"].get("initContainers") or ()))
    return frozenset((p.get("protocol") or "TCP", p["hostPort"]) for c in every for p in c.get("ports") or () if p.get("hostPort"))


def find_rejection(pod: Obj, wanted: Amounts, node: Obj, capacity: Amounts, used: Amounts, ports: frozenset[Port]) -> Rejection | None:
    """Return why a node cannot take a pod; None: it can. ``used``: by the other pods, counted as pods too; ``ports``: taken ones. Pure."""
    for name in (PODS, *wanted) if capacity else ():
        amount = 1 if name == PODS else wanted[name]
        if amount and used.get(name, 0) + amount > capacity.get(name, 0):
            numbers = f"requested: {amount}, used: {used.get(name, 0)}, capacity: {capacity.get(name, 0)}"
            return Rejection(_REASONS.get(name, f"OutOf{name}"), f"Node didn't have enough resource: {name}, {numbers}")
    spec = pod["spec"]
    if (spec.get("nodeSelector") or spec.get("affinity")) and not required_affinity(pod).matches_node(node):
        return _predicate("NodeAffinity", "node(s) didn't match Pod's node affinity/selector")
    if ports and host_ports(pod) & ports:
        return _predicate("NodePorts", "node(s) didn't have free ports for the requested pod ports")
    taints = (node.get("spec") or {}).get("taints") or ()
    if taints and find_untolerated(taints, spec.get("tolerations") or (), (NO_EXECUTE,)) is not None:
        return _predicate("TaintToleration", "node(s) had taints that the pod didn't tolerate")
    return None


def _predicate(name: str, why: str) -> Rejection:
    return Rejection(name, f"Predicate {name} failed: {why}")


class Admission:
    """What one node has promised. ``gate``: a reason of the node itself to take a pod no longer (pressure, shutdown)."""

    def __init__(self, node: Callable[[], Obj], gate: Callable[[Obj], Rejection | None]) -> None:
        self._node, self._gate = node, gate
        self._taken: dict[str, tuple[Amounts, frozenset[Port]]] = {}
        self._used: Amounts = {}
        self._capacity: Amounts = {}
        self._capacity_of: object = None

    def admit(self, uid: str, pod: Obj, *, is_settled: bool) -> Rejection | None:
        """Take a pod, or say why not. ``is_settled``: it runs here already or is static, and is taken in any case."""
        if uid in self._taken:
            return None
        wanted, node = pod_requests(pod), self._node()
        if not is_settled:
            ports = frozenset(port for _, taken in self._taken.values() for port in taken)
            found = self._gate(pod) or find_rejection(pod, wanted, node, self._allocatable(node), self._used, ports)
            if found is not None:
                return found
        self._taken[uid] = (wanted, host_ports(pod))
        self._count(wanted, 1)
        return None

    def resize(self, uid: str, pod: Obj) -> Rejection | None:
        """Promise a pod what it asks for now, or say why not: Infeasible (never) or Deferred (not yet)."""
        wanted, capacity = pod_requests(pod), self._allocatable(self._node())
        before = self._taken.get(uid, ({}, frozenset()))
        for name, amount in wanted.items():
            numbers = f"requested: {amount}, capacity: {capacity.get(name, 0)}"
            if amount > capacity.get(name, 0):
                return Rejection("Infeasible", f"Node didn't have enough capacity: {name}, {numbers}")
        for name, amount in wanted.items():
            used = self._used.get(name, 0) - before[0].get(name, 0)
            if used + amount > capacity[name]:
                numbers = f"requested: {amount}, used: {used}, capacity: {capacity[name]}"
                return Rejection("Deferred", f"Node didn't have enough resource: {name}, {numbers}")
        self.release(uid)
        self._taken[uid] = (wanted, before[1])
        self._count(wanted, 1)
        return None

    def release(self, uid: str) -> None:
        """Let go of what a pod was promised. Harmless when done before."""
        taken = self._taken.pop(uid, None)
        if taken is not None:
            self._count(taken[0], -1)

    def _count(self, wanted: Mapping[str, int], sign: int) -> None:
        for name, amount in (*wanted.items(), (PODS, 1)):
            self._used[name] = self._used.get(name, 0) + sign * amount

    def _allocatable(self, node: Obj) -> Amounts:
        allocatable = (node.get("status") or {}).get("allocatable") or {}
        if self._capacity_of is not allocatable:
            self._capacity, self._capacity_of = amounts(allocatable), allocatable
        return self._capacity
