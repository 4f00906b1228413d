"""The disruption controller: how many pods of a budget there are, should be, and may go."""

from __future__ import annotations

import pytest

from cluster.controller_manager.disruption.counting import (
    CountError,
    Expected,
    counted,
    expected,
    has_unmanaged,
    healthy,
    not_counted,
    still_disrupted,
)
from cluster.controller_manager.disruption.stale import seconds_until_stale
from cluster.machinery.errors import ApiError
from cluster.machinery.kinds.apps import DEPLOYMENTS
from cluster.machinery.kinds.core import PODS
from cluster.machinery.kinds.policy import PODDISRUPTIONBUDGETS
from cluster.machinery.meta import Obj, after, timestamp
from tests.unit.apiserver.rig import START
from tests.unit.controller_manager.cluster_rig import ControlledRig

_NOW = timestamp(START)


def _pod(name: str, owner: str = "", *, ready: bool = True, **meta: object) -> Obj:
    references = [{"uid": owner, "name": owner, "controller": True}] if owner else []
    conditions = [{"type": "Ready", "status": "True" if ready else "False"}]
    return {"metadata": {"name": name, "ownerReferences": references, **meta}, "status": {"conditions": conditions}}


def _scale(pod: Obj) -> tuple[str, int]:
    owner = pod["metadata"]["ownerReferences"][0]["uid"]
    if owner == "lost":
        raise CountError(f'found no controllers for pod "{pod["metadata"]["name"]}"')
    return owner, {"web": 10, "db": 3}[owner]


_PODS = [_pod("w1", "web"), _pod("w2", "web"), _pod("d1", "db"), _pod("bare")]
_EXPECTED = [
    pytest.param({}, Expected(0, 0), False, id="nothing said"),
    pytest.param({"minAvailable": 2}, Expected(4, 2), False, id="a number stays: the pods that are there count"),
    pytest.param({"minAvailable": "50%"}, Expected(13, 7), True, id="a share stays: the pods that there should be count"),
    pytest.param({"maxUnavailable": 3}, Expected(13, 10), True, id="a number may go"),
    pytest.param({"maxUnavailable": "25%"}, Expected(13, 9), True, id="a share may go, rounded up"),
    pytest.param({"maxUnavailable": 20}, Expected(13, 0), True, id="more than all may go"),
]


@pytest.mark.parametrize(("spec", "wanted", "tells_of_the_bare_pod"), _EXPECTED)
def test_what_is_expected(spec: Obj, wanted: Expected, tells_of_the_bare_pod: bool) -> None:
    assert (expected(spec, _PODS, _scale), has_unmanaged(spec, _PODS)) == (wanted, tells_of_the_bare_pod)


def test_a_pod_whose_controller_is_gone_cannot_be_counted() -> None:
    with pytest.raises(CountError, match='found no controllers for pod "x"'):
        expected({"maxUnavailable": 1}, [_pod("x", "lost")], _scale)


def test_a_pod_is_healthy_when_it_is_ready_and_stays() -> None:
    pods = [_pod("a"), _pod("b", ready=False), _pod("c", deletionTimestamp=_NOW), _pod("d")]
    assert healthy(pods, {"d": _NOW}) == 1


def test_an_announced_pod_is_waited_for() -> None:
    early, late, now = after(START, -200), after(START, -20), START
    disrupted = {"a": timestamp(early), "b": timestamp(late), "c": timestamp(late), "gone": timestamp(late)}
    pods = [_pod("a"), _pod("b"), _pod("c", deletionTimestamp=_NOW), _pod("d")]
    waiting, overdue, recheck = still_disrupted(pods, disrupted, now)
    assert (waiting, [pod["metadata"]["name"] for pod in overdue], recheck) == ({"b": timestamp(late)}, ["a"], after(START, 100))


def _condition(answer: str, reason: str, message: str = "") -> Obj:
    return {
        "type": "DisruptionAllowed",
        "status": answer,
        "reason": reason,
        "message": message,
        "lastTransitionTime": _NOW,
        "observedGeneration": 2,
    }


_BUDGET: Obj = {"metadata": {"generation": 2}, "status": {"disruptionsAllowed": 5, "observedGeneration": 2}}
_COUNTED = [
    pytest.param(Expected(3, 2), 3, 1, _condition("True", "SufficientPods"), id="one may go"),
    pytest.param(Expected(3, 2), 1, 0, _condition("False", "InsufficientPods"), id="too few are healthy"),
    pytest.param(Expected(0, 0), 1, 0, _condition("False", "InsufficientPods"), id="none is expected"),
]


@pytest.mark.parametrize(("wanted", "current", "allowed", "condition"), _COUNTED)
def test_what_may_go(wanted: Expected, current: int, allowed: int, condition: Obj) -> None:
    assert counted(_BUDGET, wanted, current, {}, START) == {
        "currentHealthy": current,
        "desiredHealthy": wanted.healthy,
        "expectedPods": wanted.pods,
        "disruptionsAllowed": allowed,
        "observedGeneration": 2,
        "conditions": [condition],
    }


def test_nothing_may_go_that_nobody_can_count() -> None:
    status = not_counted(_BUDGET, "why", START)
    assert (status["disruptionsAllowed"], status["conditions"]) == (0, [_condition("False", "SyncFailed", "why")])


def _rig(**spec: object) -> ControlledRig:
    """A Deployment of two pods, and a budget about them."""
    rig = ControlledRig("default", "kube-system", "kube-node-lease")
    template = {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [{"name": "c", "image": "i:1"}]}}
    selector = {"matchLabels": {"app": "web"}}
    web = {"metadata": {"name": "web", "namespace": "default"}, "spec": {"replicas": 2, "selector": selector, "template": template}}
    rig.admin.create(DEPLOYMENTS, web)
    rig.run(1)
    rig.make_ready()
    rig.admin.create(PODDISRUPTIONBUDGETS, {"metadata": {"name": "b", "namespace": "default"}, "spec": {"selector": selector, **spec}})
    rig.run(1)
    return rig


def _status(rig: ControlledRig) -> tuple[int, int, int, int]:
    status = rig.admin.get(PODDISRUPTIONBUDGETS, "b", "default")["status"]
    return status["expectedPods"], status["desiredHealthy"], status["currentHealthy"], status["disruptionsAllowed"]


def test_evictions_are_let_through_one_by_one() -> None:
    rig = _rig(maxUnavailable="50%")
    before = _status(rig)
    first, second = (pod["metadata"]["name"] for pod in rig.pods())
    rig.admin.create(PODS, {"metadata": {"name": first, "namespace": "default"}}, subresource="eviction", name=first)
    rig.run(1)
    with pytest.raises(ApiError) as refusal:
        rig.admin.create(PODS, {"metadata": {"name": second, "namespace": "default"}}, subresource="eviction", name=second)
    after_one = _status(rig)
    rig.make_ready()
    rig.run(1)
    assert (before, refusal.value.code, after_one, _status(rig)) == ((2, 1, 2, 1), 429, (2, 1, 1, 0), (2, 1, 2, 1))


def test_a_budget_without_pods_says_so() -> None:
    rig = _rig(minAvailable=1, selector={"matchLabels": {"app": "none"}})
    assert (_status(rig), rig.messages("NoPods")) == ((0, 1, 0, 0), ["No matching pods found"])


def test_a_pod_without_a_controller_is_named_where_shares_are_counted() -> None:
    rig = _rig(maxUnavailable=1)
    bare = {"metadata": {"name": "bare", "namespace": "default", "labels": {"app": "web"}}}
    rig.admin.create(PODS, bare | {"spec": {"containers": [{"name": "c", "image": "i:1"}]}})
    rig.run(1)
    selector = "&LabelSelector{MatchLabels:map[string]string{app: web,},MatchExpressions:[]LabelSelectorRequirement{},}"
    assert rig.messages("UnmanagedPods")[0].startswith(
        f"Pods selected by this PodDisruptionBudget (selector: {selector}) were found to be unmanaged. As a result, the status"
    )


_STALE = [
    pytest.param({}, {"reason": "EvictionByEvictionAPI"}, 20.0, id="two minutes after it was said"),
    pytest.param({}, {"lastTransitionTime": timestamp(after(START, -300))}, 0.0, id="long ago: now"),
    pytest.param({}, {"reason": "TerminationByKubelet"}, None, id="a kubelet's word stays"),
    pytest.param({}, {"status": "False"}, None, id="taken back already"),
    pytest.param({"deletionTimestamp": _NOW}, {}, None, id="it goes indeed"),
]


@pytest.mark.parametrize(("meta", "said", "left"), _STALE)
def test_how_long_a_pod_may_say_that_it_is_to_go(meta: Obj, said: Obj, left: float | None) -> None:
    condition = {"type": "DisruptionTarget", "status": "True", "lastTransitionTime": timestamp(after(START, -100))} | said
    pod = {"metadata": {"name": "a", **meta}, "status": {"phase": "Running", "conditions": [condition]}}
    assert seconds_until_stale(pod, START) == left


def test_what_a_pod_says_of_its_end_is_taken_back_when_it_does_not_come() -> None:
    rig = _rig(maxUnavailable=1)
    pod = rig.pods()[0]
    name, since = pod["metadata"]["name"], timestamp(rig.clock.now)
    target = {"type": "DisruptionTarget", "status": "True", "reason": "PreemptionByScheduler", "message": "m", "lastTransitionTime": since}
    rig.admin.patch(PODS, name, "default", {"status": {"conditions": [target]}}, subresource="status")
    seen = []
    for seconds in (119, 2):
        rig.run(seconds)
        conditions = rig.admin.get(PODS, name, "default")["status"]["conditions"]
        seen += [(each["status"], each.get("reason")) for each in conditions if each["type"] == "DisruptionTarget"]
    assert seen == [("True", "PreemptionByScheduler"), ("False", None)]
