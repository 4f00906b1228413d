"""ReplicationControllers: pods made, owned and counted as those of ReplicaSets."""

from __future__ import annotations

from cluster.machinery.kinds.core import REPLICATIONCONTROLLERS
from tests.unit.controller_manager.cluster_rig import NAMESPACE, ControlledRig, replica_set


def test_a_replication_controller_has_its_pods() -> None:
    rig = ControlledRig()
    rc = replica_set(2) | {"apiVersion": "v1", "kind": "ReplicationController"}
    rc["spec"]["selector"] = {"app": "web"}
    rig.admin.create(REPLICATIONCONTROLLERS, rc)
    rig.run()
    rig.settle(3)
    status = rig.admin.get(REPLICATIONCONTROLLERS, "rs", NAMESPACE)["status"]
    owners = [pod["metadata"]["ownerReferences"][0]["kind"] for pod in rig.pods()]
    counts = dict.fromkeys(("replicas", "fullyLabeledReplicas", "readyReplicas", "availableReplicas"), 2)
    assert (owners, status) == (["ReplicationController"] * 2, counts | {"observedGeneration": 1})
