"""What the driver makes: volumes that live on one node, or, for a class that does not wait for pods, anywhere.

A volume holds nothing: no byte is stored. Upstream: ``sigs.k8s.io/sig-storage-lib-external-provisioner`` (``provisionClaimOperation``),
``kubernetes-csi/external-provisioner`` (``pkg/controller/controller.go``).
"""

from __future__ import annotations

from cluster.machinery.kinds.core import PERSISTENTVOLUMECLAIMS, PERSISTENTVOLUMES
from cluster.machinery.meta import Obj
from cluster.machinery.volumes import SELECTED_NODE, annotation, class_of, is_bound

DRIVER = "csi.simulation.podium"
"""What a StorageClass names as its ``provisioner``."""
TOPOLOGY = "kubernetes.io/hostname"
PROVISIONED_BY = "pv.kubernetes.io/provisioned-by"
DELETION_SECRETS = ("volume.kubernetes.io/provisioner-deletion-secret-name", "volume.kubernetes.io/provisioner-deletion-secret-namespace")
FINALIZER = "external-provisioner.volume.kubernetes.io/finalizer"
ASKED = ("volume.kubernetes.io/storage-provisioner", "volume.beta.kubernetes.io/storage-provisioner")
"""Annotations by which the volume binder asks for a volume."""
_WAITS = "WaitForFirstConsumer"


def is_asked(claim: Obj) -> bool:
    """Whether the volume binder has asked this driver for a claim's volume."""
    return any(annotation(claim, key) == DRIVER for key in ASKED)


def is_wanted(claim: Obj, storage_class: Obj | None) -> bool:
    """Whether a claim waits for a volume of this driver, and it is known where the volume has to be."""
    if storage_class is None or storage_class.get("provisioner") != DRIVER or is_bound(claim) or claim["spec"].get("volumeName"):
        return False
    if claim["metadata"].get("deletionTimestamp") or not is_asked(claim):
        return False
    return storage_class.get("volumeBindingMode") != _WAITS or annotation(claim, SELECTED_NODE) is not None


def volume_name(claim: Obj) -> str:
    """Return the name of a claim's volume: a claim that was made anew gets another one."""
    return f"pvc-{claim['metadata']['uid']}"


def volume_for(claim: Obj, storage_class: Obj) -> Obj:
    """Return the volume of a claim, reserved for it."""
    meta, spec = claim["metadata"], claim["spec"]
    node = annotation(claim, SELECTED_NODE)
    name = volume_name(claim)
    made: Obj = {
        "capacity": {"storage": spec["resources"]["requests"]["storage"]},
        "accessModes": list(spec["accessModes"]),
        "claimRef": {
            "kind": PERSISTENTVOLUMECLAIMS.kind,
            "namespace": meta["namespace"],
            "name": meta["name"],
            "uid": meta["uid"],
            "apiVersion": PERSISTENTVOLUMECLAIMS.api_version,
            "resourceVersion": meta["resourceVersion"],
        },
        "persistentVolumeReclaimPolicy": storage_class.get("reclaimPolicy", "Delete"),
        "storageClassName": class_of(claim),
        "volumeMode": spec.get("volumeMode", "Filesystem"),
        "csi": {"driver": DRIVER, "volumeHandle": name, "volumeAttributes": dict(storage_class.get("parameters") or {})},
    }
    if options := storage_class.get("mountOptions"):
        made["mountOptions"] = list(options)
    if node is not None:
        term = {"matchExpressions": [{"key": TOPOLOGY, "operator": "In", "values": [node]}]}
        made["nodeAffinity"] = {"required": {"nodeSelectorTerms": [term]}}
    return {
        "apiVersion": PERSISTENTVOLUMES.api_version,
        "kind": PERSISTENTVOLUMES.kind,
        "metadata": {
            "name": name,
            "annotations": {PROVISIONED_BY: DRIVER, **dict.fromkeys(DELETION_SECRETS, "")},
            "finalizers": [FINALIZER],
        },
        "spec": made,
    }


def is_to_be_deleted(volume: Obj) -> bool:
    """Whether a volume of this driver has been released and goes with its claim, by its policy."""
    is_own = annotation(volume, PROVISIONED_BY) == DRIVER
    is_released = volume.get("status", {}).get("phase") in ("Released", "Failed")
    return is_own and is_released and volume["spec"].get("persistentVolumeReclaimPolicy") == "Delete"
