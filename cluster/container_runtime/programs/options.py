"""Options of a command line, and the words with which tools complain.

Upstream: getopt(3); busybox and GNU coreutils word their errors differently, and an image has one or the other.
"""

from __future__ import annotations

import re

from cluster.container_runtime.linux.call import Call

_UNITS = {"": 1, "s": 1, "m": 60, "h": 3_600, "d": 86_400}
_DURATION = re.compile(r"(\d+(?:\.\d*)?|\.\d+)([smhd]?)")
_SIZE = re.compile(r"(\d+)([bckKmMgGtTwB]*)")
_FACTORS = {"": 1, "c": 1, "b": 512, "w": 2, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30, "t": 1 << 40}


class UsageError(Exception):
    """An option that there is not; the text is what the tool says."""


def parsed(args: list[str], flags: str, valued: str = "", *, stops: bool = False) -> tuple[dict[str, str], list[str]]:
    """Return options (a flag's value is empty) and operands. ``stops``: at the first operand. Raises UsageError."""
    options: dict[str, str] = {}
    operands: list[str] = []
    rest = list(args)
    while rest:
        argument = rest.pop(0)
        if argument == "--":
            return options, operands + rest
        if not argument.startswith("-") or argument == "-":
            operands.append(argument)
            if stops:
                return options, operands + rest
            continue
        if argument.startswith("--"):
            name, _, value = argument[2:].partition("=")
            options[name] = value
            continue
        letters = argument[1:]
        while letters:
            letter, letters = letters[0], letters[1:]
            if letter in valued:
                if not letters and not rest:
                    raise UsageError(f"option requires an argument -- '{letter}'")
                options[letter] = letters or rest.pop(0)
                letters = ""
            elif letter in flags:
                options[letter] = ""
            else:
                raise UsageError(f"unrecognized option: {letter}")
    return options, operands


def seconds(text: str) -> float | None:
    """Return a duration as ``sleep`` reads it (``1.5``, ``2m``, ``infinity``); None: it is none."""
    if text in ("infinity", "inf"):
        return float("inf")
    match = _DURATION.fullmatch(text)
    return float(match[1]) * _UNITS[match[2]] if match else None


def size(text: str) -> int | None:
    """Return an amount of bytes as ``dd`` and ``stress`` read it (``250M``, ``4k``); None: it is none."""
    match = _SIZE.fullmatch(text)
    if match is None:
        return None
    return int(match[1]) * _FACTORS.get(match[2][:1].lower() if match[2] not in ("b", "c", "w") else match[2], 1)


def cannot_open(call: Call, name: str, words: str) -> int:
    """Complain of a file that cannot be read, and return the exit code."""
    if call.kernel.programs.is_busybox:
        return call.fail(f"can't open '{name}': {words}" if words == "No such file or directory" else f"{name}: {words}")
    return call.fail(f"{name}: {words}")
