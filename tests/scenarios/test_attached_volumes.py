"""What docs/faults.md says of a volume that one node alone may have, while that node is silent, is what happens."""

from __future__ import annotations

from cluster.csi.volume import DRIVER
from cluster.machinery.kinds.apps import DEPLOYMENTS
from cluster.machinery.kinds.core import EVENTS, NODES, PERSISTENTVOLUMECLAIMS, PODS
from cluster.machinery.kinds.storage import CSIDRIVERS, STORAGECLASSES, VOLUMEATTACHMENTS
from cluster.machinery.taints import OUT_OF_SERVICE
from tests.scenarios.scripts import CLAIM, create, delete, patch, switch, template, workload
from tests.scenarios.world import World

_NOWHERE_ELSE = {"nodeSelector": {"disk": "yes"}, "volumes": [{"name": "v", "persistentVolumeClaim": {"claimName": "data"}}]}


def _cluster() -> World:
    """Return a cluster whose Deployment ``web`` has a volume on n2 and could have it on n3."""
    world = World()
    world.run(20)
    create(CSIDRIVERS, DRIVER, {"attachRequired": True})(world)
    create(STORAGECLASSES, "anywhere", {}, provisioner=DRIVER, volumeBindingMode="Immediate")(world)
    create(PERSISTENTVOLUMECLAIMS, "data", CLAIM["spec"] | {"storageClassName": "anywhere"})(world)
    patch(NODES, "n2", {"metadata": {"labels": {"disk": "yes"}}})(world)
    create(DEPLOYMENTS, "web", workload(1, template=template(**_NOWHERE_ELSE)))(world)
    world.run(20)
    patch(NODES, "n3", {"metadata": {"labels": {"disk": "yes"}}})(world)
    return world


def _seen(world: World) -> tuple[list[tuple[str, str]], list[str]]:
    """Node and phase of each pod, and the nodes that the volume is attached to."""
    pods = [(pod["spec"].get("nodeName", ""), pod["status"]["phase"]) for pod in world.admin.list(PODS, "default")]
    return sorted(pods), [each["spec"]["nodeName"] for each in world.admin.list(VOLUMEATTACHMENTS) if each["status"]["attached"]]


def _told(world: World) -> list[str]:
    said = [event["message"] for event in world.admin.list(EVENTS) if event["reason"] == "FailedAttachVolume"]
    return [message.split('" ')[1].split(" web-")[0] for message in said]


def test_a_volume_stays_with_a_silent_node_until_its_pod_is_known_to_be_gone() -> None:
    world = _cluster()
    before = _seen(world)
    switch("n2", "stop")(world)
    world.run(420)
    silent = _seen(world), _told(world)
    taints = [*world.admin.get(NODES, "n2")["spec"]["taints"], {"key": OUT_OF_SERVICE, "value": "off", "effect": "NoExecute"}]
    patch(NODES, "n2", {"spec": {"taints": taints}})(world)
    world.run(60)
    assert (before, silent, _seen(world)) == (
        ([("n2", "Running")], ["n2"]),
        (([("n2", "Running"), ("n3", "Pending")], ["n2"]), ["Volume is already used by pod(s)"]),
        ([("n3", "Running")], ["n3"]),
    )


def test_a_volume_is_taken_from_a_silent_node_six_minutes_after_its_pod_was_deleted_by_force() -> None:
    world = _cluster()
    switch("n2", "stop")(world)
    world.run(60)
    for pod in world.admin.list(PODS, "default"):
        world.admin.delete(PODS, pod["metadata"]["name"], "default", grace_period_seconds=0)
    world.run(340)
    waiting = _seen(world)
    world.run(60)
    assert (waiting, _seen(world)) == (([("n3", "Pending")], ["n2"]), ([("n3", "Running")], ["n3"]))


def test_a_volume_goes_along_when_its_pod_is_deleted_on_a_node_that_is_well() -> None:
    world = _cluster()
    patch(NODES, "n2", {"spec": {"unschedulable": True}})(world)
    delete(PODS, world.admin.list(PODS, "default")[0]["metadata"]["name"])(world)
    world.run(60)
    assert _seen(world) == ([("n3", "Running")], ["n3"])
