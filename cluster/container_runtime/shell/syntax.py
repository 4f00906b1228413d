"""The syntax tree of the shell, as POSIX names its parts.

Upstream: POSIX.1-2017, XCU 2 (Shell Command Language).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass


class ShellSyntaxError(Exception):
    """A script that cannot be read; the text is what the shell says after ``syntax error: ``."""


@dataclass(frozen=True, slots=True)
class Literal:
    """Text of a word. ``is_quoted``: it is no pattern and is not split."""

    text: str
    is_quoted: bool


@dataclass(frozen=True, slots=True)
class Parameter:
    """``$name`` or ``${name<operator>argument}``; ``#`` as operator without argument is the length."""

    name: str
    is_quoted: bool
    operator: str = ""
    argument: Word = ()


@dataclass(frozen=True, slots=True)
class Substitution:
    """``$(commands)``."""

    body: Sequence
    is_quoted: bool


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """``$((expression))``; expansions in it are expanded first."""

    expression: Word
    is_quoted: bool


Part = Literal | Parameter | Substitution | Arithmetic
Word = tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Redirect:
    """``2>file``; operators: ``<``, ``>``, ``>>``, ``<>``, ``>|``, ``<&``, ``>&``, ``&>`` (both outputs), ``<<`` (target: the text)."""

    fd: int
    operator: str
    target: Word


@dataclass(frozen=True, slots=True)
class Simple:
    """Assignments, then a command with its arguments."""

    assignments: tuple[tuple[str, Word], ...]
    words: tuple[Word, ...]
    redirects: tuple[Redirect, ...]


@dataclass(frozen=True, slots=True)
class Pipeline:
    """``! a | b``."""

    commands: tuple[Command, ...]
    is_negated: bool = False


@dataclass(frozen=True, slots=True)
class AndOr:
    """``a && b || c``: the first pipeline, and the others with what stands before them."""

    first: Pipeline
    rest: tuple[tuple[str, Pipeline], ...] = ()


@dataclass(frozen=True, slots=True)
class Sequence:
    """``a; b & c``: commands, and whether they run in the background."""

    items: tuple[tuple[AndOr, bool], ...]


@dataclass(frozen=True, slots=True)
class If:
    """Conditions with their bodies in turn; ``otherwise`` may be empty."""

    clauses: tuple[tuple[Sequence, Sequence], ...]
    otherwise: Sequence | None


@dataclass(frozen=True, slots=True)
class Loop:
    """``while``, or ``until`` (``is_until``)."""

    condition: Sequence
    body: Sequence
    is_until: bool = False


@dataclass(frozen=True, slots=True)
class For:
    """``for name in words``; ``words`` None: the positional parameters."""

    name: str
    words: tuple[Word, ...] | None
    body: Sequence


@dataclass(frozen=True, slots=True)
class ArithmeticFor:
    """bash's ``for ((start; condition; step))``."""

    start: Word
    condition: Word
    step: Word
    body: Sequence


@dataclass(frozen=True, slots=True)
class Case:
    """``case word in patterns) body ;; esac``."""

    word: Word
    clauses: tuple[tuple[tuple[Word, ...], Sequence], ...]


@dataclass(frozen=True, slots=True)
class Group:
    """``{ commands; }``."""

    body: Sequence


@dataclass(frozen=True, slots=True)
class Subshell:
    """``( commands )``."""

    body: Sequence


@dataclass(frozen=True, slots=True)
class Calculation:
    """bash's ``((expression))``."""

    expression: Word


@dataclass(frozen=True, slots=True)
class Function:
    """``name() body``."""

    name: str
    body: Command


@dataclass(frozen=True, slots=True)
class Redirected:
    """A compound command with redirections of its own."""

    command: Command
    redirects: tuple[Redirect, ...]


Command = Simple | If | Loop | For | ArithmeticFor | Case | Group | Subshell | Calculation | Function | Redirected


def substitutions(words: Iterable[Word]) -> Iterator[Substitution]:
    """Return the command substitutions in words, in the order in which they are run."""
    for word in words:
        for part in word:
            if isinstance(part, Substitution):
                yield part
            elif isinstance(part, Parameter):
                yield from substitutions([part.argument])
            elif isinstance(part, Arithmetic):
                yield from substitutions([part.expression])
