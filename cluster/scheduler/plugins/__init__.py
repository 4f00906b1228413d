"""The plugins, one file each, and the order and weights of the default profile.

A new plugin is a file and a line here. Upstream: ``pkg/scheduler/apis/config/v1/default_plugins.go``.
"""

from __future__ import annotations

from cluster.scheduler.interface import ClusterView, Plugin
from cluster.scheduler.plugins.default_preemption import DefaultPreemption
from cluster.scheduler.plugins.dynamic_resources import DynamicResources
from cluster.scheduler.plugins.image_locality import ImageLocality
from cluster.scheduler.plugins.inter_pod_affinity import InterPodAffinity
from cluster.scheduler.plugins.node_affinity import NodeAffinity
from cluster.scheduler.plugins.node_name import NodeName
from cluster.scheduler.plugins.node_ports import NodePorts
from cluster.scheduler.plugins.node_resources_balanced_allocation import NodeResourcesBalancedAllocation
from cluster.scheduler.plugins.node_resources_fit import NodeResourcesFit
from cluster.scheduler.plugins.node_unschedulable import NodeUnschedulable
from cluster.scheduler.plugins.node_volume_limits import NodeVolumeLimits
from cluster.scheduler.plugins.pod_topology_spread import PodTopologySpread
from cluster.scheduler.plugins.scheduling_gates import SchedulingGates
from cluster.scheduler.plugins.taint_toleration import TaintToleration
from cluster.scheduler.plugins.volume_binding import VolumeBinding
from cluster.scheduler.plugins.volume_restrictions import VolumeRestrictions
from cluster.scheduler.plugins.volume_zone import VolumeZone

Profile = tuple[tuple[Plugin, int], ...]
"""Plugins with the weights of their scores. Filters run in this order, and the first one that turns a node away is the reason."""


def default_profile(view: ClusterView) -> Profile:
    """Return the plugins that run when nobody has configured others. ``view``: what they may look up."""
    return (
        (SchedulingGates(), 0),
        (NodeUnschedulable(), 0),
        (NodeName(), 0),
        (TaintToleration(), 3),
        (NodeAffinity(), 2),
        (NodePorts(), 0),
        (NodeResourcesFit(), 1),
        (VolumeRestrictions(view), 0),
        (NodeVolumeLimits(view), 0),
        (VolumeBinding(view), 0),
        (VolumeZone(view), 0),
        (PodTopologySpread(view), 2),
        (InterPodAffinity(view), 2),
        (DynamicResources(), 2),
        (DefaultPreemption(view), 0),
        (NodeResourcesBalancedAllocation(), 1),
        (ImageLocality(), 1),
    )
