"""From the syntax tree to a flat list of instructions, so that a place in a script is a number.

Structures become jumps. A command substitution is taken out of its word and captured before the instruction that needs it. What runs in a
process of its own (a part of a pipeline, a subshell, a substitution) is a stretch of the same list that ends with ``End``. ``break``
and ``continue`` are jumps too, so that they reach out of loops of the same stretch only.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from cluster.container_runtime.shell.instructions import (
    Again,
    Calculate,
    Capture,
    Check,
    Define,
    End,
    ForBegin,
    ForEnd,
    Fork,
    ForNext,
    Instruction,
    Jump,
    Match,
    Open,
    Restore,
    Return,
    Run,
    Status,
)
from cluster.container_runtime.shell.parser import parse
from cluster.container_runtime.shell.syntax import (
    AndOr,
    ArithmeticFor,
    Calculation,
    Case,
    Command,
    For,
    Function,
    Group,
    If,
    Loop,
    Pipeline,
    Redirected,
    Sequence,
    Simple,
    Subshell,
    Word,
    substitutions,
)
from cluster.container_runtime.shell.words import literal


@lru_cache(maxsize=512)
def compiled(text: str) -> tuple[Instruction, ...]:
    """Return the instructions of a script. Raises ShellSyntaxError."""
    compiler = _Compiler()
    compiler.sequence(parse(text), is_checked=True)
    compiler.emit(End())
    return compiler.finished()


def words_of(command: Simple) -> list[Word]:
    """Return the words of a command in the order of their expansion."""
    return [*command.words, *(word for _, word in command.assignments), *(redirect.target for redirect in command.redirects)]


_ALWAYS = frozenset({"true", ":"})


class _Label:
    """A place that is not known yet."""

    def __init__(self) -> None:
        self.at = -1


class _Compiler:
    def __init__(self) -> None:
        self._code: list[Instruction | tuple[type[Instruction], tuple[object, ...]]] = []
        self._scopes: list[tuple[str, _Label, _Label]] = []

    def emit(self, instruction: Instruction) -> int:
        self._code.append(instruction)
        return len(self._code) - 1

    def finished(self) -> tuple[Instruction, ...]:
        """Return the instructions with all places filled in."""
        found: list[Instruction] = []
        for item in self._code:
            if isinstance(item, tuple):
                kind, arguments = item
                found.append(kind(*(_place(argument) for argument in arguments)))  # type: ignore[arg-type]
            else:
                found.append(item)
        return tuple(found)

    def _emit_to(self, kind: type[Instruction], *arguments: object) -> None:
        self._code.append((kind, arguments))

    def _mark(self, label: _Label) -> None:
        label.at = len(self._code)

    def sequence(self, sequence: Sequence, *, is_checked: bool) -> None:
        """Compile commands; ``is_checked``: ``set -e`` looks at them."""
        for command, is_background in sequence.items:
            if is_background:
                self._fork([lambda command=command: self._and_or(command, is_checked=is_checked)], is_background=True)
            else:
                self._and_or(command, is_checked=is_checked)

    def _and_or(self, command: AndOr, *, is_checked: bool) -> None:
        rest = command.rest
        self._pipeline(command.first, is_checked=is_checked and not rest)
        for number, (operator, pipeline) in enumerate(rest):
            over = _Label()
            self._emit_to(Jump, over, operator == "||")
            self._pipeline(pipeline, is_checked=is_checked and number == len(rest) - 1)
            self._mark(over)

    def _pipeline(self, pipeline: Pipeline, *, is_checked: bool) -> None:
        is_checked = is_checked and not pipeline.is_negated
        if len(pipeline.commands) == 1:
            self._command(pipeline.commands[0], is_checked=is_checked)
        else:
            self._fork([lambda command=command: self._command(command, is_checked=False) for command in pipeline.commands])
            if is_checked:
                self.emit(Check())
        if pipeline.is_negated:
            self.emit(Status(None))

    def _fork(self, bodies: list[object], *, is_background: bool = False) -> None:
        over, starts = _Label(), [_Label() for _ in bodies]
        self._emit_to(Fork, tuple(starts), is_background)
        self._emit_to(Jump, over)
        for start, body in zip(starts, bodies, strict=True):
            self._mark(start)
            self._apart(body)
            self.emit(End())
        self._mark(over)

    def _apart(self, body: object) -> None:
        scopes, self._scopes = self._scopes, []
        body()  # type: ignore[operator]
        self._scopes = scopes

    def _captures(self, words: Iterable[Word]) -> None:
        for index, substitution in enumerate(substitutions(words)):
            start, over = _Label(), _Label()
            self._emit_to(Capture, start, index)
            self._emit_to(Jump, over)
            self._mark(start)
            self._apart(lambda body=substitution.body: self.sequence(body, is_checked=False))
            self.emit(End())
            self._mark(over)

    def _command(self, command: Command, *, is_checked: bool) -> None:
        match command:
            case Simple():
                self._simple(command, is_checked=is_checked)
            case Group():
                self.sequence(command.body, is_checked=is_checked)
            case Subshell():
                self._fork([lambda: self.sequence(command.body, is_checked=is_checked)])
                if is_checked:
                    self.emit(Check())
            case If():
                self._if(command, is_checked=is_checked)
            case Loop():
                self._loop(command, is_checked=is_checked)
            case For():
                self._for(command, is_checked=is_checked)
            case ArithmeticFor():
                self._arithmetic_for(command, is_checked=is_checked)
            case Case():
                self._case(command, is_checked=is_checked)
            case Calculation():
                self._captures([command.expression])
                self.emit(Calculate(command.expression))
                if is_checked:
                    self.emit(Check())
            case Function():
                self._function(command)
            case Redirected():
                end = _Label()
                self._captures(redirect.target for redirect in command.redirects)
                self._emit_to(Open, command.redirects, end)
                self._scopes.append(("redirect", end, end))
                self._command(command.command, is_checked=is_checked)
                self._scopes.pop()
                self.emit(Restore())
                self._mark(end)

    def _simple(self, command: Simple, *, is_checked: bool) -> None:
        name = literal(command.words[0]) if command.words else None
        if name in ("break", "continue"):
            self._leave(name, int(literal(command.words[1]) or 1) if len(command.words) > 1 else 1)
            return
        self._captures(words_of(command))
        self.emit(Run(command))
        if is_checked:
            self.emit(Check())

    def _leave(self, name: str, count: int) -> None:
        """Compile ``break`` and ``continue``: undo what has been begun inside the loop that is meant, then jump."""
        loops = sum(kind != "redirect" for kind, _, _ in self._scopes)
        count = min(max(count, 1), loops)
        for kind, again, end in reversed(self._scopes):
            if kind == "redirect":
                self.emit(Restore())
                continue
            count -= 1
            if count == 0:
                self._emit_to(Jump, again if name == "continue" else end)
                return
            if kind == "for":
                self.emit(ForEnd())
        self.emit(Status(0))

    def _if(self, command: If, *, is_checked: bool) -> None:
        end = _Label()
        for condition, body in command.clauses:
            following = _Label()
            self.sequence(condition, is_checked=False)
            self._emit_to(Jump, following, False)
            self.sequence(body, is_checked=is_checked)
            self._emit_to(Jump, end)
            self._mark(following)
        if command.otherwise is not None:
            self.sequence(command.otherwise, is_checked=is_checked)
        else:
            self.emit(Status(0))
        self._mark(end)

    def _loop(self, command: Loop, *, is_checked: bool) -> None:
        again, end = _Label(), _Label()
        self._mark(again)
        self.sequence(command.condition, is_checked=False)
        self._emit_to(Jump, end, command.is_until)
        self._scopes.append(("loop", again, end))
        self.sequence(command.body, is_checked=is_checked)
        self._scopes.pop()
        self._emit_to(Again, again, _is_endless(command))
        self._mark(end)
        self.emit(Status(0))

    def _for(self, command: For, *, is_checked: bool) -> None:
        again, end = _Label(), _Label()
        self._captures(command.words or ())
        self.emit(ForBegin(command.words))
        self._mark(again)
        self._emit_to(ForNext, command.name, end)
        self._scopes.append(("for", again, end))
        self.sequence(command.body, is_checked=is_checked)
        self._scopes.pop()
        self._emit_to(Jump, again)
        self._mark(end)
        self.emit(ForEnd())

    def _arithmetic_for(self, command: ArithmeticFor, *, is_checked: bool) -> None:
        again, step, end = _Label(), _Label(), _Label()
        self.emit(Calculate(command.start))
        self._mark(again)
        self.emit(Calculate(command.condition))
        self._emit_to(Jump, end, False)
        self._scopes.append(("loop", step, end))
        self.sequence(command.body, is_checked=is_checked)
        self._scopes.pop()
        self._mark(step)
        self.emit(Calculate(command.step))
        self._emit_to(Again, again, False)
        self._mark(end)
        self.emit(Status(0))

    def _case(self, command: Case, *, is_checked: bool) -> None:
        end, starts = _Label(), [_Label() for _ in command.clauses]
        for (patterns, _), start in zip(command.clauses, starts, strict=True):
            self._captures([command.word, *patterns])
            self._emit_to(Match, command.word, patterns, start)
        self.emit(Status(0))
        self._emit_to(Jump, end)
        for (_, body), start in zip(command.clauses, starts, strict=True):
            self._mark(start)
            self.sequence(body, is_checked=is_checked)
            self._emit_to(Jump, end)
        self._mark(end)

    def _function(self, command: Function) -> None:
        start, over = _Label(), _Label()
        self._emit_to(Define, command.name, start)
        self._emit_to(Jump, over)
        self._mark(start)
        self._apart(lambda: self._command(command.body, is_checked=True))
        self.emit(Return())
        self._mark(over)


def _place(argument: object) -> object:
    if isinstance(argument, _Label):
        return argument.at
    if isinstance(argument, tuple) and argument and all(isinstance(item, _Label) for item in argument):
        return tuple(item.at for item in argument)
    return argument


def _is_endless(loop: Loop) -> bool:
    """Whether the condition is ``true``, ``:`` or ``sleep``, as loops that are meant to run for ever have it."""
    last = loop.condition.items[-1][0]
    command = last.first.commands[0]
    name = literal(command.words[0]) if isinstance(command, Simple) and command.words else None
    return not last.rest and not loop.is_until and (name in _ALWAYS or name == "sleep")
