"""Rules of ResourceQuotas and LimitRanges, one by one."""

from __future__ import annotations

import pytest

from cluster.apiserver.registry import strategies
from cluster.apiserver.schema import decode
from cluster.machinery.kinds.core import LIMITRANGES, RESOURCEQUOTAS
from cluster.machinery.kinds.model import Kind
from cluster.machinery.meta import Obj


def _decoded(kind: Kind, spec: Obj) -> Obj:
    meta = {"name": "x", "namespace": "default", "uid": "u", "resourceVersion": "1"}
    decoded, _ = decode(kind, {"metadata": meta, "spec": spec})
    strategies[kind].default(decoded)
    return decoded


def _limits(*items: Obj) -> Obj:
    return {"limits": list(items)}


def _selector(scope: str, operator: str, *values: str) -> Obj:
    return {"matchExpressions": [{"scopeName": scope, "operator": operator, "values": list(values)}]}


_EXISTS = (
    "must be 'Exists' when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, "
    "ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity"
)
_HERE = "spec.scopeSelector.matchExpressions"
_CREATED = [
    pytest.param(RESOURCEQUOTAS, {"hard": {"pods": "2", "count/deployments.apps": "1", "requests.example.com/gpu": "3"}}, [], id="a quota"),
    pytest.param(
        RESOURCEQUOTAS,
        {"hard": {"secrets": "1500m", "tea": "1", "pods": "-1"}},
        [
            'spec.hard[pods]: Invalid value: "-1": must be greater than or equal to 0',
            'spec.hard[secrets]: Invalid value: "1500m": must be an integer',
            'spec.hard[tea]: Invalid value: "tea": must be a standard resource type or fully qualified',
            'spec.hard[tea]: Invalid value: "tea": must be a standard resource for quota',
        ],
        id="a quota of tea",
    ),
    pytest.param(
        RESOURCEQUOTAS,
        {"hard": {"pods": "1", "services": "1"}, "scopes": ["BestEffort", "NotBestEffort"]},
        [
            'spec.scopes: Invalid value: ["BestEffort","NotBestEffort"]: unsupported scope applied to resource',
            'spec.scopes: Invalid value: ["BestEffort","NotBestEffort"]: unsupported scope applied to resource',
            'spec.scopes: Invalid value: ["BestEffort","NotBestEffort"]: conflicting scopes',
        ],
        id="scopes that exclude each other",
    ),
    pytest.param(
        RESOURCEQUOTAS,
        {"hard": {"pods": "1"}, "scopeSelector": _selector("BestEffort", "In", "a")},
        [f'{_HERE}.operator: Invalid value: "In": {_EXISTS}'],
        id="a scope that has no values",
    ),
    pytest.param(
        RESOURCEQUOTAS,
        {"hard": {"pods": "1"}, "scopeSelector": _selector("PriorityClass", "In")},
        [f"{_HERE}.values: Required value: must be at least one value when `operator` is 'In' or 'NotIn' for scope selector"],
        id="one of no classes",
    ),
    pytest.param(
        RESOURCEQUOTAS,
        {"hard": {"services": "1"}, "scopeSelector": _selector("VolumeAttributesClass", "Exists", "a")},
        [
            f'{_HERE}: Invalid value: {{"MatchExpressions":[{{"ScopeName":"VolumeAttributesClass","Operator":"Exists","Values":["a"]}}]}}: '
            "unsupported scope applied to resource",
            f"{_HERE}.values: Invalid value: [\"a\"]: must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector",
        ],
        id="services have no attributes of volumes",
    ),
    pytest.param(LIMITRANGES, _limits({"type": "Container", "max": {"cpu": "1"}}, {"type": "Pod", "max": {"cpu": "2"}}), [], id="limits"),
    pytest.param(
        LIMITRANGES,
        _limits({"type": "Container", "min": {"cpu": "2"}, "max": {"cpu": "1"}}),
        [
            'spec.limits[0].min[cpu]: Invalid value: "2": min value 2 is greater than max value 1',
            'spec.limits[0].defaultRequest[cpu]: Invalid value: "1": min value 2 is greater than default request value 1',
            'spec.limits[0].default[cpu]: Invalid value: "2": min value 2 is greater than default value 1',
        ],
        id="a minimum over the maximum",
    ),
    pytest.param(
        LIMITRANGES,
        _limits({"type": "Pod", "default": {"cpu": "1"}}, {"type": "Pod"}, {"type": "Node"}, {"type": "PersistentVolumeClaim"}),
        [
            "spec.limits[0].default: Forbidden: may not be specified when `type` is 'Pod'",
            'spec.limits[1].type: Duplicate value: "Pod"',
            'spec.limits[2].type: Invalid value: "Node": must be a standard limit type or fully qualified',
            "spec.limits[3].limits: Required value: either minimum or maximum storage value is required, but neither was provided",
        ],
        id="types that do not fit",
    ),
    pytest.param(
        LIMITRANGES,
        _limits({"type": "Pod", "min": {"cpu": "1"}, "max": {"cpu": "2"}, "maxLimitRequestRatio": {"cpu": "3"}}),
        ['spec.limits[0].maxLimitRequestRatio[cpu]: Invalid value: "3": ratio 3 is greater than max/min = 2.000000'],
        id="a ratio that is never reached",
    ),
    pytest.param(
        LIMITRANGES,
        _limits({"type": "Container", "default": {"example.com/gpu": "2"}, "defaultRequest": {"example.com/gpu": "1"}}),
        [
            'spec.limits[0].defaultRequest[example.com/gpu]: Invalid value: "1": '
            "default value 2 must equal to defaultRequest value 1 in example.com/gpu"
        ],
        id="devices are not shared",
    ),
]


@pytest.mark.parametrize(("kind", "spec", "faults"), _CREATED)
def test_an_object_to_be_created(kind: Kind, spec: Obj, faults: list[str]) -> None:
    assert [str(fault) for fault in strategies[kind].validate(_decoded(kind, spec))] == faults


def test_the_scopes_of_a_quota_stay() -> None:
    before, after = (_decoded(RESOURCEQUOTAS, {"hard": {"pods": "1"}, **scopes}) for scopes in ({"scopes": ["BestEffort"]}, {}))
    found = strategies[RESOURCEQUOTAS].validate_update(after, before)
    assert [str(fault) for fault in found] == ["spec.scopes: Invalid value: null: field is immutable"]


def test_the_usage_of_a_quota_is_counted_in_whole_objects() -> None:
    quota = _decoded(RESOURCEQUOTAS, {})
    quota["status"] = {"used": {"pods": "500m"}}
    found = strategies[RESOURCEQUOTAS].validate_status_update(quota, quota)
    assert [str(fault) for fault in found] == ['status.used[pods]: Invalid value: "500m": must be an integer']
