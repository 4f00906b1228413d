"""What is refused of an APIService, in upstream's words."""

from __future__ import annotations

import pytest

from cluster.apiserver.registry.apiregistration.apiservice import APIServiceStrategy
from cluster.machinery.meta import Obj

SERVICE = {"namespace": "kube-system", "name": "metrics-server"}


def api_service(name: str = "v1beta1.metrics.k8s.io", **spec: object) -> Obj:
    given = {
        "group": "metrics.k8s.io",
        "version": "v1beta1",
        "groupPriorityMinimum": 100,
        "versionPriority": 100,
        "service": SERVICE,
        **spec,
    }
    return {"metadata": {"name": name}, "spec": given}


@pytest.mark.parametrize(
    ("obj", "faults"),
    [
        pytest.param(api_service(), [], id="one that names a service"),
        pytest.param(api_service("v1.", group="", version="v1", service=None), [], id="the group without a name"),
        pytest.param(
            api_service("other"),
            ['metadata.name: Invalid value: "other": must be `spec.version+"."+spec.group`: "v1beta1.metrics.k8s.io"'],
            id="a name that is not version and group",
        ),
        pytest.param(
            api_service("v2.", group="", version="v2"),
            ["spec.group: Required value: only v1 may have an empty group and it better be legacy kube"],
            id="another version of the group without a name",
        ),
        pytest.param(
            api_service(groupPriorityMinimum=20_001, versionPriority=0),
            [
                "spec.groupPriorityMinimum: Invalid value: 20001: must be positive and less than 20000",
                "spec.versionPriority: Invalid value: 0: must be positive and less than 1000",
            ],
            id="priorities out of range",
        ),
        pytest.param(
            api_service(service=None, caBundle="YWJjZA==", insecureSkipTLSVerify=True),
            [
                'spec.caBundle: Invalid value: "4 bytes": local APIServices may not have a caBundle',
                "spec.insecureSkipTLSVerify: Invalid value: true: local APIServices may not have insecureSkipTLSVerify",
            ],
            id="TLS where nobody is asked",
        ),
        pytest.param(
            api_service(service={}, caBundle="YWJjZA==", insecureSkipTLSVerify=True),
            [
                "spec.service.namespace: Required value",
                "spec.service.name: Required value",
                "spec.insecureSkipTLSVerify: Invalid value: true: may not be true if caBundle is present",
            ],
            id="a service without a name, checked and unchecked at once",
        ),
    ],
)
def test_validate(obj: Obj, faults: list[str]) -> None:
    strategy = APIServiceStrategy()
    strategy.default(obj)
    assert [str(fault) for fault in strategy.validate(obj)] == faults


def test_a_status_knows_three_answers() -> None:
    obj = {**api_service(), "status": {"conditions": [{"type": "Available", "status": "Yes"}]}}
    obj["metadata"]["resourceVersion"] = "1"
    faults = APIServiceStrategy().validate_status_update(obj, obj)
    assert [str(fault) for fault in faults] == [
        'status.conditions[0].status: Unsupported value: "Yes": supported values: "False", "True", "Unknown"'
    ]
