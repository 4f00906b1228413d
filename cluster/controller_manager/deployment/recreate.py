"""The Recreate strategy: every old pod ends before the first new one begins. Pure.

Upstream: ``pkg/controller/deployment/recreate.go``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from cluster.controller_manager.deployment.replica_sets import actual_replica_count
from cluster.controller_manager.pods import is_terminal
from cluster.machinery.meta import Obj


def has_old_pods_running(new: Obj | None, old: Sequence[Obj], pods: Mapping[str, Iterable[Obj]]) -> bool:
    """Whether a pod of an old ReplicaSet may still run, also while it is being deleted. ``pods``: by uid of ReplicaSet."""
    if actual_replica_count(old) > 0:
        return True
    new_uid = new["metadata"]["uid"] if new else None
    return any(not is_terminal(pod) for uid, owned in pods.items() if uid != new_uid for pod in owned)
