"""What is particular about kinds that run pods: first statuses, counted generations, warnings, what a deletion leaves behind."""

from __future__ import annotations

import orjson
import pytest

from cluster.apiserver.registry import strategies
from cluster.machinery.kinds.apps import DAEMONSETS, DEPLOYMENTS, STATEFULSETS
from cluster.machinery.kinds.model import Kind
from cluster.machinery.meta import Obj
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
            "updateStrategy": {"type": "RollingUpdate", "rollingUpdate": {"partition": 0, "maxUnavailable": 1}},
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


_STATUSES = [
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
