"""Rules of Jobs and CronJobs: the faults that breaking each of them causes."""

from __future__ import annotations

import pytest

from cluster.machinery.kinds.batch import CRONJOBS, JOBS
from cluster.machinery.meta import Obj
from tests.unit.apiserver.validation.judge import faults, faults_of_change, faults_of_status

_NOT_NEGATIVE = "must be greater than or equal to 0"
_POD: Obj = {"restartPolicy": "Never", "containers": [{"name": "c", "image": "i:1"}]}


def _job(**spec: object) -> Obj:
    return {"spec": {"template": {"spec": _POD}, **spec}}


def _indexed(**spec: object) -> Obj:
    return {"completionMode": "Indexed", "completions": 5, **spec}


def _rule(**fields: object) -> Obj:
    return {"podFailurePolicy": {"rules": [{"action": "FailJob", **fields}]}}


_EXIT: Obj = {"operator": "In", "values": [1]}
_FIRST = "spec.podFailurePolicy.rules[0]"
_SUCCESS = "spec.successPolicy.rules[0]"

_JOBS = [
    pytest.param({}, [], id="a Job"),
    pytest.param(_indexed(backoffLimitPerIndex=1, maxFailedIndexes=2), [], id="an indexed Job"),
    pytest.param({**_rule(onExitCodes=_EXIT), "managedBy": "acme.io/queue"}, [], id="a Job that gives up early"),
    pytest.param(
        {"successPolicy": {"rules": []}},
        ['spec.successPolicy: Invalid value: {"Rules":[]}: requires indexed completion mode'],
        id="a success without rules and indexes",
    ),
    pytest.param(
        _rule(onExitCodes={"operator": "In"}),
        [f"{_FIRST}.onExitCodes.values: Invalid value: null: at least one value is required"],
        id="no exit codes at all",
    ),
    pytest.param(
        {"maxFailedIndexes": 1},
        [
            "spec.backoffLimitPerIndex: Required value: when maxFailedIndexes is specified",
            "spec.maxFailedIndexes: Invalid value: 1: requires indexed completion mode",
        ],
        id="failed indexes where there are none",
    ),
    pytest.param(
        {"completionMode": "Both"},
        ['spec.completionMode: Unsupported value: "Both": supported values: "NonIndexed", "Indexed"'],
        id="an unknown completion mode",
    ),
    pytest.param(
        {"completionMode": "Indexed", "parallelism": 100_001},
        [
            "spec.completions: Required value: when completion mode is Indexed",
            "spec.parallelism: Invalid value: 100001: must be less than or equal to 100000 when completion mode is Indexed",
        ],
        id="indexes without an end",
    ),
    pytest.param(
        _indexed(backoffLimitPerIndex=1, maxFailedIndexes=6),
        ["spec.maxFailedIndexes: Invalid value: 6: must be less than or equal to completions"],
        id="more failures than indexes",
    ),
    pytest.param(
        _indexed(completions=200_000, backoffLimitPerIndex=1, parallelism=20_000),
        [
            "spec.maxFailedIndexes: Required value: must be specified when completions is above 100000",
            "spec.parallelism: Invalid value: 20000: must be less than or equal to 10000 when completions are above 100000 "
            "and used with backoff limit per index",
        ],
        id="very many indexes",
    ),
    pytest.param({"managedBy": ""}, ["spec.managedBy: Required value"], id="managed by nobody"),
    pytest.param(
        {"managedBy": "queue"},
        ['spec.managedBy: Invalid value: "queue": must be a domain-prefixed path (such as "acme.io/foo")'],
        id="a manager without a domain",
    ),
    pytest.param(
        {"managedBy": f"a.io/{'x' * 60}"}, ["spec.managedBy: Too long: may not be more than 63 bytes"], id="a manager with a long name"
    ),
    pytest.param(
        _rule(onExitCodes={"operator": "In", "values": [2, 0, 2], "containerName": "other"}),
        [
            f'{_FIRST}.onExitCodes.containerName: Invalid value: "other": '
            "must be one of the container or initContainer names in the pod template",
            f"{_FIRST}.onExitCodes.values[1]: Invalid value: 0: must not be 0 for the In operator",
            f"{_FIRST}.onExitCodes.values[2]: Duplicate value: 2",
            f"{_FIRST}.onExitCodes.values: Invalid value: [2,0,2]: must be ordered",
        ],
        id="exit codes",
    ),
    pytest.param(
        _rule(action="Retry"),
        [
            f'{_FIRST}.action: Unsupported value: "Retry": supported values: "Count", "FailIndex", "FailJob", "Ignore"',
            f"{_FIRST}: Invalid value: specifying one of OnExitCodes and OnPodConditions is required",
        ],
        id="a rule about nothing",
    ),
    pytest.param(
        _rule(action="FailIndex", onExitCodes=_EXIT, onPodConditions=[{"type": "DisruptionTarget", "status": "Maybe"}]),
        [
            f'{_FIRST}.action: Invalid value: "FailIndex": requires the backoffLimitPerIndex to be set',
            f'{_FIRST}.onPodConditions[0].status: Unsupported value: "Maybe": supported values: "False", "True", "Unknown"',
            f"{_FIRST}: Invalid value: specifying both OnExitCodes and OnPodConditions is not supported",
        ],
        id="a rule about two things",
    ),
    pytest.param(
        {**_rule(onExitCodes=_EXIT), "podReplacementPolicy": "TerminatingOrFailed"},
        ['spec.podReplacementPolicy: Unsupported value: "TerminatingOrFailed": supported values: "Failed"'],
        id="pods replaced before anyone knows how they ended",
    ),
    pytest.param(
        {**_rule(onExitCodes=_EXIT), "template": {"spec": {**_POD, "restartPolicy": "OnFailure"}}},
        ['spec.template.spec.restartPolicy: Invalid value: "OnFailure": only "Never" is supported when podFailurePolicy is specified'],
        id="pods that restart before the Job can judge them",
    ),
    pytest.param(
        {"successPolicy": {"rules": [{"succeededCount": 1}]}},
        ['spec.successPolicy: Invalid value: {"Rules":[{"SucceededIndexes":null,"SucceededCount":1}]}: requires indexed completion mode'],
        id="a success policy without indexes",
    ),
    pytest.param(
        _indexed(successPolicy={}),
        ["spec.successPolicy.rules: Required value: at least one rules must be specified when the successPolicy is specified"],
        id="a success policy without rules",
    ),
    pytest.param(
        _indexed(successPolicy={"rules": [{"succeededCount": 9, "succeededIndexes": "0,2-3"}]}),
        [
            f"{_SUCCESS}.succeededCount: Invalid value: 9: must be less than or equal to 5 (the number of specified completions)",
            f"{_SUCCESS}.succeededCount: Invalid value: 9: must be less than or equal to 3 "
            "(the number of indexes in the specified succeededIndexes field)",
        ],
        id="more successes than indexes",
    ),
    pytest.param(
        _indexed(successPolicy={"rules": [{"succeededIndexes": "3,1"}]}),
        [
            f'{_SUCCESS}.succeededIndexes: Invalid value: "3,1": error parsing succeededIndexes: '
            "non-increasing order, previous: 3, current: 1"
        ],
        id="indexes that run back",
    ),
    pytest.param(
        {"template": {"metadata": {"labels": {"job-name": "other"}}, "spec": _POD}},
        [
            'spec.template.metadata.labels[job-name]: Invalid value: {"batch.kubernetes.io/controller-uid":"uid-1",'
            '"controller-uid":"uid-1","job-name":"other"}: must be \'x\'',
            "spec.template.metadata.labels[batch.kubernetes.io/job-name]: Required value: must be 'x'",
        ],
        id="the label of another Job",
    ),
    pytest.param(
        {"manualSelector": True},
        [
            "spec.selector: Required value",
            "spec.template.metadata.labels: Invalid value: null: `selector` does not match template `labels`",
        ],
        id="no selector made by hand",
    ),
]


@pytest.mark.parametrize(("spec", "wanted"), _JOBS)
def test_a_new_job(spec: Obj, wanted: list[str]) -> None:
    assert faults(JOBS, _job(**spec)) == wanted


def test_the_longest_host_name_of_an_indexed_job() -> None:
    named = {**_job(**_indexed()), "metadata": {"name": "x" * 62}}
    longest = f"will not able to create pod with invalid DNS label: {'x' * 62}-4"
    assert faults(JOBS, named) == [f'metadata.name: Invalid value: "{"x" * 62}": {longest}']


def _pods(**fields: object) -> Obj:
    labels = dict.fromkeys(("job-name", "batch.kubernetes.io/job-name"), "x")
    uids = dict.fromkeys(("controller-uid", "batch.kubernetes.io/controller-uid"), "uid-1")
    return {"template": {"metadata": {"labels": {**labels, **uids}}, "spec": {**_POD, **fields}}}


_DIRECTED: Obj = _pods(nodeSelector={"zone": "a"}, tolerations=[{"operator": "Exists"}])
_LARGER: Obj = _pods(containers=[{"name": "c", "image": "i:1", "resources": {"requests": {"cpu": "1"}}}])
_CHANGES = [
    pytest.param({}, {"parallelism": 3, "suspend": True, "activeDeadlineSeconds": 5}, [], id="what may change"),
    pytest.param({"completions": 1}, {"completions": 2}, ["spec.completions: Invalid value: 2: field is immutable"], id="completions"),
    pytest.param(_indexed(), {"completions": 9, "parallelism": 9}, [], id="an indexed Job is stretched"),
    pytest.param(
        _indexed(),
        {"completions": 9},
        ["spec.completions: Invalid value: 9: can only be modified in tandem with spec.parallelism"],
        id="an indexed Job is stretched on one side",
    ),
    pytest.param({"suspend": True}, _DIRECTED, [], id="a suspended Job is sent elsewhere"),
    pytest.param({"suspend": True}, _LARGER, [], id="a suspended Job gets more"),
    pytest.param({}, {"completionMode": None}, [], id="a default"),
    pytest.param(
        {"managedBy": "acme.io/queue"},
        {"managedBy": None},
        ['spec.managedBy: Invalid value: "null": field is immutable'],
        id="what is taken away is a nil pointer",
    ),
    pytest.param({}, {"parallelism": -1}, [f"spec.parallelism: Invalid value: -1: {_NOT_NEGATIVE}"], id="a fault is told once"),
    pytest.param(
        {"managedBy": "a.io/b"}, {"managedBy": "a.io/c"}, ['spec.managedBy: Invalid value: "a.io/c": field is immutable'], id="its manager"
    ),
]


@pytest.mark.parametrize(("spec", "changes", "wanted"), _CHANGES)
def test_a_changed_job(spec: Obj, changes: Obj, wanted: list[str]) -> None:
    assert faults_of_change(JOBS, _job(**spec), **changes) == wanted


@pytest.mark.parametrize(
    ("suspend", "changes", "field"),
    [
        pytest.param(False, _DIRECTED, "spec.template", id="a running Job is not sent elsewhere"),
        pytest.param(True, _pods(terminationGracePeriodSeconds=5), "spec.template.spec", id="a suspended Job runs what it was to run"),
    ],
)
def test_the_template_of_a_job_stays(suspend: bool, changes: Obj, field: str) -> None:
    (fault,) = faults_of_change(JOBS, _job(suspend=suspend), **changes)
    assert (fault.split(":")[0], fault.rpartition(": ")[2]) == (field, "field is immutable")


def _true(*conditions: str) -> list[Obj]:
    return [{"type": condition, "status": "True"} for condition in conditions]


_START, _END = "2026-01-01T00:00:00Z", "2026-01-01T00:01:00Z"
_DONE: Obj = {"conditions": _true("Complete", "SuccessCriteriaMet"), "startTime": _START, "completionTime": _END, "succeeded": 1}
_STATUSES = [
    pytest.param({}, {}, _DONE, [], id="complete"),
    pytest.param(
        {},
        {},
        {"active": -1, "ready": 0, "uncountedTerminatedPods": {"succeeded": ["", "a"], "failed": ["a"]}},
        [
            f"status.active: Invalid value: -1: {_NOT_NEGATIVE}",
            'status.uncountedTerminatedPods.succeeded[0]: Invalid value: "": must not be empty',
            'status.uncountedTerminatedPods.failed[0]: Duplicate value: "a"',
            "status.ready: Invalid value: 0: cannot set more ready pods than active",
        ],
        id="counts",
    ),
    pytest.param(
        {},
        {},
        {"conditions": _true("Complete", "Failed", "FailureTarget")},
        [
            "status.conditions: Invalid value: cannot set Complete=True and Failed=true conditions",
            "status.conditions: Invalid value: cannot set Complete=True and FailureTarget=true conditions",
            "status.completionTime: Required value: completionTime is required for Complete jobs",
            "status.conditions: Invalid value: cannot set Complete=True condition without the SuccessCriteriaMet=true condition",
            "status.startTime: Required value: startTime is required for finished job",
        ],
        id="complete and failed",
    ),
    pytest.param(
        {},
        {},
        {"conditions": _true("Failed"), "startTime": _START, "active": 1, "terminating": 1, "completionTime": _START},
        [
            f'status.completionTime: Invalid value: "{_START}": cannot set completionTime when there is no Complete=True condition',
            "status.conditions: Invalid value: cannot set Failed=True condition without the FailureTarget=true condition",
            "status.active: Invalid value: 1: active>0 is invalid for finished job",
            "status.terminating: Invalid value: 1: terminating>0 is invalid for finished job",
        ],
        id="failed too early",
    ),
    pytest.param(
        {},
        {},
        {"completedIndexes": "0", "failedIndexes": "0"},
        [
            'status.completedIndexes: Invalid value: "0": cannot set non-empty completedIndexes when non-indexed completion mode',
            'status.failedIndexes: Invalid value: "0": cannot set non-null failedIndexes when backoffLimitPerIndex is null',
            'status.failedIndexes: Invalid value: "0": failedIndexes and completedIndexes overlap at index: 0',
        ],
        id="indexes of a Job that has none",
    ),
    pytest.param(
        _indexed(backoffLimitPerIndex=1),
        {},
        {"completedIndexes": "0-2,x", "failedIndexes": "2-9"},
        [
            'status.completedIndexes: Invalid value: "0-2,x": error parsing completedIndexes: '
            'cannot convert string to integer for index: "x"',
            'status.failedIndexes: Invalid value: "2-9": error parsing failedIndexes: too large index: "9"',
        ],
        id="indexes that are none",
    ),
    pytest.param(
        {},
        {**_DONE, "failed": 3, "succeeded": 3},
        {"conditions": _true("SuccessCriteriaMet"), "startTime": _END, "failed": 2, "succeeded": 2},
        [
            "status.conditions: Invalid value: cannot disable the terminal Complete=True condition",
            "status.failed: Invalid value: 2: cannot decrease the failed counter",
            "status.succeeded: Invalid value: 2: cannot decrease the succeeded counter",
            "status.startTime: Required value: startTime cannot be removed for unsuspended job",
        ],
        id="what was said is taken back",
    ),
    pytest.param(
        _indexed(successPolicy={"rules": [{"succeededCount": 1}]}),
        {},
        {"conditions": _true("SuccessCriteriaMet", "FailureTarget")},
        ["status.conditions: Invalid value: cannot set SuccessCriteriaMet=True and FailureTarget=true conditions"],
        id="success and failure",
    ),
]


@pytest.mark.parametrize(("spec", "before", "status", "wanted"), _STATUSES)
def test_a_status(spec: Obj, before: Obj, status: Obj, wanted: list[str]) -> None:
    assert faults_of_status(JOBS, _job(**spec), status, before) == wanted


def _cron(**spec: object) -> Obj:
    return {"spec": {"schedule": "*/5 * * * *", "jobTemplate": _job(), **spec}}


_CRON = [
    pytest.param({}, [], id="a CronJob"),
    pytest.param({"timeZone": "Asia/Seoul"}, [], id="a time zone"),
    pytest.param({"schedule": ""}, ["spec.schedule: Required value"], id="no schedule"),
    pytest.param(
        {"schedule": "* * *"}, ['spec.schedule: Invalid value: "* * *": expected exactly 5 fields, found 3: [* * *]'], id="too short"
    ),
    pytest.param(
        {"schedule": "CRON_TZ=Mars/Base * * * * *"},
        [
            'spec.schedule: Invalid value: "CRON_TZ=Mars/Base * * * * *": provided bad location Mars/Base: unknown time zone Mars/Base',
            'spec.schedule: Invalid value: "CRON_TZ=Mars/Base * * * * *": cannot use TZ or CRON_TZ in schedule, use timeZone field instead',
        ],
        id="no such zone before a schedule",
    ),
    pytest.param({"timeZone": ""}, ['spec.timeZone: Invalid value: "": timeZone must be nil or non-empty string'], id="no time zone"),
    pytest.param({"timeZone": "Mars/Base"}, ['spec.timeZone: Invalid value: "Mars/Base": unknown time zone Mars/Base'], id="no such zone"),
    pytest.param({"timeZone": "../etc"}, ['spec.timeZone: Invalid value: "../etc": unknown time zone ../etc'], id="a path"),
    pytest.param(
        {"timeZone": "Local"},
        ['spec.timeZone: Invalid value: "Local": timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones'],
        id="whatever zone the server is in",
    ),
    pytest.param(
        {"startingDeadlineSeconds": -1, "successfulJobsHistoryLimit": -2, "failedJobsHistoryLimit": -3},
        [
            f"spec.startingDeadlineSeconds: Invalid value: -1: {_NOT_NEGATIVE}",
            f"spec.successfulJobsHistoryLimit: Invalid value: -2: {_NOT_NEGATIVE}",
            f"spec.failedJobsHistoryLimit: Invalid value: -3: {_NOT_NEGATIVE}",
        ],
        id="negative numbers",
    ),
    pytest.param(
        {"jobTemplate": _job(selector={"matchLabels": {"a": "b"}}, manualSelector=True)},
        [
            'spec.jobTemplate.spec.selector: Invalid value: {"matchLabels":{"a":"b"}}: `selector` will be auto-generated',
            'spec.jobTemplate.spec.manualSelector: Unsupported value: true: supported values: "nil", "false"',
        ],
        id="a selector for Jobs to come",
    ),
]


@pytest.mark.parametrize(("spec", "wanted"), _CRON)
def test_a_new_cron_job(spec: Obj, wanted: list[str]) -> None:
    assert faults(CRONJOBS, _cron(**spec)) == wanted


def test_the_name_of_a_cron_job_leaves_room_for_the_minute() -> None:
    named = {**_cron(), "metadata": {"name": "x" * 53}}
    assert faults(CRONJOBS, named) == [f'metadata.name: Invalid value: "{"x" * 53}": must be no more than 52 characters']
