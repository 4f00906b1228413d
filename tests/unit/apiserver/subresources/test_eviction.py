"""``pods/eviction``: what a PodDisruptionBudget lets go, and what it keeps."""

from __future__ import annotations

import pytest

from cluster.machinery.errors import ApiError
from cluster.machinery.kinds.core import PODS
from cluster.machinery.kinds.policy import PODDISRUPTIONBUDGETS
from cluster.machinery.meta import Obj
from tests.unit.apiserver.rig import Rig, pod

_NOW = "2026-01-01T00:00:00Z"
_READY: Obj = {"phase": "Running", "conditions": [{"type": "Ready", "status": "True"}]}
_RUNNING: Obj = {"phase": "Running"}
_COUNTED: Obj = {"observedGeneration": 1, "disruptionsAllowed": 0, "currentHealthy": 1, "desiredHealthy": 1, "expectedPods": 1}
_ONE_LEFT: Obj = {**_COUNTED, "disruptionsAllowed": 1, "currentHealthy": 2, "expectedPods": 2}


def _rig(status: Obj, *budgets: Obj) -> Rig:
    """A pod ``web`` on a node, and budgets about it."""
    rig = Rig("default")
    created = rig.admin.create(PODS, pod("web", node="n1"))
    rig.admin.update_status(PODS, {**created, "status": status})
    for index, budget in enumerate(budgets):
        spec = {"minAvailable": 1, "selector": {"matchLabels": {"app": "web"}}, **budget.get("spec", {})}
        meta = {"name": f"b{index}", "namespace": "default"}
        made = rig.admin.create(PODDISRUPTIONBUDGETS, {"metadata": meta, "spec": spec})
        if "status" in budget:
            rig.admin.update_status(PODDISRUPTIONBUDGETS, {**made, "status": budget["status"]})
    return rig


def _evict(rig: Rig, **options: object) -> Obj:
    body = {"metadata": {"name": "web", "namespace": "default"}, "deleteOptions": options}
    answer: Obj = rig.admin.create(PODS, body, subresource="eviction", name="web")
    return answer


_GONE = [
    pytest.param(_READY, [], id="no budget"),
    pytest.param(_READY, [{"status": _ONE_LEFT}], id="a disruption is left"),
    pytest.param(_READY, [{"spec": {"selector": {"matchLabels": {"app": "other"}}}}], id="a budget of others"),
    pytest.param({"phase": "Pending"}, [{}, {}], id="a pod that has not begun"),
    pytest.param({"phase": "Failed"}, [{}], id="a pod that has ended"),
    pytest.param(_RUNNING, [{"status": _COUNTED}], id="a pod that is not ready, and enough others are"),
    pytest.param(
        _RUNNING,
        [{"spec": {"unhealthyPodEvictionPolicy": "AlwaysAllow"}, "status": {**_COUNTED, "currentHealthy": 0}}],
        id="a pod that is not ready and never counts",
    ),
]


@pytest.mark.parametrize("version", ["policy/v1", "policy/v1beta1"])
def test_an_eviction_is_taken_in_the_old_version_too(version: str) -> None:
    rig = _rig(_READY)
    body = {"apiVersion": version, "kind": "Eviction", "metadata": {"name": "web", "namespace": "default"}}
    assert rig.admin.create(PODS, body, subresource="eviction", name="web")["status"] == "Success"


@pytest.mark.parametrize(("status", "budgets"), _GONE)
def test_a_pod_is_let_go(status: Obj, budgets: list[Obj]) -> None:
    rig = _rig(status, *budgets)
    answer = _evict(rig, gracePeriodSeconds=0)
    assert (answer["status"], rig.store.get(PODS.storage_key("default", "web"))) == ("Success", None)


_VIOLATED = "Cannot evict pod as it would violate the pod's disruption budget."
_KEPT = [
    pytest.param(
        _READY, {"status": _COUNTED}, 0, "The disruption budget b0 needs 1 healthy pods and has 1 currently", id="nothing is left"
    ),
    pytest.param(_READY, {}, 10, "The disruption budget b0 is still being processed by the server.", id="nobody has counted yet"),
    pytest.param(
        _RUNNING,
        {"status": {**_COUNTED, "currentHealthy": 0}},
        0,
        "The disruption budget b0 needs 1 healthy pods and has 0 currently",
        id="a pod that is not ready, but too few others are",
    ),
    pytest.param(
        _READY,
        {
            "status": {
                **_COUNTED,
                "conditions": [
                    {"type": "DisruptionAllowed", "status": "False", "reason": "SyncFailed", "message": "why", "lastTransitionTime": _NOW}
                ],
            }
        },
        0,
        "The disruption budget b0 does not allow evicting pods currently because it failed sync: why",
        id="nobody can count",
    ),
]


@pytest.mark.parametrize(("status", "budget", "retry", "cause"), _KEPT)
def test_a_pod_is_kept(status: Obj, budget: Obj, retry: int, cause: str) -> None:
    rig = _rig(status, budget)
    with pytest.raises(ApiError) as refusal:
        _evict(rig)
    details = {"causes": [{"reason": "DisruptionBudget", "message": cause}], **({"retryAfterSeconds": retry} if retry else {})}
    assert (refusal.value.code, refusal.value.message, refusal.value.details) == (429, _VIOLATED, details)


def test_two_budgets_are_one_too_many() -> None:
    answer = _evict(_rig(_READY, {"status": _ONE_LEFT}, {"status": _ONE_LEFT}))
    message = "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support."
    assert (answer["status"], answer["code"], answer["message"]) == ("Failure", 500, message)


def test_an_eviction_is_counted_and_says_why_the_pod_goes() -> None:
    rig = _rig(_READY, {"status": _ONE_LEFT})
    _evict(rig)
    budget = rig.admin.get(PODDISRUPTIONBUDGETS, "b0", "default")["status"]
    (allowed,) = budget["conditions"]
    going = rig.admin.get(PODS, "web", "default")
    reasons = [each.get("reason") for each in going["status"]["conditions"]]
    assert (
        budget["disruptionsAllowed"],
        budget["disruptedPods"],
        allowed["reason"],
        reasons,
        "deletionTimestamp" in going["metadata"],
    ) == (
        0,
        {"web": _NOW},
        "InsufficientPods",
        [None, "EvictionByEvictionAPI"],
        True,
    )


def test_a_dry_run_takes_nothing() -> None:
    rig = _rig(_READY, {"status": _ONE_LEFT})
    revision = rig.store.revision
    assert (_evict(rig, dryRun=["All"])["status"], rig.store.revision) == ("Success", revision)
