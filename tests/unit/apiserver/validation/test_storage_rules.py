"""Rules of volumes, claims and what belongs to them, one by one: the faults that breaking each of them causes, and no other."""

from __future__ import annotations

import orjson
import pytest

from cluster.apiserver.registry import strategies
from cluster.apiserver.schema import decode
from cluster.machinery.kinds.core import PERSISTENTVOLUMECLAIMS, PERSISTENTVOLUMES
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

_META: Obj = {"name": "x", "uid": "u", "resourceVersion": "1", "creationTimestamp": "2026-01-01T00:00:00Z"}


def _decoded(kind: Kind, obj: Obj) -> Obj:
    """A decoded, defaulted object, named where it is not."""
    body: Obj = orjson.loads(orjson.dumps({**obj, "metadata": {**_META, **obj.get("metadata", {})}}))
    if kind.namespaced:
        body["metadata"]["namespace"] = "default"
    decoded, _ = decode(kind, body)
    strategies[kind].default(decoded)
    return decoded


def _volume(*without: str, **spec: object) -> Obj:
    full = {"capacity": {"storage": "1Gi"}, "accessModes": ["ReadWriteOnce"], "hostPath": {"path": "/x"}, **spec}
    return {"spec": {field: value for field, value in full.items() if field not in without}}


def _claim(phase: str = "Pending", **spec: object) -> Obj:
    return {
        "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "2Gi"}}, **spec},
        "status": {"phase": phase, "capacity": {"storage": "1Gi"}},
    }


def _driver(**spec: object) -> Obj:
    return {"spec": spec}


def _node(*drivers: Obj) -> Obj:
    return {"spec": {"drivers": list(drivers)}}


def _attachment(**spec: object) -> Obj:
    return {"spec": {"attacher": "csi.example.com", "nodeName": "n1", "source": {"persistentVolumeName": "v"}, **spec}}


_HERE, _CSI = "spec", {"driver": "csi.example.com", "volumeHandle": "h"}
_ZONES = {"nodeSelectorTerms": [{"matchExpressions": [{"key": "zone", "operator": "In", "values": ["a"]}]}]}
_MODES = '"ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"'
_CREATED = [
    pytest.param(PERSISTENTVOLUMES, _volume(), [], id="a volume"),
    pytest.param(PERSISTENTVOLUMES, _volume("hostPath", local={"path": "/x"}, nodeAffinity={"required": _ZONES}), [], id="a local volume"),
    pytest.param(
        PERSISTENTVOLUMES,
        _volume("hostPath", local={"path": "/x"}),
        ["spec.nodeAffinity: Required value: Local volume requires node affinity"],
        id="a local volume of no node",
    ),
    pytest.param(
        PERSISTENTVOLUMES,
        _volume("accessModes", "capacity"),
        [
            "spec.accessModes: Required value",
            "spec.capacity: Required value",
            'spec.capacity: Unsupported value: null: supported values: "storage"',
        ],
        id="a volume of nothing for nobody",
    ),
    pytest.param(
        PERSISTENTVOLUMES,
        _volume(accessModes=["ReadWriteOncePod", "ReadOnlyMany", "Anything"]),
        [
            f'spec.accessModes: Unsupported value: "Anything": supported values: {_MODES}',
            "spec.accessModes: Forbidden: may not use ReadWriteOncePod with other access modes",
        ],
        id="a mode for one pod beside others",
    ),
    pytest.param(
        PERSISTENTVOLUMES,
        _volume(capacity={"storage": "0"}),
        ['spec.capacity[storage]: Invalid value: "0": must be greater than zero'],
        id="an empty volume",
    ),
    pytest.param(
        PERSISTENTVOLUMES,
        _volume(nfs={"server": "s", "path": "/x"}),
        ["spec.nfs: Forbidden: may not specify more than 1 volume type"],
        id="a volume in two places",
    ),
    pytest.param(
        PERSISTENTVOLUMES,
        _volume(hostPath={"path": "/"}, persistentVolumeReclaimPolicy="Recycle"),
        ["spec.persistentVolumeReclaimPolicy: Forbidden: may not be 'recycle' for a hostPath mount of '/'"],
        id="a machine wiped clean",
    ),
    pytest.param(
        PERSISTENTVOLUMES,
        _volume("hostPath", csi={"driver": "a" * 64, "nodePublishSecretRef": {"name": "s"}}),
        [
            "spec.csi.driver: Too long: may not be more than 63 bytes",
            "spec.csi.volumeHandle: Required value",
            "spec.csi.nodePublishSecretRef.namespace: Required value",
        ],
        id="a CSI volume without a handle",
    ),
    pytest.param(
        PERSISTENTVOLUMES,
        _volume("hostPath", iscsi={"targetPortal": "p", "iqn": "iqn.bad", "lun": 300, "chapAuthSession": True}),
        [
            'spec.iscsi.iqn: Invalid value: "iqn.bad": must be valid format',
            "spec.iscsi.lun: Invalid value: 300: must be between 0 and 255, inclusive",
            "spec.iscsi.secretRef: Required value",
        ],
        id="an iSCSI volume with bad names",
    ),
    pytest.param(
        PERSISTENTVOLUMES,
        _volume(volumeAttributesClassName="gold"),
        ["spec.csi: Required value: has to be specified when using volumeAttributesClassName"],
        id="attributes that only a driver knows",
    ),
    pytest.param(PERSISTENTVOLUMECLAIMS, _claim(), [], id="a claim"),
    pytest.param(
        PERSISTENTVOLUMECLAIMS,
        {"spec": {}},
        ["spec.accessModes: Required value: at least 1 access mode is required", "spec.resources[storage]: Required value"],
        id="a claim to nothing",
    ),
    pytest.param(
        PERSISTENTVOLUMECLAIMS,
        _claim(dataSource={"kind": "PersistentVolumeClaim", "name": "a"}, dataSourceRef={"kind": "PersistentVolumeClaim", "name": "b"}),
        ["spec: Invalid value: {}: must match dataSourceRef"],
        id="two sources of data",
    ),
    pytest.param(
        PERSISTENTVOLUMECLAIMS,
        _claim(dataSourceRef={"kind": "Pod"}),
        [
            "spec.dataSourceRef.name: Required value",
            "spec.dataSourceRef: Invalid value: \"Pod\": must be 'PersistentVolumeClaim' when referencing the default apiGroup",
        ],
        id="data from a pod",
    ),
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
    assert [str(fault) for fault in strategies[kind].validate(_decoded(kind, obj))] == faults


_FROZEN = "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims"
_SMALLER, _LARGER = ({"resources": {"requests": {"storage": size}}} for size in ("512Mi", "5Gi"))
_UPDATED = [
    pytest.param(PERSISTENTVOLUMES, _volume(), _volume(capacity={"storage": "2Gi"}), [], id="a volume grows"),
    pytest.param(
        PERSISTENTVOLUMES,
        _volume(),
        _volume(hostPath={"path": "/y"}),
        ["spec.persistentvolumesource: Forbidden: spec.persistentvolumesource is immutable after creation"],
        id="a volume moves",
    ),
    pytest.param(
        PERSISTENTVOLUMES,
        _volume("hostPath", csi=_CSI),
        _volume("hostPath", csi={**_CSI, "controllerExpandSecretRef": {"name": "s", "namespace": "n"}}),
        [],
        id="a secret for growing comes later",
    ),
    pytest.param(
        PERSISTENTVOLUMES,
        _volume(volumeMode="Block"),
        _volume(),
        ['volumeMode: Invalid value: "Filesystem": field is immutable'],
        id="a device becomes a file system",
    ),
    pytest.param(PERSISTENTVOLUMECLAIMS, _claim(), _claim(volumeName="v"), [], id="a claim gets its volume"),
    pytest.param(PERSISTENTVOLUMECLAIMS, _claim(), _claim(storageClassName="fast"), [], id="a claim without a class gets one"),
    pytest.param(PERSISTENTVOLUMECLAIMS, _claim("Bound"), _claim("Bound", **_LARGER), [], id="a bound claim grows"),
    pytest.param(
        PERSISTENTVOLUMECLAIMS, _claim(), _claim(**_LARGER), [f"spec: Forbidden: {_FROZEN}"], id="a claim grows before it is bound"
    ),
    pytest.param(
        PERSISTENTVOLUMECLAIMS,
        _claim("Bound"),
        _claim("Bound", **_SMALLER),
        ["spec.resources.requests.storage: Forbidden: field can not be less than status.capacity"],
        id="a claim below what it has",
    ),
    pytest.param(
        PERSISTENTVOLUMECLAIMS,
        _claim("Bound", volumeAttributesClassName="gold"),
        _claim("Bound", volumeAttributesClassName=""),
        ["spec.volumeAttributesClassName: Forbidden: update from non-nil value to an empty string is forbidden"],
        id="a claim without attributes again",
    ),
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
    found = strategies[kind].validate_update(_decoded(kind, after), _decoded(kind, before))
    assert list(dict.fromkeys(str(fault).partition("\n")[0] for fault in found)) == faults


_STATUS = [
    pytest.param(
        {"allocatedResources": {"storage": "2Gi"}, "allocatedResourceStatuses": {"storage": "NodeResizePending"}}, [], id="resizing"
    ),
    pytest.param(
        {"allocatedResources": {"cpu": "1"}},
        ['status.allocatedResources: Unsupported value: "cpu": supported values: "storage"'],
        id="a claim has no cpu",
    ),
    pytest.param(
        {"capacity": {"storage": "-1"}},
        ["status.capacity[storage]: Invalid value: -1: must be a valid resource quantity"],
        id="less than nothing",
    ),
]


@pytest.mark.parametrize(("status", "faults"), _STATUS)
def test_the_status_of_a_claim(status: Obj, faults: list[str]) -> None:
    claim = _decoded(PERSISTENTVOLUMECLAIMS, {**_claim(), "status": status})
    assert [str(fault) for fault in strategies[PERSISTENTVOLUMECLAIMS].validate_status_update(claim, claim)] == faults


_CLASS_ANNOTATION = "volume.beta.kubernetes.io/storage-class"
_WARNED = [
    pytest.param(
        PERSISTENTVOLUMES,
        _volume(
            "hostPath",
            rbd={"monitors": ["m"], "image": "i"},
            capacity={"storage": "1500m"},
            persistentVolumeReclaimPolicy="Recycle",
            nodeAffinity={"required": {"nodeSelectorTerms": [{"matchExpressions": [{"key": "beta.kubernetes.io/os"}]}]}},
        ),
        [
            "spec.persistentVolumeReclaimPolicy: The Recycle reclaim policy is deprecated. "
            "Instead, the recommended approach is to use dynamic provisioning.",
            "spec.nodeAffinity.required.nodeSelectorTerms[0].matchExpressions[0].key: "
            'beta.kubernetes.io/os is deprecated since v1.14; use "kubernetes.io/os" instead',
            "spec.rbd: deprecated in v1.28, non-functional in v1.31+",
            'spec.capacity[storage]: fractional byte value "1500m" is invalid, must be an integer',
        ],
        id="an old volume",
    ),
    pytest.param(
        PERSISTENTVOLUMECLAIMS,
        {**_claim(), "metadata": {"annotations": {_CLASS_ANNOTATION: "a"}}},
        [f'metadata.annotations[{_CLASS_ANNOTATION}]: deprecated since v1.8; use "storageClassName" attribute instead'],
        id="an old claim",
    ),
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
    assert strategies[kind].warnings(_decoded(kind, obj)) == warnings
