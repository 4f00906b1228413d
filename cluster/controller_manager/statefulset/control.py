"""One round of a StatefulSet's pods, in order.

``OrderedReady``: the round ends at the first pod that is not as far as its successor needs it. ``Parallel``: all at once.
Upstream sends the requests of a parallel round together; here they go one after the other.

Upstream: ``pkg/controller/statefulset/stateful_set_control.go`` (``updateStatefulSet``).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from cluster.controller_manager.base import is_deleting
from cluster.controller_manager.pod_control import slow_start
from cluster.controller_manager.pods import is_terminal, phase_of
from cluster.controller_manager.statefulset.identity import has_identity, is_in_range, ordinal_of, replicas_of, revision_of, start_ordinal
from cluster.controller_manager.statefulset.pod_control import StatefulPodControl
from cluster.controller_manager.statefulset.pods import (
    ON_DELETE,
    PARALLEL,
    Revisions,
    is_available,
    is_created,
    is_running_and_ready,
    is_unavailable,
    new_pod,
    partition_of,
    stateful_set_status,
)
from cluster.controller_manager.statefulset.storage import has_storage
from cluster.machinery.errors import ApiError
from cluster.machinery.meta import Obj, SimTime


@dataclass(frozen=True, slots=True)
class Round:
    """What one reconcile does to the pods of a StatefulSet."""

    control: StatefulPodControl
    stateful_set: Obj
    revisions: Revisions
    collision_count: int
    pods: Sequence[Obj]
    now: SimTime

    def run(self) -> tuple[Obj, ApiError | None]:
        """Do what can be done now; return the status, and the refusal that ended the round."""
        if is_deleting(self.stateful_set):
            return self._status(self.pods), None
        replicas, condemned = self._sorted()
        status = self._status([*replicas, *condemned])
        try:
            if self._is_settled(replicas, condemned) and self.stateful_set["spec"]["updateStrategy"].get("type") != ON_DELETE:
                status["currentReplicas"] -= self._replace_one(replicas)
        except ApiError as refusal:
            return status, refusal
        return status, None

    def _status(self, pods: Sequence[Obj]) -> Obj:
        return stateful_set_status(self.stateful_set, self.revisions, self.collision_count, pods, self.now)

    def _sorted(self) -> tuple[list[Obj], list[Obj]]:
        """Return the pods asked for, missing ones as they are to be made, and those too many, highest ordinal first."""
        owner, start = self.stateful_set, start_ordinal(self.stateful_set)
        present = {ordinal_of(pod): pod for pod in self.pods if is_in_range(owner, pod)}
        wanted = range(start, start + replicas_of(owner))
        replicas = [present.get(ordinal) or new_pod(owner, self.revisions, ordinal) for ordinal in wanted]
        surplus = [pod for pod in self.pods if ordinal_of(pod) >= 0 and not is_in_range(owner, pod)]
        return replicas, sorted(surplus, key=ordinal_of, reverse=True)

    def _is_settled(self, replicas: Sequence[Obj], condemned: Sequence[Obj]) -> bool:
        """Make, mend and delete; return whether nothing is left to wait for before pods are replaced. Raises ApiError."""
        candidates = (*replicas, *reversed(condemned))
        first_unavailable = next((pod for pod in candidates if is_unavailable(self.stateful_set, pod, self.now)), None)

        def condemn(pod: Obj) -> bool:
            return self._condemn(pod, is_next=pod is first_unavailable)

        return self._for_all(replicas, self._keep) and self._for_all(condemned, self._own_claims) and self._for_all(condemned, condemn)

    def _for_all(self, pods: Sequence[Obj], act: Callable[[Obj], bool]) -> bool:
        """Do something to each pod; in order, until ``act`` says that the next one has to wait."""
        if self._is_ordered:
            return all(map(act, pods))
        remaining = iter(pods)

        def act_on_next() -> None:
            act(next(remaining))

        _, refusal = slow_start(len(pods), act_on_next)
        if refusal is not None:
            raise refusal
        return True

    @property
    def _is_ordered(self) -> bool:
        return bool(self.stateful_set["spec"].get("podManagementPolicy") != PARALLEL)

    def _keep(self, pod: Obj) -> bool:
        """Make or mend a pod that is asked for; return whether the next one may follow."""
        owner, control = self.stateful_set, self.control
        if is_terminal(pod):
            if not is_deleting(pod):
                control.delete(owner, pod)
            return False
        if not is_created(pod):
            if not control.has_stale_claim(owner, pod):
                control.create(owner, pod)
            return False
        if phase_of(pod) == "Pending":
            control.create_missing_claims(owner, pod)
        if self._is_ordered and (is_deleting(pod) or not self._is_up(pod)):
            return False
        if not (has_identity(owner, pod) and has_storage(owner, pod) and control.are_claims_owned(owner, pod)):
            control.mend(owner, pod)
        return True

    def _is_up(self, pod: Obj) -> bool:
        return is_running_and_ready(pod) and is_available(self.stateful_set, pod, self.now)

    def _own_claims(self, pod: Obj) -> bool:
        if not self.control.are_claims_owned(self.stateful_set, pod):
            self.control.own_claims(self.stateful_set, pod)
        return True

    def _condemn(self, pod: Obj, *, is_next: bool) -> bool:
        """Delete a pod that is one too many; return whether the next one may follow.

        In order, one that is not available waits, unless it is the first of all that are not (``is_next``).
        """
        if is_deleting(pod):
            return not self._is_ordered
        if self._is_ordered and not is_next and not self._is_up(pod):
            return False
        self.control.delete(self.stateful_set, pod)
        return False

    def _replace_one(self, replicas: Sequence[Obj]) -> int:
        """Delete the last pod of an old revision, once all behind it are available; return how many were deleted."""
        update = self.revisions.update["metadata"]["name"]
        for pod in reversed(replicas[partition_of(self.stateful_set) :]):
            if revision_of(pod) != update and not is_deleting(pod):
                try:
                    self.control.delete(self.stateful_set, pod)
                except ApiError as refusal:
                    if refusal.code != 404:
                        raise
                return 1
            if is_unavailable(self.stateful_set, pod, self.now):
                break
        return 0
