"""The simulated CSI driver: which claims get a volume, what it looks like, and what becomes of it."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.client.informer import Informers
from cluster.csi.provisioner import LANE, USER, Provisioner
from cluster.csi.volume import DRIVER, is_wanted
from cluster.machinery.kinds.core import PERSISTENTVOLUMECLAIMS, PERSISTENTVOLUMES
from cluster.machinery.kinds.storage import STORAGECLASSES
from cluster.machinery.meta import Obj
from tests.unit.controller_manager.cluster_rig import NAMESPACE, ControlledRig

_ASKED = {"volume.kubernetes.io/storage-provisioner": DRIVER}
_SELECTED = {"volume.kubernetes.io/selected-node": "n1"}


def _class(mode: str = "Immediate", provisioner: str = DRIVER) -> Obj:
    return {"metadata": {"name": "fast"}, "provisioner": provisioner, "volumeBindingMode": mode, "parameters": {"type": "ssd"}}


def _claim(annotations: dict[str, str] | None = None, **spec: Any) -> Obj:
    wanted = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}, "storageClassName": "fast", **spec}
    return {"metadata": {"name": "data", "namespace": NAMESPACE, "annotations": annotations or {}}, "spec": wanted}


@pytest.mark.parametrize(
    ("claim", "storage_class", "expected"),
    [
        pytest.param(_claim(_ASKED), _class(), True, id="a claim for which the binder has asked"),
        pytest.param(_claim(), _class(), False, id="a claim for which nobody has asked"),
        pytest.param(_claim(_ASKED), _class(provisioner="a.b/c"), False, id="a claim of another driver's class"),
        pytest.param(_claim(_ASKED), None, False, id="a claim of a class that does not exist"),
        pytest.param(_claim(_ASKED, volumeName="v"), _class(), False, id="a claim that has a volume"),
        pytest.param(_claim(_ASKED), _class("WaitForFirstConsumer"), False, id="a claim that waits for its pod"),
        pytest.param(_claim(_ASKED | _SELECTED), _class("WaitForFirstConsumer"), True, id="a claim whose pod has a node"),
    ],
)
def test_which_claims_get_a_volume(claim: Obj, storage_class: Obj | None, expected: bool) -> None:
    assert is_wanted(claim, storage_class) is expected


def _rig() -> ControlledRig:
    rig = ControlledRig()
    client = rig.admin.acting_as(LANE, USER)
    informers = Informers(client, rig.engine)
    Provisioner(client, informers, rig.engine)
    informers.start()
    return rig


def test_a_claim_gets_a_volume_and_gives_it_back() -> None:
    rig = _rig()
    rig.admin.create(STORAGECLASSES, _class())
    uid = rig.admin.create(PERSISTENTVOLUMECLAIMS, _claim())["metadata"]["uid"]
    rig.run(5)
    volume = rig.admin.get(PERSISTENTVOLUMES, f"pvc-{uid}")
    claim = rig.admin.get(PERSISTENTVOLUMECLAIMS, "data", NAMESPACE)
    said = [rig.messages(reason) for reason in ("Provisioning", "ProvisioningSucceeded")]
    assert (volume["spec"]["csi"], volume["spec"].get("nodeAffinity"), volume["status"]["phase"], claim["status"]["phase"], said) == (
        {"driver": DRIVER, "volumeHandle": f"pvc-{uid}", "volumeAttributes": {"type": "ssd"}},
        None,
        "Bound",
        "Bound",
        [
            [f'External provisioner is provisioning volume for claim "{NAMESPACE}/data"'],
            [f"Successfully provisioned volume pvc-{uid}"],
        ],
    )
    rig.admin.delete(PERSISTENTVOLUMECLAIMS, "data", NAMESPACE)
    rig.run(5)
    assert rig.admin.list(PERSISTENTVOLUMES) == []


def test_a_volume_for_a_pod_lives_on_its_node() -> None:
    rig = _rig()
    rig.admin.create(STORAGECLASSES, _class("WaitForFirstConsumer"))
    rig.admin.create(PERSISTENTVOLUMECLAIMS, _claim(_SELECTED))
    rig.run(5)
    (volume,) = rig.admin.list(PERSISTENTVOLUMES)
    (term,) = volume["spec"]["nodeAffinity"]["required"]["nodeSelectorTerms"]
    assert term == {"matchExpressions": [{"key": "kubernetes.io/hostname", "operator": "In", "values": ["n1"]}]}
