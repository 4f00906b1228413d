"""Which changes of a pod ask its kubelet for a sync."""

from __future__ import annotations

import pytest

from cluster.kubelet.pod_workers import concerns_kubelet
from cluster.machinery.meta import Obj
from tests.unit.kubelet.builders import pod

GATED = pod(readinessGates=[{"conditionType": "example.com/up"}])
UP = {"conditions": [{"type": "example.com/up", "status": "True"}]}


def changed(obj: Obj, part: str, **fields: object) -> Obj:
    return {**obj, part: {**obj[part], **fields}}


CASES = {
    "its status": (pod(), changed(pod(), "status", phase="Running"), False),
    "its labels": (pod(), changed(pod(), "metadata", labels={"a": "b"}), False),
    "its annotations": (pod(), changed(pod(), "metadata", annotations={"simulation.podium/ready": "false"}), True),
    "its deletion": (pod(), changed(pod(), "metadata", deletionTimestamp="2026-01-01T00:00:00Z"), True),
    "its grace period": (pod(), changed(pod(), "metadata", deletionGracePeriodSeconds=0), True),
    "its spec": (pod(), changed(pod(), "spec", activeDeadlineSeconds=1), True),
    "a condition that a readiness gate waits for": (GATED, changed(GATED, "status", **UP), True),
    "that condition without a gate": (pod(), changed(pod(), "status", **UP), False),
    "another condition beside a gate": (GATED, changed(GATED, "status", conditions=[{"type": "Ready", "status": "True"}]), False),
}


@pytest.mark.parametrize(("old", "new", "expected"), CASES.values(), ids=CASES.keys())
def test_concerns_kubelet(old: Obj, new: Obj, expected: bool) -> None:
    assert concerns_kubelet(old, new) is expected
