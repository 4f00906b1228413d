"""Jobs in a whole control plane: their pods' names and marks, finalizers, Events, what happens to pods that lose their Job."""

from __future__ import annotations

import pytest

from cluster.controller_manager.job.spec import TRACKING_FINALIZER
from cluster.machinery.kinds.batch import JOBS
from cluster.machinery.kinds.core import PODS
from cluster.machinery.meta import Obj
from tests.unit.controller_manager.cluster_rig import NAMESPACE, ControlledRig

GATHERED = 1.5
"""Simulated seconds after which changes of pods have been looked at."""


def job(**spec: object) -> Obj:
    """Return the Job ``j``."""
    template = {"metadata": {}, "spec": {"restartPolicy": "Never", "containers": [{"name": "c", "image": "busybox:1"}]}}
    meta = {"name": "j", "namespace": NAMESPACE}
    return {"apiVersion": "batch/v1", "kind": "Job", "metadata": meta, "spec": {"template": template, **spec}}


@pytest.fixture
def rig() -> ControlledRig:
    return ControlledRig(NAMESPACE)


def start(rig: ControlledRig, **spec: object) -> None:
    rig.admin.create(JOBS, job(**spec))
    rig.run(GATHERED)


def end(rig: ControlledRig, phase: str, count: int = 100) -> None:
    """Let pods that run end in a phase."""
    for pod in [pod for pod in rig.pods() if pod["status"]["phase"] == "Pending"][:count]:
        pod["status"]["phase"] = phase
        rig.admin.update_status(PODS, pod)
    rig.run(GATHERED)


def conditions(rig: ControlledRig) -> list[tuple[str, str, str]]:
    status = rig.admin.get(JOBS, "j", NAMESPACE)["status"]
    return [(each["type"], each["status"], each.get("reason", "")) for each in status.get("conditions") or ()]


def finalizers(rig: ControlledRig) -> list[list[str]]:
    return [pod["metadata"].get("finalizers", []) for pod in rig.admin.list(PODS, NAMESPACE)]


def test_a_job_makes_as_many_pods_as_run_in_parallel_and_holds_them(rig: ControlledRig) -> None:
    start(rig, completions=3, parallelism=2)
    assert (finalizers(rig), [pod["metadata"]["generateName"] for pod in rig.pods()]) == ([[TRACKING_FINALIZER]] * 2, ["j-"] * 2)


def test_a_job_that_has_its_completions_is_complete_and_lets_its_pods_go(rig: ControlledRig) -> None:
    start(rig, completions=3, parallelism=2)
    end(rig, "Succeeded")
    end(rig, "Succeeded")
    status = rig.admin.get(JOBS, "j", NAMESPACE)["status"]
    complete = [("SuccessCriteriaMet", "True", "CompletionsReached"), ("Complete", "True", "CompletionsReached")]
    assert (status["succeeded"], status["uncountedTerminatedPods"], conditions(rig), finalizers(rig), rig.messages("Completed")) == (
        3,
        {},
        complete,
        [[]] * 3,
        ["Job completed"],
    )


def test_an_indexed_job_marks_each_pod_with_its_index(rig: ControlledRig) -> None:
    start(rig, completions=2, parallelism=2, completionMode="Indexed")
    pods = sorted(rig.pods(), key=lambda pod: pod["spec"]["hostname"])
    mark = "batch.kubernetes.io/job-completion-index"
    assert [
        (
            pod["metadata"]["generateName"],
            pod["spec"]["hostname"],
            pod["metadata"]["labels"][mark],
            pod["metadata"]["annotations"][mark],
            pod["spec"]["containers"][0]["env"][0]["valueFrom"]["fieldRef"]["fieldPath"],
        )
        for pod in pods
    ] == [(f"j-{index}-", f"j-{index}", str(index), str(index), f"metadata.labels['{mark}']") for index in (0, 1)]


def test_a_failed_pod_is_replaced_after_a_back_off(rig: ControlledRig) -> None:
    start(rig)
    end(rig, "Failed")
    before = len(rig.admin.list(PODS, NAMESPACE))
    rig.run(12)
    assert (before, len(rig.admin.list(PODS, NAMESPACE))) == (1, 2)


def test_a_job_over_its_limit_fails(rig: ControlledRig) -> None:
    start(rig, backoffLimit=0)
    end(rig, "Failed")
    reason = "BackoffLimitExceeded"
    assert (conditions(rig), rig.messages(reason)) == (
        [("FailureTarget", "True", reason), ("Failed", "True", reason)],
        ["Job has reached the specified backoff limit"],
    )


def test_a_suspended_job_loses_its_pods_and_a_resumed_one_gets_new_ones(rig: ControlledRig) -> None:
    start(rig)
    rig.admin.patch(JOBS, "j", NAMESPACE, {"spec": {"suspend": True}})
    rig.run(GATHERED)
    suspended = (len(rig.pods()), conditions(rig))
    rig.admin.patch(JOBS, "j", NAMESPACE, {"spec": {"suspend": False}})
    rig.run(GATHERED)
    assert (suspended, (len(rig.pods()), conditions(rig))) == (
        (0, [("Suspended", "True", "JobSuspended")]),
        (1, [("Suspended", "False", "JobResumed")]),
    )


@pytest.mark.parametrize(("parallelism", "pods"), [pytest.param(1, 1, id="fewer in parallel"), pytest.param(4, 4, id="more in parallel")])
def test_parallelism_may_change(rig: ControlledRig, parallelism: int, pods: int) -> None:
    start(rig, completions=6, parallelism=2)
    rig.admin.patch(JOBS, "j", NAMESPACE, {"spec": {"parallelism": parallelism}})
    rig.run(GATHERED)
    assert len(rig.pods()) == pods


def test_a_pod_that_lost_its_job_is_held_no_longer(rig: ControlledRig) -> None:
    start(rig)
    rig.admin.delete(JOBS, "j", NAMESPACE, propagation_policy="Orphan")
    rig.run(GATHERED)
    assert finalizers(rig) == [[]]


def test_a_job_that_names_another_controller_is_left_alone(rig: ControlledRig) -> None:
    start(rig, managedBy="example.com/other")
    assert (rig.pods(), rig.admin.get(JOBS, "j", NAMESPACE)["status"]) == ([], {})


def test_a_second_look_writes_nothing(rig: ControlledRig) -> None:
    start(rig, completions=2)
    version = rig.admin.get(JOBS, "j", NAMESPACE)["metadata"]["resourceVersion"]
    rig.admin.patch(JOBS, "j", NAMESPACE, {"metadata": {"annotations": {"seen": "again"}}})
    rig.run(GATHERED)
    meta = rig.admin.get(JOBS, "j", NAMESPACE)["metadata"]
    assert int(meta["resourceVersion"]) == int(version) + 1


def test_an_ended_job_goes_when_its_time_is_over(rig: ControlledRig) -> None:
    start(rig, ttlSecondsAfterFinished=60)
    end(rig, "Succeeded")
    rig.run(50)
    kept = len(rig.admin.list(JOBS, NAMESPACE))
    rig.run(20)
    assert (kept, rig.admin.list(JOBS, NAMESPACE)) == (1, [])
