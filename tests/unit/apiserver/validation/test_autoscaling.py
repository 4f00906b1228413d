"""Rules of HorizontalPodAutoscalers: the faults that breaking each of them causes, in either version."""

from __future__ import annotations

import pytest

from cluster.machinery.kinds.autoscaling import HORIZONTALPODAUTOSCALERS, HORIZONTALPODAUTOSCALERS_V1
from cluster.machinery.meta import Obj
from tests.unit.apiserver.validation.judge import faults, faults_of_change, faults_of_status

_TARGET: Obj = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"}
_FIRST = "spec.metrics[0]"
_UP = "spec.behavior.scaleUp"


def _autoscaler(**spec: object) -> Obj:
    return {"spec": {"maxReplicas": 3, "scaleTargetRef": _TARGET, **spec}}


def _metric(kind: str, **source: object) -> Obj:
    name = kind[:1].lower() + kind[1:]
    return {"metrics": [{"type": kind, name: source}]}


def _up(**rules: object) -> Obj:
    return {"behavior": {"scaleUp": rules}}


_VALUE: Obj = {"type": "Value", "value": "1"}
_CREATED = [
    pytest.param({}, [], id="an autoscaler"),
    pytest.param(_up(stabilizationWindowSeconds=5), [], id="a behavior"),
    pytest.param(
        {"minReplicas": 0},
        [
            "spec.minReplicas: Invalid value: 0: must be greater than or equal to 1",
            "spec.metrics: Forbidden: must specify at least one Object or External metric to support scaling to zero replicas",
        ],
        id="from nothing",
    ),
    pytest.param(
        {"maxReplicas": 0},
        [
            "spec.maxReplicas: Invalid value: 0: must be greater than 0",
            "spec.maxReplicas: Invalid value: 0: must be greater than or equal to `minReplicas`",
        ],
        id="to nothing",
    ),
    pytest.param(
        {"scaleTargetRef": {"kind": "a/b", "name": "", "apiVersion": "v1"}},
        [
            "spec.scaleTargetRef.kind: Invalid value: \"a/b\": may not contain '/'",
            "spec.scaleTargetRef.name: Required value",
            'spec.scaleTargetRef.apiVersion: Invalid value: "v1": apiVersion must specify API group',
        ],
        id="a target that is none",
    ),
    pytest.param(
        {"scaleTargetRef": {"kind": "ReplicationController", "name": "web", "apiVersion": "v1"}}, [], id="a kind of the core group"
    ),
    pytest.param(
        {"scaleTargetRef": {**_TARGET, "apiVersion": "a/b/c"}},
        ['spec.scaleTargetRef.apiVersion: Invalid value: "a/b/c": unexpected GroupVersion string: a/b/c'],
        id="a version that is none",
    ),
    pytest.param(
        {"metrics": [{"type": "Sun"}]},
        [f'{_FIRST}.type: Unsupported value: "Sun": supported values: "ContainerResource", "External", "Object", "Pods", "Resource"'] * 2,
        id="an unknown source",
    ),
    pytest.param(
        {"metrics": [{"type": "Pods", "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 5}}}]},
        [f"{_FIRST}.pods: Required value: must populate information for the given metric source"],
        id="another source than is said",
    ),
    pytest.param(
        _metric("Resource", name="", target={"type": "Much", "averageUtilization": 0, "averageValue": "0"}),
        [
            f"{_FIRST}.resource.name: Required value: must specify a resource name",
            f'{_FIRST}.resource.target.type: Invalid value: "Much": must be either Utilization, Value, or AverageValue',
            f'{_FIRST}.resource.target.averageValue: Invalid value: "0": must be positive',
            f"{_FIRST}.resource.target.averageUtilization: Invalid value: 0: must be greater than 0",
            f"{_FIRST}.resource.target.averageValue: Forbidden: may not set both a target raw value and a target utilization",
        ],
        id="a resource",
    ),
    pytest.param(
        _metric("ContainerResource", name="cpu", target={"type": "Utilization"}),
        [
            f"{_FIRST}.containerResource.container: Required value: must specify a container",
            f"{_FIRST}.containerResource.target.averageUtilization: Required value: "
            "must set either a target raw value or a target utilization",
        ],
        id="a container",
    ),
    pytest.param(
        _metric("Pods", metric={"name": "a/b"}, target=_VALUE),
        [
            f"{_FIRST}.pods.metric.name: Invalid value: \"a/b\": may not contain '/'",
            f"{_FIRST}.pods.target.averageValue: Required value: must specify a positive target averageValue",
        ],
        id="pods",
    ),
    pytest.param(
        _metric("Object", describedObject={"kind": "Service", "name": "s", "apiVersion": "v1"}, target={"type": "Value"}),
        [
            f"{_FIRST}.object.metric.name: Required value: must specify a metric name",
            f"{_FIRST}.object.target.averageValue: Required value: must set either a target value or averageValue",
        ],
        id="an object",
    ),
    pytest.param(
        _metric("External", metric={"name": "q"}, target={**_VALUE, "averageValue": "1"}),
        [f"{_FIRST}.external.target.value: Forbidden: may not set both a target value for metric and a per-pod target"],
        id="something else",
    ),
    pytest.param(_up(policies=[]), [f"{_UP}.policies: Required value: must specify at least one Policy"], id="no way to grow"),
    pytest.param(
        _up(stabilizationWindowSeconds=4000, selectPolicy="Most", policies=[{"type": "Half", "value": 0, "periodSeconds": 2000}]),
        [
            f"{_UP}.stabilizationWindowSeconds: Invalid value: 4000: must be less than or equal to 3600",
            f'{_UP}.selectPolicy: Unsupported value: "Most": supported values: "Disabled", "Max", "Min"',
            f'{_UP}.policies[0].type: Unsupported value: "Half": supported values: "Percent", "Pods"',
            f"{_UP}.policies[0].value: Invalid value: 0: must be greater than zero",
            f"{_UP}.policies[0].periodSeconds: Invalid value: 2000: must be less than or equal to 1800",
        ],
        id="rules",
    ),
    pytest.param(
        _up(tolerance="-1", stabilizationWindowSeconds=-1),
        [
            f"{_UP}.stabilizationWindowSeconds: Invalid value: -1: must be greater than or equal to zero",
            f'{_UP}.tolerance: Invalid value: "-1": must be greater than or equal to 0',
        ],
        id="rules below zero",
    ),
]


@pytest.mark.parametrize(("spec", "wanted"), _CREATED)
def test_a_new_autoscaler(spec: Obj, wanted: list[str]) -> None:
    assert faults(HORIZONTALPODAUTOSCALERS, _autoscaler(**spec)) == wanted


def test_the_older_version_is_judged_as_what_it_becomes() -> None:
    assert faults(HORIZONTALPODAUTOSCALERS_V1, _autoscaler(minReplicas=5, targetCPUUtilizationPercentage=0)) == [
        "spec.maxReplicas: Invalid value: 3: must be greater than or equal to `minReplicas`",
        f"{_FIRST}.resource.target.averageUtilization: Invalid value: 0: must be greater than 0",
    ]


def test_what_was_allowed_once_stays() -> None:
    bare = _autoscaler(scaleTargetRef={**_TARGET, "apiVersion": ""})
    assert faults_of_change(HORIZONTALPODAUTOSCALERS, bare, maxReplicas=9) == []


def test_a_status_counts_from_zero() -> None:
    assert faults_of_status(HORIZONTALPODAUTOSCALERS, _autoscaler(), {"currentReplicas": -1, "desiredReplicas": -2}) == [
        "status.currentReplicas: Invalid value: -1: must be greater than or equal to 0",
        "status.desiredReplicas: Invalid value: -2: must be greater than or equal to 0",
    ]
