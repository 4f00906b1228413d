"""The autoscaler in a running control plane: what pods use by their annotation decides."""

from __future__ import annotations

import pytest

from cluster.machinery.kinds.apps import DEPLOYMENTS
from cluster.machinery.kinds.autoscaling import HORIZONTALPODAUTOSCALERS
from cluster.machinery.kinds.core import PODS
from cluster.machinery.meta import Obj
from tests.unit.controller_manager.cluster_rig import NAMESPACE, ControlledRig, condition, deployment

_WARM = 330.0
"""Simulated seconds after which a pod is past the time in which its first samples do not count."""


def _autoscaler(target: str = "web", **spec: object) -> Obj:
    reference = {"apiVersion": "apps/v1", "kind": "Deployment", "name": target}
    cpu = {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 50}}
    metrics = [{"type": "Resource", "resource": cpu}]
    meta = {"name": "web", "namespace": NAMESPACE}
    return {"metadata": meta, "spec": {"scaleTargetRef": reference, "maxReplicas": 10, "metrics": metrics, **spec}}


def _rig(cpu: str, replicas: int = 2, requests: Obj | None = None, **spec: object) -> ControlledRig:
    rig = ControlledRig()
    rig.install_metrics()
    container = {"name": "c", "image": "nginx:1.25", "resources": {"requests": requests if requests is not None else {"cpu": "100m"}}}
    meta = {"labels": {"app": "web"}, "annotations": {"simulation.podium/cpu": cpu}}
    rig.admin.create(DEPLOYMENTS, deployment(replicas, template={"metadata": meta, "spec": {"containers": [container]}}))
    rig.run()
    _start(rig)
    rig.admin.create(HORIZONTALPODAUTOSCALERS, _autoscaler(**spec))
    rig.run(_WARM)
    return rig


def _start(rig: ControlledRig) -> None:
    """Let pods run with all that a kubelet tells of them."""
    rig.make_ready()
    for pod in rig.pods():
        ready = next(each for each in pod["status"]["conditions"] if each["type"] == "Ready")
        began = ready["lastTransitionTime"]
        running = {"name": "c", "ready": True, "restartCount": 0, "image": "", "imageID": "", "state": {"running": {"startedAt": began}}}
        rig.admin.update_status(PODS, {**pod, "status": {**pod["status"], "startTime": began, "containerStatuses": [running]}})
    rig.run()


def _found(rig: ControlledRig) -> Obj:
    return rig.admin.get(HORIZONTALPODAUTOSCALERS, "web", NAMESPACE)


_ABOVE = "New size: 4; reason: cpu resource utilization (percentage of request) above target"
_CASES = [
    pytest.param("100m", {}, 4, [_ABOVE], id="twice the target"),
    pytest.param("10m", {}, 1, ["New size: 1; reason: All metrics below target"], id="a fifth of it"),
    pytest.param("52m", {}, 2, [], id="near enough"),
    pytest.param("50m", {"minReplicas": 3}, 3, ["New size: 3; reason: Current number of replicas below Spec.MinReplicas"], id="too few"),
    pytest.param("50m", {"maxReplicas": 1}, 1, ["New size: 1; reason: Current number of replicas above Spec.MaxReplicas"], id="too many"),
]


@pytest.mark.parametrize(("cpu", "spec", "replicas", "told"), _CASES)
def test_replicas_follow_the_use(cpu: str, spec: Obj, replicas: int, told: list[str]) -> None:
    rig = _rig(cpu, **spec)
    assert (rig.deployment()["spec"]["replicas"], rig.messages("SuccessfulRescale")) == (replicas, told)


def test_the_status_says_what_was_measured() -> None:
    status = _found(_rig("50m"))["status"]
    current = {"averageUtilization": 50, "averageValue": "50m"}
    assert (status["currentReplicas"], status["desiredReplicas"], status["currentMetrics"]) == (
        2,
        2,
        [{"type": "Resource", "resource": {"name": "cpu", "current": current}}],
    )


def test_the_conditions_of_an_autoscaler_at_rest() -> None:
    found = _found(_rig("50m"))
    assert [condition(found, type) for type in ("AbleToScale", "ScalingActive", "ScalingLimited")] == [
        ("True", "ReadyForNewScale"),
        ("True", "ValidMetricFound"),
        ("False", "DesiredWithinRange"),
    ]


def test_a_container_without_a_request_stops_it() -> None:
    rig = _rig("50m", requests={})
    pod = rig.pods()[0]["metadata"]["name"]
    why = f"failed to get cpu utilization: missing request for cpu in container c of Pod {pod}"
    assert (condition(_found(rig), "ScalingActive"), rig.messages("FailedGetResourceMetric")[-1:]) == (
        ("False", "FailedGetResourceMetric"),
        [why],
    )


def test_nobody_serves_external_metrics() -> None:
    queue = {"metric": {"name": "qps", "selector": {"matchLabels": {"a": "b"}}}, "target": {"type": "AverageValue", "averageValue": "3"}}
    rig = _rig("50m", metrics=[{"type": "External", "external": queue}])
    selector = "&LabelSelector{MatchLabels:map[string]string{a: b,},MatchExpressions:[]LabelSelectorRequirement{},}"
    refusal = "the server could not find the requested resource (get qps.external.metrics.k8s.io)"
    why = f"unable to fetch metrics from external metrics API: {refusal}"
    assert rig.messages("FailedGetExternalMetric")[-1] == f"unable to get external metric default/qps/{selector}: {why}"


def test_a_target_that_is_not_there() -> None:
    rig = ControlledRig()
    rig.admin.create(HORIZONTALPODAUTOSCALERS, _autoscaler("gone"))
    rig.run(16)
    assert (condition(_found(rig), "AbleToScale"), rig.messages("FailedGetScale")) == (
        ("False", "FailedGetScale"),
        ['deployments.apps "gone" not found'],
    )


def test_a_look_at_what_has_not_changed_writes_nothing() -> None:
    rig = _rig("50m")
    before = _found(rig)["metadata"]["resourceVersion"]
    rig.run(60)
    assert _found(rig)["metadata"]["resourceVersion"] == before
