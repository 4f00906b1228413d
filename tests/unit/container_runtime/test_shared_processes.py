"""Whose processes a container sees: its own, its pod's, or those of the container that a debugger is put beside."""

from __future__ import annotations

import pytest

from cluster.machinery.cri import ContainerConfig, PidMode
from tests.unit.container_runtime.room import Node

SHELL = ("sh", "-c", "sleep 1000; echo gone on")
PS = "PID   USER     TIME  COMMAND\n"


def shared() -> tuple[Node, str, str]:
    """Two containers of a pod that shares its processes."""
    node = Node()
    web = node.launch(ContainerConfig("web", "nginx", pid_mode=PidMode.POD))
    box = node.launch(ContainerConfig("box", "busybox", command=SHELL, pid_mode=PidMode.POD))
    node.run(1)
    return node, web, box


def debugged(target: ContainerConfig) -> tuple[Node, str, str]:
    """A container, and another beside its processes."""
    node = Node()
    web = node.launch(target)
    debugger = node.launch(ContainerConfig("debugger", "busybox", command=SHELL, pid_mode=PidMode.TARGET, target_id=web))
    node.run(1)
    return node, web, debugger


def rows(node: Node, container: str) -> list[str]:
    out = node.execute(container, "ps")[0].removeprefix(PS)
    return [line.split(None, 3)[3] for line in out.splitlines() if not line.endswith("ps")]


def test_containers_of_a_pod_that_shares_see_each_other_and_the_sandbox() -> None:
    node, _, box = shared()
    master = "nginx: master process nginx -g daemon off;"
    everything = ["/pause", master, "sh -c sleep 1000; echo gone on", "sleep 1000"]
    assert (rows(node, box), node.execute(box, "pidof", "sleep")[0]) == (everything, "4\n")


def test_a_debugger_sees_its_target_from_the_first_process_on_and_others_do_not_see_each_other() -> None:
    node, _, debugger = debugged(ContainerConfig("web", "nginx"))
    other = node.launch(ContainerConfig("other", "busybox", command=("sleep", "9")))
    node.run(1)
    assert (node.execute(debugger, "ps")[0].splitlines()[1].split()[:1], rows(node, other)) == (["1"], ["sleep 9"])
    assert rows(node, debugger) == ["nginx: master process nginx -g daemon off;", "sh -c sleep 1000; echo gone on", "sleep 1000"]


ENDS = {
    "one that its process does not handle": ("kill 2", ("EXITED", 0, "Completed")),
    "one that cannot be handled": ("kill -9 2", ("EXITED", 137, "Error")),
    "none: whether it is there": ("kill -0 2", ("RUNNING", 0, "")),
}


@pytest.mark.parametrize(("command", "ending"), ENDS.values(), ids=ENDS.keys())
def test_a_signal_reaches_another_container(command: str, ending: tuple[str, int, str]) -> None:
    node, web, box = shared()
    code = node.execute(box, "sh", "-c", command)[2]
    node.run(3)
    assert (code, node.ending(web), node.ending(box)[0]) == (0, ending, "RUNNING")


def test_a_debugger_ends_with_the_first_process_of_its_target() -> None:
    node, web, debugger = debugged(ContainerConfig("web", "busybox", command=("sh", "-c", "sleep 30; exit 3")))
    node.run(40)
    assert (node.ending(web), node.ending(debugger)) == (("EXITED", 3, "Error"), ("EXITED", 137, "Error"))


def test_a_target_goes_on_when_its_debugger_ends() -> None:
    node, web, debugger = debugged(ContainerConfig("web", "nginx"))
    node.execute(debugger, "kill", "2")
    node.run(3)
    assert (node.ending(web)[0], node.ending(debugger)[:2]) == ("RUNNING", ("EXITED", 143))


@pytest.mark.parametrize("mode", ["pod", "target"])
def test_numbers_stay_after_a_crash_of_the_runtime(mode: str) -> None:
    node, _, box = shared() if mode == "pod" else debugged(ContainerConfig("web", "nginx"))
    node.run(2)
    before = node.execute(box, "pidof", "sleep")[0], rows(node, box)
    again = node.restarted()
    assert (again.execute(box, "pidof", "sleep")[0], rows(again, box)) == before
