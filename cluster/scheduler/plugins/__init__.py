"""The plugins, one file each; how each is made from its arguments; the order and weights of the default profile.

A new plugin is a file and a line or two here. Upstream: ``pkg/scheduler/apis/config/v1/default_plugins.go``,
``pkg/scheduler/framework/plugins/registry.go``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from cluster.machinery.meta import Obj
from cluster.scheduler.interface import ClusterView, Plugin
from cluster.scheduler.plugin_set import PluginSet, everywhere
from cluster.scheduler.plugins.default_binder import DefaultBinder
from cluster.scheduler.plugins.default_preemption import MIN_CANDIDATES, MIN_CANDIDATES_PERCENTAGE, DefaultPreemption
from cluster.scheduler.plugins.dynamic_resources import DynamicResources
from cluster.scheduler.plugins.image_locality import ImageLocality
from cluster.scheduler.plugins.inter_pod_affinity import InterPodAffinity
from cluster.scheduler.plugins.node_affinity import NodeAffinity
from cluster.scheduler.plugins.node_declared_features import NodeDeclaredFeatures
from cluster.scheduler.plugins.node_name import NodeName
from cluster.scheduler.plugins.node_ports import NodePorts
from cluster.scheduler.plugins.node_resources_balanced_allocation import DEFAULT_RESOURCES, NodeResourcesBalancedAllocation
from cluster.scheduler.plugins.node_resources_fit import NodeResourcesFit
from cluster.scheduler.plugins.node_unschedulable import NodeUnschedulable
from cluster.scheduler.plugins.node_volume_limits import NodeVolumeLimits
from cluster.scheduler.plugins.pod_topology_spread import PodTopologySpread
from cluster.scheduler.plugins.priority_sort import PrioritySort
from cluster.scheduler.plugins.scheduling_gates import SchedulingGates
from cluster.scheduler.plugins.taint_toleration import TaintToleration
from cluster.scheduler.plugins.volume_binding import BIND_TIMEOUT, VolumeBinding
from cluster.scheduler.plugins.volume_restrictions import VolumeRestrictions
from cluster.scheduler.plugins.volume_zone import VolumeZone
from cluster.scheduler.scoring_strategy import LeastAllocated, MostAllocated, RequestedToCapacityRatio, Strategy

DEFAULT_PLUGINS: tuple[tuple[str, int], ...] = (
    ("SchedulingGates", 0),
    ("PrioritySort", 0),
    ("NodeUnschedulable", 0),
    ("NodeName", 0),
    ("TaintToleration", 3),
    ("NodeAffinity", 2),
    ("NodePorts", 0),
    ("NodeResourcesFit", 1),
    ("VolumeRestrictions", 0),
    ("NodeVolumeLimits", 0),
    ("VolumeBinding", 0),
    ("VolumeZone", 0),
    ("PodTopologySpread", 2),
    ("InterPodAffinity", 2),
    ("DynamicResources", 2),
    ("DefaultPreemption", 0),
    ("NodeResourcesBalancedAllocation", 1),
    ("ImageLocality", 1),
    ("DefaultBinder", 0),
    ("NodeDeclaredFeatures", 0),
)
"""With the weights of their scores, where a plugin has scores. Filters run in this order, and the first one that turns a node away
is the reason."""

CLASSES: Mapping[str, type[Plugin]] = {
    plugin.name: plugin
    for plugin in (
        SchedulingGates,
        PrioritySort,
        NodeUnschedulable,
        NodeName,
        TaintToleration,
        NodeAffinity,
        NodePorts,
        NodeResourcesFit,
        VolumeRestrictions,
        NodeVolumeLimits,
        VolumeBinding,
        VolumeZone,
        PodTopologySpread,
        InterPodAffinity,
        DynamicResources,
        DefaultPreemption,
        NodeResourcesBalancedAllocation,
        ImageLocality,
        DefaultBinder,
        NodeDeclaredFeatures,
    )
}
"""All plugins there are."""

Factory = Callable[[Obj, ClusterView], Plugin]
"""Makes a plugin from its arguments, as a configuration has them, and what it may look up."""

_FACTORIES: Mapping[str, Factory] = {
    "NodeAffinity": lambda args, view: NodeAffinity(args.get("addedAffinity")),
    "NodeResourcesFit": lambda args, view: _fit(args),
    "VolumeRestrictions": lambda args, view: VolumeRestrictions(view),
    "NodeVolumeLimits": lambda args, view: NodeVolumeLimits(view),
    "VolumeBinding": lambda args, view: VolumeBinding(view, timeout=args.get("bindTimeoutSeconds", BIND_TIMEOUT)),
    "VolumeZone": lambda args, view: VolumeZone(view),
    "PodTopologySpread": lambda args, view: PodTopologySpread(view, defaults=_default_constraints(args)),
    "InterPodAffinity": lambda args, view: InterPodAffinity(
        view,
        hard_weight=args.get("hardPodAffinityWeight", 1),
        ignores_preferences_of_others=args.get("ignorePreferredTermsOfExistingPods", False),
    ),
    "DefaultPreemption": lambda args, view: DefaultPreemption(
        view,
        percentage=args.get("minCandidateNodesPercentage", MIN_CANDIDATES_PERCENTAGE),
        absolute=args.get("minCandidateNodesAbsolute", MIN_CANDIDATES),
    ),
    "NodeResourcesBalancedAllocation": lambda args, view: NodeResourcesBalancedAllocation(
        [resource["name"] for resource in args.get("resources") or ()] or DEFAULT_RESOURCES
    ),
    "DefaultBinder": lambda args, view: DefaultBinder(view),
}
"""Of the plugins that need something."""


def make_plugin(name: str, args: Obj, view: ClusterView) -> Plugin:
    """Make a plugin of ``CLASSES``."""
    factory = _FACTORIES.get(name)
    return CLASSES[name]() if factory is None else factory(args, view)


def default_profile(view: ClusterView) -> PluginSet:
    """Return the plugins that run when nobody has configured others. ``view``: what they may look up."""
    return everywhere([(make_plugin(name, {}, view), weight) for name, weight in DEFAULT_PLUGINS])


def _fit(args: Obj) -> NodeResourcesFit:
    return NodeResourcesFit(
        _strategy(args.get("scoringStrategy") or {}),
        ignored=args.get("ignoredResources") or (),
        ignored_groups=args.get("ignoredResourceGroups") or (),
    )


def _strategy(given: Obj) -> Strategy:
    weights = {resource["name"]: resource.get("weight") or 1 for resource in given.get("resources") or ()}
    if given.get("type") == "MostAllocated":
        return MostAllocated(weights)
    if given.get("type") == "RequestedToCapacityRatio":
        shape = [(point.get("utilization", 0), point.get("score", 0)) for point in given["requestedToCapacityRatio"]["shape"]]
        return RequestedToCapacityRatio(weights, shape)
    return LeastAllocated(weights)


def _default_constraints(args: Obj) -> list[Obj] | None:
    """Return the constraints of pods that have none; None: the system's."""
    return list(args.get("defaultConstraints") or ()) if args.get("defaultingType") == "List" else None
