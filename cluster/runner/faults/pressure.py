"""How much something beside its pods takes of a node that is to run short: so much that little is left of what the machine has. Pure.

A real machine runs short by a leak in a service of its own, a full ``/var/log``. What the kubelet does then is upstream's, see
``cluster/kubelet/eviction_manager.py``.
"""

from __future__ import annotations

from collections.abc import Collection

from cluster.kubelet.eviction import MEMORY_AVAILABLE, NODEFS_AVAILABLE
from cluster.kubelet.node_measuring import MAX_PIDS, SYSTEM_DISK, SYSTEM_PIDS
from cluster.machinery.meta import Obj
from cluster.machinery.pod_resources import EPHEMERAL_STORAGE, MEMORY
from cluster.machinery.quantity import value
from cluster.machinery.usage import SYSTEM

NOTHING = "0"
PIDS_LEFT = 300
"""About a hundredth."""


def burden(node: Obj, short: Collection[str]) -> dict[str, str]:
    """Return what is taken of each resource of a Node (quantities): half of what the kubelet's threshold asks for is left of those that
    are ``short``; of process IDs, for which it has none by default, ``PIDS_LEFT``."""
    capacity = (node.get("status") or {}).get("capacity") or {}
    memory, disk = value(str(capacity.get(MEMORY, "0"))), value(str(capacity.get(EPHEMERAL_STORAGE, "0")))
    taken = {
        "memory": memory - SYSTEM.memory - MEMORY_AVAILABLE.quantity(memory) // 2,
        "disk": disk - SYSTEM_DISK - NODEFS_AVAILABLE.quantity(disk) // 2,
        "pids": MAX_PIDS - SYSTEM_PIDS - PIDS_LEFT,
    }
    return {resource: str(max(amount, 0)) if resource in short else NOTHING for resource, amount in taken.items()}
