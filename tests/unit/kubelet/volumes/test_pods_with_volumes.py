"""Pods with volumes and environments on a node: what they wait for, what they see, when changes reach them."""

from __future__ import annotations

from cluster.container_runtime.records import from_obj
from cluster.machinery.kinds.core import CONFIGMAPS, NODES, PERSISTENTVOLUMECLAIMS, PERSISTENTVOLUMES, PODS
from cluster.machinery.kinds.storage import CSIDRIVERS, VOLUMEATTACHMENTS
from cluster.machinery.meta import Obj
from cluster.machinery.volume_attachments import attachment_name
from tests.unit.apiserver.rig import pod
from tests.unit.kubelet.cluster_room import ClusterRoom

APP = {"metadata": {"name": "app", "namespace": "default"}, "data": {"color": "blue"}}


def with_volume(source: Obj, **mount: object) -> Obj:
    obj = pod("web", node="n1")
    obj["spec"]["volumes"] = [{"name": "v", **source}]
    obj["spec"]["containers"][0]["volumeMounts"] = [{"name": "v", "mountPath": "/v", **mount}]
    return obj


def room_with(obj: Obj, *others: Obj) -> ClusterRoom:
    room = ClusterRoom("n1")
    for other in others:
        room.admin.create(CONFIGMAPS, other)
    room.admin.create(PODS, obj)
    room.run(5)
    return room


def mounted(room: ClusterRoom, path: str) -> str:
    """Return where a path of the container lies on the node."""
    (record,) = [from_obj(obj) for _, obj in room.disk("n1").list("pods/")]
    return {mount.container_path: mount.host_path for mount in record.containers[0].config.mounts}[path]


def content(room: ClusterRoom, path: str) -> str | None:
    raw = room.files("n1").read(path)
    return None if raw is None else raw.decode()


def waiting(room: ClusterRoom) -> Obj:
    found: Obj = room.admin.get(PODS, "web", "default")["status"]["containerStatuses"][0]["state"]
    return found


CONFIG_MAP = {"configMap": {"name": "app"}}


def test_a_config_map_is_a_folder_of_the_node() -> None:
    room = room_with(with_volume(CONFIG_MAP), APP)
    uid = room.admin.get(PODS, "web", "default")["metadata"]["uid"]
    path = mounted(room, "/v")
    assert path == f"/var/lib/kubelet/pods/{uid}/volumes/kubernetes.io~configmap/v"
    assert (room.files("n1").names(path), content(room, f"{path}/color")) == (["color"], "blue")
    assert room.disk("n1").list("files/") == []


def test_the_hosts_of_a_pod_that_says_more_than_its_name() -> None:
    obj = pod("web", node="n1", hostname="a", subdomain="db", hostAliases=[{"ip": "1.2.3.4", "hostnames": ["foo"]}])
    room = room_with(obj)
    lines = (content(room, mounted(room, "/etc/hosts")) or "").splitlines()
    ip = room.admin.get(PODS, "web", "default")["status"]["podIP"]
    own = f"{ip}\ta.db.default.svc.cluster.local\ta"
    assert (lines[-4:], room.disk("n1").list("files/")) == ([own, "", "# Entries added by HostAliases.", "1.2.3.4\tfoo"], [])


def test_a_mount_of_its_own_goes_before_the_hosts_of_a_pod() -> None:
    obj = with_volume(CONFIG_MAP, subPath="color")
    obj["spec"]["hostAliases"] = [{"ip": "1.2.3.4"}]
    obj["spec"]["containers"][0]["volumeMounts"][0]["mountPath"] = "/etc/hosts"
    room = room_with(obj, APP)
    assert content(room, mounted(room, "/etc/hosts")) == "blue"


def test_a_pod_waits_for_its_config_map() -> None:
    room = room_with(with_volume(CONFIG_MAP))
    assert waiting(room) == {"waiting": {"reason": "ContainerCreating"}}
    assert [hop.verb for hop in room.hops() if hop.target == "node/n1/containerd"] == []
    assert room.events("web") == ['Warning FailedMount: MountVolume.SetUp failed for volume "v" : configmap "app" not found']
    room.admin.create(CONFIGMAPS, APP)
    room.run(10)
    assert "running" in waiting(room)


def test_nothing_is_asked_about_a_volume_that_the_node_does_not_name_as_attached() -> None:
    room = room_with_driver(DRIVER)
    assert [hop for hop in room.hops() if hop.source == "node/n1/kubelet" and hop.key.startswith("volumeattachments")] == []


def test_a_pod_tells_after_two_minutes_what_it_waits_for() -> None:
    room = room_with(with_volume(CONFIG_MAP))
    room.run(200)
    told = "unmounted volumes=[v], unattached volumes=[], failed to process volumes=[]: context deadline exceeded"
    assert f"Warning FailedMount: Unable to attach or mount volumes: {told}" in room.events("web")


def test_a_change_arrives_within_a_minute_and_not_at_once() -> None:
    room = room_with(with_volume(CONFIG_MAP), APP)
    path = f"{mounted(room, '/v')}/color"
    room.admin.update(CONFIGMAPS, {**APP, "data": {"color": "green"}})
    seen = [content(room, path)]
    room.run(0.01)
    seen.append(content(room, path))
    room.run(60)
    seen.append(content(room, path))
    assert seen == ["blue", "blue", "green"]


def test_a_change_never_arrives_by_a_sub_path() -> None:
    room = room_with(with_volume(CONFIG_MAP, subPath="color"), APP)
    path = mounted(room, "/v")
    room.admin.update(CONFIGMAPS, {**APP, "data": {"color": "green"}})
    room.run(120)
    assert content(room, path) == "blue"


def test_an_empty_dir_lives_as_long_as_its_pod() -> None:
    room = room_with(with_volume({"emptyDir": {}}))
    path = mounted(room, "/v")
    assert room.files("n1").names(path) == []
    room.files("n1").write(f"{path}/note", b"1")
    room.run(5)
    assert content(room, f"{path}/note") == "1"
    room.admin.delete(PODS, "web", "default")
    room.run(5)
    assert (room.files("n1").names(path), room.disk("n1").list("files/")) == (None, [])


def test_a_token_is_asked_for_when_it_is_read_and_not_before() -> None:
    source = {"projected": {"sources": [{"serviceAccountToken": {"path": "token", "expirationSeconds": 3607}}]}}
    room = room_with(with_volume(source))

    def requests() -> int:
        return len([hop for hop in room.hops() if hop.key == "serviceaccounts/default/default/token" and hop.source == "node/n1/kubelet"])

    path = mounted(room, "/v")
    assert (room.files("n1").names(path), requests()) == (["token"], 0)
    token = content(room, f"{path}/token")
    assert token is not None
    assert (token.count("."), content(room, f"{path}/token"), requests()) == (2, token, 1)
    room.run(3000)
    assert content(room, f"{path}/token") != token


def test_host_paths_are_the_nodes_own() -> None:
    room = room_with(with_volume({"hostPath": {"path": "/data", "type": "DirectoryOrCreate"}}))
    assert (mounted(room, "/v"), room.files("n1").names("/data")) == ("/data", [])


def test_a_host_path_of_the_wrong_type() -> None:
    room = room_with(with_volume({"hostPath": {"path": "/data", "type": "Directory"}}))
    told = 'MountVolume.SetUp failed for volume "v" : hostPath type check failed: /data is not a directory'
    assert room.events("web") == [f"Warning FailedMount: {told}"]


def test_a_claim_that_is_not_there() -> None:
    room = room_with(with_volume({"persistentVolumeClaim": {"claimName": "data"}}))
    why = 'error processing PVC default/data: failed to fetch PVC from API server: persistentvolumeclaims "data" not found'
    told = f"unmounted volumes=[v], unattached volumes=[], failed to process volumes=[v]: {why}"
    assert room.events("web") == [f"Warning FailedMount: Unable to attach or mount volumes: {told}"]
    assert room.admin.list(PERSISTENTVOLUMECLAIMS) == []


DRIVER: Obj = {"metadata": {"name": "a.b"}, "spec": {"attachRequired": True}}


def room_with_driver(driver: Obj, *, runs: float = 5) -> ClusterRoom:
    """A pod whose bound claim is a volume of the driver ``a.b``."""
    room = ClusterRoom("n1")
    room.admin.create(CSIDRIVERS, driver)
    spec = {"accessModes": ["ReadWriteOnce"], "capacity": {"storage": "1Gi"}, "csi": {"driver": "a.b", "volumeHandle": "disk"}}
    reference = {"namespace": "default", "name": "data"}
    room.admin.create(PERSISTENTVOLUMES, {"metadata": {"name": "v"}, "spec": {**spec, "claimRef": reference}})
    wanted = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}, "volumeName": "v", "storageClassName": ""}
    claim = room.admin.create(PERSISTENTVOLUMECLAIMS, {"metadata": reference, "spec": wanted})
    room.admin.update_status(PERSISTENTVOLUMECLAIMS, {**claim, "status": {"phase": "Bound"}})
    room.admin.create(PODS, with_volume({"persistentVolumeClaim": {"claimName": "data"}}))
    room.run(runs)
    return room


def in_use(room: ClusterRoom) -> list[str] | None:
    found: list[str] | None = room.admin.get(NODES, "n1")["status"].get("volumesInUse")
    return found


def attach(room: ClusterRoom) -> None:
    """Say what a controller and a driver would."""
    name = attachment_name({"spec": {"csi": {"driver": "a.b", "volumeHandle": "disk"}}}, "n1")
    spec = {"attacher": "a.b", "nodeName": "n1", "source": {"persistentVolumeName": "v"}}
    room.admin.create(VOLUMEATTACHMENTS, {"metadata": {"name": name}, "spec": spec})
    room.admin.patch(VOLUMEATTACHMENTS, name, "", {"status": {"attached": True}}, subresource="status")
    named = [{"name": "kubernetes.io/csi/a.b^disk", "devicePath": ""}]
    room.admin.patch(NODES, "n1", "", {"status": {"volumesAttached": named}}, subresource="status")


def test_a_pod_waits_in_silence_until_its_volume_is_attached_and_the_node_says_that_it_uses_it() -> None:
    room = room_with_driver(DRIVER)
    before = waiting(room), room.events("web"), in_use(room)
    attach(room)
    room.run(10)
    running = "running" in waiting(room), in_use(room)
    room.admin.delete(PODS, "web", "default")
    room.run(40)
    name = "kubernetes.io/csi/a.b^disk"
    assert (before, running, in_use(room)) == (({"waiting": {"reason": "ContainerCreating"}}, [], [name]), (True, [name]), None)


def test_a_pod_tells_after_two_minutes_that_its_volume_is_not_attached() -> None:
    told = "unmounted volumes=[v], unattached volumes=[v], failed to process volumes=[]: context deadline exceeded"
    assert room_with_driver(DRIVER, runs=300).events("web") == [f"Warning FailedMount: Unable to attach or mount volumes: {told}"]


def test_a_pod_does_not_wait_for_a_driver_that_attaches_nothing() -> None:
    room = room_with_driver({"metadata": {"name": "a.b"}, "spec": {"attachRequired": False}})
    assert ("running" in waiting(room), in_use(room)) == (True, None)


def test_a_kubelet_that_starts_again_still_says_what_it_uses() -> None:
    room = room_with_driver(DRIVER)
    attach(room)
    room.run(10)
    room.restart()
    room.run(10)
    assert in_use(room) == ["kubernetes.io/csi/a.b^disk"]


def test_a_container_waits_for_what_its_environment_needs() -> None:
    obj = pod("web", node="n1")
    obj["spec"]["containers"][0]["envFrom"] = [{"configMapRef": {"name": "app"}}]
    room = room_with(obj)
    assert waiting(room) == {"waiting": {"reason": "CreateContainerConfigError", "message": 'configmap "app" not found'}}
    assert room.events("web")[-1] == 'Warning Failed: Error: configmap "app" not found'
    room.admin.create(CONFIGMAPS, APP)
    room.run(20)
    assert "running" in waiting(room)
    (record,) = [from_obj(found) for _, found in room.disk("n1").list("pods/")]
    assert record.containers[0].config.envs["color"] == "blue"


def test_what_no_pod_needs_any_more_is_watched_no_longer() -> None:
    obj = pod("web", node="n1")
    obj["spec"]["containers"][0]["envFrom"] = [{"configMapRef": {"name": "app"}}]
    room = room_with(obj, APP)

    def heard(color: str) -> int:
        room.admin.update(CONFIGMAPS, {**APP, "data": {"color": color}})
        room.run(1)
        return len([hop for hop in room.hops() if hop.target == "node/n1/kubelet" and hop.key == "configmaps/default/app"])

    first = heard("red")
    room.admin.delete(PODS, "web", "default")
    room.run(5)
    assert (first, heard("green")) == (1, 1)


def test_a_plain_pod_costs_no_read_of_its_kubelet() -> None:
    room = room_with(pod("web", node="n1"))
    asked = {
        hop.verb
        for hop in room.hops()
        if hop.source == "node/n1/kubelet" and hop.key.startswith(("configmaps", "secrets", "serviceaccounts"))
    }
    assert asked == set()


def test_last_words_by_file_and_by_log() -> None:
    obj = pod("web", node="n1", image="busybox", restartPolicy="Never")
    obj["spec"]["containers"][0] |= {"command": ["sh", "-c", "echo it broke; exit 3"], "terminationMessagePolicy": "FallbackToLogsOnError"}
    room = room_with(obj)
    ended = waiting(room)["terminated"]
    assert (ended["exitCode"], ended["message"]) == (3, "it broke\n")
