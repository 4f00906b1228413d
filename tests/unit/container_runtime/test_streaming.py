"""Exec and attach: who is connected to programs, what they see and what they type."""

from __future__ import annotations

import pytest

from cluster.machinery.cri import ContainerConfig, CriError, Process
from tests.unit.container_runtime.room import Node, script


def connected(found: Process | CriError) -> Process:
    assert not isinstance(found, CriError), str(found)
    return found


def running(image: str = "busybox", *args: str) -> tuple[Node, str]:
    node = Node()
    made = node.launch(ContainerConfig("c", image, args=args or (("sleep", "3600") if image == "busybox" else ())))
    node.run(2)
    return node, made


EXECS = {
    "output and error output are apart": (("sh", "-c", "echo out; echo err >&2; exit 3"), ("out\n", "err\n", 3)),
    "arguments are not interpreted": (("echo", "$HOME", "*"), ("$HOME *\n", "", 0)),
    "the processes of the container are seen": (("sh", "-c", "ps | grep slee[p]"), ("    1 root      0:00  sleep 3600\n", "", 0)),
    "a failing command": (("cat", "/none"), ("", "cat: can't open '/none': No such file or directory\n", 1)),
}


@pytest.mark.parametrize(("argv", "expected"), EXECS.values(), ids=EXECS.keys())
def test_exec_sync(argv: tuple[str, ...], expected: tuple[str, str, int]) -> None:
    node, made = running()
    assert node.execute(made, *argv) == expected


REFUSED = {
    "a program that is not there": ("busybox", ("nosuch",), 'exec: "nosuch": executable file not found in $PATH: unknown'),
    "a path that is not there": ("busybox", ("/x/y",), 'exec: "/x/y": stat /x/y: no such file or directory: unknown'),
    "a shell where there is none": ("traefik/whoami", ("sh",), 'exec: "sh": executable file not found in $PATH: unknown'),
}


@pytest.mark.parametrize(("image", "argv", "words"), REFUSED.values(), ids=REFUSED.keys())
def test_what_cannot_be_executed(image: str, argv: tuple[str, ...], words: str) -> None:
    node, made = running(image)
    refused = node.runtime.exec(made, argv, stdin=False, tty=False)
    assert isinstance(refused, CriError)
    start, _, rest = refused.message.partition('exec "')
    assert (start, rest.partition('"')[2]) == (
        "failed to exec in container: failed to start ",
        f": OCI runtime exec failed: exec failed: unable to start container process: {words}",
    )


def test_exec_sync_gives_up_after_its_time() -> None:
    node, made = running()
    node.told.clear()
    node.runtime.exec_sync(made, ["sleep", "10"], 3, node.reply("exec"))
    node.run(20)
    words = "rpc error: code = DeadlineExceeded desc = failed to exec in container: timeout 3s exceeded: context deadline exceeded"
    assert node.told == [(10.0, f"exec failed: {words}")]
    assert node.execute(made, "sh", "-c", "ps | grep -c slee[p]")[0] == "1\n"


def test_a_command_that_takes_time_is_answered_at_its_end() -> None:
    node, made = running()
    reply = node.reply("exec")
    node.told.clear()
    node.runtime.exec_sync(made, ["sh", "-c", "sleep 2; echo late"], 0, reply)
    node.run(5)
    assert (node.told, getattr(reply.result, "stdout", None)) == ([(9.0, "exec")], b"late\n")


def test_input_is_read_until_it_ends() -> None:
    node, made = running()
    process = connected(node.runtime.exec(made, ["sh", "-c", "cat > /tmp/f; wc -c < /tmp/f"], stdin=True, tty=False))
    process.write(b"hello ")
    process.write(b"world\n")
    before = (process.read(), process.exit_code)
    process.close_input()
    assert (before, process.read(), process.exit_code) == (((b"", b""), None), (b"12\n", b""), 0)


def test_a_shell_reads_a_script_from_its_input() -> None:
    node, made = running()
    process = connected(node.runtime.exec(made, ["sh"], stdin=True, tty=False))
    process.write(b"x=1\nif true; then\necho $x\nfi\n")
    process.close_input()
    assert (process.read(), process.exit_code) == ((b"1\n", b""), 0)


TYPED = {
    "a command": (b"echo hi\r", b"/ # echo hi\r\nhi\r\n/ # ", None),
    "backspace": (b"echo hix\x7f\r", b"/ # echo hix\b \b\r\nhi\r\n/ # ", None),
    "a block over several lines": (b"if true\rthen echo a\rfi\r", b"/ # if true\r\n> then echo a\r\n> fi\r\na\r\n/ # ", None),
    "^C at the prompt": (b"abc\x03", b"/ # abc^C\r\n/ # ", None),
    "^D ends the shell": (b"\x04", b"/ # \r\n", 0),
    "exit with a code": (b"exit 3\r", b"/ # exit 3\r\n", 3),
    "a folder in the prompt": (b"cd /tmp\r", b"/ # cd /tmp\r\n/tmp # ", None),
    "cursor keys do nothing": (b"\x1b[Aecho a\r", b"/ # echo a\r\na\r\n/ # ", None),
    "a mistake": (b"nosuch\r", b"/ # nosuch\r\nsh: nosuch: not found\r\n/ # ", None),
}


@pytest.mark.parametrize(("keys", "seen", "code"), TYPED.values(), ids=TYPED.keys())
def test_a_shell_at_a_terminal(keys: bytes, seen: bytes, code: int | None) -> None:
    node, made = running()
    process = connected(node.runtime.exec(made, ["sh"], stdin=True, tty=True))
    for key in keys:
        process.write(bytes([key]))
    assert (process.read(), process.exit_code) == ((seen, b""), code)


def test_ctrl_c_ends_what_runs_and_leaves_the_shell() -> None:
    node, made = running()
    process = connected(node.runtime.exec(made, ["sh"], stdin=True, tty=True))
    process.write(b"sleep 100\r")
    node.run(2)
    process.write(b"\x03")
    process.write(b"echo $?\r")
    assert (process.read(), process.exit_code) == ((b"/ # sleep 100\r\n^C\r\n/ # echo $?\r\n130\r\n/ # ", b""), None)


def test_who_listens_hears_of_output_and_of_the_end() -> None:
    node, made = running()
    process = connected(node.runtime.exec(made, ["sh", "-c", "sleep 1; echo a; sleep 1"], stdin=False, tty=False))
    heard: list[tuple[bytes, int | None]] = []
    process.listen(lambda: heard.append((process.read()[0], process.exit_code)))
    node.run(3)
    assert heard == [(b"a\n", None), (b"", 0)]


def test_who_leaves_ends_what_was_started_for_them() -> None:
    node, made = running()
    process = connected(node.runtime.exec(made, ["sleep", "1000"], stdin=False, tty=False))
    before = node.execute(made, "sh", "-c", "ps | grep -c slee[p]")[0]
    process.detach()
    process.detach()
    assert (before, node.execute(made, "sh", "-c", "ps | grep -c slee[p]")[0]) == ("2\n", "1\n")


CUTS: dict[str, tuple[str, bool, bool, str]] = {
    "what reads nothing runs on": ("sleep 5; echo done > /tmp/x", False, False, "done\n"),
    "what reads its input comes to its end": ("cat; echo end > /tmp/x", True, False, "end\n"),
    "a terminal is hung up": ("sleep 5; echo done > /tmp/x", True, True, ""),
}


@pytest.mark.parametrize(("text", "stdin", "tty", "written"), CUTS.values(), ids=CUTS.keys())
def test_a_session_that_is_cut(text: str, stdin: bool, tty: bool, written: str) -> None:
    node, made = running()
    process = connected(node.runtime.exec(made, ["sh", "-c", text], stdin=stdin, tty=tty))
    node.run(1)
    process.cut()
    process.detach()
    node.run(6)
    left = node.execute(made, "sh", "-c", "cat /tmp/x; ps | grep -c slee[p]")
    assert left[0] == f"{written}1\n"


def test_the_end_of_the_container_ends_its_sessions() -> None:
    node, made = running()
    process = connected(node.runtime.exec(made, ["sleep", "1000"], stdin=False, tty=False))
    heard: list[int | None] = []
    process.listen(lambda: heard.append(process.exit_code))
    node.runtime.kill("u1", "c")
    assert heard == [137]


def test_kill_1_reaches_the_first_process() -> None:
    node, made = running("nginx")
    node.execute(made, "sh", "-c", "kill 1")
    node.run(1)
    assert node.ending(made) == ("EXITED", 0, "Completed")


def test_attached_one_sees_what_is_written_from_then_on() -> None:
    node = Node()
    made = node.launch(script("for i in 1 2 3; do echo $i; sleep 2; done"))
    node.run(1)
    process = connected(node.runtime.attach(made, stdin=False))
    node.run(10)
    assert (process.read(), process.exit_code, node.log(made)) == ((b"2\n3\n", b""), 0, ["1", "2", "3"])


ONCE = {"input once": (True, 0), "input that stays": (False, None)}


@pytest.mark.parametrize(("once", "code"), ONCE.values(), ids=ONCE.keys())
def test_attached_to_a_containers_input(once: bool, code: int | None) -> None:
    node = Node()
    made = node.launch(ContainerConfig("c", "busybox", command=("cat",), stdin=True, stdin_once=once))
    node.run(1)
    process = connected(node.runtime.attach(made, stdin=True))
    process.write(b"hello\n")
    seen = process.read()
    process.detach()
    node.run(1)
    status = node.runtime.container_status(made)
    assert status is not None
    assert (seen, node.log(made), status.exit_code if status.finished_at else None) == ((b"hello\n", b""), ["hello"], code)


ENDS: dict[str, tuple[bool, bool, str]] = {
    "input once": (True, False, "EXITED"),
    "input that stays": (False, False, "RUNNING"),
    "a terminal": (True, True, "RUNNING"),
}


@pytest.mark.parametrize("leave", [False, True], ids=["its input ends", "it goes away"])
@pytest.mark.parametrize(("once", "tty", "state"), ENDS.values(), ids=ENDS.keys())
def test_only_input_that_is_there_once_ends_with_who_is_attached(once: bool, tty: bool, state: str, leave: bool) -> None:
    node = Node()
    made = node.launch(ContainerConfig("c", "busybox", command=("cat",), stdin=True, stdin_once=once, tty=tty))
    node.run(1)
    process = connected(node.runtime.attach(made, stdin=True))
    heard: list[int | None] = []
    process.listen(lambda: heard.append(process.exit_code))
    if leave:
        process.detach()
    else:
        process.close_input()
    node.run(1)
    assert (node.ending(made)[0], heard) == (state, [] if leave else [0])


def test_attached_to_a_shell_with_a_terminal() -> None:
    node = Node()
    made = node.launch(ContainerConfig("c", "busybox", stdin=True, tty=True))
    node.run(1)
    process = connected(node.runtime.attach(made, stdin=True))
    process.write(b"echo hi\r")
    process.write(b"exit 2\r")
    assert (process.read(), process.exit_code) == ((b"echo hi\r\nhi\r\n/ # exit 2\r\n", b""), 2)


def test_copying_into_and_out_of_a_container() -> None:
    node, made = running("nginx")
    out = connected(node.runtime.exec(made, ["tar", "cf", "-", "/etc/nginx/nginx.conf"], stdin=False, tty=False))
    archive, errors = out.read()
    back = connected(node.runtime.exec(made, ["tar", "-xmf", "-", "-C", "/tmp"], stdin=True, tty=False))
    back.write(archive)
    back.close_input()
    copied = node.execute(made, "cat", "/tmp/etc/nginx/nginx.conf")[0]
    assert (errors, back.exit_code, copied) == (
        b"tar: removing leading '/' from member names\n",
        0,
        node.execute(made, "cat", "/etc/nginx/nginx.conf")[0],
    )
