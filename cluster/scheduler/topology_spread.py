"""Spread constraints of a pod, read once, and which nodes and pods they count.

Upstream: ``pkg/scheduler/framework/plugins/podtopologyspread/common.go``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cluster.machinery.label_requirement import IN, requirement
from cluster.machinery.labels import Selector, selector_from_object, selector_of
from cluster.machinery.meta import Obj
from cluster.machinery.node_selector import RequiredNodeAffinity
from cluster.machinery.taints import NO_EXECUTE, NO_SCHEDULE, find_untolerated
from cluster.scheduler.node_info import NodeInfo, PodInfo

HOSTNAME, ZONE = "kubernetes.io/hostname", "topology.kubernetes.io/zone"
HARD, SOFT = "DoNotSchedule", "ScheduleAnyway"
SYSTEM_DEFAULTS: tuple[Obj, ...] = (
    {"maxSkew": 3, "topologyKey": HOSTNAME, "whenUnsatisfiable": SOFT},
    {"maxSkew": 5, "topologyKey": ZONE, "whenUnsatisfiable": SOFT},
)
"""What counts for pods that say nothing themselves and belong to a Service or a workload."""


@dataclass(frozen=True, slots=True)
class Constraint:
    """``max_skew``: by how many pods a topology may be ahead; ``min_domains``: so many topologies there should be."""

    max_skew: int
    topology_key: str
    selector: Selector
    min_domains: int
    honors_affinity: bool
    honors_taints: bool

    def counts_all(self, required: RequiredNodeAffinity) -> bool:
        """Whether every node takes part, whatever it is like."""
        return not self.honors_taints and (not self.honors_affinity or required.is_empty)

    def counts(self, pod: PodInfo, node: NodeInfo, required: RequiredNodeAffinity) -> bool:
        """Whether a node takes part: one that the pod could never go to need not."""
        if self.honors_affinity and not required.matches(node.name, node.labels):
            return False
        return not self.honors_taints or find_untolerated(node.taints, pod.tolerations, (NO_SCHEDULE, NO_EXECUTE)) is None


def constraints_of(pod: Obj, action: str) -> tuple[Constraint, ...]:
    """Return the pod's own constraints for an action. Raises SelectorError."""
    return constraints_from(pod["spec"].get("topologySpreadConstraints") or (), action, pod["metadata"].get("labels") or {})


def constraints_from(given: Sequence[Obj], action: str, labels: Obj, selector: Selector | None = None) -> tuple[Constraint, ...]:
    """Return constraints as they are written; ``selector``: instead of their own. Raises SelectorError."""
    return tuple(
        Constraint(
            entry["maxSkew"],
            entry["topologyKey"],
            selector if selector is not None else _selector(entry, labels),
            entry.get("minDomains") or 1,
            (entry.get("nodeAffinityPolicy") or "Honor") == "Honor",
            (entry.get("nodeTaintsPolicy") or "Ignore") == "Honor",
        )
        for entry in given
        if entry["whenUnsatisfiable"] == action
    )


def _selector(entry: Obj, labels: Obj) -> Selector:
    """Narrow the selector down to pods that have the incoming one's values of ``matchLabelKeys``."""
    selector = selector_from_object(entry.get("labelSelector"))
    keys = [key for key in entry.get("matchLabelKeys") or () if key in labels]
    if not keys or selector.selects_nothing:
        return selector
    return selector_of((*selector.requirements, *(requirement(key, IN, [labels[key]]) for key in keys)))


def has_every_topology(node: NodeInfo, constraints: Iterable[Constraint]) -> bool:
    """Whether the node has a label for each constraint."""
    return all(constraint.topology_key in node.labels for constraint in constraints)
