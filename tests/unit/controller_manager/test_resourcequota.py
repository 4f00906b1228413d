"""The quota controller: counts what is there, again when something goes, and lets admission count in between."""

from __future__ import annotations

import pytest

from cluster.controller_manager.resourcequota.usage import wanted_status
from cluster.machinery.errors import ApiError
from cluster.machinery.kinds.core import CONFIGMAPS, PODS, RESOURCEQUOTAS
from cluster.machinery.kinds.model import Kind
from cluster.machinery.meta import Obj, SimTime
from tests.unit.apiserver.rig import pod
from tests.unit.controller_manager.cluster_rig import NAMESPACE, ControlledRig

NOW = SimTime(0)


def _quota(hard: Obj, status: Obj | None = None, **spec: object) -> Obj:
    return {"metadata": {"name": "q", "namespace": NAMESPACE}, "spec": {"hard": hard, **spec}, "status": status or {}}


def _ended(name: str) -> Obj:
    return {**pod(name), "status": {"phase": "Succeeded", "qosClass": "BestEffort"}}


def _running(name: str) -> Obj:
    return {**pod(name), "status": {"phase": "Running", "qosClass": "BestEffort"}}


_PODS = [_running("a"), _running("b"), _ended("c")]
_COUNTED = [
    pytest.param(_quota({"pods": "5", "count/pods": "9"}), {"pods": "2", "count/pods": "3"}, id="pods that run, and all there are"),
    pytest.param(_quota({"pods": "5"}, scopes=["NotBestEffort"]), {"pods": "0"}, id="none of them is within the scope"),
    pytest.param(_quota({"pods": "5", "tea/cups": "1"}), {"pods": "2"}, id="nobody counts tea"),
    pytest.param(_quota({"pods": "5"}, {"hard": {"pods": "5"}, "used": {"pods": "2"}}), None, id="all is as noted"),
    pytest.param(_quota({"pods": "5"}, {"hard": {"pods": "4"}, "used": {"pods": "2"}}), {"pods": "2"}, id="another limit"),
]


@pytest.mark.parametrize(("quota", "used"), _COUNTED)
def test_usage_is_counted_from_what_is_there(quota: Obj, used: Obj | None) -> None:
    def objects(kind: Kind) -> list[Obj]:
        return _PODS if kind is PODS else []

    wanted = {"hard": quota["spec"]["hard"], "used": used} if used is not None else None
    assert wanted_status(quota, (PODS, CONFIGMAPS), objects, NOW) == wanted


def _rig(hard: Obj) -> ControlledRig:
    rig = ControlledRig()
    rig.admin.create(RESOURCEQUOTAS, {"metadata": {"name": "q", "namespace": NAMESPACE}, "spec": {"hard": hard}})
    rig.run()
    return rig


def _used(rig: ControlledRig) -> Obj:
    used: Obj = rig.admin.get(RESOURCEQUOTAS, "q", NAMESPACE)["status"]["used"]
    return used


def test_a_new_quota_is_counted_at_once() -> None:
    rig = ControlledRig()
    rig.admin.create(PODS, pod("web"))
    rig.admin.create(RESOURCEQUOTAS, {"metadata": {"name": "q", "namespace": NAMESPACE}, "spec": {"hard": {"pods": "1"}}})
    rig.run()
    assert _used(rig) == {"pods": "1"}


def test_what_goes_makes_room() -> None:
    rig = _rig({"pods": "1"})
    rig.admin.create(PODS, pod("web"))
    with pytest.raises(ApiError):
        rig.admin.create(PODS, pod("more"))
    rig.admin.delete(PODS, "web", NAMESPACE)
    rig.run()
    rig.admin.create(PODS, pod("more"))
    assert _used(rig) == {"pods": "1"}


def test_a_pod_that_has_ended_makes_room() -> None:
    rig = _rig({"pods": "1"})
    written = rig.admin.create(PODS, pod("web"))
    rig.admin.update_status(PODS, {**written, "status": {**written["status"], "phase": "Succeeded"}})
    rig.run()
    assert _used(rig) == {"pods": "0"}


def test_a_changed_limit_is_noted() -> None:
    rig = _rig({"pods": "1"})
    quota = rig.admin.get(RESOURCEQUOTAS, "q", NAMESPACE)
    rig.admin.update(RESOURCEQUOTAS, {**quota, "spec": {"hard": {"pods": "2", "configmaps": "3"}}})
    rig.run()
    assert rig.admin.get(RESOURCEQUOTAS, "q", NAMESPACE)["status"]["hard"] == {"pods": "2", "configmaps": "3"}
