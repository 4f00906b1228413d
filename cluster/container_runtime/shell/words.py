"""Reading words: quotes, ``$`` expansions and operators, character by character.

Upstream: POSIX.1-2017, XCU 2.2 (Quoting), 2.3 (Token Recognition), 2.6 (Word Expansions).
"""

from __future__ import annotations

import re
from collections.abc import Callable

from cluster.container_runtime.shell.syntax import Arithmetic, Literal, Parameter, Part, Sequence, ShellSyntaxError, Substitution, Word

OPERATORS = ("<<<", "<<-", "&>>", ";;", "&&", "||", "<<", ">>", "<&", ">&", "<>", ">|", "&>", "|", "&", ";", "<", ">", "(", ")", "\n")
"""Longest first."""
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_SPECIAL = frozenset("?$!#@*-0123456789")
_EXPANSION_OPERATOR = re.compile(r":?[-=?+]|##?|%%?|//?|:")
_ENDS_WORD = frozenset(" \t\n;&|<>()")
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "\\": "\\", "'": "'", '"': '"', "0": "\0", "a": "\a", "b": "\b", "e": "\x1b"}


class Reader:
    """Text with a position. ``commands``: reads commands up to a closing ``)``; given by the parser."""

    def __init__(self, text: str, commands: Callable[[Reader], Sequence]) -> None:
        self.text, self.at, self._commands = text, 0, commands

    @property
    def rest(self) -> str:
        """What has not been read."""
        return self.text[self.at :]

    def startswith(self, prefix: str) -> bool:
        """Whether this comes next."""
        return self.text.startswith(prefix, self.at)

    def skip_blanks(self) -> None:
        """Go past blanks, continued lines and a comment."""
        while self.at < len(self.text):
            if self.text[self.at] in " \t":
                self.at += 1
            elif self.startswith("\\\n"):
                self.at += 2
            elif self.text[self.at] == "#":
                end = self.text.find("\n", self.at)
                self.at = len(self.text) if end < 0 else end
            else:
                return

    def operator(self) -> str:
        """Return the operator that comes next, unread; empty: none."""
        return next((operator for operator in OPERATORS if self.startswith(operator)), "")

    def word(self) -> Word:
        """Read a word; empty: none comes. Raises ShellSyntaxError."""
        parts: list[Part] = []
        while self.at < len(self.text) and self.text[self.at] not in _ENDS_WORD:
            parts += self._part()
        return tuple(parts)

    def _part(self) -> list[Part]:
        char = self.text[self.at]
        if char == "'":
            return [Literal(self._until("'"), True)]
        if char == '"':
            self.at += 1
            return self.quoted('"')
        if self.startswith("$'"):
            self.at += 1
            return [Literal(self._escaped(), True)]
        if char in "$`":
            return [self._expansion(is_quoted=False)]
        if char == "\\":
            self.at += 2
            escaped = self.text[self.at - 1 : self.at]
            return [] if escaped == "\n" else [Literal(escaped or "\\", True)]
        start = self.at
        while self.at < len(self.text) and self.text[self.at] not in _ENDS_WORD and self.text[self.at] not in "'\"$`\\":
            self.at += 1
        return [Literal(self.text[start : self.at], False)]

    def quoted(self, end: str) -> list[Part]:
        """Read what stands in double quotes, up to and with ``end`` (empty: all, as in a here-document)."""
        parts: list[Part] = []
        plain: list[str] = []
        while not (end and self.startswith(end)):
            if self.at >= len(self.text):
                if not end:
                    break
                raise ShellSyntaxError("unterminated quoted string")
            char = self.text[self.at]
            if char == "\\" and self.text[self.at + 1 : self.at + 2] in tuple('$`"\\\n'):
                plain.append("" if self.text[self.at + 1] == "\n" else self.text[self.at + 1])
                self.at += 2
            elif char == "`" or (char == "$" and self._is_expansion()):
                parts += [Literal("".join(plain), True), self._expansion(is_quoted=True)]
                plain = []
            else:
                plain.append(char)
                self.at += 1
        self.at += len(end)
        return [*parts, Literal("".join(plain), True)]

    def _is_expansion(self) -> bool:
        following = self.text[self.at + 1 : self.at + 2]
        return bool(following) and (following in "{(" or following in _SPECIAL or _NAME.match(following) is not None)

    def _expansion(self, *, is_quoted: bool) -> Part:
        if self.startswith("`"):
            return self._backquoted(is_quoted)
        if not self._is_expansion():
            self.at += 1
            return Literal("$", is_quoted)
        if self.startswith("$((") and (end := self._arithmetic_end()):
            inner = Reader(self.text[self.at + 3 : end], self._commands)
            self.at = end + 2
            return Arithmetic(tuple(inner.quoted("")), is_quoted)
        if self.startswith("$("):
            self.at += 2
            body = self._commands(self)
            return Substitution(body, is_quoted)
        if self.startswith("${"):
            self.at += 2
            return self._braced(is_quoted)
        self.at += 1
        match = _NAME.match(self.text, self.at)
        name = match[0] if match else self.text[self.at]
        self.at += len(name)
        return Parameter(name, is_quoted)

    def _arithmetic_end(self) -> int:
        """Return where ``))`` closes the arithmetic that begins here; 0: it is a command substitution after all."""
        depth, at = 0, self.at + 3
        while at < len(self.text):
            if self.text[at] == "(":
                depth += 1
            elif self.text[at] == ")":
                if depth == 0:
                    return at if self.text.startswith("))", at) else 0
                depth -= 1
            at += 1
        return 0

    def _backquoted(self, is_quoted: bool) -> Part:
        end = self.at + 1
        while end < len(self.text) and self.text[end] != "`":
            end += 2 if self.text[end] == "\\" else 1
        if end >= len(self.text):
            raise ShellSyntaxError("EOF in backquote substitution")
        inner = re.sub(r"\\([\\$`])", r"\1", self.text[self.at + 1 : end])
        self.at = end + 1
        return Substitution(self._commands(Reader(f"{inner})", self._commands)), is_quoted)

    def _braced(self, is_quoted: bool) -> Part:
        if self.startswith("#") and not self.startswith("#}"):
            self.at += 1
            name, operator = self._name(), "#"
            if not self.startswith("}"):
                raise ShellSyntaxError("bad substitution")
            self.at += 1
            return Parameter(name, is_quoted, "length")
        name = self._name()
        if self.startswith("}"):
            self.at += 1
            return Parameter(name, is_quoted)
        match = _EXPANSION_OPERATOR.match(self.text, self.at)
        if match is None:
            raise ShellSyntaxError("bad substitution")
        operator = match[0]
        self.at += len(operator)
        return Parameter(name, is_quoted, operator, self._argument(is_quoted))

    def _name(self) -> str:
        match = re.compile(r"[A-Za-z_][A-Za-z0-9_]*|[0-9]+|[?$!#@*-]").match(self.text, self.at)
        if match is None:
            raise ShellSyntaxError("bad substitution")
        self.at = match.end()
        return match[0]

    def _argument(self, is_quoted: bool) -> Word:
        parts: list[Part] = []
        while not self.startswith("}"):
            if self.at >= len(self.text):
                raise ShellSyntaxError("missing '}'")
            char = self.text[self.at]
            if char in "'\"\\" and not (is_quoted and char == "'"):
                parts += self._part()
            elif char in "$`":
                parts.append(self._expansion(is_quoted=is_quoted))
            else:
                parts.append(Literal(char, is_quoted))
                self.at += 1
        self.at += 1
        return tuple(parts)

    def _until(self, quote: str) -> str:
        end = self.text.find(quote, self.at + 1)
        if end < 0:
            raise ShellSyntaxError("unterminated quoted string")
        found, self.at = self.text[self.at + 1 : end], end + 1
        return found

    def _escaped(self) -> str:
        """Read bash's ``$'...'``."""
        found = []
        self.at += 1
        while not self.startswith("'"):
            if self.at >= len(self.text):
                raise ShellSyntaxError("unterminated quoted string")
            if self.text[self.at] == "\\":
                self.at += 1
                found.append(_ESCAPES.get(self.text[self.at : self.at + 1], self.text[self.at : self.at + 1]))
            else:
                found.append(self.text[self.at])
            self.at += 1
        self.at += 1
        return "".join(found)


def literal(word: Word) -> str | None:
    """Return the text of a word that is nothing but unquoted text, else None: only such a word can be a reserved one."""
    if all(isinstance(part, Literal) and not part.is_quoted for part in word):
        return "".join(part.text for part in word if isinstance(part, Literal))
    return None
