"""The smallest tools: they say something about themselves or their arguments, or wait.

Upstream: busybox, ``coreutils/`` (echo, printf, test, sleep, seq, date, id); POSIX.1-2017, XCU 4.
"""

from __future__ import annotations

import datetime
import posixpath
import re

from cluster.container_runtime.linux.call import Call
from cluster.container_runtime.linux.kernel import SIGNALS, NotRunnableError
from cluster.container_runtime.linux.process import PAUSE, Wait
from cluster.container_runtime.linux.sockets import canonical_name
from cluster.container_runtime.linux.users import group_name, user_name
from cluster.container_runtime.programs.options import UsageError, parsed, seconds
from cluster.machinery.meta import SECOND, SimTime

_ESCAPE = re.compile(r"\\(n|t|r|a|b|f|v|e|\\|\"|c|0[0-7]{0,3}|[1-7][0-7]{0,2}|x[0-9a-fA-F]{1,2})")
_PLAIN = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "f": "\f", "v": "\v", "e": "\x1b", "\\": "\\", '"': '"', "c": ""}
_FORMAT = re.compile(r"%(%|[-+ 0#]*(?:\*|\d+)?(?:\.(?:\*|\d+))?[diouxXcsbfegGE])")


def true(call: Call) -> int:
    """Succeed."""
    return 0


def false(call: Call) -> int:
    """Fail."""
    return 1


def unescaped(text: str) -> str:
    """Return a text with its backslash escapes replaced; what follows ``\\c`` is left out."""

    def replaced(match: re.Match[str]) -> str:
        name = match[1]
        if name in _PLAIN:
            return _PLAIN[name]
        return chr(int(name[1:], 16) if name[0] == "x" else int(name, 8))

    return _ESCAPE.sub(replaced, text.partition("\\c")[0])


def echo(call: Call) -> int:
    """Write the arguments and a new line."""
    args, ends, escapes = list(call.args), "\n", False
    while args and re.fullmatch(r"-[neE]+", args[0]):
        option = args.pop(0)
        ends = "" if "n" in option else ends
        escapes = "e" in option or (escapes and "E" not in option)
    text = " ".join(args)
    call.out((unescaped(text) if escapes else text) + ends)
    return 0


def printf(call: Call) -> int:
    """Write arguments in a format, again and again until they are used up."""
    if not call.args:
        return call.fail("usage: printf FORMAT [ARG...]", 2)
    form, values = unescaped(call.args[0]), call.args[1:]
    while True:
        text, taken = _formatted(call, form, values)
        call.out(text)
        values = values[taken:]
        if not values or not taken:
            return 0


def _formatted(call: Call, form: str, values: list[str]) -> tuple[str, int]:
    """Return a format filled in once, and how many values that took."""
    rest = list(values)

    def replaced(match: re.Match[str]) -> str:
        directive = match[0]
        if directive == "%%":
            return "%"
        while "*" in directive:
            directive = directive.replace("*", rest.pop(0) if rest else "0", 1)
        value, kind = rest.pop(0) if rest else "", directive[-1]
        if kind in "sb":
            return directive.replace("b", "s") % (unescaped(value) if kind == "b" else value)
        if kind == "c":
            return value[:1]
        try:
            return directive % (float(value or 0) if kind in "feEgG" else int(value or "0", 0))
        except (ValueError, TypeError):
            call.err(f"{call.name}: {value}: invalid number\n")
            return directive % 0

    text = _FORMAT.sub(replaced, form)
    return text, len(values) - len(rest)


def sleep(call: Call) -> int | Wait:
    """Wait."""
    if "until" in call.state:
        until = SimTime(call.state["until"])
        return 0 if until <= call.now else Wait(until=until)
    if not call.args:
        return call.fail("missing operand")
    total = 0.0
    for argument in call.args:
        found = seconds(argument)
        if found is None:
            return call.fail(f"invalid number '{argument}'" if call.kernel.programs.is_busybox else f"invalid time interval '{argument}'")
        total += found
    if total == float("inf"):
        return PAUSE
    call.state["until"] = call.in_seconds(total)
    return Wait(until=call.state["until"])


def signal_name(text: str) -> str | None:
    """Return a signal's name without SIG, from its name or number; None: there is none."""
    if text.isdigit():
        return next((name for name, number in SIGNALS.items() if number == int(text)), None)
    name = text.upper().removeprefix("SIG")
    return name if name in SIGNALS else None


def kill(call: Call) -> int:
    """Send a signal to processes."""
    args, name = list(call.args), "TERM"
    if args[:1] == ["-l"]:
        call.out(" ".join(SIGNALS) + "\n")
        return 0
    if args and args[0].startswith("-") and len(args) > 1:
        option = args.pop(0)
        text = args.pop(0) if option == "-s" else option[1:]
        found = "" if text == "0" else signal_name(text)
        if found is None:
            return call.fail(f"bad signal name '{text}'")
        name = found
    if not args:
        return call.fail("you need to specify whom to kill")
    code = 0
    for text in args:
        if not text.lstrip("-").isdigit():
            return call.fail(f"invalid number '{text}'")
        if not _sent(call, int(text), name):
            code = call.fail(f"can't kill pid {text}: No such process")
    return code


def _sent(call: Call, pid: int, name: str) -> bool:
    if pid == -1:
        for process in call.kernel.alive():
            if process.pid not in (1, call.process.pid):
                call.kernel.signal(process.pid, name)
        return True
    if not name:
        return call.kernel.pids.kernel_of(pid) is not None
    return call.kernel.signal(pid, name)


def pwd(call: Call) -> int:
    """Write the present folder."""
    call.out(f"{call.process.cwd}\n")
    return 0


def env(call: Call) -> int | Wait:
    """Write the environment, or run a program with a changed one."""
    args = list(call.args)
    if args[:1] == ["-i"]:
        args.pop(0)
        call.process.env = {}
    while args and "=" in args[0]:
        name, _, value = args.pop(0).partition("=")
        call.process.env[name] = value
    if args:
        return become(call, args)
    call.out("".join(f"{name}={value}\n" for name, value in call.process.env.items()))
    return 0


def printenv(call: Call) -> int:
    """Write variables."""
    if not call.args:
        call.out("".join(f"{name}={value}\n" for name, value in call.process.env.items()))
        return 0
    found = [call.process.env[name] for name in call.args if name in call.process.env]
    call.out("".join(f"{value}\n" for value in found))
    return int(len(found) < len(call.args))


def become(call: Call, argv: list[str]) -> int | Wait:
    """Go on as another program, as exec(2) does."""
    try:
        call.process.program, call.process.argv = call.kernel.programs.find(
            call.files, call.process.cwd, argv, call.process.env.get("PATH", "")
        )
    except NotRunnableError as fault:
        return call.fail(f"can't execute '{argv[0]}': {fault.oci}", fault.code)
    call.process.state = {}
    return Wait(until=SimTime(0))


def timeout(call: Call) -> int | Wait:
    """Run a program for so long at most."""
    if "pid" not in call.state:
        args = [argument for argument in call.args if not argument.startswith("-")]
        limit = seconds(args[0]) if args else None
        if limit is None or len(args) < 2:
            return call.fail("usage: timeout SECS PROG ARGS")
        position = call.args.index(args[0])
        try:
            program, argv = call.kernel.programs.find(
                call.files, call.process.cwd, call.args[position + 1 :], call.process.env.get("PATH", "")
            )
        except NotRunnableError as fault:
            return call.fail(f"can't execute '{args[1]}': {fault.oci}", fault.code)
        child = call.kernel.spawn(
            program,
            argv,
            parent=call.process.pid,
            env=call.process.env,
            cwd=call.process.cwd,
            fds=call.process.fds,
            session=call.process.session,
        )
        call.state.update(pid=child.pid, until=call.in_seconds(limit))
        return Wait(until=call.state["until"], child=True)
    child_pid = call.state["pid"]
    code = call.kernel.exit_code(child_pid)
    if code is not None:
        return code
    if call.now < call.state["until"]:
        return Wait(until=SimTime(call.state["until"]), child=True)
    call.kernel.signal(child_pid, "TERM")
    return 143 if call.kernel.programs.is_busybox else 124


def hostname(call: Call) -> int:
    """Write the host's name, its full one (``-f``) or its address (``-i``)."""
    if call.args[:1] in (["-i"], ["-I"]):
        call.out(f"{call.sockets.ip}\n")
    elif call.args[:1] in (["-f"], ["--fqdn"]):
        call.out(f"{canonical_name(call.kernel.hostname, call.files)}\n")
    else:
        call.out(f"{call.kernel.hostname}\n")
    return 0


def whoami(call: Call) -> int:
    """Write the user's name."""
    uid = call.kernel.user.uid
    name = user_name(call.files, uid)
    if not name:
        return call.fail(f"unknown uid {uid}" if call.kernel.programs.is_busybox else f"cannot find name for user ID {uid}")
    call.out(f"{name}\n")
    return 0


def identity(call: Call) -> int:
    """Write the user's and groups' numbers (``id``)."""
    user, files = call.kernel.user, call.files
    name, group = user_name(files, user.uid), group_name(files, user.gid)
    groups = user.supplemental_groups
    if not call.kernel.programs.is_busybox:
        groups = (user.gid, *(each for each in groups if each != user.gid))
    numbers = {
        "-u": str(user.uid),
        "-g": str(user.gid),
        "-G": " ".join(map(str, groups)),
        "-un": name or str(user.uid),
        "-gn": group or str(user.gid),
    }
    whole = ",".join(_named(each, group_name(files, each)) for each in groups)
    text = numbers.get(call.args[0] if call.args else "") or f"uid={_named(user.uid, name)} gid={_named(user.gid, group)} groups={whole}"
    call.out(f"{text}\n")
    return 0


def _named(number: int, name: str) -> str:
    return f"{number}({name})" if name else str(number)


def uname(call: Call) -> int:
    """Write what system this is."""
    fields = {"s": "Linux", "n": call.kernel.hostname, "r": "6.8.0-podium", "v": "#1 SMP PREEMPT_DYNAMIC", "m": "x86_64", "o": "GNU/Linux"}
    letters = "".join(argument[1:] for argument in call.args) or "s"
    chosen = fields.values() if "a" in letters else [value for name, value in fields.items() if name in letters]
    call.out(" ".join(chosen) + "\n")
    return 0


def nproc(call: Call) -> int:
    """Write the number of processors."""
    call.out("2\n")
    return 0


def date(call: Call) -> int:
    """Write the simulated moment in UTC."""
    moment = datetime.datetime.fromtimestamp(call.now / SECOND, datetime.UTC)
    form = next((argument[1:] for argument in call.args if argument.startswith("+")), "%a %b %e %H:%M:%S UTC %Y")
    if any(argument.startswith("-I") for argument in call.args):
        form = "%Y-%m-%dT%H:%M:%S+00:00" if "-Iseconds" in call.args else "%Y-%m-%d"
    form = form.replace("%s", str(call.now // SECOND)).replace("%N", f"{call.now % SECOND * 1000:09d}").replace("%e", f"{moment.day:2d}")
    form = form.replace("%T", "%H:%M:%S").replace("%F", "%Y-%m-%d").replace("%Z", "UTC").replace("%z", "+0000")
    call.out(moment.strftime(form) + "\n")
    return 0


def seq(call: Call) -> int:
    """Write numbers in a row."""
    try:
        options, operands = parsed([f"./{a}" if re.fullmatch(r"-\d+", a) else a for a in call.args], "w", "s")
        numbers = [int(operand.removeprefix("./")) for operand in operands]
    except (UsageError, ValueError):
        return call.fail("invalid argument")
    if not 1 <= len(numbers) <= 3:
        return call.fail("missing operand")
    first = numbers[0] if len(numbers) > 1 else 1
    step = numbers[1] if len(numbers) == 3 else 1
    last = numbers[-1]
    if step == 0:
        return call.fail("invalid Zero increment value")
    found = list(range(first, last + (1 if step > 0 else -1), step))[:1_000_000]
    ends = options.get("s", "\n")
    call.out(ends.join(str(number) for number in found) + ("\n" if found else ""))
    return 0


def yes(call: Call) -> int | Wait:
    """Write a line for ever."""
    call.out((" ".join(call.args or ["y"]) + "\n") * 512)
    return Wait(until=SimTime(0))


def basename(call: Call) -> int:
    """Write the last part of a path."""
    if not call.args:
        return call.fail("missing operand")
    name = posixpath.basename(call.args[0].rstrip("/")) or "/"
    call.out((name.removesuffix(call.args[1]) if len(call.args) > 1 else name) + "\n")
    return 0


def dirname(call: Call) -> int:
    """Write a path without its last part."""
    if not call.args:
        return call.fail("missing operand")
    call.out((posixpath.dirname(call.args[0].rstrip("/")) or ".") + "\n")
    return 0


def which(call: Call) -> int:
    """Write where programs are."""
    found = [call.kernel.programs.path_of(call.files, name) for name in call.args]
    call.out("".join(f"{path}\n" for path in found if path))
    return int(not all(found))


def expr(call: Call) -> int:
    """Calculate with two numbers."""
    if len(call.args) != 3 or not all(re.fullmatch(r"-?\d+", text) for text in call.args[::2]):
        return call.fail("syntax error", 2)
    left, right = int(call.args[0]), int(call.args[2])
    values = {
        "+": left + right,
        "-": left - right,
        "*": left * right,
        "=": int(left == right),
        "<": int(left < right),
        ">": int(left > right),
    }
    if call.args[1] in ("/", "%"):
        if right == 0:
            return call.fail("division by zero", 2)
        quotient = int(left / right)
        values |= {"/": quotient, "%": left - right * quotient}
    if call.args[1] not in values:
        return call.fail("syntax error", 2)
    call.out(f"{values[call.args[1]]}\n")
    return int(values[call.args[1]] == 0)
