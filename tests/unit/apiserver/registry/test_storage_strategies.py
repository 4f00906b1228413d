"""What is particular about volumes, claims, quotas and the kinds of storage: defaults, what a client may set, what is stamped."""

from __future__ import annotations

import orjson
import pytest

from cluster.apiserver.registry import strategies
from cluster.apiserver.request import Credentials, Request
from cluster.apiserver.schema import decode
from cluster.machinery.kinds.core import LIMITRANGES, PERSISTENTVOLUMECLAIMS, PERSISTENTVOLUMES, RESOURCEQUOTAS
from cluster.machinery.kinds.model import Kind
from cluster.machinery.kinds.storage import CSIDRIVERS, STORAGECLASSES, VOLUMEATTACHMENTS
from cluster.machinery.meta import SECOND, Obj, SimTime
from cluster.machinery.storage import KeyValue
from tests.unit.apiserver.rig import TOKEN, Rig

NOW = SimTime(1_767_225_600 * SECOND)
MOMENT = "2026-01-01T00:00:00Z"


def _object(kind: Kind, **parts: Obj | str) -> Obj:
    """A decoded, defaulted object."""
    body: Obj = orjson.loads(orjson.dumps({"metadata": {"name": "x"}, **parts}))
    decoded, _ = decode(kind, body)
    strategies[kind].default(decoded)
    return decoded


_DEFAULTS = [
    pytest.param(
        PERSISTENTVOLUMES,
        {"spec": {"hostPath": {"path": "/x"}, "storageClassName": ""}},
        {"spec": {"hostPath": {"path": "/x", "type": ""}, "persistentVolumeReclaimPolicy": "Retain", "volumeMode": "Filesystem"}},
        id="a directory",
    ),
    pytest.param(
        PERSISTENTVOLUMES,
        {"spec": {"rbd": {"monitors": ["m"], "image": "i", "pool": "p"}, "volumeMode": "Block"}},
        {
            "spec": {
                "rbd": {"monitors": ["m"], "image": "i", "pool": "p", "user": "admin", "keyring": "/etc/ceph/keyring"},
                "persistentVolumeReclaimPolicy": "Retain",
                "volumeMode": "Block",
            }
        },
        id="a block device of Ceph",
    ),
    pytest.param(
        PERSISTENTVOLUMECLAIMS,
        {"spec": {"storageClassName": ""}},
        {"spec": {"resources": {}, "storageClassName": "", "volumeMode": "Filesystem"}},
        id="a claim that wants no class",
    ),
    pytest.param(
        LIMITRANGES,
        {"spec": {"limits": [{"type": "Container", "max": {"cpu": "2"}, "min": {"memory": "1Mi"}}]}},
        {
            "spec": {
                "limits": [
                    {
                        "type": "Container",
                        "max": {"cpu": "2"},
                        "min": {"memory": "1Mi"},
                        "default": {"cpu": "2"},
                        "defaultRequest": {"cpu": "2", "memory": "1Mi"},
                    }
                ]
            }
        },
        id="limits of containers imply defaults",
    ),
    pytest.param(
        LIMITRANGES,
        {"spec": {"limits": [{"type": "Pod", "max": {"cpu": "2"}}]}},
        {"spec": {"limits": [{"type": "Pod", "max": {"cpu": "2"}}]}},
        id="limits of pods do not",
    ),
    pytest.param(
        STORAGECLASSES,
        {"provisioner": "a/b"},
        {"provisioner": "a/b", "reclaimPolicy": "Delete", "volumeBindingMode": "Immediate"},
        id="a class",
    ),
    pytest.param(
        CSIDRIVERS,
        {"spec": {"attachRequired": False}},
        {
            "spec": {
                "attachRequired": False,
                "podInfoOnMount": False,
                "storageCapacity": False,
                "fsGroupPolicy": "ReadWriteOnceWithFSType",
                "requiresRepublish": False,
                "seLinuxMount": False,
                "volumeLifecycleModes": ["Persistent"],
            }
        },
        id="a driver",
    ),
]


@pytest.mark.parametrize(("kind", "sent", "expected"), _DEFAULTS)
def test_what_is_left_out_is_filled_in(kind: Kind, sent: Obj, expected: Obj) -> None:
    found = _object(kind, **sent)
    assert {field: found.get(field) for field in expected} == expected


_CREATED = [
    pytest.param(PERSISTENTVOLUMES, {"phase": "Pending", "lastPhaseTransitionTime": MOMENT}, id="a volume is Pending from now on"),
    pytest.param(PERSISTENTVOLUMECLAIMS, {"phase": "Pending"}, id="a claim is Pending"),
    pytest.param(RESOURCEQUOTAS, {}, id="of a quota nothing is known"),
    pytest.param(VOLUMEATTACHMENTS, {"attached": False}, id="a volume is not attached"),
]


@pytest.mark.parametrize(("kind", "status"), _CREATED)
def test_a_client_does_not_set_the_status_of_a_new_object(kind: Kind, status: Obj) -> None:
    obj = _object(kind, status={"phase": "Bound", "hard": {"pods": "1"}, "attached": True})
    strategies[kind].prepare_for_create(obj)
    strategies[kind].stamp(obj, None, NOW)
    assert obj["status"] == status


_TRANSITIONS = [
    pytest.param({"phase": "Available", "lastPhaseTransitionTime": "old"}, MOMENT, id="another phase"),
    pytest.param({"phase": "Pending", "lastPhaseTransitionTime": "old"}, "old", id="the same phase"),
    pytest.param({"phase": "Available", "lastPhaseTransitionTime": "new"}, "new", id="another phase, and who changed it says when"),
]


@pytest.mark.parametrize(("status", "moment"), _TRANSITIONS)
def test_a_volume_remembers_when_its_phase_changed(status: Obj, moment: str) -> None:
    old, new = ({"status": each} for each in ({"phase": "Pending", "lastPhaseTransitionTime": "old"}, dict(status)))
    strategies[PERSISTENTVOLUMES].stamp(new, old, NOW)
    assert new["status"]["lastPhaseTransitionTime"] == moment


_CLAIM: Obj = {"kind": "PersistentVolumeClaim", "name": "a"}
_SNAPSHOT: Obj = {"apiGroup": "snapshot.storage.k8s.io", "kind": "VolumeSnapshot", "name": "a"}
_OTHER: Obj = {"apiGroup": "a.b", "kind": "Backup", "name": "a"}
_SOURCES = [
    pytest.param({"dataSource": _CLAIM}, {"dataSource": _CLAIM, "dataSourceRef": _CLAIM}, id="the old field fills the new one"),
    pytest.param({"dataSourceRef": _SNAPSHOT}, {"dataSource": _SNAPSHOT, "dataSourceRef": _SNAPSHOT}, id="and the new one the old one"),
    pytest.param({"dataSource": _OTHER}, {}, id="the old field alone takes claims and snapshots only"),
    pytest.param({"dataSourceRef": _OTHER}, {"dataSource": _OTHER, "dataSourceRef": _OTHER}, id="the new one takes anything"),
    pytest.param({"dataSourceRef": {**_CLAIM, "namespace": "b"}}, {}, id="but nothing of another namespace"),
]


@pytest.mark.parametrize(("spec", "expected"), _SOURCES)
def test_the_two_fields_for_the_source_of_data_agree(spec: Obj, expected: Obj) -> None:
    claim = _object(PERSISTENTVOLUMECLAIMS, spec=spec)
    strategies[PERSISTENTVOLUMECLAIMS].prepare_for_create(claim)
    assert {field: value for field, value in claim["spec"].items() if field.startswith("dataSource")} == expected


def test_the_generation_of_a_driver_counts_its_changes() -> None:
    old, new = _object(CSIDRIVERS, spec={}), _object(CSIDRIVERS, spec={"requiresRepublish": True})
    strategies[CSIDRIVERS].prepare_for_update(new, old)
    assert (old["metadata"].get("generation"), new["metadata"]["generation"]) == (None, 1)


_ANSWERS = [
    pytest.param(STORAGECLASSES, "", {"provisioner": "a/b"}, "StorageClass", id="a class is answered with itself"),
    pytest.param(LIMITRANGES, "default", {"spec": {"limits": []}}, "Status", id="a LimitRange with a Status"),
]


@pytest.mark.parametrize(("kind", "namespace", "obj", "answer"), _ANSWERS)
def test_what_a_deletion_is_answered_with(kind: Kind, namespace: str, obj: Obj, answer: str) -> None:
    rig = Rig("default")
    rig.admin.create(kind, {"metadata": {"name": "x", "namespace": namespace}, **obj})
    value = rig.handler.serve(Request("delete", kind, "kubectl", Credentials(token=TOKEN), namespace, "x")).value
    body = value.obj if isinstance(value, KeyValue) else value
    assert body is not None
    assert body["kind"] == answer
