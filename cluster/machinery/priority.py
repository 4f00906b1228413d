"""The priority classes that every cluster has.

Upstream: ``pkg/apis/scheduling/types.go``, ``pkg/apis/scheduling/v1/helpers.go`` (``SystemPriorityClasses``).
"""

from __future__ import annotations

from cluster.machinery.meta import Obj

HIGHEST_USER_PRIORITY = 1_000_000_000
SYSTEM_PREFIX = "system-"
DEFAULT_PRIORITY = 0
PREEMPT_LOWER_PRIORITY = "PreemptLowerPriority"

SYSTEM_CLASSES: tuple[Obj, ...] = (
    {
        "metadata": {"name": "system-node-critical"},
        "value": 2 * HIGHEST_USER_PRIORITY + 1000,
        "description": "Used for system critical pods that must not be moved from their current node.",
    },
    {
        "metadata": {"name": "system-cluster-critical"},
        "value": 2 * HIGHEST_USER_PRIORITY,
        "description": "Used for system critical pods that must run in the cluster, but can be moved to another node if necessary.",
    },
)
"""As the API server creates them when it starts, and again when they are gone."""
