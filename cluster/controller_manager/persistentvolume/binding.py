"""The four writes that bind a claim to a volume, in an order that can be taken up again after each.

Upstream: ``pkg/controller/volume/persistentvolume/pv_controller.go`` (``bind``, ``updateVolumePhase``, ``updateClaimStatus``).
"""

from __future__ import annotations

from cluster.client.client import Client
from cluster.controller_manager.base import copy_of
from cluster.machinery.kinds.core import PERSISTENTVOLUMECLAIMS, PERSISTENTVOLUMES
from cluster.machinery.meta import Obj
from cluster.machinery.volumes import BIND_COMPLETED, BOUND_BY_CONTROLLER, annotation, reserved_for


class Binder:
    """Writes volumes and claims; what is as it should be is not written again."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def bind(self, volume: Obj, claim: Obj) -> None:
        """Reserve the volume and mark it, then give it to the claim and mark that. Raises ApiError."""
        volume = self.set_volume_phase(self._reserve(volume, claim), "Bound")
        self._complete(self._give(claim, volume), volume)

    def set_volume_phase(self, volume: Obj, phase: str, message: str = "") -> Obj:
        """Write a volume's phase, and return it as it is then. Raises ApiError."""
        status = volume.get("status", {})
        if status.get("phase") == phase:
            return volume
        kept = {"lastPhaseTransitionTime": status["lastPhaseTransitionTime"]} if "lastPhaseTransitionTime" in status else {}
        said = {"message": message} if message else {}
        return self._client.update_status(PERSISTENTVOLUMES, {**copy_of(volume), "status": {"phase": phase, **said, **kept}})

    def release(self, volume: Obj) -> None:
        """Take back what this controller has done to a volume whose claim went another way. Raises ApiError."""
        freed = copy_of(volume)
        if annotation(volume, BOUND_BY_CONTROLLER) is not None:
            freed["spec"].pop("claimRef", None)
            del freed["metadata"]["annotations"][BOUND_BY_CONTROLLER]
        else:
            freed["spec"]["claimRef"].pop("uid", None)
        self.set_volume_phase(self._client.update(PERSISTENTVOLUMES, freed), "Available")

    def set_claim_phase(self, claim: Obj, phase: str) -> Obj:
        """Write a claim's phase without a volume, and return it as it is then. Raises ApiError."""
        if claim.get("status") == {"phase": phase}:
            return claim
        return self._client.update_status(PERSISTENTVOLUMECLAIMS, {**copy_of(claim), "status": {"phase": phase}})

    def _reserve(self, volume: Obj, claim: Obj) -> Obj:
        reserved = reserved_for(volume, claim)
        return volume if reserved is volume else self._client.update(PERSISTENTVOLUMES, reserved)

    def _give(self, claim: Obj, volume: Obj) -> Obj:
        name = volume["metadata"]["name"]
        is_named = claim["spec"].get("volumeName") == name
        if is_named and annotation(claim, BIND_COMPLETED) is not None:
            return claim
        bound = copy_of(claim)
        annotations = bound["metadata"].setdefault("annotations", {})
        annotations[BIND_COMPLETED] = "yes"
        if not is_named:
            annotations[BOUND_BY_CONTROLLER] = "yes"
        bound["spec"]["volumeName"] = name
        return self._client.update(PERSISTENTVOLUMECLAIMS, bound)

    def _complete(self, claim: Obj, volume: Obj) -> None:
        spec, status = volume["spec"], claim.get("status", {})
        if status.get("phase") == "Bound":
            return
        bound = {**status, "phase": "Bound", "accessModes": list(spec["accessModes"]), "capacity": dict(spec["capacity"])}
        self._client.update_status(PERSISTENTVOLUMECLAIMS, {**copy_of(claim), "status": bound})
