"""What is particular about each kind: what a client may set, when the generation counts, how long a pod gets to end."""

from __future__ import annotations

import orjson
import pytest

from cluster.apiserver.registry import strategies
from cluster.apiserver.registry.qos import qos_class
from cluster.apiserver.request import Options
from cluster.apiserver.schema import decode
from cluster.machinery.kinds import KINDS
from cluster.machinery.kinds.apps import DEPLOYMENTS, REPLICASETS
from cluster.machinery.kinds.coordination import LEASES
from cluster.machinery.kinds.core import EVENTS, NAMESPACES, NODES, PODS
from cluster.machinery.kinds.model import Kind
from cluster.machinery.meta import Obj

_WORKLOAD: Obj = {
    "metadata": {"name": "web", "namespace": "default", "generation": 3},
    "spec": {"replicas": 2, "selector": {"matchLabels": {"app": "web"}}, "template": {"metadata": {"labels": {"app": "web"}}}},
    "status": {"replicas": 2},
}
_POD: Obj = {
    "metadata": {"name": "web", "namespace": "default", "generation": 3, "labels": {"a": "b"}},
    "spec": {"containers": [{"name": "c", "image": "i"}], "nodeName": "n1", "terminationGracePeriodSeconds": 30},
    "status": {"phase": "Running", "qosClass": "BestEffort"},
}
_NAMESPACE: Obj = {"metadata": {"name": "shop"}, "spec": {"finalizers": ["kubernetes"]}, "status": {"phase": "Active"}}
_NODE: Obj = {"metadata": {"name": "n1", "labels": {"a": "b"}}, "spec": {"podCIDR": "10.0.0.0/24"}, "status": {"capacity": {"cpu": "4"}}}


def _object(kind: Kind, source: Obj, **changes: Obj) -> Obj:
    """A decoded, defaulted object; ``changes`` are merged into its parts."""
    body: Obj = orjson.loads(orjson.dumps(source))
    for part, fields in changes.items():
        body.setdefault(part, {}).update(fields)
    decoded, _ = decode(kind, body)
    strategies[kind].default(decoded)
    return decoded


def test_every_kind_has_a_strategy_of_its_own() -> None:
    assert {kind: strategy.kind for kind, strategy in strategies.items()} == {kind: kind for kind in KINDS if kind.prefix}


_CREATED = [
    pytest.param(PODS, _POD, {"phase": "Pending", "qosClass": "BestEffort"}, 1, id="a pod starts Pending"),
    pytest.param(DEPLOYMENTS, _WORKLOAD, {}, 1, id="a Deployment starts without a status"),
    pytest.param(REPLICASETS, _WORKLOAD, {"replicas": 0}, 1, id="a ReplicaSet starts with no replicas"),
    pytest.param(NAMESPACES, {**_NAMESPACE, "status": {"phase": "Terminating"}}, {"phase": "Active"}, None, id="a Namespace starts Active"),
]


@pytest.mark.parametrize(("kind", "source", "status", "generation"), _CREATED)
def test_a_client_does_not_set_the_status_of_a_new_object(kind: Kind, source: Obj, status: Obj, generation: int | None) -> None:
    obj = _object(kind, source)
    strategies[kind].prepare_for_create(obj)
    assert (obj["status"], obj["metadata"].get("generation")) == (status, generation)


def test_a_node_arrives_with_its_status() -> None:
    node = _object(NODES, _NODE)
    strategies[NODES].prepare_for_create(node)
    assert (node["status"]["capacity"], node["status"]["allocatable"]) == ({"cpu": "4"}, {"cpu": "4"})


def test_a_namespace_is_held_by_its_finalizer() -> None:
    namespace = _object(NAMESPACES, {"metadata": {"name": "shop"}})
    strategies[NAMESPACES].prepare_for_create(namespace)
    assert namespace["spec"] == {"finalizers": ["kubernetes"]}


def test_a_gated_pod_says_what_it_waits_for() -> None:
    pod = _object(PODS, _POD, spec={"schedulingGates": [{"name": "a.b/c"}], "nodeName": ""})
    strategies[PODS].prepare_for_create(pod)
    (condition,) = pod["status"]["conditions"]
    assert (condition["type"], condition["status"], condition["reason"]) == ("PodScheduled", "False", "SchedulingGated")


_UPDATED = [
    pytest.param(DEPLOYMENTS, _WORKLOAD, {}, 3, id="nothing changed"),
    pytest.param(DEPLOYMENTS, _WORKLOAD, {"spec": {"replicas": 5}}, 4, id="a Deployment's spec"),
    pytest.param(DEPLOYMENTS, _WORKLOAD, {"metadata": {"annotations": {"a": "b"}}}, 4, id="a Deployment's annotations"),
    pytest.param(DEPLOYMENTS, _WORKLOAD, {"metadata": {"labels": {"a": "b"}}}, 3, id="a Deployment's labels"),
    pytest.param(REPLICASETS, _WORKLOAD, {"metadata": {"annotations": {"a": "b"}}}, 3, id="a ReplicaSet's annotations"),
    pytest.param(REPLICASETS, _WORKLOAD, {"spec": {"replicas": 5}}, 4, id="a ReplicaSet's spec"),
    pytest.param(PODS, _POD, {"spec": {"activeDeadlineSeconds": 5}}, 4, id="a pod's spec"),
    pytest.param(PODS, _POD, {"status": {"phase": "Failed"}}, 3, id="a status, which stays"),
]


@pytest.mark.parametrize(("kind", "source", "changes", "generation"), _UPDATED)
def test_the_generation_counts_what_a_controller_has_to_look_at(kind: Kind, source: Obj, changes: Obj, generation: int) -> None:
    old, new = _object(kind, source), _object(kind, source, **changes)
    strategies[kind].prepare_for_update(new, old)
    assert (new["metadata"]["generation"], new["status"]) == (generation, old["status"])


def test_the_finalizers_of_a_namespace_change_through_their_own_door() -> None:
    old, new = _object(NAMESPACES, _NAMESPACE), _object(NAMESPACES, _NAMESPACE, spec={"finalizers": []})
    strategies[NAMESPACES].prepare_for_update(new, old)
    assert new["spec"] == {"finalizers": ["kubernetes"]}


_STATUS_WRITES = [
    pytest.param(PODS, _POD, {"restartPolicy": "Never"}, {"new": "x"}, id="a pod"),
    pytest.param(DEPLOYMENTS, _WORKLOAD, {"replicas": 9}, None, id="a Deployment"),
    pytest.param(REPLICASETS, _WORKLOAD, {"replicas": 9}, {"new": "x"}, id="a ReplicaSet"),
    pytest.param(NODES, _NODE, {"unschedulable": True}, {"new": "x"}, id="a Node"),
    pytest.param(NAMESPACES, _NAMESPACE, {"finalizers": ["a.b/c"]}, {"new": "x", "kubernetes.io/metadata.name": "shop"}, id="a Namespace"),
]


@pytest.mark.parametrize(("kind", "source", "spec", "labels"), _STATUS_WRITES)
def test_a_write_of_the_status_changes_no_spec(kind: Kind, source: Obj, spec: Obj, labels: Obj | None) -> None:
    old, new = _object(kind, source), _object(kind, source, spec=spec, metadata={"labels": {"new": "x"}}, status={"conditions": []})
    strategies[kind].prepare_for_status_update(new, old)
    assert (new["spec"], new["metadata"].get("labels")) == (old["spec"], labels)


_ENDINGS = [
    pytest.param({}, {}, None, 30, id="as long as the pod wants"),
    pytest.param({}, {}, 5, 5, id="as long as was asked for"),
    pytest.param({}, {}, 0, 0, id="no time when none was asked for"),
    pytest.param({}, {}, -1, 1, id="a negative time is a second"),
    pytest.param({"nodeName": ""}, {}, None, 0, id="no time for a pod that is on no node"),
    pytest.param({}, {"phase": "Succeeded"}, None, 0, id="no time for a pod that has ended"),
]


@pytest.mark.parametrize(("spec", "status", "asked", "seconds"), _ENDINGS)
def test_a_pod_gets_time_to_end(spec: Obj, status: Obj, asked: int | None, seconds: int) -> None:
    pod = _object(PODS, _POD, spec=spec, status=status)
    assert strategies[PODS].graceful_seconds(pod, Options(grace_period_seconds=asked)) == seconds


def test_other_kinds_are_deleted_at_once() -> None:
    assert strategies[DEPLOYMENTS].graceful_seconds(_object(DEPLOYMENTS, _WORKLOAD), Options(grace_period_seconds=5)) is None


_SAME = {"cpu": "1", "memory": "1Gi"}
_QOS = [
    pytest.param([{}], "BestEffort", id="nothing said"),
    pytest.param([{"limits": _SAME, "requests": _SAME}], "Guaranteed", id="limited to what is requested"),
    pytest.param(
        [{"limits": _SAME, "requests": {"cpu": "1000m", "memory": "1024Mi"}}], "Guaranteed", id="the same amount written otherwise"
    ),
    pytest.param([{"limits": _SAME, "requests": {"cpu": "500m", "memory": "1Gi"}}], "Burstable", id="a limit above the request"),
    pytest.param([{"limits": {"cpu": "1"}, "requests": {"cpu": "1"}}], "Burstable", id="memory without a limit"),
    pytest.param([{"limits": _SAME, "requests": _SAME}, {}], "Burstable", id="one container that says nothing"),
    pytest.param([{"requests": {"cpu": "0"}}], "BestEffort", id="a request of nothing"),
    pytest.param([{"requests": {"example.com/gpu": "1"}}], "BestEffort", id="other resources do not count"),
]


@pytest.mark.parametrize(("resources", "wanted"), _QOS)
def test_the_quality_of_service_follows_from_requests_and_limits(resources: list[Obj], wanted: str) -> None:
    assert qos_class({"containers": [{"resources": each} for each in resources]}) == wanted


_FIELDS = [
    pytest.param(PODS, _POD, {"spec.nodeName": "n1", "status.phase": "Running", "spec.hostNetwork": "false"}, id="a pod by node and phase"),
    pytest.param(NODES, _NODE, {"metadata.name": "n1", "metadata.namespace": "", "spec.unschedulable": "false"}, id="a node"),
    pytest.param(NAMESPACES, _NAMESPACE, {"status.phase": "Active"}, id="a Namespace by its phase"),
    pytest.param(
        EVENTS,
        {
            "metadata": {"name": "e"},
            "involvedObject": {"kind": "Pod", "name": "web"},
            "reason": "Killing",
            "source": {"component": "kubelet"},
        },
        {"involvedObject.kind": "Pod", "involvedObject.name": "web", "reason": "Killing", "source": "kubelet", "type": ""},
        id="an Event by what it is about",
    ),
]


@pytest.mark.parametrize(("kind", "source", "wanted"), _FIELDS)
def test_objects_are_selected_by_their_fields(kind: Kind, source: Obj, wanted: Obj) -> None:
    fields = strategies[kind].selectable_fields(_object(kind, source))
    assert {key: fields[key] for key in wanted} == wanted
    assert set(fields) == strategies[kind].field_labels | {"metadata.name", "metadata.namespace"}


@pytest.mark.parametrize(
    ("kind", "creates", "overwrites"),
    [
        pytest.param(LEASES, True, False, id="a Lease is created by an update and never overwritten blindly"),
        pytest.param(EVENTS, True, True, id="an Event may be written anew"),
        pytest.param(PODS, False, True, id="a pod has to be created"),
    ],
)
def test_what_an_update_may_do(kind: Kind, creates: bool, overwrites: bool) -> None:
    strategy = strategies[kind]
    assert (strategy.allow_create_on_update, strategy.allow_unconditional_update) == (creates, overwrites)
