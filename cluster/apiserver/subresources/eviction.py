"""``pods/eviction``: a deletion that asks the pod's PodDisruptionBudget first.

The real one updates the budget in a loop of optimistic writes; here the whole request is one transaction, so that nobody
can come between the question and the deletion.

Upstream: ``pkg/registry/core/pod/storage/eviction.go``.
"""

from __future__ import annotations

from dataclasses import replace

from cluster.apiserver.admission import CREATE, Attributes
from cluster.apiserver.call import Call
from cluster.apiserver.codec import PublishedCodec
from cluster.apiserver.reader import Reader
from cluster.apiserver.registry.deletion import check_preconditions, remove
from cluster.apiserver.registry.store import OTHER_NAMESPACE, GenericStore, place
from cluster.apiserver.request import Options, Response
from cluster.apiserver.rest import Installation
from cluster.apiserver.rest.input import body_of
from cluster.apiserver.subresources.binding import SUCCESS
from cluster.machinery.disruption import ALWAYS_ALLOW, SYNC_FAILED, allowed_condition, budgets_of, set_allowed_condition
from cluster.machinery.errors import ApiError, bad_request, forbidden
from cluster.machinery.kinds.core import PODS
from cluster.machinery.kinds.model import Subresource
from cluster.machinery.kinds.policy import PODDISRUPTIONBUDGETS
from cluster.machinery.meta import Obj, SimTime, timestamp
from cluster.machinery.storage import KeyValue

_EVICTION = PublishedCodec(Subresource("eviction", ("create",), "Eviction", "policy", "v1"), accepted=("policy/v1beta1",))
_VIOLATED = "Cannot evict pod as it would violate the pod's disruption budget."
_MANY = "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support."
_MAX_DISRUPTED = 2000
_RETRY_SECONDS = 10


class EvictionRest:
    """Serves ``create``."""

    def __init__(self, installation: Installation) -> None:
        self._pods = installation.registry(PODS)
        self._budgets = installation.registry(PODDISRUPTIONBUDGETS)
        self._reader: Reader = installation.reader

    def serve(self, call: Call) -> Response:
        """Evict the pod of the path. Raises ApiError 400, 403, 404, 409, and 429 when its budget has nothing left."""
        eviction, request = body_of(call, _EVICTION), call.request
        place(eviction["metadata"], request.namespace, OTHER_NAMESPACE)
        if eviction["metadata"].get("name", "") != request.name:
            raise bad_request("name in URL does not match name in Eviction object")
        call.admit(Attributes(CREATE, PODS, request.namespace, request.name, "eviction", eviction, None, call.user, request.options))
        call.request = request._replace(options=_deletion_options(eviction, request.options))
        pod = self._pods.current(request.namespace, request.name)
        if not _is_past_guarding(pod.obj):
            budgets = budgets_of(pod.obj, self._reader.list(PODDISRUPTIONBUDGETS, request.namespace))
            if len(budgets) > 1:
                return Response(201, {**SUCCESS, "status": "Failure", "message": _MANY, "code": 500})
            if budgets and not _is_unguarded(pod.obj, budgets[0]):
                self._spend(budgets[0]["metadata"]["name"], call)
        self._delete(pod, call)
        return Response(201, dict(SUCCESS))

    def _spend(self, name: str, call: Call) -> None:
        """Take one disruption from a budget. Raises ApiError 403, 429."""
        current = self._budgets.current(call.request.namespace, name)
        _check(current.obj)
        budget = current.copy()
        status, now = budget["status"], self._budgets.clock.now
        status["disruptionsAllowed"] -= 1
        if not status["disruptionsAllowed"]:
            set_allowed_condition(status, now)
        status["disruptedPods"] = {**(status.get("disruptedPods") or {}), call.request.name: timestamp(now)}
        self._budgets.store_changed(current, budget, call)

    def _delete(self, pod: KeyValue, call: Call) -> None:
        check_preconditions(PODS, pod.obj, call.request.options)
        evicted = pod.copy()
        _mark_as_evicted(evicted, self._pods.clock.now)
        written = _write(self._pods, pod, evicted, call)
        remove(self._pods, written, call)


def _write(pods: GenericStore, current: KeyValue, pod: Obj, call: Call) -> KeyValue:
    """Write a pod; a dry run leaves it as it is."""
    written = pods.store_changed(current, pod, call)
    return written if isinstance(written, KeyValue) else current


def _is_past_guarding(pod: Obj) -> bool:
    """A pod that has ended, is going or has not begun does nothing that a budget could protect."""
    return bool(pod["metadata"].get("deletionTimestamp")) or pod["status"].get("phase") in ("Succeeded", "Failed", "Pending")


def _is_unguarded(pod: Obj, budget: Obj) -> bool:
    """Whether a pod that is not ready may go without being counted: its policy says so, or enough others are healthy."""
    if any(each.get("type") == "Ready" and each.get("status") == "True" for each in pod["status"].get("conditions") or ()):
        return False
    status = budget.get("status", {})
    wanted = status.get("desiredHealthy", 0)
    return budget["spec"].get("unhealthyPodEvictionPolicy") == ALWAYS_ALLOW or bool(status.get("currentHealthy", 0) >= wanted > 0)


def _check(budget: Obj) -> None:
    """Whether a budget has a disruption left. Raises ApiError 403, 429."""
    meta, status = budget["metadata"], budget.get("status", {})
    name, allowed = meta["name"], status.get("disruptionsAllowed", 0)
    if status.get("observedGeneration", 0) < meta.get("generation", 0):
        raise _too_many(f"The disruption budget {name} is still being processed by the server.", _RETRY_SECONDS)
    if allowed < 0:
        raise forbidden("policy", "poddisruptionbudget", name, "pdb disruptions allowed is negative")
    if len(status.get("disruptedPods") or ()) > _MAX_DISRUPTED:
        why = "DisruptedPods map too big - too many evictions not confirmed by PDB controller"
        raise forbidden("policy", "poddisruptionbudget", name, why)
    if allowed:
        return
    condition = allowed_condition(status) or {}
    if condition.get("reason") == SYNC_FAILED:
        why = f"does not allow evicting pods currently because it failed sync: {condition.get('message', '')}"
        raise _too_many(f"The disruption budget {name} {why}", 0)
    needs, has = status.get("desiredHealthy", 0), status.get("currentHealthy", 0)
    raise _too_many(f"The disruption budget {name} needs {needs} healthy pods and has {has} currently", 0)


def _too_many(cause: str, retry_after: int) -> ApiError:
    """429, with the budget as its cause. ``retry_after``: seconds, 0: nobody knows."""
    details: Obj = {"causes": [{"reason": "DisruptionBudget", "message": cause}]}
    if retry_after:
        details["retryAfterSeconds"] = retry_after
    return ApiError(429, "TooManyRequests", _VIOLATED, details)


def _mark_as_evicted(pod: Obj, now: SimTime) -> None:
    """Say in the pod's status, in place, why it goes."""
    status = pod["status"]
    conditions = list(status.get("conditions") or ())
    old = next((each for each in conditions if each.get("type") == "DisruptionTarget"), None)
    condition: Obj = {"type": "DisruptionTarget", "status": "True", "lastProbeTime": None, "lastTransitionTime": timestamp(now)}
    if pod["metadata"].get("generation"):
        condition["observedGeneration"] = pod["metadata"]["generation"]
    condition |= {"reason": "EvictionByEvictionAPI", "message": "Eviction API: evicting"}
    if old is not None and old.get("status") == "True":
        condition["lastTransitionTime"] = old.get("lastTransitionTime")
    status["conditions"] = [*(each for each in conditions if each is not old), condition]


def _deletion_options(eviction: Obj, options: Options) -> Options:
    wanted = eviction.get("deleteOptions") or {}
    preconditions = wanted.get("preconditions") or {}
    return replace(
        options,
        grace_period_seconds=wanted.get("gracePeriodSeconds", options.grace_period_seconds),
        propagation_policy=wanted.get("propagationPolicy", options.propagation_policy),
        precondition_uid=preconditions.get("uid", ""),
        precondition_resource_version=preconditions.get("resourceVersion", ""),
        dry_run=options.dry_run or bool(wanted.get("dryRun")),
    )
