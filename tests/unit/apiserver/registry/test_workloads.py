"""What is particular about kinds that run pods: first statuses, counted generations, warnings, what a deletion leaves behind."""

from __future__ import annotations

import orjson
import pytest

from cluster.apiserver.registry import strategies
from cluster.apiserver.request import Credentials, Options, Request
from cluster.machinery.errors import ApiError
from cluster.machinery.kinds.apps import DAEMONSETS, DEPLOYMENTS, STATEFULSETS
from cluster.machinery.kinds.batch import CRONJOBS, JOBS
from cluster.machinery.kinds.core import REPLICATIONCONTROLLERS
from cluster.machinery.kinds.model import Kind
from cluster.machinery.kinds.policy import PODDISRUPTIONBUDGETS
from cluster.machinery.meta import Obj
from tests.unit.apiserver.rig import TOKEN, Rig
from tests.unit.apiserver.validation.judge import made, stored

_TEMPLATE: Obj = {"metadata": {"labels": {"a": "b"}}, "spec": {"containers": [{"name": "c", "image": "i:1"}]}}
_WORKLOAD: Obj = {"spec": {"selector": {"matchLabels": {"a": "b"}}, "template": _TEMPLATE}}
_COUNT = "deprecated.daemonset.template.generation"

_DEFAULTS = [
    pytest.param(
        STATEFULSETS,
        {
            "replicas": 1,
            "serviceName": "",
            "podManagementPolicy": "OrderedReady",
            "updateStrategy": {"type": "RollingUpdate", "rollingUpdate": {"partition": 0}},
            "persistentVolumeClaimRetentionPolicy": {"whenDeleted": "Retain", "whenScaled": "Retain"},
            "revisionHistoryLimit": 10,
        },
        id="a StatefulSet",
    ),
    pytest.param(
        DAEMONSETS,
        {"updateStrategy": {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": 1, "maxSurge": 0}}, "revisionHistoryLimit": 10},
        id="a DaemonSet",
    ),
]


@pytest.mark.parametrize(("kind", "wanted"), _DEFAULTS)
def test_defaults(kind: Kind, wanted: Obj) -> None:
    spec = made(kind, _WORKLOAD)["spec"]
    assert {field: value for field, value in spec.items() if field not in ("selector", "template")} == wanted


def test_a_claim_of_a_stateful_set_is_a_whole_claim() -> None:
    sent = {"spec": {**_WORKLOAD["spec"], "volumeClaimTemplates": [{"metadata": {"name": "data"}}]}}
    assert made(STATEFULSETS, sent)["spec"]["volumeClaimTemplates"] == [
        {
            "apiVersion": "v1",
            "kind": "PersistentVolumeClaim",
            "metadata": {"name": "data"},
            "spec": {"resources": {}, "volumeMode": "Filesystem"},
            "status": {"phase": "Pending"},
        }
    ]


_CONTAINERS: Obj = {"containers": [{"name": "c", "image": "i:1"}]}


def _job(**spec: object) -> Obj:
    return {"spec": {"template": {"spec": {"restartPolicy": "Never", **_CONTAINERS}}, **spec}}


_JOB_DEFAULTS: Obj = {
    "parallelism": 1,
    "backoffLimit": 6,
    "completionMode": "NonIndexed",
    "suspend": False,
    "manualSelector": False,
    "podReplacementPolicy": "TerminatingOrFailed",
}
_POLICY: Obj = {"rules": [{"action": "Ignore", "onPodConditions": [{"type": "DisruptionTarget"}]}]}
_FILLED: Obj = {"rules": [{"action": "Ignore", "onPodConditions": [{"type": "DisruptionTarget", "status": "True"}]}]}
_JOBS = [
    pytest.param({}, {"completions": 1}, id="one pod, once"),
    pytest.param({"parallelism": 3}, {"parallelism": 3}, id="a queue of work has no number of completions"),
    pytest.param({"completions": 3}, {"completions": 3}, id="one after the other"),
    pytest.param(
        {"completionMode": "Indexed", "completions": 2, "backoffLimitPerIndex": 1},
        {"completionMode": "Indexed", "completions": 2, "backoffLimitPerIndex": 1, "backoffLimit": 2**31 - 1},
        id="each index has its own limit",
    ),
    pytest.param(
        {"podFailurePolicy": _POLICY},
        {"completions": 1, "podFailurePolicy": _FILLED, "podReplacementPolicy": "Failed"},
        id="a failure policy judges pods that have failed",
    ),
]


@pytest.mark.parametrize(("sent", "wanted"), _JOBS)
def test_defaults_of_a_job(sent: Obj, wanted: Obj) -> None:
    spec = made(JOBS, _job(**sent))["spec"]
    assert {field: value for field, value in spec.items() if field != "template"} == {**_JOB_DEFAULTS, **wanted}


def test_defaults_of_a_cron_job_leave_its_jobs_alone() -> None:
    spec = made(CRONJOBS, {"spec": {"schedule": "@daily", "jobTemplate": _job()}})["spec"]
    template = spec.pop("jobTemplate")["spec"]
    assert (spec, list(template), template["template"]["spec"]["schedulerName"]) == (
        {
            "schedule": "@daily",
            "concurrencyPolicy": "Allow",
            "suspend": False,
            "successfulJobsHistoryLimit": 3,
            "failedJobsHistoryLimit": 1,
        },
        ["template"],
        "default-scheduler",
    )


def test_a_job_labels_and_selects_its_pods_by_its_name_and_uid() -> None:
    job = stored(JOBS, _job())
    labels = {
        "job-name": "x",
        "batch.kubernetes.io/job-name": "x",
        "controller-uid": "uid-1",
        "batch.kubernetes.io/controller-uid": "uid-1",
    }
    selector = {"matchLabels": {"batch.kubernetes.io/controller-uid": "uid-1"}}
    assert (job["metadata"]["labels"], job["spec"]["template"]["metadata"]["labels"], job["spec"]["selector"]) == (labels, labels, selector)


def test_a_job_with_a_selector_made_by_hand_is_left_alone() -> None:
    by_hand: Obj = {"manualSelector": True, "selector": {"matchLabels": {"a": "b"}}}
    job = stored(JOBS, _job(**by_hand))
    assert (job["spec"]["selector"], job["spec"]["template"]["metadata"]) == ({"matchLabels": {"a": "b"}}, {})


def test_a_replication_controller_selects_what_it_makes() -> None:
    controller = made(REPLICATIONCONTROLLERS, {"spec": {"template": _TEMPLATE}})
    assert (controller["spec"]["selector"], controller["metadata"]["labels"], controller["spec"]["replicas"]) == ({"a": "b"}, {"a": "b"}, 1)


_STATUSES = [
    pytest.param(JOBS, _job(), {}, id="a Job has not run yet"),
    pytest.param(REPLICATIONCONTROLLERS, {"spec": {"template": _TEMPLATE}}, {"replicas": 0}, id="a ReplicationController has no replicas"),
    pytest.param(STATEFULSETS, _WORKLOAD, {"replicas": 0, "availableReplicas": 0}, id="a StatefulSet has no replicas yet"),
    pytest.param(
        DAEMONSETS,
        _WORKLOAD,
        {"currentNumberScheduled": 0, "numberMisscheduled": 0, "desiredNumberScheduled": 0, "numberReady": 0},
        id="a DaemonSet runs nowhere yet",
    ),
]


@pytest.mark.parametrize(("kind", "obj", "wanted"), _STATUSES)
def test_the_first_status(kind: Kind, obj: Obj, wanted: Obj) -> None:
    new = stored(kind, {**obj, "status": {"conditions": [{"type": "A", "status": "True"}]}})
    assert (new["status"], new["metadata"]["generation"]) == (wanted, 1)


def _change(obj: Obj, **spec: object) -> Obj:
    copy: Obj = orjson.loads(orjson.dumps(obj))
    copy["spec"].update(spec)
    return copy


_GENERATIONS = [
    pytest.param({}, 1, "1", id="nothing changed"),
    pytest.param({"minReadySeconds": 5}, 2, "1", id="its template did not change"),
    pytest.param({"template": {**_TEMPLATE, "metadata": {"labels": {"a": "b", "c": "d"}}}}, 2, "2", id="its template changed"),
]


@pytest.mark.parametrize(("changes", "generation", "counted"), _GENERATIONS)
def test_a_daemon_set_counts_the_changes_of_its_template(changes: Obj, generation: int, counted: str) -> None:
    old = stored(DAEMONSETS, _WORKLOAD)
    new = made(DAEMONSETS, _change(old, **changes))
    strategies[DAEMONSETS].prepare_for_update(new, old)
    assert (new["metadata"]["generation"], new["metadata"]["annotations"]) == (generation, {_COUNT: counted})


_NAME = (
    "metadata.name: this is used in Pod names and hostnames, which can result in surprising behavior; a DNS label is recommended: "
    "[must not contain dots]"
)
_GRACE: Obj = {"terminationGracePeriodSeconds": -1}
_ODD: Obj = {**_TEMPLATE, "spec": {**_TEMPLATE["spec"], **_GRACE}}
_ODD_GRACE = "spec.template.spec.terminationGracePeriodSeconds: must be >= 0; negative values are invalid and will be treated as 1"
_WARNINGS = [
    pytest.param(DEPLOYMENTS, {"metadata": {"name": "a.b"}, **_WORKLOAD}, [_NAME], id="a name that is no label"),
    pytest.param(DAEMONSETS, _change(_WORKLOAD, template=_ODD), [_ODD_GRACE], id="a template"),
    pytest.param(
        STATEFULSETS,
        _change(_WORKLOAD, revisionHistoryLimit=-1),
        ["spec.revisionHistoryLimit: a negative value retains all historical revisions; a value >= 0 is recommended"],
        id="a history without an end",
    ),
]


@pytest.mark.parametrize(("kind", "obj", "wanted"), _WARNINGS)
def test_warnings(kind: Kind, obj: Obj, wanted: list[str]) -> None:
    assert strategies[kind].warnings(made(kind, obj)) == wanted


@pytest.mark.parametrize(("generation", "wanted"), [(1, []), (2, [_ODD_GRACE])], ids=["only labels", "its spec"])
def test_a_template_is_warned_of_again_when_the_spec_has_changed(generation: int, wanted: list[str]) -> None:
    old = stored(DAEMONSETS, _change(_WORKLOAD, template=_ODD))
    new = {**old, "metadata": {**old["metadata"], "generation": generation}}
    assert strategies[DAEMONSETS].warnings_on_update(new, old) == wanted


_KEPT = (
    "child pods are preserved by default when jobs are deleted; set propagationPolicy=Background to remove them "
    "or set propagationPolicy=Orphan to suppress this warning"
)
_DELETIONS = [
    pytest.param(JOBS, Options(), ["orphan"], (_KEPT,), id="a Job keeps its pods, and says so"),
    pytest.param(JOBS, Options(propagation_policy="Orphan"), ["orphan"], (), id="a Job keeps its pods when asked to"),
    pytest.param(JOBS, Options(propagation_policy="Background"), None, (), id="a Job goes, and its pods after it"),
    pytest.param(REPLICATIONCONTROLLERS, Options(), ["orphan"], (), id="a ReplicationController keeps its pods"),
    pytest.param(STATEFULSETS, Options(), None, (), id="a StatefulSet does not"),
]
_SENT = {JOBS: _job(), REPLICATIONCONTROLLERS: {"spec": {"template": _TEMPLATE}}, STATEFULSETS: _WORKLOAD}


@pytest.mark.parametrize(("kind", "options", "finalizers", "warnings"), _DELETIONS)
def test_a_deletion(kind: Kind, options: Options, finalizers: list[str] | None, warnings: tuple[str, ...]) -> None:
    rig = Rig("default")
    rig.admin.create(kind, {"metadata": {"name": "x", "namespace": "default"}, **_SENT[kind]})
    response = rig.handler.serve(Request("delete", kind, "kubectl", Credentials(token=TOKEN), "default", "x", options=options))
    left = rig.store.get(kind.storage_key("default", "x"))
    assert (left.obj["metadata"].get("finalizers") if left else None, response.warnings) == (finalizers, warnings)


_CONTROLLER: Obj = {"spec": {"replicas": 2, "template": _TEMPLATE}}
_SCALES = [
    pytest.param(STATEFULSETS, {"spec": {**_WORKLOAD["spec"], "replicas": 2}}, id="a StatefulSet"),
    pytest.param(REPLICATIONCONTROLLERS, _CONTROLLER, id="a ReplicationController"),
]


@pytest.mark.parametrize(("kind", "sent"), _SCALES)
def test_a_scale_is_read_and_written(kind: Kind, sent: Obj) -> None:
    rig = Rig("default")
    rig.admin.create(kind, {"metadata": {"name": "x", "namespace": "default"}, **sent})
    before = rig.admin.get(kind, "x", "default", subresource="scale")
    rig.admin.update(kind, {**before, "spec": {"replicas": 5}}, subresource="scale")
    scaled = rig.admin.get(kind, "x", "default")
    assert (before["spec"], before["status"], scaled["spec"]["replicas"], scaled["metadata"]["generation"]) == (
        {"replicas": 2},
        {"replicas": 0, "selector": "a=b"},
        5,
        2,
    )


def test_a_disruption_budget_is_not_written_unseen() -> None:
    rig = Rig("default")
    budget: Obj = {"metadata": {"name": "x", "namespace": "default"}, "spec": {"selector": {"matchLabels": {"a": "b"}}}}
    rig.admin.create(PODDISRUPTIONBUDGETS, budget)
    with pytest.raises(ApiError) as refusal:
        rig.admin.update(PODDISRUPTIONBUDGETS, budget)
    unseen = "metadata.resourceVersion: Invalid value: 0: must be specified for an update"
    assert refusal.value.message == f'poddisruptionbudgets.policy "x" is invalid: {unseen}'
