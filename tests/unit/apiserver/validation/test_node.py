"""What is refused of a RuntimeClass, in upstream's words."""

from __future__ import annotations

import pytest

from cluster.apiserver.registry.node.runtimeclass import RuntimeClassStrategy
from cluster.machinery.kinds.node import RUNTIMECLASSES
from cluster.machinery.meta import Obj
from tests.unit.apiserver.validation.judge import faults as faults_of
from tests.unit.apiserver.validation.judge import made, stored

_LABEL = (
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric "
    "character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')"
)


@pytest.mark.parametrize(
    ("runtime_class", "faults"),
    [
        pytest.param({"handler": "runsc", "overhead": {"podFixed": {"cpu": "250m"}}}, [], id="one with an overhead"),
        pytest.param({"handler": ""}, [f'handler: Invalid value: "": {_LABEL}'], id="no handler"),
        pytest.param(
            {"handler": "runsc", "overhead": {"podFixed": {"cpu": "-1"}}},
            ['overhead.limits[cpu]: Invalid value: "-1": must be greater than or equal to 0'],
            id="less than nothing",
        ),
        pytest.param(
            {"handler": "runsc", "scheduling": {"tolerations": [{"key": "a", "operator": "Exists", "effect": "Never"}]}},
            [
                'scheduling.tolerations[0].effect: Unsupported value: "Never": '
                'supported values: "NoSchedule", "PreferNoSchedule", "NoExecute"'
            ],
            id="an effect that no taint has",
        ),
    ],
)
def test_a_class_to_be_created(runtime_class: Obj, faults: list[str]) -> None:
    assert faults_of(RUNTIMECLASSES, {"metadata": {}, **runtime_class}) == faults


def test_the_handler_stays() -> None:
    before = stored(RUNTIMECLASSES, {"metadata": {}, "handler": "runsc"})
    faults = RuntimeClassStrategy().validate_update({**before, "handler": "kata"}, before)
    assert [str(fault) for fault in faults] == ['handler: Invalid value: "kata": field is immutable']


def test_a_label_of_old_is_warned_of() -> None:
    runtime_class = {"metadata": {}, "handler": "runsc", "scheduling": {"nodeSelector": {"beta.kubernetes.io/os": "linux", "disk": "ssd"}}}
    warning = 'scheduling.nodeSelector: beta.kubernetes.io/os is deprecated since v1.14; use "kubernetes.io/os" instead'
    assert RuntimeClassStrategy().warnings(made(RUNTIMECLASSES, runtime_class)) == [warning]
