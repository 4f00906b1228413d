"""Static pods: what a file of a node stands for, and what the API server gets to see of it."""

from __future__ import annotations

import pytest

from cluster.kubelet.static_pods import FOLDER, decode_manifest, manifest_path
from cluster.machinery.errors import ApiError
from cluster.machinery.kinds.core import NODES, PODS
from cluster.machinery.meta import Obj
from tests.unit.kubelet.cluster_room import ClusterRoom

PATH = f"{FOLDER}/web.yaml"


def manifest(image: str = "nginx:1.25", name: str = "web") -> str:
    return f"apiVersion: v1\nkind: Pod\nmetadata:\n  name: {name}\nspec:\n  containers:\n  - name: c\n    image: {image}\n"


def test_a_manifest_becomes_a_pod_of_its_node() -> None:
    pod = decode_manifest(manifest().encode(), PATH, "n1")
    meta, spec = pod["metadata"], pod["spec"]
    assert meta == {
        "name": "web-n1",
        "namespace": "default",
        "uid": meta["uid"],
        "annotations": {"kubernetes.io/config.source": "file", "kubernetes.io/config.hash": meta["uid"]},
    }
    assert (spec["nodeName"], spec["tolerations"]) == ("n1", [{"operator": "Exists", "effect": "NoExecute"}])
    assert (spec["restartPolicy"], spec["containers"][0]["imagePullPolicy"]) == ("Always", "IfNotPresent")


UIDS = {
    "the same file": (manifest(), PATH, "n1", True),
    "other content": (manifest("nginx:1.26"), PATH, "n1", False),
    "another path": (manifest(), f"{FOLDER}/b.yaml", "n1", False),
    "another node": (manifest(), PATH, "n2", False),
}


@pytest.mark.parametrize(("text", "path", "node", "is_same"), UIDS.values(), ids=UIDS.keys())
def test_the_uid_is_made_of_content_path_and_node(text: str, path: str, node: str, is_same: bool) -> None:
    first = decode_manifest(manifest().encode(), PATH, "n1")["metadata"]["uid"]
    assert (decode_manifest(text.encode(), path, node)["metadata"]["uid"] == first) is is_same


FAULTS = {
    "no YAML": ("a: [", 400, f"{PATH}: couldn't parse as pod: "),
    "two documents": (f"{manifest()}---\n{manifest()}", 400, f"{PATH}: couldn't parse as pod: a manifest holds one Pod"),
    "nothing": ("", 400, f"{PATH}: couldn't parse as pod: a manifest holds one Pod"),
    "another kind": (
        "apiVersion: v1\nkind: Service\n",
        400,
        'Service in version "v1" cannot be handled as a Pod: ',
    ),
    "no image": (
        manifest("''"),
        422,
        'Pod "web-n1" is invalid: spec.containers[0].image: Required value',
    ),
}


@pytest.mark.parametrize(("text", "code", "message"), FAULTS.values(), ids=FAULTS.keys())
def test_what_is_no_pod(text: str, code: int, message: str) -> None:
    with pytest.raises(ApiError) as raised:
        decode_manifest(text.encode(), PATH, "n1")
    assert (raised.value.code, str(raised.value)[: len(message)]) == (code, message)


@pytest.mark.parametrize("name", ["", ".hidden", "../passwd", "a/b.yaml"])
def test_a_name_that_is_none_of_a_manifest(name: str) -> None:
    with pytest.raises(ApiError, match="is no name of a manifest"):
        manifest_path(name)


def pods(room: ClusterRoom) -> list[tuple[str, str, str]]:
    return [(p["metadata"]["name"], p["spec"]["containers"][0]["image"], p["status"]["phase"]) for p in room.admin.list(PODS)]


def mirror(room: ClusterRoom) -> Obj:
    return room.admin.get(PODS, "web-n1", "default")


def running() -> ClusterRoom:
    room = ClusterRoom("n1")
    room.kubelets.write_manifest("n1", "web.yaml", manifest())
    room.run(5)
    return room


def test_a_mirror_shows_a_static_pod() -> None:
    room = running()
    found, node = mirror(room), room.admin.get(NODES, "n1")
    annotations, uid = found["metadata"]["annotations"], found["metadata"]["annotations"]["kubernetes.io/config.hash"]
    assert annotations["kubernetes.io/config.mirror"] == uid != found["metadata"]["uid"]
    assert annotations["kubernetes.io/config.source"] == "file"
    owner = {"apiVersion": "v1", "kind": "Node", "name": "n1", "uid": node["metadata"]["uid"], "controller": True}
    assert found["metadata"]["ownerReferences"] == [owner]
    assert (found["status"]["phase"], found["status"]["podIP"]) == ("Running", "10.244.0.2")
    assert found["status"]["containerStatuses"][0]["ready"] is True


def test_a_deleted_mirror_is_drawn_again_and_the_pod_runs_on() -> None:
    room = running()
    before = mirror(room)
    room.admin.delete(PODS, "web-n1", "default")
    room.run(3)
    after = mirror(room)
    assert after["metadata"]["uid"] != before["metadata"]["uid"]
    assert after["status"]["containerStatuses"] == before["status"]["containerStatuses"]


def test_another_file_is_another_pod_that_waits_for_the_first_to_end() -> None:
    room = running()
    room.kubelets.write_manifest("n1", "web.yaml", manifest("nginx:1.26"))
    room.run(5)
    assert pods(room) == [("web-n1", "nginx:1.26", "Running")]
    assert len(room.disk("n1").list("pods/")) == 1


def test_without_its_file_nothing_is_left() -> None:
    room = running()
    room.kubelets.remove_manifest("n1", "web.yaml")
    room.run(5)
    assert (pods(room), room.disk("n1").list("pods/"), room.files("n1").names(FOLDER)) == ([], [], None)
    with pytest.raises(ApiError, match=f"node n1 has no {PATH}"):
        room.kubelets.remove_manifest("n1", "web.yaml")


def test_a_restarted_kubelet_finds_its_static_pod_running() -> None:
    room = running()
    before = mirror(room)
    room.restart()
    room.run(5)
    assert mirror(room) == before


def test_a_file_removed_while_the_kubelet_was_away_takes_pod_and_mirror() -> None:
    room = running()
    room.kubelets.stop()
    room.files("n1").remove(PATH)
    room.restart()
    room.run(5)
    assert (pods(room), room.disk("n1").list("pods/")) == ([], [])


def test_a_file_that_holds_no_pod_is_refused_by_hand_and_left_out_on_disk() -> None:
    room = running()
    with pytest.raises(ApiError, match="couldn't parse as pod"):
        room.kubelets.write_manifest("n1", "bad.yaml", "a: [")
    room.files("n1").write(f"{FOLDER}/bad.yaml", b"a: [")
    room.files("n1").write(f"{FOLDER}/.web.yaml.swp", manifest(name="swap").encode())
    room.run(5)
    assert pods(room) == [("web-n1", "nginx:1.25", "Running")]
