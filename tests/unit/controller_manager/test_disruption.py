"""The disruption controller: how many pods of a budget there are, should be, and may go."""

from __future__ import annotations

import pytest

from cluster.controller_manager.disruption.counting import CountError, Expected, counted, expected, healthy, not_counted, still_disrupted
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
    pytest.param({}, Expected(0, 0), id="nothing said"),
    pytest.param({"minAvailable": 2}, Expected(4, 2), id="a number stays: the pods that are there count"),
    pytest.param({"minAvailable": "50%"}, Expected(13, 7), id="a share stays: the pods that there should be count"),
    pytest.param({"maxUnavailable": 3}, Expected(13, 10), id="a number may go"),
    pytest.param({"maxUnavailable": "25%"}, Expected(13, 9), id="a share may go, rounded up"),
    pytest.param({"maxUnavailable": 20}, Expected(13, 0), id="more than all may go"),
]


@pytest.mark.parametrize(("spec", "wanted"), _EXPECTED)
def test_what_is_expected(spec: Obj, wanted: Expected) -> None:
    assert expected(spec, _PODS, _scale) == wanted


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
