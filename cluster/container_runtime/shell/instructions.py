"""The instructions that a script is compiled into. Places are positions in the list of instructions."""

from __future__ import annotations

from dataclasses import dataclass

from cluster.container_runtime.shell.syntax import Redirect, Simple, Word


@dataclass(frozen=True, slots=True)
class Run:
    """Run a simple command."""

    command: Simple


@dataclass(frozen=True, slots=True)
class Capture:
    """Run a stretch in a process of its own and keep what it writes. ``index``: 0 begins anew."""

    body: int
    index: int


@dataclass(frozen=True, slots=True)
class Jump:
    """Go on elsewhere; ``when``: only if the last command succeeded (True) or failed (False)."""

    to: int
    when: bool | None = None


@dataclass(frozen=True, slots=True)
class Again:
    """Go round a loop; ``is_endless``: its condition always holds."""

    to: int
    is_endless: bool


@dataclass(frozen=True, slots=True)
class Fork:
    """Run stretches in processes of their own, connected by pipes, and wait for them unless in the background."""

    bodies: tuple[int, ...]
    is_background: bool


@dataclass(frozen=True, slots=True)
class Status:
    """Set the last command's exit code; None: turn success into failure and back."""

    code: int | None


@dataclass(frozen=True, slots=True)
class Check:
    """With ``set -e`` end here if the last command failed."""


@dataclass(frozen=True, slots=True)
class ForBegin:
    """Begin to go through words (None: the positional parameters)."""

    words: tuple[Word, ...] | None


@dataclass(frozen=True, slots=True)
class ForNext:
    """Take the next word into a variable, or go ``to`` the end."""

    name: str
    to: int


@dataclass(frozen=True, slots=True)
class ForEnd:
    """Forget the words."""


@dataclass(frozen=True, slots=True)
class Match:
    """Go ``to`` a clause of ``case`` if the word matches one of its patterns."""

    word: Word
    patterns: tuple[Word, ...]
    to: int


@dataclass(frozen=True, slots=True)
class Calculate:
    """Set the exit code by an arithmetic expression: 0 if it is not 0; an empty one holds."""

    expression: Word


@dataclass(frozen=True, slots=True)
class Open:
    """Redirect for the commands that follow, or go ``to`` their end when that fails."""

    redirects: tuple[Redirect, ...]
    to: int


@dataclass(frozen=True, slots=True)
class Restore:
    """Undo the last ``Open``."""


@dataclass(frozen=True, slots=True)
class Define:
    """Let a name stand for the function at ``body``."""

    name: str
    body: int


@dataclass(frozen=True, slots=True)
class Return:
    """End a function."""


@dataclass(frozen=True, slots=True)
class End:
    """End this stretch, script or process."""


Instruction = (
    Run
    | Capture
    | Jump
    | Again
    | Fork
    | Status
    | Check
    | ForBegin
    | ForNext
    | ForEnd
    | Match
    | Calculate
    | Open
    | Restore
    | Define
    | Return
    | End
)
