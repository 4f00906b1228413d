"""The simulated containerd: calls in, simulated time, records on the node's disk."""

from __future__ import annotations

import pytest

from cluster.machinery.cri import ContainerConfig, CriError, PodSandboxConfig
from tests.unit.container_runtime.room import POD, Node
from tests.unit.node_room import engine, run, seconds


def test_from_sandbox_to_running_takes_the_tables_time() -> None:
    node = Node()
    made = node.launch(ContainerConfig("c", "nginx"))
    run(node.engine, 1)
    assert node.told == [(0.3, "sandbox"), (1.5, "pull"), (5.0, "create"), (5.4, "start"), (5.4, "ContainerStarted c 0")]
    sandbox, container = node.runtime.pod_sandbox_status("u1"), node.runtime.container_status(made)
    assert sandbox is not None
    assert container is not None
    assert (sandbox.state, sandbox.ip, container.state, container.image) == (
        "SANDBOX_READY",
        "10.244.0.2",
        "CONTAINER_RUNNING",
        "docker.io/library/nginx:latest",
    )
    # the range, the sandbox, its address, the image, the running container
    assert node.disk.writes == 5


def test_an_image_that_is_present_is_only_checked() -> None:
    node = Node()
    for _ in range(2):
        node.runtime.pull_image("nginx:1.25", POD, node.reply("pull"))
        run(node.engine, 5)
    assert [moment for moment, _ in node.told] == [1.5, 5.3]
    assert [image.tag for image in node.runtime.list_images()] == ["docker.io/library/nginx:1.25"]


def test_failures_are_answered_with_containerds_words() -> None:
    node = Node()
    node.runtime.pull_image("does-not-exist", POD, node.reply("pull"))
    node.runtime.create_container("nowhere", ContainerConfig("c", "nginx"), node.reply("create"))
    node.runtime.start_container("nothing", node.reply("start"))
    run(node.engine, 5)
    name = "docker.io/library/does-not-exist:latest"
    assert node.told == [
        (0.0, 'create failed: rpc error: code = NotFound desc = failed to find sandbox id "nowhere": not found'),
        (
            0.0,
            'start failed: rpc error: code = NotFound desc = an error occurred when try to find container "nothing": not found',
        ),
        (
            0.8,
            f'pull failed: failed to pull and unpack image "{name}": failed to resolve reference '
            f'"{name}": pull access denied, repository does not exist or may require authorization: server message: '
            "insufficient_scope: authorization failed",
        ),
    ]


STOPS = {
    "nginx stops when told": ("nginx", (), 30, 0.5, 0),
    "nginx has no time to stop": ("nginx", (), 0.1, 0.1, 137),
    "sleep ignores SIGTERM": ("busybox", ("sleep", "3600"), 30, 30, 137),
    "a container that ends by itself before": ("busybox", ("sleep", "3"), 30, 2, 0),
}


@pytest.mark.parametrize(("image", "args", "grace", "takes", "code"), STOPS.values(), ids=STOPS.keys())
def test_stop_container(image: str, args: tuple[str, ...], grace: float, takes: float, code: int) -> None:
    node = Node()
    made = node.launch(ContainerConfig("c", image, args=args))
    run(node.engine, 1.2 if image == "busybox" else 1.4)  # one second after its start
    began = seconds(node.engine)
    node.told.clear()
    node.runtime.stop_container(made, grace, node.reply("stopped"))
    run(node.engine, 60)
    assert [(round(moment - began, 3), what) for moment, what in node.told] == [(takes, "stopped"), (takes, f"ContainerDied c {code}")]


def test_a_second_stop_with_less_grace_counts() -> None:
    node = Node()
    made = node.launch(ContainerConfig("c", "busybox", args=("sleep", "3600")))
    run(node.engine, 1)
    node.told.clear()
    node.runtime.stop_container(made, 30, node.reply("first"))
    run(node.engine, 1)
    node.runtime.stop_container(made, 1, node.reply("second"))
    run(node.engine, 60)
    assert node.told == [(8.0, "first"), (8.0, "second"), (8.0, "ContainerDied c 137")]


def test_a_restarted_process_goes_on_with_the_remaining_time() -> None:
    first = Node()
    made = first.launch(ContainerConfig("c", "busybox", args=("sleep", "5")))
    run(first.engine, 2.2)  # started at 5.2, now 7.2
    first.runtime.stop()
    second = Node(first.disk, engine(first.engine.clock.now))
    second.runtime.start()
    run(second.engine, 60)
    found = second.runtime.container_status(made)
    assert found is not None
    assert (second.told, found.exit_code, found.reason) == ([(10.2, "ContainerDied c 0")], 0, "Completed")
    assert second.runtime.image_status("busybox") is not None


def test_a_loss_of_power_ends_everything() -> None:
    first = Node()
    made = first.launch(ContainerConfig("c", "nginx"))
    run(first.engine, 1)
    first.runtime.stop()
    run(first.engine, 60)
    second = Node(first.disk, first.engine)
    second.runtime.mark_lost()
    second.runtime.start()
    found, sandbox = second.runtime.container_status(made), second.runtime.pod_sandbox_status("u1")
    assert found is not None
    assert sandbox is not None
    assert (found.state, found.exit_code, found.reason, sandbox.state) == ("CONTAINER_EXITED", 255, "Unknown", "SANDBOX_NOTREADY")
    assert first.told[-1] == (5.4, "ContainerStarted c 0")


def test_kill_ends_a_running_container_once() -> None:
    node = Node()
    node.launch(ContainerConfig("c", "nginx"))
    run(node.engine, 1)
    assert [node.runtime.kill("u1", "c"), node.runtime.kill("u1", "c"), node.runtime.kill("u2", "c")] == [True, False, False]
    assert node.told[-1] == (6.0, "ContainerDied c 137")


def test_stopping_a_sandbox_kills_frees_and_may_be_repeated() -> None:
    node = Node()
    made = node.launch(ContainerConfig("c", "nginx"))
    run(node.engine, 1)
    sandbox = node.runtime.pod_sandbox_status("u1")
    assert sandbox is not None
    for call in (
        node.runtime.stop_pod_sandbox,
        node.runtime.stop_pod_sandbox,
        node.runtime.remove_pod_sandbox,
        node.runtime.remove_pod_sandbox,
    ):
        call(sandbox.id, node.reply(call.__name__))
    assert [what for _, what in node.told[5:]] == [
        "ContainerDied c 137",
        "stop_pod_sandbox",
        "stop_pod_sandbox",
        "remove_pod_sandbox",
        "remove_pod_sandbox",
    ]
    assert (node.runtime.container_status(made), node.disk.list("pods/"), node.disk.get("cni")) == (
        None,
        [],
        {"podCIDR": "10.244.0.0/24", "last": "10.244.0.2", "addresses": {}, "pods": {}},
    )


def test_the_log_holds_what_has_been_written_so_far() -> None:
    node = Node()
    made = node.launch(ContainerConfig("c", "busybox", command=("sh", "-c", "echo a; sleep 10; echo b; sleep 10")))
    run(node.engine, 5)
    early = [line for _, line in node.runtime.container_log(made)]
    run(node.engine, 10)
    assert (early, [line for _, line in node.runtime.container_log(made)]) == (["a"], ["a", "b"])


@pytest.mark.parametrize(
    ("is_on_host", "place"),
    [(False, "/var/run/netns/cni-{}-{}-{}-{}-{}"), (True, "host")],
    ids=["in a namespace of its own", "on the host's network"],
)
def test_a_port_on_which_nobody_listens(is_on_host: bool, place: str) -> None:
    node = Node()
    node.launch(ContainerConfig("c", "busybox", args=("sleep", "99")), PodSandboxConfig("default", "web", "u1", host_network=is_on_host))
    sandbox = node.runtime.pod_sandbox_status("u1")
    assert sandbox is not None
    one = sandbox.id
    place = place.format(one[:8], one[8:12], one[12:16], one[16:20], one[20:32])
    failed = f'failed to execute portforward in network namespace "{place}": failed to connect to localhost:9 inside namespace "{one}", '
    words = "IPv4: dial tcp4 127.0.0.1:9: connect: connection refused IPv6 dial tcp6: address localhost: no suitable address found"
    assert node.runtime.port_forward(one, 9) == CriError("Unknown", failed + words)
