"""What containers run: how it begins, goes on after a restart, takes signals and ends."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cluster.container_runtime.image_file import read_rows
from cluster.container_runtime.image_table import ImageTable
from cluster.machinery.cri import ContainerConfig, CriError, PodSandboxConfig, Resources
from tests.unit.container_runtime.room import POD, Node, script
from tests.unit.node_room import seconds

MEBI = 1 << 20


def test_a_loop_goes_on_after_a_restart_and_its_log_stays() -> None:
    first = Node()
    made = first.launch(script("i=0; while true; do i=$((i+1)); echo n$i; sleep 2; done"))
    first.run(4)  # started at 5.2, now 9: it wakes at 9.2
    second = first.restarted()
    second.run(3)
    assert (first.log(made), second.log(made)) == (["n1", "n2"], ["n1", "n2", "n3", "n4"])


PLACES = {
    "in a loop with a function": ("f() { echo $1; sleep 1; }; for i in 1 2 3; do f $i; done; exit 3", ["1", "2", "3"], 3),
    "in a pipeline": ("(echo a; sleep 2; echo b) | while read x; do echo got $x; done", ["got a", "got b"], 0),
    "in a substitution": ("x=$(sleep 2; echo late); echo $x", ["late"], 0),
    "with a trap set": ("trap 'echo bye' EXIT; sleep 2; exit 4", ["bye"], 4),
    "waiting for children": ("sleep 1 & sleep 2 & wait; echo both", ["both"], 0),
    "with output redirected": ("{ sleep 2; echo in; } > /tmp/f; cat /tmp/f", ["in"], 0),
    "half a line written": ("printf ab; sleep 2; echo c", ["abc"], 0),
    "with half of its input read": ("printf '1\\n2\\n' | { read a; sleep 2; read b; echo $b; }", ["2"], 0),
}


@pytest.mark.parametrize(("text", "lines", "code"), PLACES.values(), ids=PLACES.keys())
def test_a_script_can_be_stopped_anywhere(text: str, lines: list[str], code: int) -> None:
    node = Node()
    made = node.launch(script(text))
    for _ in range(24):
        node.run(0.25)
        node = node.restarted()
    assert (node.log(made), node.ending(made)[:2]) == (lines, ("EXITED", code))


WRITES = {
    "nginx writes nothing while nobody asks": (ContainerConfig("c", "nginx"), 0),
    "a program that sleeps writes nothing": (ContainerConfig("c", "busybox", args=("sleep", "3600")), 0),
    "a loop writes once a turn": (script("while true; do date; sleep 10; done"), 6),
    "a fast loop writes once a second, and each hundred lines": (script("while true; do date; sleep 0.1; done"), 66),
}


@pytest.mark.parametrize(("config", "expected"), WRITES.values(), ids=WRITES.keys())
def test_writes_in_a_minute(config: ContainerConfig, expected: int) -> None:
    node = Node()
    node.launch(config)
    node.run(2)
    before = node.disk.writes
    node.run(60)
    assert node.disk.writes - before == expected


def test_commands_that_change_nothing_write_nothing() -> None:
    node = Node()
    made = node.launch(ContainerConfig("c", "nginx"))
    node.run(2)
    before = node.disk.writes
    for _ in range(5):
        node.execute(made, "cat", "/etc/hostname")
        node.run(10)
    assert node.disk.writes == before


def test_a_program_that_never_waits_lets_others_go_on_and_uses_a_processor() -> None:
    node = Node()
    made = node.launch(script("while true; do :; done"))
    other = node.launch(script("sleep 3; echo here"), PodSandboxConfig("default", "other", "u2"))
    node.run(5)
    usage = node.runtime.container_stats(made)
    assert usage is not None
    assert (node.ending(made)[0], node.log(other), usage.cpu) == ("RUNNING", ["here"], 1_000_000_000)


SIGNALS = {
    "a shell as the first process does nothing": ("sleep 100; echo after", 30, 137, []),
    "a trap runs when the child in the foreground has ended": ("trap 'echo bye; exit 3' TERM; sleep 8; echo no", 7, 3, ["bye"]),
    "wait is interrupted by a trap": ("trap 'echo bye; exit 3' TERM; sleep 100 & wait; echo no", 0, 3, ["bye"]),
    "a trap that ignores": ("trap '' TERM; sleep 100", 30, 137, []),
    "a trap and then on": ("trap 'echo once' TERM; sleep 100 & wait; echo on", 0, 0, ["once", "on"]),
}


@pytest.mark.parametrize(("text", "takes", "code", "lines"), SIGNALS.values(), ids=SIGNALS.keys())
def test_stopping_a_shell(text: str, takes: float, code: int, lines: list[str]) -> None:
    node = Node()
    made = node.launch(script(text))
    node.run(1.2)
    began = seconds(node.engine)
    node.told.clear()
    node.runtime.stop_container(made, 30, node.reply("stopped"))
    node.run(60)
    assert ([(round(at - began, 3), what) for at, what in node.told], node.log(made)) == (
        [(takes, "stopped"), (takes, f"ContainerDied c {code}")],
        lines,
    )


STARTS = {
    "a command that is not there": ("busybox", ("nosuch",), 'exec: "nosuch": executable file not found in $PATH'),
    "a path that is not there": ("busybox", ("/app/run",), 'exec: "/app/run": stat /app/run: no such file or directory'),
    "a shell in an image without one": ("traefik/whoami", ("sh", "-c", "true"), 'exec: "sh": executable file not found in $PATH'),
}


@pytest.mark.parametrize(("image", "command", "words"), STARTS.values(), ids=STARTS.keys())
def test_what_cannot_be_started(image: str, command: tuple[str, ...], words: str) -> None:
    node = Node()
    made = node.launch(ContainerConfig("c", image, command=command))
    node.run(1)
    start = "failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: "
    failed = f"start failed: {start}unable to start container process: error during container init: {words}: unknown"
    assert (node.told[-1][1], node.ending(made)) == (failed, ("EXITED", 128, "StartError"))


def test_an_image_that_nobody_has_described_runs_whatever_it_is_told() -> None:
    node = Node()
    made = node.launch(ContainerConfig("c", "example.com/shop/cart:3", command=("python", "app.py")))
    node.run(60)
    assert (node.log(made), node.ending(made)[0]) == (["simulation: python is not simulated; the container runs on"], "RUNNING")


def test_lines_of_an_image_name_the_pod_that_it_runs_in() -> None:
    lines = "['${env.GREETING} from ${hostname} at ${ip}, $${x}', {at: 2, line: '${version} ${env.NO}'}]"
    rows = f"images: {{shop: {{env: {{GREETING: hi}}, log: {lines}}}}}"
    node = Node(images=ImageTable(read_rows(rows, "t.yaml", {})))
    made = node.launch(ContainerConfig("c", "shop:1.5"))
    node.run(3)
    assert node.log(made) == ["hi from web at 10.244.0.2, ${x}", "1.5 ${env.NO}"]


MEMORY = {
    "a process takes too much": ("polinux/stress", ("stress", "--vm", "1", "--vm-bytes", "250M"), 100 * MEBI, 0.0),
    "a program leaks": ("podium/leak", (), 522 * MEBI, 300.0),
}


@pytest.mark.parametrize(("image", "command", "limit", "after"), MEMORY.values(), ids=MEMORY.keys())
def test_out_of_memory(image: str, command: tuple[str, ...], limit: int, after: float) -> None:
    node = Node()
    made = node.launch(ContainerConfig("c", image, command=command, resources=Resources(memory_limit=limit)))
    node.run(700)
    status = node.runtime.container_status(made)
    assert status is not None
    ran = (status.finished_at - status.started_at) / 1_000_000
    assert (node.ending(made), round(ran / 10)) == (("EXITED", 137, "OOMKilled"), round(after / 10))


def stating(memory: str) -> dict[str, str]:
    return {"simulation.podium/memory": memory}


RESTATED: dict[str, tuple[str, int, str, int, tuple[str, int, str]]] = {
    "what its pod says is more than its limit": ("200Mi", 100, "200Mi", 100, ("EXITED", 137, "OOMKilled")),
    "its pod says so later": ("50Mi", 100, "200Mi", 100, ("EXITED", 137, "OOMKilled")),
    "its limit is lowered": ("50Mi", 100, "50Mi", 40, ("EXITED", 137, "OOMKilled")),
    "neither": ("50Mi", 100, "100Mi", 100, ("RUNNING", 0, "")),
    "there is no limit": ("50Mi", 0, "200Gi", 0, ("RUNNING", 0, "")),
    "what it says is no quantity": ("50Mi", 100, "much", 100, ("RUNNING", 0, "")),
}


@pytest.mark.parametrize("command", [(), ("sleep", "1h")], ids=["the image's program", "a process"])
@pytest.mark.parametrize(("memory", "limit", "now", "held", "ending"), RESTATED.values(), ids=RESTATED.keys())
def test_whoever_is_said_to_use_more_than_its_limit_is_killed(
    memory: str, limit: int, now: str, held: int, ending: tuple[str, int, str], command: tuple[str, ...]
) -> None:
    node, config = Node(), ContainerConfig("c", "nginx", command=command, resources=Resources(memory_limit=limit * MEBI))
    made = node.launch(config, replace(POD, annotations=stating(memory)))
    node.run(1)
    before = node.ending(made)[0]
    node.runtime.update_container_resources(made, Resources(memory_limit=held * MEBI), stating(now))
    node.run(3)
    again = node.restarted()
    assert (before, node.ending(made), again.ending(made)) == ("RUNNING", ending, ending)


def test_a_container_that_is_said_to_use_too_much_is_killed_after_a_crash_of_the_runtime_too() -> None:
    node, config = Node(), ContainerConfig("c", "nginx", resources=Resources(memory_limit=MEBI))
    made = node.launch(config, replace(POD, annotations=stating("2Mi")))
    node.run(1)
    again = node.restarted()
    again.run(2)
    assert again.ending(made) == ("EXITED", 137, "OOMKilled")


def test_below_its_limit_a_process_goes_on_and_is_measured() -> None:
    node = Node()
    config = ContainerConfig("c", "polinux/stress", command=("stress", "--vm", "1", "--vm-bytes", "50M", "--cpu", "1"))
    made = node.launch(config)
    node.run(5)
    usage = node.runtime.container_stats(made)
    assert usage is not None
    assert (usage.cpu, usage.memory, node.log(made)) == (
        2_000_000_000,
        52 * MEBI,
        ["stress: info: [1] dispatching hogs: 1 cpu, 0 io, 1 vm, 0 hdd"],
    )


ANNOTATED = {
    "an exit code alone comes soon": ({"exit-code": "1"}, 0.2, 1),
    "run-seconds alone ends well": ({"run-seconds": "1.5"}, 1.5, 0),
    "both": ({"run-seconds": "2", "exit-code": "3"}, 2, 3),
    "what is no number says nothing": ({"run-seconds": "soon", "exit-code": "3"}, 0.2, 3),
}


def test_annotations_that_cannot_be_read_are_as_if_they_were_not_there() -> None:
    node = Node()
    steering = {"simulation.podium/exit-code": "zig", "simulation.podium/run-seconds": "-1"}
    made = node.launch(ContainerConfig("c", "nginx", command=("sh", "-c", "echo here; sleep 2; exit 4"), annotations=steering))
    node.run(3)
    assert (node.log(made), node.ending(made)[:2]) == (["here"], ("EXITED", 4))


@pytest.mark.parametrize("command", [(), ("sh", "-c", "sleep 9")], ids=["the image's program", "a script"])
@pytest.mark.parametrize(("annotations", "takes", "code"), ANNOTATED.values(), ids=ANNOTATED.keys())
def test_annotations_come_first(annotations: dict[str, str], takes: float, code: int, command: tuple[str, ...]) -> None:
    node = Node()
    steering = {f"simulation.podium/{name}": value for name, value in annotations.items()}
    made = node.launch(ContainerConfig("c", "nginx", command=command, annotations=steering))
    node.run(0.5)
    node = node.restarted()
    node.run(10)
    status = node.runtime.container_status(made)
    assert status is not None
    assert ((status.finished_at - status.started_at) / 1_000_000, status.exit_code) == (takes, code)


def test_long_logs_move_out_of_the_record_and_the_oldest_go() -> None:
    node = Node()
    made = node.launch(script("seq 350; sleep 100"))
    node.run(2)
    record = node.disk.get("pods/u1")
    assert record is not None
    kept = len(record["containers"][0]["log"])
    assert (kept, [key for key, _ in node.disk.list("logs/")], node.log(made)[::100]) == (
        50,
        [f"logs/{made}/00000{number}" for number in range(3)],
        ["1", "101", "201", "301"],
    )
    node.runtime.kill("u1", "c")
    node.runtime.remove_container(made, node.reply("removed"))
    assert node.disk.list("logs/") == []


def test_files_of_a_container_go_with_it_and_are_its_own() -> None:
    node = Node()
    made = node.launch(ContainerConfig("c", "nginx"))
    node.run(2)
    node.execute(made, "sh", "-c", "echo changed > /tmp/f")
    node.run(2)
    again = node.restarted()
    found = again.execute(made, "cat", "/tmp/f")
    again.runtime.kill("u1", "c")
    record = again.disk.get("pods/u1")
    assert record is not None
    assert (found, record["containers"][0].get("task")) == (("changed\n", "", 0), None)


def test_a_process_that_is_restarted_does_not_find_a_container_that_ended() -> None:
    node = Node()
    made = node.launch(script("exit 0"))
    node.run(1)
    refused = node.restarted().runtime.exec(made, ["true"], stdin=False, tty=False)
    assert isinstance(refused, CriError)
    assert str(refused) == "container is in CONTAINER_EXITED state"
