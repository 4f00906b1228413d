"""Who carries the load that workloads' annotations state (``machinery/load.py``).

No part of Kubernetes: it stands in for clients that send requests. Upstream: none.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from cluster.apiserver.reader import Reader
from cluster.machinery.kinds.apps import DAEMONSETS, DEPLOYMENTS, REPLICASETS, STATEFULSETS
from cluster.machinery.load import load_of, share_of
from cluster.machinery.meta import Obj, controller_of
from cluster.machinery.steering import CPU_USAGE


def stated_usage(reader: Reader, namespace: str, pods: Sequence[Obj]) -> dict[str, dict[str, str]]:
    """Return annotations by pod uid: what the share of its workload's load makes the pod use. ``namespace``: empty for all."""
    loads = {
        workload["metadata"]["uid"]: load
        for kind in (DEPLOYMENTS, STATEFULSETS, DAEMONSETS, REPLICASETS)
        for workload in reader.list(kind, namespace)
        if (load := load_of(workload)) is not None
    }
    if not loads:
        return {}
    # A pod of a Deployment belongs to a ReplicaSet, and counts for what is above it.
    above = {rs["metadata"]["uid"]: owner["uid"] for rs in reader.list(REPLICASETS, namespace) if (owner := controller_of(rs)) is not None}
    bearers: dict[str, str] = {}
    for pod in pods:
        owner = controller_of(pod)
        if owner is not None and pod.get("status", {}).get("phase") == "Running":
            uid = owner["uid"] if owner["uid"] in loads else above.get(owner["uid"], "")
            if uid in loads:
                bearers[pod["metadata"]["uid"]] = uid
    counts = Counter(bearers.values())
    return {
        uid: {CPU_USAGE: share_of(loads[bearer], counts[bearer], len(pod["spec"]["containers"]))}
        for pod in pods
        if (bearer := bearers.get(uid := pod["metadata"]["uid"])) is not None
    }
