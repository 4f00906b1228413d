"""From the text of a script to its syntax tree: the grammar of POSIX, with the additions of bash that lessons use.

Beyond POSIX: ``[[ ]]``, ``(( ))``, ``for (( ; ; ))``, ``function name``, ``&>``, ``<<<``, ``$'...'``.

Upstream: POSIX.1-2017, XCU 2.10 (Shell Grammar); busybox, ``shell/ash.c`` (the words of the errors).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from functools import lru_cache

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
    Literal,
    Loop,
    Pipeline,
    Redirect,
    Redirected,
    Sequence,
    ShellSyntaxError,
    Simple,
    Subshell,
    Word,
)
from cluster.container_runtime.shell.words import Reader, literal

_REDIRECTS = ("<<<", "<<-", "&>>", "<<", ">>", "<&", ">&", "<>", ">|", "&>", "<", ">")
_ASSIGNMENT = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)=")
_FD = re.compile(r"(\d)(?=[<>])")
_FUNCTION = re.compile(r"([A-Za-z_][A-Za-z0-9_-]*)[ \t]*\([ \t]*\)")
_RESERVED = frozenset(["then", "else", "elif", "fi", "do", "done", "esac", "}", ")", ";;"])
_MAX_DEPTH = 60


@lru_cache(maxsize=512)
def parse(text: str) -> Sequence:
    """Return the commands of a script. Raises ShellSyntaxError."""
    parser = _Parser()
    reader = Reader(text, parser.substitution)
    found = parser.sequence(reader, ())
    if reader.at < len(reader.text):
        raise _unexpected(reader)
    return found


class _Parser:
    """Reads one script; ``_depth`` counts what it is inside of."""

    def __init__(self) -> None:
        self._depth = 0

    def substitution(self, reader: Reader) -> Sequence:
        """Read the commands of ``$(``, with the ``)`` that closes it."""
        body = self.sequence(reader, (")",))
        self._expect(reader, ")")
        return body

    def sequence(self, reader: Reader, ends: Collection[str]) -> Sequence:
        """Read commands up to one of the words ``ends``, unread, or the end of the text."""
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            raise ShellSyntaxError("too deeply nested")
        items: list[tuple[AndOr, bool]] = []
        while True:
            self._skip_lines(reader)
            if reader.at >= len(reader.text) or self._peek(reader) in ends or reader.operator() in ends:
                break
            command = self._and_or(reader)
            reader.skip_blanks()
            is_background = reader.operator() == "&"
            if is_background or reader.operator() == ";":
                reader.at += 1
            items.append((command, is_background))
            is_separated = is_background or reader.at >= len(reader.text) or reader.text[reader.at - 1] == ";"
            if not is_separated and reader.operator() != "\n" and reader.operator() not in ends:
                raise _unexpected(reader)
        self._depth -= 1
        return Sequence(tuple(items))

    def _and_or(self, reader: Reader) -> AndOr:
        first = self._pipeline(reader)
        rest: list[tuple[str, Pipeline]] = []
        while True:
            reader.skip_blanks()
            operator = reader.operator()
            if operator not in ("&&", "||"):
                return AndOr(first, tuple(rest))
            reader.at += 2
            self._skip_lines(reader)
            rest.append((operator, self._pipeline(reader)))

    def _pipeline(self, reader: Reader) -> Pipeline:
        is_negated = False
        while self._peek(reader) == "!":
            self._take(reader, "!")
            is_negated = not is_negated
        commands = [self._command(reader)]
        while True:
            reader.skip_blanks()
            if reader.operator() != "|":
                return Pipeline(tuple(commands), is_negated)
            reader.at += 1
            self._skip_lines(reader)
            commands.append(self._command(reader))

    def _command(self, reader: Reader) -> Command:
        reader.skip_blanks()
        command = self._compound(reader)
        if command is None:
            return self._simple(reader)
        redirects = []
        while (redirect := self._redirect(reader)) is not None:
            redirects.append(redirect)
        return Redirected(command, tuple(redirects)) if redirects and not isinstance(command, Function) else command

    def _compound(self, reader: Reader) -> Command | None:
        if reader.startswith("(("):
            return self._calculation(reader)
        if reader.startswith("("):
            reader.at += 1
            body = self.sequence(reader, (")",))
            self._expect(reader, ")")
            return Subshell(body)
        match = _FUNCTION.match(reader.text, reader.at)
        if match is not None:
            reader.at = match.end()
            self._skip_lines(reader)
            return Function(match[1], self._command(reader))
        keyword = self._peek(reader)
        readers: dict[str, Callable[[Reader, str], Command]] = {
            "if": self._if,
            "while": self._while,
            "until": self._while,
            "for": self._for,
            "case": self._case,
            "{": self._group,
            "function": self._function,
        }
        if keyword in readers:
            self._take(reader, keyword)
            return readers[keyword](reader, keyword)
        if keyword in _RESERVED:
            raise _unexpected(reader)
        return None

    def _calculation(self, reader: Reader) -> Calculation:
        end = reader.text.find("))", reader.at)
        if end < 0:
            raise ShellSyntaxError("missing '))'")
        inner = Reader(reader.text[reader.at + 2 : end], self.substitution)
        reader.at = end + 2
        return Calculation(tuple(inner.quoted("")))

    def _if(self, reader: Reader, keyword: str) -> If:
        clauses, otherwise = [], None
        while keyword in ("if", "elif"):
            condition = self._body(reader, "then")
            body = self._body(reader, "elif", "else", "fi", is_left=True)
            clauses.append((condition, body))
            keyword = self._peek(reader)
            self._take(reader, keyword)
        if keyword == "else":
            otherwise = self._body(reader, "fi")
        return If(tuple(clauses), otherwise)

    def _while(self, reader: Reader, keyword: str) -> Loop:
        condition = self._body(reader, "do")
        return Loop(condition, self._body(reader, "done"), keyword == "until")

    def _for(self, reader: Reader, keyword: str) -> Command:
        reader.skip_blanks()
        if reader.startswith("(("):
            return self._arithmetic_for(reader)
        name = literal(reader.word())
        if not name or not _ASSIGNMENT.match(f"{name}="):
            raise ShellSyntaxError("bad for loop variable")
        words: list[Word] | None = None
        self._skip_lines(reader)
        if self._peek(reader) == "in":
            self._take(reader, "in")
            words = []
            reader.skip_blanks()
            while word := reader.word():
                words.append(word)
                reader.skip_blanks()
        self._do(reader)
        return For(name, None if words is None else tuple(words), self._body(reader, "done"))

    def _arithmetic_for(self, reader: Reader) -> ArithmeticFor:
        head = self._calculation_text(reader).split(";")
        if len(head) != 3:
            raise ShellSyntaxError("bad for loop")
        start, condition, step = (tuple(Reader(part, self.substitution).quoted("")) for part in head)
        self._do(reader)
        return ArithmeticFor(start, condition, step, self._body(reader, "done"))

    def _calculation_text(self, reader: Reader) -> str:
        end = reader.text.find("))", reader.at)
        if end < 0:
            raise ShellSyntaxError("missing '))'")
        found, reader.at = reader.text[reader.at + 2 : end], end + 2
        return found

    def _do(self, reader: Reader) -> None:
        reader.skip_blanks()
        if reader.operator() == ";":
            reader.at += 1
        self._skip_lines(reader)
        if self._peek(reader) != "do":
            raise _unexpected(reader, "do")
        self._take(reader, "do")

    def _case(self, reader: Reader, keyword: str) -> Case:
        reader.skip_blanks()
        word = reader.word()
        self._skip_lines(reader)
        if self._peek(reader) != "in":
            raise _unexpected(reader, "in")
        self._take(reader, "in")
        clauses = []
        self._skip_lines(reader)
        while self._peek(reader) != "esac":
            if reader.operator() == "(":
                reader.at += 1
            patterns = [self._pattern(reader)]
            while reader.operator() == "|":
                reader.at += 1
                patterns.append(self._pattern(reader))
            self._expect(reader, ")")
            body = self.sequence(reader, (";;", "esac"))
            if reader.operator() == ";;":
                reader.at += 2
            clauses.append((tuple(patterns), body))
            self._skip_lines(reader)
            if reader.at >= len(reader.text):
                raise _unexpected(reader, "esac")
        self._take(reader, "esac")
        return Case(word, tuple(clauses))

    def _pattern(self, reader: Reader) -> Word:
        reader.skip_blanks()
        pattern = reader.word()
        reader.skip_blanks()
        if not pattern:
            raise _unexpected(reader)
        return pattern

    def _group(self, reader: Reader, keyword: str) -> Group:
        return Group(self._body(reader, "}"))

    def _function(self, reader: Reader, keyword: str) -> Function:
        reader.skip_blanks()
        name = literal(reader.word()) or ""
        reader.skip_blanks()
        if reader.startswith("()"):
            reader.at += 2
        self._skip_lines(reader)
        return Function(name, self._command(reader))

    def _simple(self, reader: Reader) -> Simple:
        assignments: list[tuple[str, Word]] = []
        words: list[Word] = []
        redirects: list[Redirect] = []
        while True:
            reader.skip_blanks()
            redirect = self._redirect(reader)
            if redirect is not None:
                redirects.append(redirect)
                continue
            if words and literal(words[0]) == "[[" and literal(words[-1]) != "]]" and reader.operator() in ("&&", "||", "<", ">", "(", ")"):
                operator = reader.operator()
                reader.at += len(operator)
                words.append((Literal(operator, False),))
                continue
            match = None if words else _ASSIGNMENT.match(reader.text, reader.at)
            if match is not None:
                reader.at = match.end()
                assignments.append((match[1], reader.word()))
                continue
            word = reader.word()
            if not word:
                break
            words.append(word)
        if not (assignments or words or redirects):
            raise _unexpected(reader)
        return Simple(tuple(assignments), tuple(words), tuple(redirects))

    def _redirect(self, reader: Reader) -> Redirect | None:
        reader.skip_blanks()
        match = _FD.match(reader.text, reader.at)
        at = match.end() if match else reader.at
        operator = next((operator for operator in _REDIRECTS if reader.text.startswith(operator, at)), None)
        if operator is None:
            return None
        reader.at = at + len(operator)
        reader.skip_blanks()
        fd = int(match[1]) if match else int(not operator.startswith("<"))
        word = reader.word()
        if not word:
            raise _unexpected(reader)
        if operator in ("<<", "<<-"):
            return self._here_document(reader, fd, word, strips_tabs=operator == "<<-")
        if operator == "<<<":
            return Redirect(fd, "<<", (*word, Literal("\n", True)))
        return Redirect(fd, operator, word)

    def _here_document(self, reader: Reader, fd: int, word: Word, *, strips_tabs: bool) -> Redirect:
        """Read the document at once: it begins in the next line, and is cut out of the text so that nobody reads it again."""
        end_word = "".join(part.text for part in word if isinstance(part, Literal))
        is_quoted = any(isinstance(part, Literal) and part.is_quoted for part in word)
        line_end = reader.text.find("\n", reader.at)
        lines = reader.text[line_end + 1 :].split("\n") if line_end >= 0 else []
        body: list[str] = []
        while lines:
            line = lines.pop(0)
            stripped = line.lstrip("\t") if strips_tabs else line
            if stripped == end_word:
                break
            body.append(stripped)
        remaining = "\n".join(lines)
        reader.text = reader.text[: line_end + 1] + remaining if line_end >= 0 else reader.text
        text = "".join(f"{line}\n" for line in body)
        parts = (Literal(text, True),) if is_quoted else tuple(Reader(text, self.substitution).quoted(""))
        return Redirect(fd, "<<", parts)

    def _body(self, reader: Reader, *ends: str, is_left: bool = False) -> Sequence:
        """Read commands up to one of the reserved words ``ends``, and that word too unless it ``is_left``."""
        body = self.sequence(reader, ends)
        found = self._peek(reader)
        if found not in ends or not body.items:
            raise _unexpected(reader, ends[-1] if found not in ends else "")
        if not is_left:
            self._take(reader, found)
        return body

    def _peek(self, reader: Reader) -> str:
        """Return the next word when it is one that could be reserved, unread; else nothing."""
        reader.skip_blanks()
        match = re.compile(r"[^\s;&|<>()'\"$`\\]+(?=[\s;&|<>()]|$)").match(reader.text, reader.at)
        return match[0] if match else ""

    def _take(self, reader: Reader, word: str) -> None:
        reader.at += len(word)

    def _expect(self, reader: Reader, operator: str) -> None:
        reader.skip_blanks()
        if not reader.startswith(operator):
            raise _unexpected(reader, operator)
        reader.at += len(operator)

    def _skip_lines(self, reader: Reader) -> None:
        reader.skip_blanks()
        while reader.startswith("\n"):
            reader.at += 1
            reader.skip_blanks()


def _unexpected(reader: Reader, expected: str = "") -> ShellSyntaxError:
    reader.skip_blanks()
    match = re.compile(r"[^\s;&|<>()]+").match(reader.text, reader.at)
    found = reader.operator() or (match[0] if match else "")
    shown = {"": "end of file", "\n": "newline"}.get(found, f'"{found}"')
    wanted = f' (expecting "{expected}")' if expected else ""
    return ShellSyntaxError(f"unexpected {shown}{wanted}")
