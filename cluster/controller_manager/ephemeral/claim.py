"""The claim that a generic ephemeral volume stands for, and whether one that is there is it. Pure.

Upstream: ``pkg/controller/volume/ephemeral/controller.go`` (``handleVolume``),
``staging/src/k8s.io/component-helpers/storage/ephemeral/ephemeral.go``.
"""

from __future__ import annotations

from cluster.controller_manager.controller_ref import reference_to
from cluster.machinery.kinds.core import PERSISTENTVOLUMECLAIMS, PODS
from cluster.machinery.meta import Obj, controller_of, key_of


def claim_name(pod: Obj, volume: Obj) -> str:
    """Return the name of a volume's claim."""
    return f"{pod['metadata']['name']}-{volume['name']}"


def ephemeral_volumes(pod: Obj) -> list[Obj]:
    """Return the volumes of a pod for which a claim is made."""
    return [volume for volume in pod["spec"].get("volumes") or () if "ephemeral" in volume]


def claim_for(pod: Obj, volume: Obj) -> Obj:
    """Return a volume's claim, as its template has it. It is the pod's own, so that it goes with it."""
    template = volume["ephemeral"]["volumeClaimTemplate"]
    meta = template.get("metadata") or {}
    return {
        "apiVersion": PERSISTENTVOLUMECLAIMS.api_version,
        "kind": PERSISTENTVOLUMECLAIMS.kind,
        "metadata": {
            "name": claim_name(pod, volume),
            "namespace": pod["metadata"]["namespace"],
            **{field: dict(meta[field]) for field in ("labels", "annotations") if meta.get(field)},
            "ownerReferences": [reference_to(pod, PODS)],
        },
        "spec": template["spec"],
    }


def why_foreign(claim: Obj, pod: Obj) -> str:
    """Return why a claim of the right name is not the pod's own, an empty text when it is."""
    owner = controller_of(claim)
    if owner is not None and owner["uid"] == pod["metadata"]["uid"]:
        return ""
    return f"PVC {key_of(claim)} was not created for pod {key_of(pod)} (pod is not owner)"
