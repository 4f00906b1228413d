"""Makes, mends and deletes the pods of a StatefulSet and their claims, with the Events that tell of it.

Upstream: ``pkg/controller/statefulset/stateful_pod_control.go``.
"""

from __future__ import annotations

from cluster.client.client import Client
from cluster.client.events import NORMAL, WARNING, EventRecorder
from cluster.client.informer import Lister
from cluster.controller_manager.base import copy_of, is_deleting
from cluster.controller_manager.statefulset.identity import give_identity, has_identity
from cluster.controller_manager.statefulset.retention import (
    RETAIN,
    has_conflicting_controller,
    is_stale,
    is_up_to_date,
    owners_for,
    policy_of,
)
from cluster.controller_manager.statefulset.storage import claim_names, claims_for, give_storage, has_storage
from cluster.machinery.errors import ApiError
from cluster.machinery.kinds.core import PERSISTENTVOLUMECLAIMS, PODS
from cluster.machinery.meta import Obj

CONFLICTING_CONTROLLER = (
    "PersistentVolumeClaim {} has a conflicting OwnerReference that acts as a managing controller, "
    "the retention policy is ignored for this claim"
)


class StatefulPodControl:
    """Acts on pods of StatefulSets. ``claims``: the cache of claims."""

    def __init__(self, client: Client, recorder: EventRecorder, claims: Lister) -> None:
        self._client, self._recorder, self._claims = client, recorder, claims

    def create(self, stateful_set: Obj, pod: Obj) -> None:
        """Create the claims that are missing, then the pod. Raises ApiError."""
        try:
            self._create_claims(stateful_set, pod)
            self._client.create(PODS, copy_of(pod))
        except ApiError as refusal:
            if refusal.reason != "AlreadyExists":
                self._tell_pod("Create", stateful_set, pod, refusal)
            raise
        self._own_claims("Update", stateful_set, pod)
        self._tell_pod("Create", stateful_set, pod, None)

    def create_missing_claims(self, stateful_set: Obj, pod: Obj) -> None:
        """Create the claims that a pod still waits for. Raises ApiError."""
        self._create_claims(stateful_set, pod)
        self._own_claims("Update", stateful_set, pod)

    def mend(self, stateful_set: Obj, pod: Obj) -> None:
        """Give a pod its identity, its volumes and the right owners of its claims. Raises ApiError."""
        mended = copy_of(pod)
        is_changed = False
        if not has_identity(stateful_set, mended):
            give_identity(stateful_set, mended)
            is_changed = True
        if not has_storage(stateful_set, mended):
            give_storage(stateful_set, mended)
            is_changed = True
            try:
                self._create_claims(stateful_set, mended)
            except ApiError as refusal:
                self._tell_pod("Update", stateful_set, pod, refusal)
                raise
        if not self.are_claims_owned(stateful_set, mended):
            self._own_claims("Update", stateful_set, mended)
        if not is_changed:
            return
        try:
            self._client.update(PODS, mended)
        except ApiError as refusal:
            self._tell_pod("Update", stateful_set, pod, refusal)
            raise
        self._tell_pod("Update", stateful_set, pod, None)

    def delete(self, stateful_set: Obj, pod: Obj) -> None:
        """Delete a pod; its claims stay. Raises ApiError."""
        try:
            self._client.delete(PODS, pod["metadata"]["name"], pod["metadata"]["namespace"])
        except ApiError as refusal:
            self._tell_pod("Delete", stateful_set, pod, refusal)
            raise
        self._tell_pod("Delete", stateful_set, pod, None)

    def has_stale_claim(self, stateful_set: Obj, pod: Obj) -> bool:
        """Whether a claim still belongs to an earlier pod of the name, and goes with it."""
        if policy_of(stateful_set)[0] == RETAIN:
            return False
        return any(is_stale(claim, pod, PODS) for claim in self._present(stateful_set, pod))

    def are_claims_owned(self, stateful_set: Obj, pod: Obj) -> bool:
        """Whether the owners of the pod's claims are as the retention policy wants."""
        return all(is_up_to_date(claim, stateful_set, pod) for claim in self._present(stateful_set, pod))

    def own_claims(self, stateful_set: Obj, pod: Obj) -> None:
        """Give the pod's claims the owners that the retention policy wants. Raises ApiError."""
        for claim in self._present(stateful_set, pod):
            name = claim["metadata"]["name"]
            if has_conflicting_controller(claim, stateful_set, pod):
                self._recorder.event(stateful_set, WARNING, "ConflictingController", CONFLICTING_CONTROLLER.format(name))
            if not is_up_to_date(claim, stateful_set, pod):
                changed = copy_of(claim)
                changed["metadata"]["ownerReferences"] = owners_for(claim, stateful_set, pod)
                try:
                    self._client.update(PERSISTENTVOLUMECLAIMS, changed)
                except ApiError as refusal:
                    why = f"could not update claim {name} for delete policy ownerRefs: {refusal.message}"
                    raise ApiError(refusal.code, refusal.reason, why) from refusal

    def _own_claims(self, verb: str, stateful_set: Obj, pod: Obj) -> None:
        try:
            self.own_claims(stateful_set, pod)
        except ApiError as refusal:
            self._tell_pod(verb, stateful_set, pod, refusal)
            raise

    def _present(self, stateful_set: Obj, pod: Obj) -> list[Obj]:
        namespace = stateful_set["metadata"]["namespace"]
        found = (self._claims.get(name, namespace) for name in claim_names(stateful_set, pod).values())
        return [claim for claim in found if claim is not None]

    def _create_claims(self, stateful_set: Obj, pod: Obj) -> None:
        faults: list[str] = []
        for claim in claims_for(stateful_set, pod):
            name, namespace = claim["metadata"]["name"], claim["metadata"]["namespace"]
            present = self._claims.get(name, namespace)
            if present is None:
                faults += self._create_claim(stateful_set, pod, claim)
            elif is_deleting(present):
                faults.append(f"pvc {name} is being deleted")
        if faults:
            raise ApiError(500, "", faults[0] if len(faults) == 1 else f"[{', '.join(dict.fromkeys(faults))}]")

    def _create_claim(self, stateful_set: Obj, pod: Obj, claim: Obj) -> list[str]:
        owner, name = stateful_set["metadata"]["name"], claim["metadata"]["name"]
        try:
            self._client.create(PERSISTENTVOLUMECLAIMS, claim)
        except ApiError as refusal:
            if refusal.reason != "AlreadyExists":
                message = f"Create Claim {name} for Pod {pod['metadata']['name']} in StatefulSet {owner} failed error: {refusal.message}"
                self._recorder.event(stateful_set, WARNING, "FailedCreate", message)
            return [f"failed to create PVC {name}: {refusal.message}"]
        message = f"Create Claim {name} Pod {pod['metadata']['name']} in StatefulSet {owner} success"
        self._recorder.event(stateful_set, NORMAL, "SuccessfulCreate", message)
        return []

    def _tell_pod(self, verb: str, stateful_set: Obj, pod: Obj, refusal: ApiError | None) -> None:
        what = f"{verb} Pod {pod['metadata']['name']} in StatefulSet {stateful_set['metadata']['name']}"
        if refusal is None:
            self._recorder.event(stateful_set, NORMAL, f"Successful{verb}", f"{what} successful")
        else:
            self._recorder.event(stateful_set, WARNING, f"Failed{verb}", f"{what} failed error: {refusal.message}")
