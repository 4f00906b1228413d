"""Machines, kubelets and runtimes together, on an API server in memory: what passes between them, and when."""

from __future__ import annotations

import itertools

import pytest

from cluster.machinery.errors import ApiError
from cluster.machinery.kinds.coordination import LEASES
from cluster.machinery.kinds.core import NODES, PODS
from tests.unit.kubelet.room import Room, hello, manifest

CRI_OF_A_START = [
    (0.0, "kubelet", "containerd", "RunPodSandbox", "pods/default/web", ""),
    (0.3, "containerd", "cni", "ADD", "pods/default/web", "10.244.0.2"),
    (0.3, "containerd", "kubelet", "reply", "pods/default/web", "<id>"),
    (0.3, "kubelet", "containerd", "PullImage", "pods/default/web", ""),
    (1.8, "containerd", "kubelet", "reply", "pods/default/web", "docker.io/library/nginx@<digest>"),
    (1.8, "kubelet", "containerd", "CreateContainer", "pods/default/web/c", "<id>"),
    (1.8, "kubelet", "containerd", "StartContainer", "pods/default/web/c", ""),
    (2.2, "containerd", "kubelet", "reply", "pods/default/web/c", "OK"),
    (2.2, "containerd", "kubelet", "ContainerStarted", "pods/default/web/c", ""),
]
CRI_OF_A_STOP = [
    (0.0, "kubelet", "containerd", "StopContainer", "pods/default/web/c", ""),
    (0.5, "containerd", "kubelet", "reply", "pods/default/web/c", "OK"),
    (0.5, "containerd", "kubelet", "ContainerDied", "pods/default/web/c", "exit code 0"),
    (0.5, "kubelet", "containerd", "StopPodSandbox", "pods/default/web", "OK"),
    (0.5, "containerd", "cni", "DEL", "pods/default/web", "10.244.0.2"),
    (0.5, "kubelet", "containerd", "RemovePodSandbox", "pods/default/web", "OK"),
]


def test_a_bound_pod_runs_with_two_status_patches_and_four_events() -> None:
    room = Room("n1", "n2")
    writes = room.disk("n1").writes
    room.create(manifest("web"))
    room.run(5)
    assert room.node_hops("n1") == CRI_OF_A_START
    assert room.states("web") == ["Pending ContainerCreating", "Running running"]
    assert room.events("web") == ["Pulling", "Pulled", "Created", "Started"]
    assert room.pod("web")["status"]["podIP"] == "10.244.0.2"
    assert room.disk("n1").writes - writes == 4  # address, sandbox, image, running container
    assert room.node_hops("n2") == []


def test_a_deleted_pod_leaves_nothing() -> None:
    room = Room("n1")
    room.create(manifest("web"))
    room.run(5)
    room.forget()
    room.client.delete(PODS, "web", "default")
    room.run(5)
    assert room.node_hops("n1") == CRI_OF_A_STOP
    assert room.states("web") == ["Succeeded Completed"]
    assert room.pods() == []
    assert room.disk("n1").list("pods/") == []


def test_a_pod_deleted_while_its_image_is_pulled_starts_nothing() -> None:
    room = Room("n1")
    room.create(manifest("web"))
    room.run(1)
    room.client.delete(PODS, "web", "default")
    room.run(5)
    verbs = [hop[3] for hop in room.node_hops("n1")]
    assert verbs == ["RunPodSandbox", "ADD", "reply", "PullImage", "reply", "StopPodSandbox", "DEL", "RemovePodSandbox"]
    assert room.pods() == []


def test_a_shorter_grace_period_overtakes_a_longer_one() -> None:
    room = Room("n1")
    room.create(manifest("web", "busybox", command=["sleep", "3600"]))
    room.run(5)
    room.forget()
    room.client.delete(PODS, "web", "default")
    room.run(10)
    room.client.delete(PODS, "web", "default", grace_period_seconds=3)
    room.run(60)
    died = [hop for hop in room.node_hops("n1") if hop[3] == "ContainerDied"]
    assert died == [(13.0, "containerd", "kubelet", "ContainerDied", "pods/default/web/c", "exit code 137")]


def test_a_crashing_container_waits_longer_each_time() -> None:
    room = Room("n1")
    room.create(manifest("web", "busybox", command=["sh", "-c", "sleep 1; exit 1"]))
    room.run(120)
    started = [hop[0] for hop in room.node_hops("n1") if hop[3] == "ContainerStarted"]
    assert [round(later - earlier, 1) for earlier, later in itertools.pairwise(started)] == [1.2, 11.2, 21.2, 41.2]
    assert room.states("web")[:7] == [
        "Pending ContainerCreating",
        "Running running",
        "Running Error",
        "Running running",
        "Running Error",
        "Running CrashLoopBackOff",
        "Running running",
    ]
    waiting = room.pod("web")["status"]["containerStatuses"][0]
    uid = room.pod("web")["metadata"]["uid"]
    assert waiting["restartCount"] == 4
    assert waiting["state"]["waiting"]["message"] == f"back-off 1m20s restarting failed container=c pod=web_default({uid})"
    assert waiting["lastState"]["terminated"]["exitCode"] == 1


def test_an_image_that_does_not_exist() -> None:
    room = Room("n1")
    room.create(manifest("web", "does-not-exist"))
    room.run(10)
    assert room.states("web") == ["Pending ContainerCreating", "Pending ErrImagePull", "Pending ImagePullBackOff"]
    assert room.events("web") == ["Pulling", "Failed", "Failed", "BackOff", "Failed"]


def test_a_pod_that_never_restarts_ends_and_frees_its_address() -> None:
    room = Room("n1")
    room.create(manifest("web", "hello-world", restart_policy="Never"))
    room.run(5)
    assert room.pod("web")["status"]["phase"] == "Succeeded"
    assert [hop[3] for hop in room.node_hops("n1")][-3:] == ["ContainerDied", "StopPodSandbox", "DEL"]
    conditions = {c["type"]: c["status"] for c in room.pod("web")["status"]["conditions"]}
    assert conditions["PodReadyToStartContainers"] == "False"


def test_init_containers_run_before_the_pods_own() -> None:
    room = Room("n1")
    obj = manifest("web")
    obj["spec"]["initContainers"] = [{"name": name, "image": "busybox", "command": ["sleep", "2"]} for name in ("i", "j")]
    room.create(obj)
    room.run(15)
    begun = [hop[4].rpartition("/")[2] for hop in room.node_hops("n1") if hop[3] == "ContainerStarted"]
    assert begun == ["i", "j", "c"]
    assert room.states("web")[-1] == "Running running"


def test_a_deadline_ends_a_pod_with_grace() -> None:
    room = Room("n1")
    obj = manifest("web")
    obj["spec"]["activeDeadlineSeconds"] = 8
    room.create(obj)
    room.run(20)
    status = room.pod("web")["status"]
    calls = [hop[:4] for hop in room.node_hops("n1")][-5:]
    assert (status["phase"], status["reason"]) == ("Failed", "DeadlineExceeded")
    assert room.events("web")[-2:] == ["DeadlineExceeded", "Killing"]
    assert status["containerStatuses"][0]["state"]["terminated"]["exitCode"] == 0
    assert [(hop[0], hop[3]) for hop in calls] == [
        (8.0, "StopContainer"),
        (8.5, "reply"),
        (8.5, "ContainerDied"),
        (8.5, "StopPodSandbox"),
        (8.5, "DEL"),
    ]


def test_what_a_person_does_to_a_machine_is_a_hop() -> None:
    room = Room("n1")
    room.create(manifest("web"))
    room.run(5)
    room.forget()
    room.kubelets.kill_container(room.pod("web")["metadata"]["uid"], "c")
    room.kubelets.stop_node("n1")
    room.kubelets.start_node("n1")
    acts = [(hop.target, hop.verb, hop.key, hop.revision > 0) for hop in room.hops() if hop.source == "dashboard"]
    assert acts == [
        ("node/n1/containerd", "kill-container", "pods/default/web/c", False),
        ("node/n1/kubelet", "stop", "nodes/n1", True),
        ("node/n1/kubelet", "start", "nodes/n1", True),
    ]
    died = next(hop for hop in room.hops() if hop.verb == "ContainerDied")
    assert died.cause == next(hop.seq for hop in room.hops() if hop.verb == "kill-container")


def test_a_killed_container_is_started_again() -> None:
    room = Room("n1")
    room.create(manifest("web"))
    room.run(5)
    uid = room.pod("web")["metadata"]["uid"]
    room.kubelets.kill_container(uid, "c")
    room.run(5)
    status = room.pod("web")["status"]["containerStatuses"][0]
    assert (status["restartCount"], status["ready"], status["lastState"]["terminated"]["exitCode"]) == (1, True, 137)
    with pytest.raises(ApiError, match='container "d" is not running'):
        room.kubelets.kill_container(uid, "d")


def test_a_stopped_node_is_silent_until_it_is_started() -> None:
    room = Room("n1", "n2")
    room.create(manifest("web"))
    room.run(5)
    room.forget()
    room.kubelets.stop_node("n1")
    room.restart()
    room.run(60)
    quiet = [hop for hop in room.hops() if "node/n1/" in hop.source and hop.source != "dashboard"]
    assert (quiet, room.kubelets.is_stopped("n1"), room.kubelets.is_stopped("n2")) == ([], True, False)
    room.kubelets.start_node("n1")
    room.run(5)
    status = room.pod("web")["status"]
    ended = status["containerStatuses"][0]["lastState"]["terminated"]
    assert (status["phase"], status["podIP"], status["containerStatuses"][0]["restartCount"]) == ("Running", "10.244.0.3", 1)
    assert (ended["exitCode"], ended["reason"]) == (255, "Unknown")
    assert "SandboxChanged" in room.events("web")
    with pytest.raises(ApiError, match='nodes "n9" not found'):
        room.kubelets.stop_node("n9")


def test_a_silenced_kubelet_lets_its_containers_run() -> None:
    room = Room("n1")
    room.create(manifest("web"))
    room.run(5)
    room.annotate_node("n1", "simulation.podium/stopped", "true")
    room.run(1)
    room.forget()
    room.create(manifest("late"))
    room.run(60)
    assert [hop for hop in room.hops() if hop.source.startswith("node/")] == []
    room.annotate_node("n1", "simulation.podium/stopped", None)
    room.run(5)
    assert [room.pod(name)["status"]["containerStatuses"][0]["restartCount"] for name in ("web", "late")] == [0, 0]
    assert [room.pod(name)["status"]["phase"] for name in ("web", "late")] == ["Running", "Running"]


def test_a_restarted_process_finds_containers_running() -> None:
    room = Room("n1")
    room.create(manifest("web", "busybox", command=["sleep", "20"], restart_policy="Never"))
    room.run(8)
    room.forget()
    room.restart()
    room.run(5)
    assert room.node_hops("n1") == []
    room.run(30)
    died = [hop for hop in room.node_hops("n1") if hop[3] == "ContainerDied"]
    assert [(hop[0], hop[5]) for hop in died] == [(13.3, "exit code 0")]  # started 1.3 s after its binding, for 20 s; 8 s had passed
    assert room.pod("web")["status"]["phase"] == "Succeeded"


def test_what_the_api_server_lost_while_the_process_was_away_is_cleaned_up() -> None:
    room = Room("n1")
    room.create(manifest("web"))
    room.run(5)
    room.kubelets.stop()
    room.client.delete(PODS, "web", "default", grace_period_seconds=0)
    room.restart()
    room.run(5)
    assert room.disk("n1").list("pods/") == []


def test_a_deleted_nodes_machine_is_taken_away_and_a_new_one_comes() -> None:
    room = Room("n1")
    room.create(manifest("web"))
    room.run(5)
    room.client.delete(NODES, "n1")
    room.run(5)
    room.restart()
    room.run(5)
    assert (room.node_names(), [key for key, _ in room.disk("n1").list("")]) == ([], ["machine"])
    room.client.create(NODES, hello("n1"))
    room.run(2)
    assert room.is_ready("n1")


def test_nodes_made_by_others_are_adopted_unless_they_say_no() -> None:
    room = Room("n1")
    room.client.create(NODES, hello("mine"))
    room.client.create(NODES, hello("theirs", **{"simulation.podium/ignore": "true"}))
    room.run(1)
    assert (room.is_ready("mine"), room.is_ready("theirs")) == (True, False)
    address = room.client.get(NODES, "mine")["status"]["addresses"][0]["address"]
    assert address == "192.168.0.11"


def test_a_node_has_no_machine_as_long_as_it_says_so() -> None:
    room = Room("n1")
    room.annotate_node("n1", "simulation.podium/ignore", "true")
    room.run(1)
    found = [room.kubelets.plug("n1") is None]
    room.restart()
    room.run(1)
    found.append(room.kubelets.plug("n1") is None)
    room.annotate_node("n1", "simulation.podium/ignore", "no")
    room.run(1)
    found.append(room.kubelets.plug("n1") is None)
    assert found == [True, True, False]


def test_a_watch_of_nodes_that_fell_behind_disturbs_nobody() -> None:
    room = Room("n1", "n2")
    room.create(manifest("web"))
    room.run(1)
    room.api.expire(NODES)
    room.run(5)
    room.client.create(NODES, hello("n3"))
    room.run(1)
    assert room.node_hops("n1") == CRI_OF_A_START
    assert room.is_ready("n3")


def test_heartbeats_renew_the_lease_every_ten_seconds() -> None:
    room = Room("n1")
    room.run(1)
    room.forget()
    room.run(100)
    renewals = [hop for hop in room.hops() if hop.key == "leases/kube-node-lease/n1" and hop.source == "node/n1/kubelet"]
    assert len(renewals) in (10, 11)
    lease = room.client.get(LEASES, "n1", "kube-node-lease")
    assert (lease["spec"]["holderIdentity"], lease["spec"]["leaseDurationSeconds"]) == ("n1", 40)
    assert lease["metadata"]["ownerReferences"][0]["kind"] == "Node"
