"""A pod that needs a volume, from the choice of its node to its binding, with the real API server and volume binder."""

from __future__ import annotations

from typing import Any

from cluster.client.informer import Informers
from cluster.csi import provisioner
from cluster.csi.volume import DRIVER
from cluster.machinery.kinds.core import NODES, PERSISTENTVOLUMECLAIMS, PERSISTENTVOLUMES, PODS
from cluster.machinery.kinds.storage import STORAGECLASSES
from cluster.machinery.meta import Obj
from cluster.scheduler.framework import LANE
from cluster.scheduler.scheduler import USER, Scheduler
from tests.unit.controller_manager.cluster_rig import NAMESPACE, ControlledRig
from tests.unit.scheduler.build import node, pod

_USES: Obj = {"volumes": [{"name": "v", "persistentVolumeClaim": {"claimName": "data"}}]}


def _rig(driver: str) -> ControlledRig:
    """Two nodes, of which the second is the better one, and a class that waits for pods."""
    rig = ControlledRig()
    client = rig.admin.acting_as(LANE, USER)
    Scheduler(client, Informers(client, rig.engine), rig.engine).start()
    driver_client = rig.admin.acting_as(provisioner.LANE, provisioner.USER)
    driver_informers = Informers(driver_client, rig.engine)
    provisioner.Provisioner(driver_client, driver_informers, rig.engine)
    driver_informers.start()
    for each in (node("n1", cpu="2"), node("n2", cpu="8")):
        made = rig.admin.create(NODES, each)
        rig.admin.update_status(NODES, {**made, "status": each["status"]})
        rig.admin.update(NODES, {**rig.admin.get(NODES, made["metadata"]["name"]), "spec": {}})
    mode = {"volumeBindingMode": "WaitForFirstConsumer"}
    rig.admin.create(STORAGECLASSES, {"metadata": {"name": "later"}, "provisioner": driver, **mode})
    claim = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}, "storageClassName": "later"}
    rig.admin.create(PERSISTENTVOLUMECLAIMS, {"metadata": {"name": "data", "namespace": NAMESPACE}, "spec": claim})
    return rig


def _local(rig: ControlledRig, where: str) -> None:
    term = {"matchExpressions": [{"key": "kubernetes.io/hostname", "operator": "In", "values": [where]}]}
    spec: Obj = {
        "capacity": {"storage": "1Gi"},
        "accessModes": ["ReadWriteOnce"],
        "storageClassName": "later",
        "local": {"path": "/data"},
        "nodeAffinity": {"required": {"nodeSelectorTerms": [term]}},
    }
    rig.admin.create(PERSISTENTVOLUMES, {"metadata": {"name": "local"}, "spec": spec})


def _place(rig: ControlledRig) -> tuple[Any, Any, str]:
    """Where the pod is, which volume its claim has, and what the scheduler said last."""
    pod_now = rig.admin.get(PODS, "web", NAMESPACE)
    claim = rig.admin.get(PERSISTENTVOLUMECLAIMS, "data", NAMESPACE)
    said = [*rig.messages("FailedScheduling"), *rig.messages("Scheduled")]
    return pod_now["spec"].get("nodeName"), claim["spec"].get("volumeName"), said[-1] if said else ""


def test_a_pod_goes_where_the_only_free_volume_is() -> None:
    rig = _rig("kubernetes.io/no-provisioner")
    _local(rig, "n1")
    rig.run(1)
    rig.admin.create(PODS, pod("web", **_USES))
    rig.run(3)
    assert _place(rig) == ("n1", "local", "Successfully assigned default/web to n1")


def test_a_pod_waits_on_its_node_until_its_volume_is_made() -> None:
    rig = _rig(DRIVER)
    rig.run(1)
    rig.admin.create(PODS, pod("web", **_USES))
    rig.run(1.5)
    waiting = _place(rig)
    rig.run(4)
    uid = rig.admin.get(PERSISTENTVOLUMECLAIMS, "data", NAMESPACE)["metadata"]["uid"]
    assert (waiting, _place(rig)) == ((None, None, ""), ("n2", f"pvc-{uid}", "Successfully assigned default/web to n2"))


def test_a_pod_whose_claim_is_deleted_while_it_waits_is_tried_again() -> None:
    rig = _rig("a.b/c")
    rig.run(1)
    rig.admin.create(PODS, pod("web", **_USES))
    rig.run(1.5)
    rig.admin.delete(PERSISTENTVOLUMECLAIMS, "data", NAMESPACE)
    rig.run(20)
    assert rig.messages("FailedScheduling") == [
        'running PreBind plugin "VolumeBinding": binding volumes: failed to check provisioning pvc: could not find '
        'v1.PersistentVolumeClaim "default/data"',
        '0/2 nodes are available: persistentvolumeclaim "data" not found. not found',
    ]
