"""Rules one by one: the fault that breaking each of them causes, and no other."""

from __future__ import annotations

import pytest

from cluster.apiserver.registry import strategies
from cluster.apiserver.schema import decode
from cluster.machinery.kinds.apps import DEPLOYMENTS, REPLICASETS
from cluster.machinery.kinds.coordination import LEASES
from cluster.machinery.kinds.core import CONFIGMAPS, EVENTS, NAMESPACES, NODES, PODS
from cluster.machinery.kinds.model import Kind
from cluster.machinery.meta import Obj


def _faults(kind: Kind, obj: Obj) -> list[str]:
    decoded, _ = decode(kind, obj)
    decoded["metadata"].setdefault("name", "x")
    if kind.namespaced:
        decoded["metadata"].setdefault("namespace", "default")
    strategies[kind].default(decoded)
    return [str(fault) for fault in strategies[kind].validate(decoded)]


def _container(**fields: object) -> Obj:
    return {"name": "c", "image": "i", **fields}


def _pod(*containers: Obj, **spec: object) -> Obj:
    return {"spec": {"containers": list(containers) or [_container()], **spec}}


def _workload(**spec: object) -> Obj:
    template = {"metadata": {"labels": {"a": "b"}}, "spec": {"containers": [_container()]}}
    return {"spec": {"selector": {"matchLabels": {"a": "b"}}, "template": template, **spec}}


_FINE = [
    pytest.param(PODS, _pod(), id="a pod"),
    pytest.param(
        PODS,
        _pod(initContainers=[{"name": "i", "image": "i", "restartPolicy": "Always", "livenessProbe": {"exec": {"command": ["a"]}}}]),
        id="a sidecar with a probe",
    ),
    pytest.param(PODS, _pod(_container(lifecycle={"preStop": {"sleep": {"seconds": 5}}})), id="a short sleep before the end"),
    pytest.param(PODS, _pod(_container(ports=[{"containerPort": 80}]), hostNetwork=True), id="a port on the host's network"),
    pytest.param(DEPLOYMENTS, _workload(strategy={"type": "Recreate"}), id="a Deployment that recreates"),
    pytest.param(REPLICASETS, _workload(), id="a ReplicaSet"),
    pytest.param(NAMESPACES, {}, id="a Namespace"),
    pytest.param(NODES, {"status": {"capacity": {"cpu": "4", "example.com/gpu": "1"}}}, id="a Node"),
    pytest.param(EVENTS, {"involvedObject": {"kind": "Node", "name": "n1"}}, id="an Event about a node"),
    pytest.param(LEASES, {"spec": {"leaseDurationSeconds": 40}}, id="a Lease"),
    pytest.param(CONFIGMAPS, {"data": {"a.b_c-D": ""}, "metadata": {"finalizers": ["a.b/c"]}}, id="a ConfigMap"),
]


@pytest.mark.parametrize(("kind", "obj"), _FINE)
def test_what_keeps_the_rules_is_accepted(kind: Kind, obj: Obj) -> None:
    assert _faults(kind, obj) == []


_METADATA = [
    pytest.param({"labels": {"": "x"}}, ['metadata.labels: Invalid value: "": name part must be non-empty'], id="an empty key"),
    pytest.param({"labels": {"/a": "x"}}, ['metadata.labels: Invalid value: "/a": prefix part must be non-empty'], id="an empty prefix"),
    pytest.param(
        {"labels": {"k" * 64: "x"}},
        [f'metadata.labels: Invalid value: "{"k" * 64}": name part must be no more than 63 bytes'],
        id="a long key",
    ),
    pytest.param(
        {"annotations": {"a": "x" * 262144}}, ["metadata.annotations: Too long: may not be more than 262144 bytes"], id="large annotations"
    ),
    pytest.param({"annotations": {"UPPER.example.com/a": "x"}}, [], id="an annotation's key may be upper case"),
    pytest.param(
        {"generation": -1}, ["metadata.generation: Invalid value: -1: must be greater than or equal to 0"], id="a negative generation"
    ),
    pytest.param(
        {"finalizers": ["orphan", "foregroundDeletion"]},
        ['metadata.finalizers: Invalid value: ["orphan","foregroundDeletion"]: finalizer orphan and foregroundDeletion cannot be both set'],
        id="contradicting finalizers",
    ),
    pytest.param(
        {"ownerReferences": [{"apiVersion": "v1", "kind": "Event", "name": "e", "uid": "u"}]},
        [
            'metadata.ownerReferences: Invalid value: {"apiVersion":"v1","kind":"Event","name":"e","uid":"u"}: '
            "/v1, Kind=Event is disallowed from being an owner"
        ],
        id="an Event owns nothing",
    ),
]


@pytest.mark.parametrize(("meta", "faults"), _METADATA)
def test_metadata(meta: Obj, faults: list[str]) -> None:
    name_shape = "name part must consist of"
    assert [fault for fault in _faults(CONFIGMAPS, {"metadata": meta}) if name_shape not in fault] == faults


_REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"
_SPREAD = "spec.topologySpreadConstraints[0]"
_CONTAINER_RULES = [
    pytest.param(
        _container(image=" i "), ['image: Invalid value: " i ": must not have leading or trailing whitespace'], id="an image in blanks"
    ),
    pytest.param(
        _container(ports=[{"containerPort": 80, "name": "much-too-long-a-name"}]),
        ['ports[0].name: Invalid value: "much-too-long-a-name": must be no more than 15 characters'],
        id="a long port name",
    ),
    pytest.param(
        _container(ports=[{"containerPort": 80, "name": "a"}, {"containerPort": 81, "name": "a"}]),
        ['ports[1].name: Duplicate value: "a"'],
        id="two ports of one name",
    ),
    pytest.param(
        _container(ports=[{"containerPort": 80, "protocol": "ICMP"}]),
        ['ports[0].protocol: Unsupported value: "ICMP": supported values: "SCTP", "TCP", "UDP"'],
        id="an unknown protocol",
    ),
    pytest.param(_container(ports=[{}]), ["ports[0].containerPort: Required value"], id="a port without a number"),
    pytest.param(
        _container(env=[{"name": "A", "value": "x", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}}]),
        ['env[0].valueFrom: Invalid value: "": may not be specified when `value` is not empty'],
        id="a variable with two values",
    ),
    pytest.param(
        _container(env=[{"name": "A", "valueFrom": {"fieldRef": {"fieldPath": "spec.nope"}}}]),
        [
            'env[0].valueFrom.fieldRef.fieldPath: Invalid value: "spec.nope": '
            "error converting fieldPath: field label not supported: spec.nope"
        ],
        id="an unknown field",
    ),
    pytest.param(
        _container(envFrom=[{}]),
        ['envFrom[0]: Invalid value: "": must specify one of: `configMapRef` or `secretRef`'],
        id="variables from nowhere",
    ),
    pytest.param(
        _container(livenessProbe={}), ["livenessProbe: Required value: must specify a handler type"], id="a probe that does nothing"
    ),
    pytest.param(
        _container(livenessProbe={"tcpSocket": {"port": 0}}),
        ["livenessProbe.tcpSocket.port: Invalid value: 0: must be between 1 and 65535, inclusive"],
        id="a probe of no port",
    ),
    pytest.param(
        _container(readinessProbe={"exec": {"command": ["a"]}, "terminationGracePeriodSeconds": 5}),
        ["readinessProbe.terminationGracePeriodSeconds: Invalid value: 5: must not be set for readinessProbes"],
        id="a readiness probe ends nothing",
    ),
    pytest.param(
        _container(lifecycle={"preStop": {"sleep": {"seconds": 60}}}),
        ["lifecycle.preStop.sleep: Invalid value: 60: must be non-negative and less than terminationGracePeriodSeconds (30)"],
        id="a sleep beyond the end",
    ),
    pytest.param(
        _container(resources={"limits": {"hugepages-2Mi": "4Mi"}, "requests": {"hugepages-2Mi": "2Mi"}}),
        ['resources.requests: Invalid value: "2Mi": must be equal to hugepages-2Mi limit of 4Mi'],
        id="huge pages are not shared",
    ),
]


@pytest.mark.parametrize(("container", "faults"), _CONTAINER_RULES)
def test_containers(container: Obj, faults: list[str]) -> None:
    assert _faults(PODS, _pod(container)) == [f"spec.containers[0].{fault}" for fault in faults]


_POD_RULES = [
    pytest.param(
        {"initContainers": [_container()]},
        ['spec.initContainers[0].name: Duplicate value: "c"'],
        id="an init container of a container's name",
    ),
    pytest.param(
        {"initContainers": [{"name": "i", "image": "i", "readinessProbe": {"exec": {"command": ["a"]}}}]},
        ["spec.initContainers[0].readinessProbe: Forbidden: may not be set for init containers without restartPolicy=Always"],
        id="an init container with a probe",
    ),
    pytest.param(
        {"volumes": [{"name": "v", "secret": {}}]}, ["spec.volumes[0].secret.secretName: Required value"], id="a secret without a name"
    ),
    pytest.param({"volumes": [{"name": "v"}, {"name": "v"}]}, ['spec.volumes[1].name: Duplicate value: "v"'], id="two volumes of one name"),
    pytest.param(
        {"restartPolicy": "No"},
        ['spec.restartPolicy: Unsupported value: "No": supported values: "Always", "OnFailure", "Never"'],
        id="an unknown restart policy",
    ),
    pytest.param(
        {"dnsPolicy": "None"},
        ["spec.dnsConfig.nameservers: Required value: must provide at least one DNS nameserver when `dnsPolicy` is None"],
        id="no way to resolve names",
    ),
    pytest.param(
        {"tolerations": [{"key": "a", "operator": "Exists", "effect": "Never"}]},
        ['spec.tolerations[0].effect: Unsupported value: "Never": supported values: "NoSchedule", "PreferNoSchedule", "NoExecute"'],
        id="an unknown effect",
    ),
    pytest.param(
        {"schedulingGates": [{"name": "a"}, {"name": "a"}]},
        ['spec.schedulingGates[1].name: Duplicate value: "a"'],
        id="two gates of one name",
    ),
    pytest.param(
        {
            "affinity": {
                "podAffinity": {_REQUIRED: [{"topologyKey": "a", "labelSelector": {"matchExpressions": [{"key": "k", "operator": "In"}]}}]}
            }
        },
        [
            f"spec.affinity.podAffinity.{_REQUIRED}[0].labelSelector.matchExpressions[0].values: "
            "Required value: must be specified when `operator` is 'In' or 'NotIn'"
        ],
        id="one of no values",
    ),
    pytest.param(
        {
            "affinity": {
                "nodeAffinity": {
                    _REQUIRED: {"nodeSelectorTerms": [{"matchFields": [{"key": "metadata.uid", "operator": "In", "values": ["a"]}]}]}
                }
            }
        },
        [
            f"spec.affinity.nodeAffinity.{_REQUIRED}.nodeSelectorTerms[0].matchFields[0].key: "
            'Invalid value: "metadata.uid": not a valid field selector key'
        ],
        id="a field that cannot be asked for",
    ),
    pytest.param(
        {"topologySpreadConstraints": [{"maxSkew": 0, "topologyKey": "zone", "whenUnsatisfiable": "Maybe"}]},
        [
            f"{_SPREAD}.maxSkew: Invalid value: 0: must be greater than zero",
            f'{_SPREAD}.whenUnsatisfiable: Unsupported value: "Maybe": supported values: "DoNotSchedule", "ScheduleAnyway"',
        ],
        id="a spread that says nothing",
    ),
    pytest.param(
        {"ephemeralContainers": [{"name": "e", "image": "i"}]},
        ["spec.ephemeralContainers: Forbidden: cannot be set on create"],
        id="ephemeral containers come later",
    ),
]


@pytest.mark.parametrize(("spec", "faults"), _POD_RULES)
def test_pods(spec: Obj, faults: list[str]) -> None:
    assert _faults(PODS, _pod(**spec)) == faults


_ROLLING = "spec.strategy.rollingUpdate"
_PERCENT = (
    "a valid percent string must be a numeric string followed by an ending '%' "
    "(e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')"
)
_OTHERS = [
    pytest.param(
        DEPLOYMENTS,
        _workload(strategy={"rollingUpdate": {"maxUnavailable": "150%"}}),
        [f'{_ROLLING}.maxUnavailable: Invalid value: "150%": must not be greater than 100%'],
        id="more than all unavailable",
    ),
    pytest.param(
        DEPLOYMENTS,
        _workload(strategy={"rollingUpdate": {"maxSurge": "many"}}),
        [f'{_ROLLING}.maxSurge: Invalid value: "many": {_PERCENT}'],
        id="not a percentage",
    ),
    pytest.param(
        DEPLOYMENTS,
        _workload(strategy={"type": "Recreate", "rollingUpdate": {}}),
        [f"{_ROLLING}: Forbidden: may not be specified when strategy `type` is 'Recreate'"],
        id="Recreate does not roll",
    ),
    pytest.param(
        DEPLOYMENTS,
        _workload(replicas=-1),
        ["spec.replicas: Invalid value: -1: must be greater than or equal to 0"],
        id="fewer than no pods",
    ),
    pytest.param(
        REPLICASETS,
        _workload(selector={}),
        ["spec.selector: Invalid value: {}: empty selector is invalid for deployment"],
        id="a ReplicaSet that selects all",
    ),
    pytest.param(NODES, {"spec": {"taints": [{"key": "k"}]}}, ["metadata.taints[0].effect: Required value"], id="a taint without effect"),
    pytest.param(
        NODES,
        {"status": {"capacity": {"pods": "1500m"}}},
        [
            'status.capacity[pods]: Invalid value: "1500m": must be an integer',
            'status.allocatable[pods]: Invalid value: "1500m": must be an integer',
        ],
        id="half a pod",
    ),
    pytest.param(
        NAMESPACES,
        {"metadata": {"namespace": "default"}},
        ["metadata.namespace: Forbidden: not allowed on this type"],
        id="a Namespace in a namespace",
    ),
    pytest.param(
        EVENTS,
        {"metadata": {"name": ".."}, "involvedObject": {}},
        ["metadata.name: Invalid value: \"..\": may not be '..'"],
        id="an Event's name goes into a URL",
    ),
    pytest.param(
        EVENTS,
        {"eventTime": "2026-01-01T00:00:00Z", "involvedObject": {}, "action": "a", "reason": "r", "reportingComponent": "c"},
        ["reportingInstance: Required value"],
        id="a new Event says who reports it",
    ),
    pytest.param(
        LEASES,
        {"spec": {"leaseTransitions": -1}},
        ["spec.leaseTransitions: Invalid value: -1: must be greater than or equal to 0"],
        id="fewer than no transitions",
    ),
    pytest.param(
        CONFIGMAPS, {"data": {"a": "x" * 1024 * 1025}}, ["[]: Too long: may not be more than 1048576 bytes"], id="a large ConfigMap"
    ),
    pytest.param(
        CONFIGMAPS, {"data": {"..a": ""}}, ["data[..a]: Invalid value: \"..a\": must not start with '..'"], id="a key that would climb out"
    ),
]


@pytest.mark.parametrize(("kind", "obj", "faults"), _OTHERS)
def test_other_kinds(kind: Kind, obj: Obj, faults: list[str]) -> None:
    assert _faults(kind, obj) == faults
