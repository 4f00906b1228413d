"""The plugins, one file each, and the order and weights of the default profile.

A new plugin is a file and a line here. Upstream: ``pkg/scheduler/apis/config/v1/default_plugins.go``.
"""

from __future__ import annotations

from cluster.scheduler.interface import Plugin
from cluster.scheduler.plugins.default_preemption import DefaultPreemption
from cluster.scheduler.plugins.dynamic_resources import DynamicResources
from cluster.scheduler.plugins.image_locality import ImageLocality
from cluster.scheduler.plugins.node_affinity import NodeAffinity
from cluster.scheduler.plugins.node_name import NodeName
from cluster.scheduler.plugins.node_ports import NodePorts
from cluster.scheduler.plugins.node_resources_balanced_allocation import NodeResourcesBalancedAllocation
from cluster.scheduler.plugins.node_resources_fit import NodeResourcesFit
from cluster.scheduler.plugins.node_unschedulable import NodeUnschedulable
from cluster.scheduler.plugins.scheduling_gates import SchedulingGates
from cluster.scheduler.plugins.taint_toleration import TaintToleration

DEFAULT_PROFILE: tuple[tuple[Plugin, int], ...] = (
    (SchedulingGates(), 0),
    (NodeUnschedulable(), 0),
    (NodeName(), 0),
    (TaintToleration(), 3),
    (NodeAffinity(), 2),
    (NodePorts(), 0),
    (NodeResourcesFit(), 1),
    (DynamicResources(), 2),
    (DefaultPreemption(), 0),
    (NodeResourcesBalancedAllocation(), 1),
    (ImageLocality(), 1),
)
"""Each plugin with the weight of its score. Filters run in this order, and the first one that turns a node away is the reason."""
