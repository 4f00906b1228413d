"""Tools that go through text: cat, head, tail, grep, wc, sort, uniq, tr, cut, sed, tee.

Upstream: busybox, ``coreutils/``, ``editors/sed.c``, ``findutils/grep.c``; POSIX.1-2017, XCU 4.
"""

from __future__ import annotations

import re
import string

from cluster.container_runtime.linux.call import Call
from cluster.container_runtime.linux.files import FileError
from cluster.container_runtime.linux.process import Wait
from cluster.container_runtime.programs.lines import arrived, exit_code, whole
from cluster.container_runtime.programs.options import UsageError, cannot_open, parsed
from cluster.container_runtime.shell.redirection import DEVICES

INPUT = Wait(fd=0)
_CLASSES = {
    "[:upper:]": string.ascii_uppercase,
    "[:lower:]": string.ascii_lowercase,
    "[:digit:]": string.digits,
    "[:alpha:]": string.ascii_letters,
    "[:alnum:]": string.ascii_letters + string.digits,
    "[:space:]": " \t\n\r\v\f",
    "[:blank:]": " \t",
    "[:punct:]": string.punctuation,
}


def cat(call: Call) -> int | Wait:
    """Write files, or what comes in."""
    is_numbered = call.args[:1] == ["-n"]
    names = [argument for argument in call.args if argument == "-" or not argument.startswith("-")]
    if names and names != ["-"]:
        for name in names:
            if DEVICES.get(call.path(name)) == "null":
                continue
            try:
                data = call.files.read(call.path(name))
            except FileError as fault:
                call.state["code"] = cannot_open(call, name, str(fault))
                continue
            call.write(_numbered(call, data.splitlines(keepends=True)) if is_numbered else data)
        return exit_code(call)
    if is_numbered:
        lines, is_over = arrived(call, [])
        call.write(_numbered(call, lines))
        return 0 if is_over else INPUT
    while (piece := call.read()) is not None:
        if not piece:
            return 0
        call.write(piece)
    return INPUT


def _numbered(call: Call, lines: list[bytes]) -> bytes:
    first = call.state.get("number", 1)
    call.state["number"] = first + len(lines)
    return b"".join(b"%6d\t" % number + line for number, line in enumerate(lines, first))


def head(call: Call) -> int | Wait:
    """Write the first lines or bytes."""
    options, names = parsed(_numbers(call.args), "q", "nc")
    if "c" in options:
        data = whole(call, names)
        if data is None:
            return INPUT
        call.write(data[: int(options["c"])])
        return exit_code(call)
    count = int(options.get("n", "10")) - call.state.get("written", 0)
    if count <= 0:
        return 0
    lines, is_over = arrived(call, names)
    call.write(b"".join(lines[:count]))
    call.state["written"] = call.state.get("written", 0) + len(lines[:count])
    return exit_code(call) if is_over or len(lines) >= count else INPUT


def tail(call: Call) -> int | Wait:
    """Write the last lines or bytes; ``-f`` goes on with what is added to a file, looking once a second."""
    options, names = parsed(_numbers(call.args), "fFq", "ncs")
    is_following = "f" in options or "F" in options
    if "at" in call.state:
        return _followed(call, names[0])
    data = whole(call, names)
    if data is None:
        return INPUT
    if "c" in options:
        call.write(data[-int(options["c"]) :])
    else:
        text = options.get("n", "10")
        lines = data.splitlines(keepends=True)
        call.write(b"".join(lines[int(text) - 1 :] if text.startswith("+") else lines[-int(text) :] if int(text) else []))
    if is_following and names and "code" not in call.state:
        if DEVICES.get(call.path(names[0])):
            return Wait()
        call.state["at"] = len(data)
        return Wait(until=call.in_seconds(1))
    return exit_code(call)


def _followed(call: Call, name: str) -> Wait:
    try:
        data = call.files.read(call.path(name))
    except FileError:
        data = b""
    if len(data) < call.state["at"]:
        call.state["at"] = 0
    call.write(data[call.state["at"] :])
    call.state["at"] = len(data)
    return Wait(until=call.in_seconds(1))


def grep(call: Call) -> int | Wait:
    """Write the lines that match."""
    name = call.name
    try:
        options, operands = parsed(call.args, "vinqcEFowhHlrsx", "emABC")
    except UsageError as fault:
        return call.fail(str(fault), 2)
    if "e" not in options and not operands:
        return call.fail("missing pattern", 2)
    pattern, names = (options["e"], operands) if "e" in options else (operands[0], operands[1:])
    text = re.escape(pattern) if "F" in options or name == "fgrep" else _regular(pattern, is_extended="E" in options or name == "egrep")
    text = rf"\b(?:{text})\b" if "w" in options else f"^(?:{text})$" if "x" in options else text
    try:
        expression = re.compile(text, re.IGNORECASE if "i" in options else 0)
    except re.error:
        return call.fail("bad regex", 2)
    lines, is_over = arrived(call, names)
    for line in lines:
        plain = line.decode(errors="replace").removesuffix("\n")
        call.state["number"] = call.state.get("number", 0) + 1
        if (expression.search(plain) is None) is not ("v" in options):
            continue
        call.state["found"] = call.state.get("found", 0) + 1
        if "q" in options:
            return 0
        if "c" in options:
            continue
        shown = [match[0] for match in expression.finditer(plain)] if "o" in options else [plain]
        prefix = f"{call.state['number']}:" if "n" in options else ""
        call.out("".join(f"{prefix}{part}\n" for part in shown))
        if "m" in options and call.state["found"] >= int(options["m"]):
            return 0
    if not is_over:
        return INPUT
    if "c" in options:
        call.out(f"{call.state.get('found', 0)}\n")
    return 2 if "code" in call.state else int("found" not in call.state)


def wc(call: Call) -> int | Wait:
    """Count lines, words and bytes."""
    options, names = parsed(call.args, "lwcm")
    data = whole(call, names)
    if data is None:
        return INPUT
    counts = {"l": data.count(b"\n"), "w": len(data.split()), "c": len(data), "m": len(data.decode(errors="replace"))}
    chosen = [counts[letter] for letter in "lwmc" if letter in options] or [counts[letter] for letter in "lwc"]
    width = 0 if len(chosen) == 1 else 9
    call.out(" ".join(f"{count:{width}d}" for count in chosen) + "".join(f" {name}" for name in names[:1]) + "\n")
    return exit_code(call)


def sort(call: Call) -> int | Wait:
    """Write the lines in order."""
    options, names = parsed(call.args, "nrufhV", "ktT")
    data = whole(call, names)
    if data is None:
        return INPUT
    lines = data.decode(errors="replace").splitlines()
    column = int(re.split(r"\D", options["k"])[0]) - 1 if "k" in options else -1

    def key(line: str) -> tuple[float, str]:
        fields = line.split(options.get("t") or None)
        text = line if column < 0 else fields[column] if column < len(fields) else ""
        number = re.match(r"\s*-?\d+(\.\d+)?", text) if "n" in options or "h" in options else None
        return (float(number[0]) if number else 0.0, text.lower() if "f" in options else text)

    ordered = sorted(lines, key=key, reverse="r" in options)
    if "u" in options:
        ordered = list(dict.fromkeys(ordered))
    call.out("".join(f"{line}\n" for line in ordered))
    return exit_code(call)


def uniq(call: Call) -> int | Wait:
    """Write each of equal lines in a row once."""
    options, names = parsed(call.args, "cdu")
    data = whole(call, names)
    if data is None:
        return INPUT
    groups: list[tuple[str, int]] = []
    for line in data.decode(errors="replace").splitlines():
        if groups and groups[-1][0] == line:
            groups[-1] = (line, groups[-1][1] + 1)
        else:
            groups.append((line, 1))
    for line, count in groups:
        if ("d" in options and count == 1) or ("u" in options and count > 1):
            continue
        call.out(f"{count:7d} {line}\n" if "c" in options else f"{line}\n")
    return exit_code(call)


def tr(call: Call) -> int | Wait:
    """Replace, delete or squeeze characters."""
    options, sets = parsed(call.args, "dscC")
    if not sets or ("d" not in options and "s" not in options and len(sets) < 2):
        return call.fail("missing operand")
    data = whole(call, [])
    if data is None:
        return INPUT
    text, first = data.decode(errors="replace"), _characters(sets[0])
    is_outside = "c" in options or "C" in options
    if "d" in options:
        call.out("".join(char for char in text if (char in first) is is_outside))
        return 0
    last = _characters(sets[-1])
    if len(sets) > 1 and last:
        if is_outside:
            text = "".join(char if char in first else last[-1] for char in text)
        else:
            text = text.translate({ord(char): last[min(at, len(last) - 1)] for at, char in enumerate(first)})
    if "s" in options:
        text = re.sub(r"(.)\1+", lambda match: match[1] if match[1] in last else match[0], text, flags=re.DOTALL)
    call.out(text)
    return 0


def cut(call: Call) -> int | Wait:
    """Write columns of lines."""
    options, names = parsed(call.args, "s", "dfcb")
    data = whole(call, names)
    if data is None:
        return INPUT
    spec = options.get("f") or options.get("c") or options.get("b") or ""
    ranges = [re.fullmatch(r"(\d*)(-?)(\d*)", part) for part in spec.split(",")]
    if not spec or not all(ranges):
        return call.fail("expected a list of bytes, characters, or fields")
    delimiter = options.get("d", "\t")
    for line in data.decode(errors="replace").splitlines():
        parts = line.split(delimiter) if "f" in options else list(line)
        if "f" in options and len(parts) == 1:
            call.out("" if "s" in options else f"{line}\n")
            continue
        chosen = []
        for at, part in enumerate(parts, 1):
            for span in ranges:
                if span is not None and int(span[1] or 1) <= at <= int(span[3] or (len(parts) if span[2] else span[1])):
                    chosen.append(part)
                    break
        call.out((delimiter if "f" in options else "").join(chosen) + "\n")
    return exit_code(call)


def tee(call: Call) -> int | Wait:
    """Write what comes in, into files too."""
    options, names = parsed(call.args, "ai")
    if "begun" not in call.state:
        call.state["begun"] = True
        for name in list(names):
            try:
                call.files.write(call.path(name), b"", append="a" in options)
            except FileError as fault:
                call.state["code"] = call.fail(f"{name}: {fault}")
    while (data := call.read()) is not None:
        if not data:
            return exit_code(call)
        call.write(data)
        for name in names:
            try:
                call.files.write(call.path(name), data, append=True)
            except FileError:
                call.state["code"] = 1
    return INPUT


def sed(call: Call) -> int | Wait:
    """Edit lines: ``s///`` with g, i and p, ``d``, ``p``, ``q``, with a line number, ``$`` or ``/pattern/`` before them."""
    options, operands = parsed(call.args, "nEri", "e")
    script, names = (options["e"], operands) if "e" in options else (operands[0] if operands else "", operands[1:])
    is_extended = "E" in options or "r" in options
    commands = []
    for text in re.split(r"(?<!\\)[;\n]", script):
        command = _sed_command(text.strip(), is_extended=is_extended) if text.strip() else None
        if command is None and text.strip():
            return call.fail(f"unsupported command {text.strip()[:1]}")
        if command is not None:
            commands.append(command)
    data = whole(call, names)
    if data is None:
        return INPUT
    lines = data.decode(errors="replace").splitlines()
    found: list[str] = []
    for number, line in enumerate(lines, 1):
        text, is_kept, is_over = line, True, False
        for address, action, pattern, by, flags in commands:
            if not _addressed(address, number, len(lines), text):
                continue
            if action == "s" and pattern is not None:
                text, count = pattern.subn(by, text, count=0 if "g" in flags else 1)
                if count and "p" in flags:
                    found.append(text)
            elif action == "d":
                is_kept = False
                break
            elif action == "p":
                found.append(text)
            elif action == "q":
                is_over = True
        if is_kept and "n" not in options:
            found.append(text)
        if is_over:
            break
    result = "".join(f"{line}\n" for line in found)
    if "i" in options and names:
        try:
            call.files.write(call.path(names[0]), result.encode())
        except FileError as fault:
            return call.fail(f"{names[0]}: {fault}")
        return exit_code(call)
    call.out(result)
    return exit_code(call)


_Sed = tuple[str, str, "re.Pattern[str] | None", str, str]


def _sed_command(text: str, *, is_extended: bool) -> _Sed | None:
    match = re.match(r"(\d+(?:,(?:\d+|\$))?|\$|/(?:\\.|[^/])*/)?\s*([sdpq])", text)
    if match is None:
        return None
    address, action, rest = match[1] or "", match[2], text[match.end() :]
    if action != "s":
        return (address, action, None, "", "")
    if not rest:
        return None
    mark = re.escape(rest[0])
    parts = re.fullmatch(rf"{mark}((?:\\.|(?!{mark}).)*){mark}((?:\\.|(?!{mark}).)*){mark}([gipI]*)", rest)
    if parts is None:
        return None
    try:
        pattern = re.compile(_regular(parts[1], is_extended=is_extended), re.IGNORECASE if "i" in parts[3].lower() else 0)
    except re.error:
        return None
    by = re.sub(r"(?<!\\)&", r"\\g<0>", parts[2]).replace("\\" + rest[0], rest[0]).replace("\\&", "&")
    return (address, "s", pattern, by, parts[3])


def _addressed(address: str, number: int, last: int, text: str) -> bool:
    if not address:
        return True
    if address.startswith("/"):
        return re.search(address[1:-1], text) is not None
    first, _, until = address.partition(",")
    begin = last if first == "$" else int(first)
    end = begin if not until else last if until == "$" else int(until)
    return begin <= number <= end


def _regular(pattern: str, *, is_extended: bool) -> str:
    """Return a POSIX pattern as Python writes it."""
    for name, characters in _CLASSES.items():
        pattern = pattern.replace(name, re.escape(characters))
    if is_extended:
        return pattern
    return re.sub(r"\\([(){}|+?])|([(){}|+?])", lambda match: match[1] or f"\\{match[2]}", pattern)


def _characters(text: str) -> str:
    for name, characters in _CLASSES.items():
        text = text.replace(name, characters)
    text = text.replace("\\n", "\n").replace("\\t", "\t").replace("\\r", "\r").replace("\\\\", "\\")
    return re.sub(r"(.)-(.)", lambda match: "".join(map(chr, range(ord(match[1]), ord(match[2]) + 1))), text, flags=re.DOTALL)


def _numbers(args: list[str]) -> list[str]:
    """Let ``-5`` be ``-n 5``."""
    return [f"-n{argument[1:]}" if re.fullmatch(r"-\d+", argument) else argument for argument in args]
