"""Rules of StatefulSets, DaemonSets and ControllerRevisions: the faults that breaking each of them causes."""

from __future__ import annotations

import pytest

from cluster.apiserver.registry import strategies
from cluster.machinery.kinds.apps import CONTROLLERREVISIONS, DAEMONSETS, DEPLOYMENTS, REPLICASETS, STATEFULSETS
from cluster.machinery.kinds.model import Kind
from cluster.machinery.meta import Obj
from tests.unit.apiserver.validation.judge import faults, faults_of_change, faults_of_status, stored

_CONTAINER: Obj = {"name": "c", "image": "i:1"}
_TEMPLATE: Obj = {"metadata": {"labels": {"a": "b"}}, "spec": {"containers": [_CONTAINER]}}
_NOT_NEGATIVE = "must be greater than or equal to 0"
_PERCENT = (
    "a valid percent string must be a numeric string followed by an ending '%' "
    "(e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')"
)
_LABEL = (
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric "
    "character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')"
)


_CLAIM: Obj = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}


def _workload(**spec: object) -> Obj:
    merged = {"selector": {"matchLabels": {"a": "b"}}, "template": _TEMPLATE, **spec}
    return {"spec": {field: value for field, value in merged.items() if value is not None}}


def _pods(**fields: object) -> Obj:
    return {**_TEMPLATE, "spec": {**_TEMPLATE["spec"], **fields}}


def _rolling(**fields: object) -> Obj:
    return {"updateStrategy": {"rollingUpdate": fields}}


_CREATED = [
    pytest.param(STATEFULSETS, {}, [], id="a StatefulSet"),
    pytest.param(DAEMONSETS, {}, [], id="a DaemonSet"),
    pytest.param(
        STATEFULSETS,
        {
            "volumeClaimTemplates": [{"metadata": {"name": "data"}, "spec": _CLAIM}],
            "template": _pods(containers=[{**_CONTAINER, "volumeMounts": [{"name": "data", "mountPath": "/data"}]}]),
        },
        [],
        id="a claim of a StatefulSet is a volume",
    ),
    pytest.param(
        STATEFULSETS,
        {"podManagementPolicy": "Both"},
        ["spec.podManagementPolicy: Invalid value: \"Both\": must be 'OrderedReady' or 'Parallel'"],
        id="an unknown order of pods",
    ),
    pytest.param(
        STATEFULSETS,
        {"updateStrategy": {"type": "OnDelete", "rollingUpdate": {"partition": 1}}},
        [
            'spec.updateStrategy.rollingUpdate: Invalid value: {"Partition":1,"MaxUnavailable":null}: '
            "only allowed for updateStrategy 'RollingUpdate'"
        ],
        id="a rolling update of a StatefulSet whose pods are updated when they are deleted",
    ),
    pytest.param(
        STATEFULSETS,
        {"persistentVolumeClaimRetentionPolicy": {"whenDeleted": "Keep"}},
        ['spec.persistentVolumeClaimRetentionPolicy.whenDeleted: Unsupported value: "Keep": supported values: "Retain", "Delete"'],
        id="an unknown retention of claims",
    ),
    pytest.param(
        STATEFULSETS,
        {"replicas": -1, "minReadySeconds": -2, "ordinals": {"start": -3}},
        [
            f"spec.replicas: Invalid value: -1: {_NOT_NEGATIVE}",
            f"spec.minReadySeconds: Invalid value: -2: {_NOT_NEGATIVE}",
            f"spec.ordinals.start: Invalid value: -3: {_NOT_NEGATIVE}",
        ],
        id="negative numbers of a StatefulSet",
    ),
    pytest.param(STATEFULSETS, {"serviceName": "A"}, [f'spec.serviceName: Invalid value: "A": {_LABEL}'], id="no name of a Service"),
    pytest.param(
        STATEFULSETS,
        {
            "volumeClaimTemplates": [
                {"metadata": {"name": "data"}, "spec": _CLAIM},
                {"metadata": {"name": "logs"}, "spec": {**_CLAIM, "accessModes": ["ReadOften"], "resources": {}}},
                {"metadata": {"name": "more"}},
            ],
            "replicas": -1,
            "serviceName": "A",
        },
        [
            'spec.volumeClaimTemplates[1].spec.accessModes: Unsupported value: "ReadOften": supported values: '
            '"ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"',
            "spec.volumeClaimTemplates[1].spec.resources[storage]: Required value",
            "spec.volumeClaimTemplates[2].spec.accessModes: Required value: at least 1 access mode is required",
            "spec.volumeClaimTemplates[2].spec.resources[storage]: Required value",
            f"spec.replicas: Invalid value: -1: {_NOT_NEGATIVE}",
            f'spec.serviceName: Invalid value: "A": {_LABEL}',
        ],
        id="claims of a StatefulSet that no volume is for",
    ),
    pytest.param(
        DEPLOYMENTS,
        {"selector": {"matchExpressions": [{"values": ["b"], "operator": "Like", "key": "a"}], "matchLabels": {"c": "d", "a": "b"}}},
        [
            'spec.selector.matchExpressions[0].operator: Invalid value: "Like": not a valid selector operator',
            'spec.selector: Invalid value: {"matchLabels":{"a":"b","c":"d"},'
            '"matchExpressions":[{"key":"a","operator":"Like","values":["b"]}]}: invalid label selector',
        ],
        id="a selector with its fields in declared order",
    ),
    pytest.param(
        STATEFULSETS,
        {"selector": {"matchExpressions": [{"key": "a", "operator": "In"}]}},
        [
            "spec.selector.matchExpressions[0].values: Required value: must be specified when `operator` is 'In' or 'NotIn'",
            'spec.selector: Invalid value: {"matchExpressions":[{"key":"a","operator":"In"}]}',
        ],
        id="a selector that a StatefulSet only shows",
    ),
    pytest.param(
        DEPLOYMENTS,
        {"strategy": {"rollingUpdate": {"maxSurge": "10", "maxUnavailable": 0}}},
        [f'spec.strategy.rollingUpdate.maxSurge: Invalid value: "10": {_PERCENT}'],
        id="a number in quotes counts, and is no percentage",
    ),
    pytest.param(
        STATEFULSETS,
        {"selector": {}},
        ["spec.selector: Invalid value: {}: empty selector is invalid for statefulset"],
        id="a StatefulSet that selects everything",
    ),
    pytest.param(
        STATEFULSETS,
        {"selector": None},
        [
            "spec.selector: Required value",
            'spec.template.metadata.labels: Invalid value: {"a":"b"}: `selector` does not match template `labels`',
        ],
        id="a StatefulSet without a selector",
    ),
    pytest.param(
        STATEFULSETS,
        {"template": _pods(restartPolicy="Never", activeDeadlineSeconds=5)},
        [
            'spec.template.spec.restartPolicy: Unsupported value: "Never": supported values: "Always"',
            "spec.template.spec.activeDeadlineSeconds: Forbidden: activeDeadlineSeconds in StatefulSet is not Supported",
        ],
        id="pods of a StatefulSet that end",
    ),
    pytest.param(
        DAEMONSETS,
        {"selector": None},
        ['spec.template.metadata.labels: Invalid value: {"a":"b"}: `selector` does not match template `labels`'],
        id="a DaemonSet without a selector",
    ),
    pytest.param(
        DAEMONSETS,
        {"selector": {}},
        ["spec.selector: Invalid value: {}: empty selector is invalid for daemonset"],
        id="a DaemonSet that selects everything",
    ),
    pytest.param(
        DAEMONSETS,
        {"updateStrategy": {"type": "Recreate"}},
        ['spec.updateStrategy: Unsupported value: {"Type":"Recreate","RollingUpdate":null}: supported values: "RollingUpdate", "OnDelete"'],
        id="an unknown update of a DaemonSet",
    ),
    pytest.param(
        DAEMONSETS,
        _rolling(maxUnavailable="x", maxSurge="101%"),
        [
            f'spec.updateStrategy.rollingUpdate.maxUnavailable: Invalid value: "x": {_PERCENT}',
            'spec.updateStrategy.rollingUpdate.maxSurge: Invalid value: "101%": must not be greater than 100%',
        ],
        id="amounts of a DaemonSet's pods that are none",
    ),
    pytest.param(
        DAEMONSETS,
        _rolling(maxUnavailable=0, maxSurge=0),
        ["spec.updateStrategy.rollingUpdate.maxUnavailable: Required value: cannot be 0 when maxSurge is 0"],
        id="a DaemonSet that cannot move",
    ),
    pytest.param(
        DAEMONSETS,
        {"minReadySeconds": -1, "revisionHistoryLimit": -1},
        [
            f"spec.minReadySeconds: Invalid value: -1: {_NOT_NEGATIVE}",
            f"spec.revisionHistoryLimit: Invalid value: -1: {_NOT_NEGATIVE}",
        ],
        id="negative numbers of a DaemonSet",
    ),
    pytest.param(
        REPLICASETS,
        {"selector": {}},
        ["spec.selector: Invalid value: {}: empty selector is invalid for deployment"],
        id="a ReplicaSet that selects everything",
    ),
    pytest.param(
        DEPLOYMENTS,
        {"template": _pods(activeDeadlineSeconds=5)},
        ["spec.template.spec.activeDeadlineSeconds: Forbidden: activeDeadlineSeconds in ReplicaSet is not Supported"],
        id="pods of a Deployment with a deadline",
    ),
]


@pytest.mark.parametrize(("kind", "spec", "wanted"), _CREATED)
def test_a_new_workload(kind: Kind, spec: Obj, wanted: list[str]) -> None:
    assert faults(kind, _workload(**spec)) == wanted


_AMOUNTS = [
    pytest.param(0, "0: cannot be 0", id="none"),
    pytest.param("120%", '"120%": must not be greater than 100%', id="more than all"),
]


@pytest.mark.parametrize(("amount", "complaint"), _AMOUNTS)
def test_how_many_pods_of_a_stateful_set_are_away_at_once(amount: object, complaint: str) -> None:
    old, new = (stored(STATEFULSETS, _workload()) for _ in range(2))
    new["spec"]["updateStrategy"]["rollingUpdate"]["maxUnavailable"] = amount
    complaints = [str(fault) for fault in strategies[STATEFULSETS].validate_update(new, old)]
    assert complaints == [f"spec.updateStrategy.rollingUpdate.maxUnavailable: Invalid value: {complaint}"]


def test_the_name_of_a_stateful_set_is_part_of_host_names() -> None:
    named = {**_workload(), "metadata": {"name": "a.b"}}
    assert faults(STATEFULSETS, named) == ['metadata.name: Invalid value: "a.b": must not contain dots']


_ONLY = (
    "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', "
    "'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden"
)
_CHANGED = [
    pytest.param(STATEFULSETS, {"replicas": 5, "minReadySeconds": 3, "revisionHistoryLimit": 1}, [], id="what of a StatefulSet may change"),
    pytest.param(STATEFULSETS, {"serviceName": "Not_A_Label"}, [f"spec: Forbidden: {_ONLY}"], id="the Service of a StatefulSet"),
    pytest.param(
        DAEMONSETS,
        {"selector": {"matchLabels": {"q": "b"}}},
        [
            'spec.template.metadata.labels: Invalid value: {"a":"b"}: `selector` does not match template `labels`',
            'spec.selector: Invalid value: {"matchLabels":{"q":"b"}}: field is immutable',
        ],
        id="the selector of a DaemonSet",
    ),
]


@pytest.mark.parametrize(("kind", "changes", "wanted"), _CHANGED)
def test_a_changed_workload(kind: Kind, changes: Obj, wanted: list[str]) -> None:
    assert faults_of_change(kind, _workload(), **changes) == wanted


def test_a_bad_template_does_not_hold_back_what_is_better() -> None:
    bad = _workload(template={**_TEMPLATE, "spec": {"containers": []}})
    assert faults_of_change(STATEFULSETS, bad, replicas=3) == []


_STATUSES = [
    pytest.param(
        STATEFULSETS,
        {"replicas": 1, "readyReplicas": 2, "availableReplicas": 3, "currentReplicas": -1, "collisionCount": 1},
        [
            f"status.currentReplicas: Invalid value: -1: {_NOT_NEGATIVE}",
            "status.readyReplicas: Invalid value: 2: cannot be greater than status.replicas",
            "status.availableReplicas: Invalid value: 3: cannot be greater than status.replicas",
            "status.availableReplicas: Invalid value: 3: cannot be greater than status.readyReplicas",
            "status.collisionCount: Invalid value: 1: cannot be decremented",
        ],
        id="a StatefulSet",
    ),
    pytest.param(
        DAEMONSETS,
        {"currentNumberScheduled": -1, "numberMisscheduled": 0, "desiredNumberScheduled": 1, "numberReady": 3, "numberUnavailable": -2},
        [
            f"status.currentNumberScheduled: Invalid value: -1: {_NOT_NEGATIVE}",
            f"status.numberUnavailable: Invalid value: -2: {_NOT_NEGATIVE}",
            "status.collisionCount: Invalid value: 0: cannot be decremented",
        ],
        id="a DaemonSet",
    ),
]


@pytest.mark.parametrize(("kind", "status", "wanted"), _STATUSES)
def test_a_status(kind: Kind, status: Obj, wanted: list[str]) -> None:
    assert faults_of_status(kind, _workload(), status, before={"collisionCount": 2}) == wanted


_REVISIONS = [
    pytest.param({"data": {"a": 1}, "revision": 1}, [], id="a ControllerRevision"),
    pytest.param({"revision": -1}, ["data: Required value: data is mandatory", f"revision: Invalid value: -1: {_NOT_NEGATIVE}"], id="none"),
]


@pytest.mark.parametrize(("revision", "wanted"), _REVISIONS)
def test_a_controller_revision(revision: Obj, wanted: list[str]) -> None:
    assert faults(CONTROLLERREVISIONS, revision) == wanted
