"""Rules of storage classes, CSI's kinds and attachments, one by one: the faults that breaking each of them causes, and no other."""

from __future__ import annotations

import pytest

from cluster.apiserver.registry import strategies
from cluster.machinery.kinds.model import Kind
from cluster.machinery.kinds.storage import (
    CSIDRIVERS,
    CSINODES,
    CSISTORAGECAPACITIES,
    STORAGECLASSES,
    VOLUMEATTACHMENTS,
    VOLUMEATTRIBUTESCLASSES,
)
from cluster.machinery.meta import Obj
from tests.unit.apiserver.validation.judge import existing


def _driver(**spec: object) -> Obj:
    return {"spec": spec}


def _node(*drivers: Obj) -> Obj:
    return {"spec": {"drivers": list(drivers)}}


def _attachment(**spec: object) -> Obj:
    return {"spec": {"attacher": "csi.example.com", "nodeName": "n1", "source": {"persistentVolumeName": "v"}, **spec}}


_CREATED = [
    pytest.param(CSISTORAGECAPACITIES, {"storageClassName": "fast", "capacity": "1Gi"}, [], id="what a driver has left"),
    pytest.param(
        CSISTORAGECAPACITIES,
        {"storageClassName": "fast", "capacity": "-1", "nodeTopology": {"matchExpressions": [{"key": "zone", "operator": "In"}]}},
        [
            "nodeTopology.matchExpressions[0].values: Required value: must be specified when `operator` is 'In' or 'NotIn'",
            'capacity: Invalid value: "-1": must be greater than or equal to 0',
        ],
        id="less than nothing left, for no nodes",
    ),
    pytest.param(VOLUMEATTRIBUTESCLASSES, {"driverName": "csi.example.com", "parameters": {"iops": "1"}}, [], id="attributes of volumes"),
    pytest.param(
        VOLUMEATTRIBUTESCLASSES,
        {"driverName": ""},
        ["driverName: Required value", "parameters: Required value: must contain at least one key/value pair"],
        id="no attributes of no driver's volumes",
    ),
    pytest.param(STORAGECLASSES, {"provisioner": "example.com/nfs"}, [], id="a class"),
    pytest.param(
        STORAGECLASSES,
        {"reclaimPolicy": "Recycle", "volumeBindingMode": "Later", "allowedTopologies": [{"matchLabelExpressions": [{"key": "zone"}]}]},
        [
            "provisioner: Required value",
            'reclaimPolicy: Unsupported value: "Recycle": supported values: "Delete", "Retain"',
            'volumeBindingMode: Unsupported value: "Later": supported values: "Immediate", "WaitForFirstConsumer"',
            "allowedTopologies[0].matchLabelExpressions[0].values: Required value",
        ],
        id="a class of unknown words",
    ),
    pytest.param(CSIDRIVERS, _driver(), [], id="a driver"),
    pytest.param(
        CSIDRIVERS,
        _driver(
            fsGroupPolicy="All",
            volumeLifecycleModes=["Eternal"],
            nodeAllocatableUpdatePeriodSeconds=5,
            tokenRequests=[{"audience": "a", "expirationSeconds": 5}, {"audience": "a"}],
        ),
        [
            'spec.fsGroupPolicy: Unsupported value: "All": supported values: "File", "None", "ReadWriteOnceWithFSType"',
            "spec.tokenRequests[0].expirationSeconds: Invalid value: 5: may not specify a duration less than 10 minutes",
            'spec.tokenRequests[1].audience: Duplicate value: "a"',
            'spec.volumeLifecycleModes: Unsupported value: "Eternal": supported values: "Persistent", "Ephemeral"',
            "spec.nodeAllocatableUpdatePeriodSeconds: Invalid value: 5: must be greater than or equal to 10 seconds",
        ],
        id="a driver of unknown words",
    ),
    pytest.param(CSINODES, _node({"name": "csi.example.com", "nodeID": "n1"}), [], id="a node's drivers"),
    pytest.param(
        CSINODES,
        _node({"name": "d", "nodeID": ""}, {"name": "d", "nodeID": "n", "allocatable": {"count": -1}, "topologyKeys": ["a", "a"]}),
        [
            "spec.drivers[0].nodeID: Required value",
            "spec.drivers[1].allocatable.count: Invalid value: -1: must be greater than or equal to 0",
            'spec.drivers[1].name: Duplicate value: "d"',
            'spec.drivers[1]: Duplicate value: "a"',
        ],
        id="a node with one driver twice",
    ),
    pytest.param(
        CSINODES,
        _node({"name": "d", "nodeID": "n", "topologyKeys": ["zone", "/x"]}),
        ['spec.drivers[0]: Invalid value: ["zone","/x"]: prefix part must be non-empty'],
        id="a key of a topology is shown with the others",
    ),
    pytest.param(VOLUMEATTACHMENTS, _attachment(), [], id="an attachment"),
    pytest.param(
        VOLUMEATTACHMENTS,
        _attachment(source={}),
        ["spec.source: Required value: must specify exactly one of inlineVolumeSpec and persistentVolumeName"],
        id="an attachment of nothing",
    ),
    pytest.param(
        VOLUMEATTACHMENTS,
        _attachment(source={"inlineVolumeSpec": {"accessModes": ["ReadWriteOnce"], "hostPath": {"path": "/x"}}}),
        ["spec.source.inlineVolumeSpec.csi: Required value: has to be specified in the context of inline volumes"],
        id="an attachment of a directory",
    ),
]


@pytest.mark.parametrize(("kind", "obj", "faults"), _CREATED)
def test_an_object_to_be_created(kind: Kind, obj: Obj, faults: list[str]) -> None:
    assert [str(fault) for fault in strategies[kind].validate(existing(kind, obj))] == faults


_UPDATED = [
    pytest.param(
        CSISTORAGECAPACITIES,
        {"storageClassName": "fast", "nodeTopology": {"matchLabels": {"zone": "a"}}},
        {"storageClassName": "slow", "nodeTopology": {"matchLabels": {"zone": "b"}}},
        [
            'nodeTopology: Invalid value: {"matchLabels":{"zone":"b"}}: field is immutable',
            'storageClassName: Invalid value: "slow": field is immutable',
        ],
        id="what is left of something else",
    ),
    pytest.param(
        VOLUMEATTRIBUTESCLASSES,
        {"driverName": "csi.example.com", "parameters": {"iops": "1"}},
        {"driverName": "csi.example.com", "parameters": {"iops": "2"}},
        ["parameters: Forbidden: updates to parameters are forbidden."],
        id="other attributes",
    ),
    pytest.param(
        STORAGECLASSES,
        {"provisioner": "a/b"},
        {"provisioner": "a/c", "parameters": {"a": "b"}, "volumeBindingMode": "WaitForFirstConsumer"},
        [
            "parameters: Forbidden: updates to parameters are forbidden.",
            "provisioner: Forbidden: updates to provisioner are forbidden.",
            'volumeBindingMode: Invalid value: "WaitForFirstConsumer": field is immutable',
        ],
        id="a class makes other volumes",
    ),
    pytest.param(
        CSIDRIVERS,
        _driver(),
        _driver(attachRequired=False, podInfoOnMount=True),
        ["spec.attachedRequired: Invalid value: false: field is immutable"],
        id="a driver no longer attaches",
    ),
    pytest.param(
        CSINODES,
        _node({"name": "d", "nodeID": "n"}),
        _node({"name": "d", "nodeID": "m", "allocatable": {"count": 3}}),
        ['spec.drivers: Invalid value: {"Name":"d","NodeID":"m","TopologyKeys":null,"Allocatable":null}: field is immutable'],
        id="a driver calls its node something else",
    ),
    pytest.param(
        VOLUMEATTACHMENTS,
        _attachment(),
        _attachment(nodeName="n2"),
        [
            'spec: Invalid value: {"attacher":"csi.example.com","nodeName":"n2","source":{"persistentVolumeName":"v"}}: field is immutable',
        ],
        id="an attachment to another node",
    ),
]


@pytest.mark.parametrize(("kind", "before", "after", "faults"), _UPDATED)
def test_an_object_to_be_changed(kind: Kind, before: Obj, after: Obj, faults: list[str]) -> None:
    found = strategies[kind].validate_update(existing(kind, after), existing(kind, before))
    assert list(dict.fromkeys(str(fault).partition("\n")[0] for fault in found)) == faults


_WARNED = [
    pytest.param(
        STORAGECLASSES,
        {
            "provisioner": "a/b",
            "allowedTopologies": [{"matchLabelExpressions": [{"key": "failure-domain.beta.kubernetes.io/zone", "values": ["a"]}]}],
        },
        [
            "allowedTopologies[0].matchLabelExpressions[0].key: "
            'failure-domain.beta.kubernetes.io/zone is deprecated since v1.17; use "topology.kubernetes.io/zone" instead'
        ],
        id="an old class",
    ),
]


@pytest.mark.parametrize(("kind", "obj", "warnings"), _WARNED)
def test_warnings(kind: Kind, obj: Obj, warnings: list[str]) -> None:
    assert strategies[kind].warnings(existing(kind, obj)) == warnings
