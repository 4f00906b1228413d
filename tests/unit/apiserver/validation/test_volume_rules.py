"""Rules of volumes and claims, one by one: the faults that breaking each of them causes, and no other."""

from __future__ import annotations

import pytest

from cluster.apiserver.registry import strategies
from cluster.machinery.kinds.core import PERSISTENTVOLUMECLAIMS, PERSISTENTVOLUMES
from cluster.machinery.kinds.model import Kind
from cluster.machinery.meta import Obj
from tests.unit.apiserver.validation.judge import existing


def _volume(*without: str, **spec: object) -> Obj:
    full = {"capacity": {"storage": "1Gi"}, "accessModes": ["ReadWriteOnce"], "hostPath": {"path": "/x"}, **spec}
    return {"spec": {field: value for field, value in full.items() if field not in without}}


def _claim(phase: str = "Pending", **spec: object) -> Obj:
    return {
        "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "2Gi"}}, **spec},
        "status": {"phase": phase, "capacity": {"storage": "1Gi"}},
    }


_CSI = {"driver": "csi.example.com", "volumeHandle": "h"}
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
]


@pytest.mark.parametrize(("kind", "obj", "faults"), _CREATED)
def test_an_object_to_be_created(kind: Kind, obj: Obj, faults: list[str]) -> None:
    assert [str(fault) for fault in strategies[kind].validate(existing(kind, obj))] == faults


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
        PERSISTENTVOLUMECLAIMS,
        _claim(),
        _claim("Pending", **_LARGER),
        [f"spec: Forbidden: {_FROZEN}"],
        id="a claim grows before it is bound",
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
]


@pytest.mark.parametrize(("kind", "before", "after", "faults"), _UPDATED)
def test_an_object_to_be_changed(kind: Kind, before: Obj, after: Obj, faults: list[str]) -> None:
    found = strategies[kind].validate_update(existing(kind, after), existing(kind, before))
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
    claim = existing(PERSISTENTVOLUMECLAIMS, {**_claim(), "status": status})
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
]


@pytest.mark.parametrize(("kind", "obj", "warnings"), _WARNED)
def test_warnings(kind: Kind, obj: Obj, warnings: list[str]) -> None:
    assert strategies[kind].warnings(existing(kind, obj)) == warnings
