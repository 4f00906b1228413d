"""HorizontalPodAutoscalers are kept in autoscaling/v2; autoscaling/v1 says the same with annotations."""

from __future__ import annotations

import json

import pytest

from cluster.apiserver.registry.autoscaling.conversion import HorizontalPodAutoscalerConversion
from cluster.machinery.kinds.autoscaling import HORIZONTALPODAUTOSCALERS, HORIZONTALPODAUTOSCALERS_V1
from cluster.machinery.meta import Obj
from tests.unit.apiserver.rig import Rig
from tests.unit.apiserver.validation.judge import made

_TARGET: Obj = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"}
_SIZE: Obj = {"minReplicas": 1, "maxReplicas": 3, "scaleTargetRef": _TARGET}
_PREFIX = "autoscaling.alpha.kubernetes.io"


def _cpu(utilization: int) -> Obj:
    return {"type": "Resource", "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": utilization}}}


_PODS: Obj = {"type": "Pods", "pods": {"metric": {"name": "qps"}, "target": {"type": "AverageValue", "averageValue": "5"}}}
_RULES: Obj = {"stabilizationWindowSeconds": 0, "selectPolicy": "Max", "policies": [{"type": "Pods", "value": 4, "periodSeconds": 15}]}
_ROUND_TRIPS = [
    pytest.param({"metrics": [_cpu(50)]}, {"targetCPUUtilizationPercentage": 50}, {}, id="CPU has a field"),
    pytest.param(
        {"metrics": [_cpu(50), _PODS]},
        {"targetCPUUtilizationPercentage": 50},
        {"metrics": [{"type": "Pods", "pods": {"metricName": "qps", "targetAverageValue": "5"}}]},
        id="other metrics have an annotation",
    ),
    pytest.param(
        {"metrics": [_cpu(50)], "behavior": {"scaleUp": _RULES}},
        {"targetCPUUtilizationPercentage": 50},
        {
            "behavior": {
                "ScaleUp": {
                    "StabilizationWindowSeconds": 0,
                    "SelectPolicy": "Max",
                    "Policies": [{"Type": "Pods", "Value": 4, "PeriodSeconds": 15}],
                    "Tolerance": None,
                },
                "ScaleDown": None,
            }
        },
        id="so has the behavior",
    ),
]


@pytest.mark.parametrize(("spec", "fields", "annotations"), _ROUND_TRIPS)
def test_a_spec_goes_there_and_back(spec: Obj, fields: Obj, annotations: Obj) -> None:
    kept: Obj = {"metadata": {"name": "x"}, "spec": {**_SIZE, **spec}, "status": {"currentMetrics": None, "desiredReplicas": 0}}
    served = HorizontalPodAutoscalerConversion().from_storage(kept)
    written = {key.removeprefix(f"{_PREFIX}/"): json.loads(text) for key, text in served["metadata"].get("annotations", {}).items()}
    back = HorizontalPodAutoscalerConversion().to_storage(served)
    assert (served["spec"], written, {**back, "metadata": kept["metadata"]}) == (
        {**_SIZE, **fields},
        annotations,
        {"apiVersion": "autoscaling/v2", **kept},
    )


def test_what_is_created_in_one_version_is_read_in_the_other() -> None:
    rig = Rig("default")
    rig.admin.create(HORIZONTALPODAUTOSCALERS_V1, {"metadata": {"name": "x", "namespace": "default"}, "spec": _SIZE})
    kept, served = (rig.admin.get(kind, "x", "default") for kind in (HORIZONTALPODAUTOSCALERS, HORIZONTALPODAUTOSCALERS_V1))
    assert (kept["spec"], kept["status"], served["spec"], served["status"]) == (
        {**_SIZE, "metrics": [_cpu(80)]},
        {"currentMetrics": None, "desiredReplicas": 0},
        {**_SIZE, "targetCPUUtilizationPercentage": 80},
        {"currentReplicas": 0, "desiredReplicas": 0},
    )


def test_a_change_in_the_older_version_leaves_the_status_alone() -> None:
    rig = Rig("default")
    rig.admin.create(HORIZONTALPODAUTOSCALERS, {"metadata": {"name": "x", "namespace": "default"}, "spec": _SIZE})
    current = rig.admin.get(HORIZONTALPODAUTOSCALERS, "x", "default")
    condition = {"type": "AbleToScale", "status": "True"}
    rig.admin.update_status(HORIZONTALPODAUTOSCALERS, {**current, "status": {"conditions": [condition], "desiredReplicas": 2}})
    plain: Obj = {"metadata": {"name": "x", "namespace": "default"}, "spec": {**_SIZE, "maxReplicas": 9}}
    rig.admin.update(HORIZONTALPODAUTOSCALERS_V1, plain)
    changed = rig.admin.get(HORIZONTALPODAUTOSCALERS, "x", "default")
    (kept,) = changed["status"]["conditions"]
    assert (changed["spec"]["maxReplicas"], kept["type"], changed["status"]["desiredReplicas"]) == (9, "AbleToScale", 2)


_DOUBLE: Obj = {"type": "Percent", "value": 100, "periodSeconds": 15}


def test_a_behavior_is_filled_in_where_there_is_one() -> None:
    spec = made(HORIZONTALPODAUTOSCALERS, {"spec": {**_SIZE, "behavior": {}}})["spec"]
    assert spec["behavior"] == {
        "scaleUp": {
            "stabilizationWindowSeconds": 0,
            "selectPolicy": "Max",
            "policies": [{"type": "Pods", "value": 4, "periodSeconds": 15}, _DOUBLE],
        },
        "scaleDown": {"selectPolicy": "Max", "policies": [_DOUBLE]},
    }
