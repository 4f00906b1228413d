"""Commands that the shell runs itself, because they change the shell or are too small for a process of their own.

Upstream: POSIX.1-2017, XCU 2.14 (Special Built-In Utilities); busybox, ``shell/ash.c``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from cluster.container_runtime.linux.call import Call
from cluster.container_runtime.linux.kernel import YIELD, NotRunnableError
from cluster.container_runtime.linux.process import Wait
from cluster.container_runtime.programs.basics import echo, false, kill, printf, pwd, signal_name, true
from cluster.container_runtime.programs.conditions import test
from cluster.container_runtime.shell.arithmetic import CalculationError, evaluate
from cluster.container_runtime.shell.memory import Variables, arguments, new_frame, set_arguments
from cluster.machinery.meta import Obj


class Exit(Exception):  # noqa: N818
    """The shell ends with an exit code."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code % 256


class Host(Protocol):
    """The shell, as a builtin needs it."""

    state: Obj
    variables: Variables
    keeps_descriptors: bool

    def leave_function(self) -> None:
        """Return from the innermost function. Raises Exit when there is none."""
        ...


Builtin = Callable[[Call, Host], "int | Wait | None"]
"""Returns the exit code, what it waits for, or None: the exit code stays as it is."""

SPECIAL = frozenset({":", ".", "eval", "exec", "exit", "export", "readonly", "return", "set", "shift", "trap", "unset"})
"""An error in one of these ends a script."""


def _tool(program: Callable[[Call], int]) -> Builtin:
    return lambda call, host: program(call)


def cd(call: Call, host: Host) -> int:
    """Go to another folder."""
    target = call.args[0] if call.args else host.variables.get("HOME", "/root")
    if target == "-":
        target = host.variables.get("OLDPWD", call.process.cwd)
    path = call.path(target)
    if not call.files.is_folder(path):
        words = "Not a directory" if call.files.exists(path) else "No such file or directory"
        return call.fail(f"can't cd to {target}: {words}", 2)
    host.variables["OLDPWD"], call.process.cwd, host.variables["PWD"] = call.process.cwd, path, path
    return 0


def export(call: Call, host: Host) -> int:
    """Let children have variables."""
    if not call.args or call.args == ["-p"]:
        call.out("".join(f"export {name}='{call.process.env[name]}'\n" for name in sorted(call.process.env)))
    for argument in call.args:
        name, has_value, value = argument.partition("=")
        host.variables.export(name, value if has_value else None)
    return 0


def assign(call: Call, host: Host) -> int:
    """Set variables (``readonly``, which is not held to, and ``declare``)."""
    for name, has_value, value in (argument.partition("=") for argument in call.args if not argument.startswith("-")):
        if has_value:
            host.variables[name] = value
    return 0


def local(call: Call, host: Host) -> int:
    """Let variables have their old values again at the function's end."""
    frame = next((frame for frame in reversed(host.state["frames"]) if frame["kind"] == "function"), None)
    if frame is None:
        return call.fail("not in a function", 2)
    kept = frame.setdefault("locals", {})
    for name, has_value, value in (argument.partition("=") for argument in call.args):
        kept.setdefault(name, host.variables.get(name))
        if has_value:
            host.variables[name] = value
    return 0


def unset(call: Call, host: Host) -> int:
    """Forget variables or functions."""
    for name in call.args:
        if name not in ("-v", "-f"):
            host.variables.pop(name, None)
            host.state["functions"].pop(name, None)
    return 0


def set_options(call: Call, host: Host) -> int:
    """Set options and positional parameters; without arguments show the variables."""
    args = list(call.args)
    if not args:
        call.out("".join(f"{name}='{value}'\n" for name, value in host.variables.items()))
    while args and args[0][:1] in ("-", "+") and args[0] not in ("-", "--"):
        option = args.pop(0)
        letters = option[1:].replace("o", "")
        if "o" in option[1:] and args:
            letters += {"errexit": "e", "xtrace": "x", "nounset": "u", "pipefail": "P"}.get(args.pop(0), "")
        options = "".join(letter for letter in host.state["options"] if letter not in letters)
        host.state["options"] = options + letters if option[0] == "-" else options
        if not args:
            return 0
    if args:
        set_arguments(host.state, args[1:] if args[0] == "--" else args)
    return 0


def shift(call: Call, host: Host) -> int:
    """Drop the first positional parameters."""
    count, args = int(call.args[0]) if call.args and call.args[0].isdigit() else 1, arguments(host.state)
    if count > len(args):
        return call.fail("can't shift that many", 2)
    set_arguments(host.state, args[count:])
    return 0


def evaluate_text(call: Call, host: Host) -> int | None:
    """Run arguments as a script."""
    host.state["frames"].append(new_frame(" ".join(call.args), "eval", None))
    return None


def source(call: Call, host: Host) -> int | None:
    """Run a file's script in this shell."""
    if not call.args:
        return call.fail("filename argument required", 2)
    path = call.path(call.args[0])
    if call.files.size(path) is None:
        call.fail(f"can't open '{call.args[0]}': No such file or directory")
        raise Exit(2)
    text = call.files.read(path).decode(errors="replace")
    host.state["frames"].append(new_frame(text, "eval", call.args[1:] or None))
    return None


def leave(call: Call, host: Host) -> int:
    """End the shell."""
    text = call.args[0] if call.args else str(host.state.get("exiting", host.state["status"]))
    if not text.lstrip("-").isdigit():
        call.fail(f"Illegal number: {text}")
        raise Exit(2)
    raise Exit(int(text))


def give_back(call: Call, host: Host) -> int | None:
    """Return from a function."""
    host.state["status"] = int(call.args[0]) % 256 if call.args and call.args[0].isdigit() else host.state["status"]
    host.leave_function()
    return None


def execute(call: Call, host: Host) -> int | Wait:
    """Become another program; without arguments keep the redirections."""
    if not call.args:
        host.keeps_descriptors = True
        return 0
    try:
        found = call.kernel.programs.find(call.files, call.process.cwd, list(call.args), host.variables.get("PATH", ""))
    except NotRunnableError as fault:
        call.err(f"{host.state['name']}: exec: {call.args[0]}: {fault.words}\n")
        raise Exit(fault.code) from None
    call.process.program, call.process.argv = found
    call.process.state = {}
    return YIELD


def trap(call: Call, host: Host) -> int:
    """Say what to do on signals and at the end (``EXIT``)."""
    args = [argument for argument in call.args if argument != "--"]
    if not args or args == ["-p"]:
        call.out("".join(f"trap -- '{text}' {name}\n" for name, text in sorted(host.state["traps"].items())))
        return 0
    action, names = (args[0], args[1:]) if len(args) > 1 else ("-", args)
    for text in names:
        name = "EXIT" if text.upper() in ("0", "EXIT") else signal_name(text)
        if name is None:
            return call.fail(f"{text}: invalid signal specification")
        if action == "-":
            host.state["traps"].pop(name, None)
        else:
            host.state["traps"][name] = action
    return 0


def read(call: Call, host: Host) -> int | Wait:
    """Read a line into variables."""
    args = list(call.args)
    is_raw = False
    while args and args[0].startswith("-"):
        option = args.pop(0)
        is_raw = is_raw or "r" in option
        if option[-1] in "pt" and args:
            value = args.pop(0)
            if option[-1] == "p" and call.kernel.descriptors.is_terminal(call.process.fds.get(0)) and "asked" not in host.state:
                call.err(value)
                host.state["asked"] = True
    line = call.read_line()
    if line is None:
        return Wait(fd=0)
    host.state.pop("asked", None)
    text = line.decode(errors="replace").removesuffix("\n")
    if not is_raw:
        text = text.replace("\\\n", "")
    names = args or ["REPLY"]
    separators = host.variables.get("IFS", " \t\n")
    for number, name in enumerate(names):
        text = text.lstrip("".join(char for char in separators if char in " \t"))
        end = min((at for char in separators if (at := text.find(char)) >= 0), default=len(text))
        is_last = number == len(names) - 1
        value, text = (text.rstrip(" \t" if separators else ""), "") if is_last else (text[:end], text[end + 1 :])
        host.variables[name] = value
    return int(not line.endswith(b"\n"))


def wait_for(call: Call, host: Host) -> int | Wait:
    """Wait for children in the background: for all, or for those that are named."""
    interrupted = host.state.pop("interrupted", None)
    if interrupted is not None:
        return int(interrupted)
    jobs = host.state.setdefault("jobs", [])
    chosen = [int(text) for text in call.args if text.isdigit()] or list(jobs)
    code = 0
    for pid in chosen:
        process = call.kernel.processes.get(pid)
        if process is not None and process.is_alive and process.parent == call.process.pid:
            return Wait(child=True)
    for pid in chosen:
        ended = call.kernel.reap(pid)
        code = 127 if ended is None else ended
        if pid in jobs:
            jobs.remove(pid)
    return code if call.args else 0


def kinds(call: Call, host: Host) -> int:
    """Say what names stand for (``type``, ``command -v``)."""
    is_short = call.name == "command"
    code = 0
    for name in [argument for argument in call.args if not argument.startswith("-")]:
        if name in host.state["functions"]:
            call.out(f"{name}\n" if is_short else f"{name} is a function\n")
        elif name in BUILTINS:
            call.out(f"{name}\n" if is_short else f"{name} is a shell builtin\n")
        elif (path := call.kernel.programs.path_of(call.files, name)) is not None:
            call.out(f"{path}\n" if is_short else f"{name} is {path}\n")
        else:
            code = 127
            if not is_short:
                call.out(f"{name}: not found\n")
    return code


def command(call: Call, host: Host) -> int | Wait | None:
    """Run a command past functions, or say what it is."""
    if call.args[:1] in (["-v"], ["-V"]):
        return kinds(call, host)
    quoted = " ".join("'" + argument.replace("'", "'\\''") + "'" for argument in call.args)
    host.state["frames"].append(new_frame(quoted, "eval", None))
    return None


def let(call: Call, host: Host) -> int:
    """Calculate; succeeds if the last value is not 0."""
    value = 0
    for argument in call.args:
        try:
            value = evaluate(argument, host.variables)
        except CalculationError as fault:
            return call.fail(str(fault))
    return int(value == 0)


def jobs_list(call: Call, host: Host) -> int:
    """List what runs in the background."""
    living = [pid for pid in host.state.get("jobs", []) if pid in call.kernel.processes and call.kernel.processes[pid].is_alive]
    call.out(
        "".join(f"[{number}]  Running                    {call.kernel.processes[pid].command}\n" for number, pid in enumerate(living, 1))
    )
    return 0


BUILTINS: dict[str, Builtin] = {
    ":": _tool(true),
    ".": source,
    "[": _tool(test),
    "[[": _tool(test),
    "cd": cd,
    "command": command,
    "declare": assign,
    "echo": _tool(echo),
    "eval": evaluate_text,
    "exec": execute,
    "exit": leave,
    "export": export,
    "false": _tool(false),
    "hash": _tool(true),
    "jobs": jobs_list,
    "kill": _tool(kill),
    "let": let,
    "local": local,
    "printf": _tool(printf),
    "pwd": _tool(pwd),
    "read": read,
    "readonly": assign,
    "return": give_back,
    "set": set_options,
    "shift": shift,
    "source": source,
    "test": _tool(test),
    "trap": trap,
    "true": _tool(true),
    "type": kinds,
    "ulimit": _tool(true),
    "umask": _tool(true),
    "unset": unset,
    "wait": wait_for,
}
