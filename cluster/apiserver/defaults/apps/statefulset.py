"""Defaults of StatefulSets. Upstream: ``pkg/apis/apps/v1/defaults.go`` (``SetDefaults_StatefulSet``)."""

from __future__ import annotations

from cluster.apiserver.defaults.core.persistentvolumeclaim import set_defaults as set_claim_defaults
from cluster.apiserver.defaults.core.pod import set_pod_spec_defaults
from cluster.machinery.meta import Obj


def set_defaults(stateful_set: Obj) -> None:
    """Fill in a StatefulSet, the pod spec of its template and the claims that its pods will have."""
    spec = stateful_set["spec"]
    spec.setdefault("podManagementPolicy", "OrderedReady")
    strategy = spec["updateStrategy"]
    if not strategy.get("type"):
        strategy["type"] = "RollingUpdate"
        strategy.setdefault("rollingUpdate", {})
    if strategy["type"] == "RollingUpdate" and "rollingUpdate" in strategy:
        strategy["rollingUpdate"].setdefault("partition", 0)
    retention = spec.setdefault("persistentVolumeClaimRetentionPolicy", {})
    for event in ("whenDeleted", "whenScaled"):
        retention.setdefault(event, "Retain")
    spec.setdefault("replicas", 1)
    spec.setdefault("revisionHistoryLimit", 10)
    set_pod_spec_defaults(spec["template"]["spec"])
    for claim in spec.get("volumeClaimTemplates") or ():
        claim["apiVersion"], claim["kind"] = "v1", "PersistentVolumeClaim"
        set_claim_defaults(claim)
