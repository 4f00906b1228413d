"""What a container's command does, for the few commands that lessons use.

Real containers run any program. Here these words are understood: ``sleep N[s|m|h|d]`` or ``sleep infinity``, ``exit N``,
``true``, ``false``, ``:``, ``echo`` and ``printf`` (one line of log), alone or after ``sh -c`` (``bash``, ``ash``, ``/bin/sh`` likewise),
joined by ``;``, ``&&``, ``||`` or a new line. ``while true; do ...; done`` runs on. Any other word is a program that this
simulation does not know: it runs on, and says so in the log.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence
from dataclasses import dataclass

_SHELLS = frozenset({"sh", "bash", "ash", "dash"})
_UNITS = {"": 1, "s": 1, "m": 60, "h": 3_600, "d": 86_400}
_SEPARATOR = re.compile(r"(;|&&|\|\||\n)")
_DURATION = re.compile(r"(\d+(?:\.\d+)?)([smhd]?)")


@dataclass(frozen=True, slots=True)
class Run:
    """What a command does. ``seconds`` until it ends by itself (None: it runs on); ``log``: (seconds, line).

    ``ignores_term``: a shell or ``sleep`` as the first process of a container installs no handler, so that SIGTERM
    does nothing and the container ends by SIGKILL when the grace period is over.
    """

    seconds: float | None
    exit_code: int
    log: tuple[tuple[float, str], ...]
    ignores_term: bool


def interpret(argv: Sequence[str]) -> Run:
    """Return what a command line does. ``argv`` is not empty."""
    program = argv[0].rpartition("/")[2]
    if program in _SHELLS:
        if len(argv) >= 3 and argv[1] in ("-c", "-ec", "-xc", "-exc"):
            return _script(argv[2])
        return Run(0.0, 0, (), ignores_term=True)  # a shell without a terminal reads the end of its input
    return _script(shlex.join(argv))


def _script(text: str) -> Run:
    log: list[tuple[float, str]] = []
    at, code = 0.0, 0
    if re.search(r"while\s+(true|:|sleep)", text):
        return Run(None, 0, (), ignores_term=True)
    joint = ";"
    for part in _SEPARATOR.split(text):
        if _SEPARATOR.fullmatch(part):
            joint = part
            continue
        words = _words(part)
        if not words or (joint == "&&" and code) or (joint == "||" and not code):
            continue
        name, arguments = words[0].rpartition("/")[2], words[1:]
        if name == "exit":
            return Run(at, _exit_code(arguments, code), tuple(log), ignores_term=True)
        if name == "sleep":
            length = _seconds(arguments)
            if length is None:
                return Run(None, 0, tuple(log), ignores_term=True)
            at, code = at + length, 0
        elif name in ("echo", "printf"):
            log.append((at, " ".join(arguments)))
            code = 0
        elif name in ("true", ":", "false"):
            code = int(name == "false")
        elif name != "set":
            log.append((at, f"simulation: {name} is not simulated; the container runs on"))
            return Run(None, 0, tuple(log), ignores_term=False)
    return Run(at, code, tuple(log), ignores_term=True)


def _words(part: str) -> list[str]:
    try:
        return shlex.split(part)
    except ValueError:  # a quote that a separator inside it has cut in two
        return part.split()


def _seconds(arguments: Sequence[str]) -> float | None:
    total = 0.0
    for argument in arguments:
        match = _DURATION.fullmatch(argument)
        if match is None:
            return None
        total += float(match[1]) * _UNITS[match[2]]
    return total


def _exit_code(arguments: Sequence[str], last: int) -> int:
    if arguments and arguments[0].isdigit():
        return int(arguments[0]) % 256
    return last
